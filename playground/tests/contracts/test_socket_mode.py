"""Behaviours 7 to 13: Socket Mode."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest
from slack_sdk import WebClient

from playground.slack.clock import Timing
from playground.slack.server import start_workspace
from playground.tests.apps.lunch_app import MANIFEST
from playground.tests.apps.lunch_workspace import DESCRIPTION
from playground.tests.apps.raw_app import SILENCE, RawApp
from playground.tests.apps.refusals import refused
from playground.tests.apps.running import lunch_served, wait_until

if TYPE_CHECKING:
    from playground.slack.driver import Person
    from playground.slack.server import RunningWorkspace


# 7


def test_a_connection_is_opened_with_an_app_token_and_a_ticket_used_once(fresh: RunningWorkspace) -> None:
    bot = WebClient(fresh.bot_token, base_url=fresh.api_url)
    assert refused(bot.apps_connections_open, app_token=fresh.bot_token) == "not_allowed_token_type"
    app = WebClient(fresh.app_token, base_url=fresh.api_url)
    assert refused(app.auth_test) == "not_allowed_token_type"

    url = str(bot.apps_connections_open(app_token=fresh.app_token)["url"])

    assert url.startswith("ws://127.0.0.1:")
    assert "/link/?ticket=" in url
    plainly = url.replace("ws://", "http://")
    assert status_of(plainly) == 400
    assert status_of(plainly) == 401


def status_of(url: str) -> int:
    """Without the upgrade to a WebSocket: 400 for a good ticket, which is spent by it."""
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(url, timeout=5)
    with refusal.value:
        return refusal.value.code


# 8


def test_the_first_frame_is_hello(raw: RawApp) -> None:
    hello = raw.frames[0]

    assert hello["type"] == "hello"
    assert hello["num_connections"] == 1
    assert hello["connection_info"]["app_id"].startswith("A")
    assert {"host", "started", "build_number", "approximate_connection_time"} <= set(hello["debug_info"])


# 9 and 10


def test_an_envelope_carries_its_id_kind_and_whether_an_answer_counts(
    fresh: RunningWorkspace, raw: RawApp, zoe: Person
) -> None:
    raw.answer = lambda _: {"text": "heard"}

    zoe.type("#finance", "/lunch")
    zoe.type("#finance", "a message")

    command, event = raw.last("slash_commands"), raw.last("events_api")
    assert command["accepts_response_payload"] is True
    assert event["accepts_response_payload"] is False
    assert event["retry_attempt"] == 0
    assert command["envelope_id"] != event["envelope_id"]
    assert zoe.see("#finance", "heard").ephemeral
    assert len([each for each in zoe.messages("#finance") if each.text == "heard"]) == 1
    answers = {each["name"]: each["answer"] for each in fresh.driver.journal()}
    assert (answers["/lunch"], answers["message"]) == ({"text": "heard"}, None)


def test_an_event_not_acknowledged_comes_again_with_the_same_id(raw: RawApp, zoe: Person) -> None:
    raw.answer = lambda _: SILENCE

    zoe.type("#finance", "anybody?")

    wait_until(lambda: len(raw.of("event_callback")) == 4)
    frames = raw.of("event_callback")
    assert [each["retry_attempt"] for each in frames] == [0, 1, 2, 3]
    assert {each["retry_reason"] for each in frames[1:]} == {"timeout"}
    assert len({each["payload"]["event_id"] for each in frames}) == 1


# 11


def test_each_envelope_goes_to_one_connection_only(fresh: RunningWorkspace, raw: RawApp, zoe: Person) -> None:
    second = RawApp(fresh).connect()

    for each in range(4):
        zoe.type("#finance", f"/lunch {each}")

    assert len(raw.of("/lunch")) == 2
    assert len(second.of("/lunch")) == 2
    second.close()


def test_the_eleventh_connection_is_sent_away(fresh: RunningWorkspace) -> None:
    apps = [RawApp(fresh).connect() for _ in range(10)]
    late = RawApp(fresh).connect()

    assert late.frames[0]["reason"] == "too_many_websockets"
    assert late.closed.wait(5)
    assert fresh.driver.connections() == 10
    for each in (late, *apps):
        each.close()


def test_what_a_ghost_connection_gets_is_lost(fresh: RunningWorkspace, raw: RawApp, zoe: Person) -> None:
    fresh.driver.faults.ghost_connection = True

    zoe.type("#finance", "/lunch")

    zoe.see("#finance", "did not respond")
    assert raw.of("/lunch") == []


# 12


def test_an_app_lives_through_a_refresh(fresh: RunningWorkspace) -> None:
    with lunch_served(fresh) as app:
        first = app.handler.client.session_id()

        fresh.driver.refresh_connections()

        wait_until(lambda: app.handler.client.session_id() != first)
        ada = fresh.driver.as_person("Ada")
        ada.type("#finance", "/echo still here")
        ada.see("#finance", "still here")


def test_a_connection_can_be_cut_without_a_word(fresh: RunningWorkspace, raw: RawApp) -> None:
    fresh.driver.drop_connections()

    assert raw.closed.wait(5)
    wait_until(lambda: fresh.driver.connections() == 0)


def test_connections_are_recycled_after_a_warning() -> None:
    timing = Timing(refresh_after=0.4, refresh_warning=0.2)
    running = start_workspace(DESCRIPTION, MANIFEST, timing=timing)
    app = RawApp(running).connect()

    assert app.closed.wait(5)

    assert [each["reason"] for each in app.of("disconnect")] == ["warning", "refresh_requested"]
    app.close()
    running.stop()


def test_switching_socket_mode_off_disables_the_link(fresh: RunningWorkspace, raw: RawApp) -> None:
    fresh.run(fresh.workspace.socket.disable())

    assert raw.last("disconnect")["reason"] == "link_disabled"


# 13


def test_with_socket_mode_nothing_is_sent_over_http(fresh: RunningWorkspace, zoe: Person) -> None:
    """No connection, and a request URL in the manifest: still nobody is called."""
    zoe.type("#finance", "/lunch")

    zoe.see("#finance", "dispatch_failed")
    assert fresh.workspace.delivery is fresh.workspace.socket
