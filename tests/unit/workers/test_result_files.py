"""A file that a job publishes lies in the thread of its run's card, once; or the card says why not."""

from __future__ import annotations

import base64
import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.errors import RateLimited, Rejected, Unavailable
from bot.domain.run import MOST_FILE_BYTES, ResultFile
from bot.gateways.airflow.reading import result_from
from bot.workers import files
from tests.world import TOM

if TYPE_CHECKING:
    from tests.world import World

REPORT = {"name": "sales.csv", "content": "region,total\nemea,7\n"}
A_WHILE = timedelta(minutes=1)
pytestmark = pytest.mark.both_databases


def publish(world: World, file: Any, text: str = "7 orders") -> None:
    """Let the sales report publish this file from now on."""
    value = {"text": text, "file": file}
    world.airflow.published["sales_report"] = value
    world.airflow.publishes("sales_report", result_from(value))


def run(world: World, **wanted: Any) -> None:
    world.run_now(**wanted)
    world.go_on(A_WHILE)


def card(world: World) -> Any:
    return next(each for each in world.slack.posted if "Sales report" in each.message.text)


def text_of(world: World) -> str:
    shown = card(world)
    message = (shown.edits or [shown.message])[-1]
    return f"{message.text}\n{message.blocks}"


def test_it_lies_in_the_thread_of_the_card_once(world: World):
    publish(world, REPORT)
    run(world)
    world.go_on(A_WHILE)

    (uploaded,) = world.slack.uploads
    assert uploaded == (
        card(world).channel_id,
        card(world).ts,
        ResultFile("sales.csv", b"region,total\nemea,7\n"),
    )
    assert "*sales.csv*, in the thread" in text_of(world)


@pytest.mark.slow
def test_two_notifiers_bring_it_once(world: World):
    publish(world, REPORT)
    world.run_now()
    for _ in range(30):
        world.clock.advance(timedelta(seconds=2))
        world.dispatcher.step()
        world.watcher.step()
    another = type(world.notifier)(
        world.database, world.clock, world.slack, {world.airflow.deployment: world.airflow}
    )
    for _ in range(10):
        world.clock.advance(timedelta(seconds=2))
        world.notifier.step()
        another.step()

    assert len(world.slack.uploads) == 1


def test_bytes_come_in_base64_and_folders_are_no_part_of_a_name(world: World):
    content = bytes(range(256))
    publish(world, {"name": "../etc/a b.xlsx", "base64": base64.b64encode(content).decode()})
    run(world)

    assert [each[2] for each in world.slack.uploads] == [ResultFile("a b.xlsx", content)]


@pytest.mark.slow
def test_it_comes_with_a_scheduled_run_and_in_direct_messages(world: World):
    publish(world, REPORT)
    schedule = world.schedule("every monday at 9:00", where="")
    world.go_to(schedule.next_due_at + A_WHILE)

    ((channel_id, ts, _),) = world.slack.uploads
    assert channel_id == f"D{TOM.person_id}"
    assert ts is not None


@pytest.mark.parametrize("fault", [Unavailable("Slack", "is away"), RateLimited("Slack", "ratelimited", 2)])
def test_it_is_tried_again(world: World, fault: Exception):
    publish(world, REPORT)
    upload, faults = world.slack.upload, [fault]

    def fails_once(*arguments: Any, **named: Any) -> None:
        if faults:
            raise faults.pop()
        upload(*arguments, **named)

    world.slack.upload = fails_once  # type: ignore[method-assign]
    run(world)

    assert len(world.slack.uploads) == 1


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (
            {**REPORT, "content": "x" * (MOST_FILE_BYTES + 1)},
            "it is larger than 1 MB; publish a link",
        ),
        ({**REPORT, "content": ""}, "it is empty"),
        ({"name": "a.bin", "base64": "no base64"}, "its `base64` is not base64"),
        ({"name": "a.bin"}, "it has neither `content`, `base64` nor `address`"),
    ],
)
def test_a_file_that_cannot_be_shown_is_said_on_the_card(world: World, file: Any, why: str):
    publish(world, file)
    run(world)

    assert f"but its file {file['name']} is not here: {why}" in text_of(world)
    assert "in the thread" not in text_of(world)
    assert world.slack.uploads == []


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("file_uploads_disabled", "Slack refused it (file_uploads_disabled)"),
        ("missing_scope", "Runbell lacks Slack's scope files:write; an admin can add it"),
        ("not_in_channel", "Runbell is not in the channel; type /invite @Runbell there, then run it again"),
    ],
)
def test_a_file_that_slack_refuses_is_said_on_the_card(world: World, code: str, why: str):
    publish(world, REPORT)

    def refuses(*_: Any, **__: Any) -> None:
        raise Rejected("Slack", code, code)

    world.slack.upload = refuses  # type: ignore[method-assign]
    run(world)

    assert f"but its file sales.csv is not here: {why}" in text_of(world)
    assert "7 orders" in text_of(world)


def test_a_failed_run_brings_no_file(world: World):
    publish(world, REPORT)
    world.run_now(dag_id="import_orders", fail="always")
    world.go_on(A_WHILE)

    assert world.slack.uploads == []


@pytest.mark.parametrize(
    "value", [{"file": "a.csv"}, {"file": {"name": 7}}, {"file": {"name": "/"}}, {"file": []}]
)
def test_what_names_no_file_is_none(value: Any):
    assert result_from({"text": "done", **value}) == replace(result_from("done"), file_name="")


ADDRESS = "https://files.example.com/sales.csv"


def test_a_file_by_its_address_lies_in_the_thread_too(world: World):
    world.airflow.addressed = lambda address: address.encode()
    publish(world, {"address": ADDRESS})
    run(world)

    assert world.slack.uploads == [
        (card(world).channel_id, card(world).ts, ResultFile("sales.csv", ADDRESS.encode()))
    ]
    assert ADDRESS in text_of(world)


def test_an_address_at_a_host_that_is_not_allowed_stays_a_link_and_the_card_says_why(world: World):
    publish(world, {"address": ADDRESS})
    run(world)

    assert ADDRESS in text_of(world)
    assert "its file sales.csv is not here: Runbell may not fetch files from files.example.com" in text_of(
        world
    )
    assert "RUNBELL_RESULT_HOSTS" in text_of(world)
    assert world.slack.uploads == []


@pytest.mark.slow
def test_a_file_that_comes_slowly_keeps_no_other_message_waiting(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(files, "PATIENCE", 0.01)
    comes = threading.Event()

    def slowly(address: str) -> bytes:
        assert comes.wait(30)
        return address.encode()

    world.airflow.addressed = slowly
    publish(world, {"address": ADDRESS})
    run(world)
    assert world.slack.uploads == []

    world.run_now(dag_id="import_orders")
    world.go_on(A_WHILE)
    assert any("Import orders" in each.message.text for each in world.slack.posted)

    comes.set()
    monkeypatch.setattr(files, "PATIENCE", 30)
    world.go_on(A_WHILE)
    assert len(world.slack.uploads) == 1
