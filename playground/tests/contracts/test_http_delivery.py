"""Behaviours 14 to 17: delivery over HTTP, to an unmodified Bolt app that checks the signature."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from playground.slack.clock import ManualClock, SystemClock, Timing
from playground.slack.server import RunningWorkspace, start_workspace
from playground.tests.apps.http_app import HttpApp
from playground.tests.apps.lunch_app import MANIFEST
from playground.tests.apps.lunch_workspace import DESCRIPTION
from playground.tests.apps.running import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def app() -> Iterator[HttpApp]:
    app = HttpApp()
    yield app
    app.close()


@pytest.fixture
def workspace(app: HttpApp) -> Iterator[RunningWorkspace]:
    running = served_over_http(app)
    yield running
    running.stop()


def served_over_http(app: HttpApp, **more: Any) -> RunningWorkspace:
    commands = [{**each, "url": app.url} for each in MANIFEST["features"]["slash_commands"]]
    manifest = {
        **MANIFEST,
        "features": {**MANIFEST["features"], "slash_commands": commands},
        "settings": {
            "socket_mode_enabled": False,
            "interactivity": {
                "is_enabled": True,
                "request_url": app.url,
                "message_menu_options_url": app.url,
            },
            "event_subscriptions": {"request_url": app.url, "bot_events": ["message.channels"]},
        },
    }
    more.setdefault("timing", Timing(ack=1.0, event_retries=(0.0, 0.1, 0.2)))
    running = start_workspace(DESCRIPTION, manifest, **more)
    app.meet(running)
    return running


# 14 and 15


def test_a_command_comes_as_a_signed_form_that_bolt_believes(
    workspace: RunningWorkspace, app: HttpApp
) -> None:
    assert app.bolt is not None
    app.bolt.command("/lunch")(lambda ack, body: ack(f"{body['text']} for {body['user_name']}"))
    ada = workspace.driver.as_person("Ada")

    ada.type("#finance", "/lunch soup")

    assert ada.see("#finance", "soup for ada").ephemeral
    headers, _ = app.requests[-1]
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert headers["x-slack-signature"].startswith("v0=")


@pytest.mark.parametrize("drift", [-400.0, 400.0])
def test_an_app_refuses_what_was_signed_long_ago_or_ahead(app: HttpApp, drift: float) -> None:
    running = served_over_http(app, clock=ManualClock(SystemClock().now() + drift))
    assert app.bolt is not None
    app.bolt.command("/lunch")(lambda ack: ack("never"))

    running.driver.as_person("Ada").type("#finance", "/lunch soup")

    running.driver.as_person("Ada").see("#finance", "dispatch_failed")
    running.stop()


def test_an_app_refuses_a_wrong_signature(workspace: RunningWorkspace, app: HttpApp) -> None:
    workspace.workspace.http.signing_secret = "another"

    workspace.driver.as_person("Ada").type("#finance", "/lunch soup")

    workspace.driver.as_person("Ada").see("#finance", "dispatch_failed")
    assert len(app.requests) == 1


def test_the_handshakes_are_answered(workspace: RunningWorkspace) -> None:
    assert workspace.run(workspace.workspace.http.verify_url()) is True
    assert workspace.run(workspace.workspace.http.ssl_check()) == 200


# 16


def test_an_event_is_sent_again_three_times_with_its_reason(
    workspace: RunningWorkspace, app: HttpApp
) -> None:
    app.interfere = lambda _: (500, {}, "")

    workspace.driver.as_person("Ada").type("#finance", "hello")

    wait_until(lambda: len(app.requests) == 4)
    heads = [headers for headers, _ in app.requests]
    assert [each.get("x-slack-retry-num") for each in heads] == [None, "1", "2", "3"]
    assert {each["x-slack-retry-reason"] for each in heads[1:]} == {"http_error"}
    assert len({json.loads(body)["event_id"] for _, body in app.requests}) == 1


def test_an_app_may_ask_for_no_retry(workspace: RunningWorkspace, app: HttpApp) -> None:
    app.interfere = lambda _: (500, {"x-slack-no-retry": "1"}, "")
    ada = workspace.driver.as_person("Ada")

    ada.type("#finance", "first")
    wait_until(lambda: len(app.requests) == 1)
    app.interfere = lambda _: (200, {}, "")
    ada.type("#finance", "second")
    wait_until(lambda: len(app.requests) == 2)

    assert "second" in app.requests[-1][1]


def test_only_two_redirects_are_followed(workspace: RunningWorkspace, app: HttpApp) -> None:
    app.interfere = lambda _: (307, {"Location": app.url}, "")

    workspace.driver.as_person("Ada").type("#finance", "/lunch")

    workspace.driver.as_person("Ada").see("#finance", "dispatch_failed")
    assert len(app.requests) <= 3
    assert "/lunch: too_many_redirects" in workspace.driver.broken_rules()


def test_an_app_gets_so_many_events_an_hour_and_is_told_once_a_minute(app: HttpApp) -> None:
    clock = ManualClock(SystemClock().now())
    running = served_over_http(app, clock=clock, timing=Timing(events_an_hour=2))
    app.interfere = lambda _: (200, {}, "")
    ada = running.driver.as_person("Ada")

    for each in ("first", "second", "third", "fourth"):
        ada.type("#finance", each)

    wait_until(lambda: len(app.requests) == 3)
    told = [read for _, body in app.requests if (read := json.loads(body))["type"] == "app_rate_limited"]
    assert [each["minute_rate_limited"] for each in told] == [int(clock.now() // 60 * 60)]
    clock.forward(3600)
    ada.type("#finance", "an hour later")
    wait_until(lambda: "an hour later" in app.requests[-1][1])
    running.stop()


def test_an_app_that_takes_no_events_gets_none_until_somebody_enables_them(app: HttpApp) -> None:
    running = served_over_http(app, timing=Timing(event_retries=(), events_judged_from=3))
    app.interfere = lambda _: (500, {}, "")
    ada = running.driver.as_person("Ada")
    for each in range(3):
        ada.type("#finance", f"number {each}")
        wait_until(lambda: len(app.requests) == each + 1)  # noqa: B023  asked at once
    wait_until(lambda: running.workspace.event_limits.disabled)

    ada.type("#finance", "not heard")
    assert "events are disabled" in running.driver.broken_rules()[-1]
    running.driver.enable_events()
    ada.type("#finance", "heard again")

    wait_until(lambda: "heard again" in app.requests[-1][1])
    assert not any("not heard" in body for _, body in app.requests)
    running.stop()


# 17


def test_an_event_has_slacks_envelope(workspace: RunningWorkspace, app: HttpApp) -> None:
    app.interfere = lambda _: (200, {}, "")

    workspace.driver.as_person("Ada").type("#finance", "hello")

    wait_until(lambda: app.requests)
    headers, body = app.requests[0]
    envelope = json.loads(body)
    assert headers["content-type"] == "application/json"
    assert {
        "token",
        "team_id",
        "api_app_id",
        "event",
        "type",
        "event_id",
        "event_time",
        "event_context",
        "authorizations",
        "is_ext_shared_channel",
        "context_team_id",
    } <= set(envelope)
    assert envelope["authorizations"][0]["is_bot"] is True
    assert envelope["event"]["channel_type"] == "channel"
