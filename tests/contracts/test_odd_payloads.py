"""Payloads that lack a field, forged or newer than we are: acknowledged, logged in a line, and no more."""

from __future__ import annotations

import copy
import logging
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from slack_sdk.socket_mode.request import SocketModeRequest
from structlog.testing import capture_logs

from handlers.bolt import heard_by
from tests.doors import payloads
from tests.world import FINANCE, TEAM, TOM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slack_sdk.socket_mode.client import BaseSocketModeClient
    from slack_sdk.socket_mode.response import SocketModeResponse

    from tests.doors import Door
    from tests.house import House

AS_SLACK_SENDS = {
    "team": {"id": TEAM}, "team_id": TEAM, "user": {"id": TOM.person_id, "team_id": TEAM},
    "user_id": TOM.person_id, "channel_id": FINANCE, "trigger_id": "trigger",
}  # fmt: skip
OF_BOLT = {
    ("event",), ("event", "type"), ("type",), ("command",), ("actions",), ("callback_id",),
    ("action_id",), ("block_id",), ("view",), ("view", "callback_id"), ("view", "type"),
}  # fmt: skip
"""What Bolt itself reads, to find the listener by; see the last test."""


def of_each_kind(house: House) -> Iterator[tuple[Door, dict[str, Any]]]:
    """Every event, and a payload of each other kind of door."""
    seen: set[str] = set()
    for door in house.app.doors:
        if door.kind == "event" or door.kind not in seen:
            seen.add(door.kind)
            yield door, {**AS_SLACK_SENDS, **next(payloads(door, house.reference, house.known))}


def with_its_event(body: dict[str, Any]) -> dict[str, Any]:
    """What every event has, of any kind."""
    if "event" not in body:
        return body
    is_written = body["event"]["type"] in {"message", "app_mention", "app_home_opened"}
    who = TOM.person_id if is_written else {"id": TOM.person_id}
    ids = {"user": who, "old_channel_id": "C0OLDID", "new_channel_id": "C0NEWID"}
    return {**body, "event": {**body["event"], **ids}}


def lacking(body: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """The payload without each of its fields, and with null there."""
    inner = [(name, of) for name in ("event", "user", "view") for of in body.get(name) or ()]
    for path in [*((name,) for name in body), *inner]:
        for is_left_out in (True, False):
            forged = copy.deepcopy(body)
            around = forged if len(path) == 1 else forged[path[0]]
            if is_left_out:
                del around[path[-1]]
            else:
                around[path[-1]] = None
            if path not in OF_BOLT:
                yield path, forged


@pytest.mark.slow
def test_whatever_a_payload_lacks_it_is_acknowledged_and_nothing_fails(house: House):
    faults = []
    for door, whole in of_each_kind(house):
        for path, forged in lacking(with_its_event(whole)):
            house.said.clear()
            with capture_logs() as logged:
                told = house.app.send(forged)
            wrong = [each for each in logged if each["log_level"] == "error" or each.get("exc_info")]
            if not told.startswith("200") or wrong or "our side" in "".join([told, *house.said]):
                faults.append((str(door), ".".join(path), forged.get(path[0], "left out"), told, wrong))

    assert faults == []


@pytest.mark.parametrize("lacks", ["old_channel_id", "new_channel_id"])
def test_a_channels_new_id_without_the_other_is_logged_in_a_line(house: House, lacks: str):
    event = {"type": "channel_id_changed", "old_channel_id": FINANCE, "new_channel_id": "C0NEWID"}
    del event[lacks]
    before = house.remembered()

    with capture_logs() as logged:
        house.hear({"type": "event_callback", "event_id": "Ev1", "event": event}, TOM)

    assert [(each["event"], each["why"]) for each in logged] == [("payload.odd", f"KeyError: '{lacks}'")]
    assert house.remembered() == before


@pytest.mark.parametrize(
    "forged",
    [
        {"type": "block_actions", "actions": None},
        {"type": "view_submission", "view": {"callback_id": "form"}},
    ],
)
def test_what_bolt_itself_stumbles_over_is_acknowledged_as_well(house: House, forged: dict[str, Any]):
    sent: list[SocketModeResponse] = []
    heard = SimpleNamespace(send_socket_mode_response=sent.append, logger=logging.getLogger("test"))
    client = cast("BaseSocketModeClient", heard)
    request = SocketModeRequest("interactive", "E1", {**AS_SLACK_SENDS, **forged})

    with capture_logs() as logged:
        heard_by(house.app)(client, request)

    assert [each.envelope_id for each in sent] == ["E1"]
    assert [each["event"] for each in logged] == ["payload.odd"]


@pytest.mark.parametrize("kind", ["channel", "group", "mpim"])
def test_what_people_say_to_each_other_is_not_answered(house: House, kind: str):
    """The manifest asks for direct messages only, and a workspace's own may ask for more."""
    event = {
        "type": "message",
        "channel_type": kind,
        "channel": FINANCE,
        "text": "run sales report",
        "ts": "1.1",
    }

    house.hear({"type": "event_callback", "event": event, "event_id": "E1"}, TOM)
    assert house.said == []

    house.hear({"type": "event_callback", "event": {**event, "channel_type": "im"}, "event_id": "E2"}, TOM)
    assert house.said
