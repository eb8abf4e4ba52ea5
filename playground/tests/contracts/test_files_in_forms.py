"""A file that a person gives in a form: its field's limits, what the app is told, and who may read it."""

from __future__ import annotations

import gc
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import urllib3

from playground.slack.driver import NotPossibleError
from playground.tests.apps.lunch_app import field, text

if TYPE_CHECKING:
    from slack_sdk import WebClient

    from playground.slack.driver import Person
    from playground.slack.driver_form import Modal
    from playground.slack.server import RunningWorkspace
    from playground.tests.apps.raw_app import RawApp


def opened(raw: RawApp, person: Person, client: WebClient, **of_the_field: Any) -> Modal:
    person.type("#finance", "/lunch")
    view = {
        "type": "modal",
        "title": text("Menu"),
        "submit": text("Send"),
        "blocks": [field("Menu card", {"type": "file_input", **of_the_field})],
    }
    client.views_open(trigger_id=raw.last("/lunch")["payload"]["trigger_id"], view=view)
    return person.open_modal()


def told(raw: RawApp) -> list[dict[str, Any]]:
    (fields,) = raw.last("view_submission")["payload"]["view"]["state"]["values"].values()
    (state,) = fields.values()
    assert state["type"] == "file_input"
    files: list[dict[str, Any]] = state["files"]
    return files


def test_the_app_is_told_of_the_file_and_reads_it_with_its_token(
    raw: RawApp, zoe: Person, client: WebClient
) -> None:
    form = opened(raw, zoe, client, filetypes=["csv"], max_files=1)
    form.attach("Menu card", "menu.csv", b"dish,price\nsoup,4\n")
    assert form.value("Menu card") == "menu.csv"

    form.submit()

    (file,) = told(raw)
    assert (file["name"], file["mimetype"], file["user"], file["size"]) == (
        "menu.csv",
        "text/csv",
        zoe.id,
        18,
    )
    known = client.files_info(file=file["id"])["file"]
    read = urllib3.request(
        "GET", known["url_private_download"], headers={"Authorization": f"Bearer {client.token}"}
    )
    assert read.data == b"dish,price\nsoup,4\n"


def test_nobody_reads_it_without_the_apps_token(
    raw: RawApp, zoe: Person, client: WebClient, fresh: RunningWorkspace
) -> None:
    form = opened(raw, zoe, client)
    form.attach("Menu card", "menu.csv", b"soup")
    form.submit()
    (file,) = told(raw)

    for token in ("", "xoxb-guessed", fresh.app_token):
        headers = {"Authorization": f"Bearer {token}"}
        answer = urllib3.request("GET", file["url_private"], headers=headers, redirect=False)

        assert (answer.status, answer.headers["Location"]) == (302, "/")


def test_another_type_than_the_field_takes_cannot_be_given(
    raw: RawApp, zoe: Person, client: WebClient
) -> None:
    form = opened(raw, zoe, client, filetypes=["csv"])

    with pytest.raises(NotPossibleError, match="not a file of these types: csv"):
        form.attach("Menu card", "menu.pdf", b"%PDF")


def test_one_file_takes_the_place_of_the_other_and_several_stand_beside_each_other(
    raw: RawApp, zoe: Person, client: WebClient
) -> None:
    one = opened(raw, zoe, client, max_files=1)
    one.attach("Menu card", "monday.csv", b"1")
    one.attach("Menu card", "tuesday.csv", b"2")
    assert one.value("Menu card") == "tuesday.csv"
    one.close()

    two = opened(raw, zoe, client, max_files=2)
    two.attach("Menu card", "monday.csv", b"1")
    two.attach("Menu card", "tuesday.csv", b"2")
    assert two.value("Menu card") == "monday.csv, tuesday.csv"
    with pytest.raises(NotPossibleError, match="at most 2 files"):
        two.attach("Menu card", "wednesday.csv", b"3")


def test_a_file_can_be_taken_out_again_and_a_needed_one_is_asked_for(
    raw: RawApp, zoe: Person, client: WebClient
) -> None:
    form = opened(raw, zoe, client)
    form.attach("Menu card", "menu.csv", b"soup")
    form.detach("Menu card", "menu.csv")

    form.submit()

    assert form.error("Menu card") == "Please complete this required field."


def test_a_server_that_stops_does_not_wait_for_whoever_reads_no_more(
    raw: RawApp, zoe: Person, client: WebClient, fresh: RunningWorkspace
) -> None:
    form = opened(raw, zoe, client)
    form.attach("Menu card", "menu.csv", b"soup,4\n" * 2_000_000)
    form.submit()
    (file,) = told(raw)
    there = urlsplit(client.files_info(file=file["id"])["file"]["url_private_download"])
    asked = (
        f"GET {there.path} HTTP/1.1\r\nHost: {there.netloc}\r\nAuthorization: Bearer {client.token}\r\n\r\n"
    )

    with socket.create_connection((there.hostname or "", there.port or 0)) as reader:
        reader.sendall(asked.encode())
        assert reader.recv(12) == b"HTTP/1.1 200"
        fresh.stop()

    gc.collect()  # what was left open would be told of now, as an error
