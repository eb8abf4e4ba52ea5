from __future__ import annotations

import json
import re
from typing import Any

import pytest
from slack_bolt import BoltRequest
from slack_bolt.authorization import AuthorizeResult

from handlers.by_id import AppById

PRESS = {"type": "block_actions", "actions": [{"type": "button", "action_id": "run.stop", "block_id": "b"}]}
FORM = {"type": "view_submission", "view": {"type": "modal", "callback_id": "form"}}
MENU = {"type": "block_suggestion", "action_id": "of.jobs", "block_id": "b", "value": ""}
OF: dict[str, tuple[dict[str, Any], str]] = {
    "action": (PRESS, "run.stop"),
    "view": (FORM, "form"),
    "options": (MENU, "of.jobs"),
}


def app() -> AppById:
    def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1")

    return AppById(authorize=authorize, process_before_response=True, signing_secret="s")


def send(app: AppById, body: dict[str, Any]) -> int:
    who = {"team": {"id": "T1"}, "user": {"id": "U1"}}
    return app.dispatch(BoltRequest(body=json.dumps({**who, **body}), mode="socket_mode")).status


def listen(app: AppById, kind: str, wanted: Any, heard: list[Any]) -> None:
    def listener(ack: Any, body: dict[str, Any]) -> None:
        heard.append((str(wanted), body["type"]))
        ack()

    getattr(app, kind)(wanted)(listener)


@pytest.mark.parametrize("kind", OF)
def test_what_has_an_id_is_heard_by_its_listener_alone_and_is_acknowledged(kind: str):
    (body, wanted), bolt = OF[kind], app()
    heard: list[Any] = []
    for each in ("other", wanted, "another"):
        listen(bolt, kind, each, heard)

    assert send(bolt, body) == 200
    assert heard == [(wanted, body["type"])]


@pytest.mark.parametrize(
    "body",
    [
        {"type": "interactive_message", "callback_id": "run.stop", "actions": [{"name": "stop"}]},
        {"type": "dialog_submission", "callback_id": "run.stop", "submission": {}},
        {"type": "dialog_cancellation", "callback_id": "run.stop"},
    ],
    ids=lambda body: body["type"],
)
def test_what_older_apps_are_sent_is_nobodys_and_raises_nothing(body: dict[str, Any]):
    bolt = app()
    heard: list[Any] = []
    listen(bolt, "action", "run.stop", heard)

    assert send(bolt, body) == 404
    assert heard == []


def test_bolt_asks_no_more_listeners_however_many_ids_there_are():
    bolt = app()
    before = len(bolt._listeners)
    for number in range(100):
        listen(bolt, "action", f"button.{number}", [])

    assert len(bolt._listeners) == before


@pytest.mark.parametrize("wanted", [re.compile(r"run\.\w+"), {"action_id": "run.stop", "block_id": "b"}])
def test_a_pattern_and_a_place_are_still_heard(wanted: Any):
    bolt = app()
    heard: list[Any] = []
    listen(bolt, "action", wanted, heard)

    assert send(bolt, PRESS) == 200
    assert len(heard) == 1


def test_an_id_of_another_kind_is_another():
    bolt = app()
    heard: list[Any] = []
    listen(bolt, "view", "run.stop", heard)

    assert send(bolt, PRESS) == 404
    assert heard == []


def test_a_second_listener_of_an_id_is_refused_at_once():
    bolt = app()
    listen(bolt, "action", "run.stop", [])

    with pytest.raises(ValueError, match=r"run\.stop has a listener already"):
        listen(bolt, "action", "run.stop", [])
