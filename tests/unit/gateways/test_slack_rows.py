"""Odd rows of Slack's are cut, cleaned, or left out and counted: the rest of the list goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk import WebClient
from structlog.testing import capture_logs

from bot.gateways.slack import SlackGateway
from bot.workers.mirrors.people import DirectoryMirror, GroupMirror
from tests.fakes.http_server import Answer, HttpServer
from tests.world import FINANCE, TEAM, TOM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fakes.http_server import Request
    from tests.world import World

HALF = "\ud800"
ODD_PEOPLE: list[Any] = [
    {"id": "U1", "name": "x" * 5000, "tz": "America"},
    {"id": "U2", "real_name": "nul \0 inside", "tz": "Europe/" + "x" * 300},
    {"id": "U3", "profile": {"display_name": f"half {HALF} a character", "email": "e" * 999}, "tz": 7},
    {"id": "U4", "profile": "none", "name": None, "tz": "../../etc/passwd"},
    {"id": "U" * 99, "name": "too long an id"},
    {"id": None},
    {"id": f"U{HALF}"},
    "no row at all",
    {"id": "U9", "name": "ordinary", "tz": "Europe/Berlin"},
]
ODD_GROUPS: list[Any] = [
    {"id": "S1", "handle": "h" * 500, "name": f"a\0{HALF}b", "users": ["U9", None, "U" * 99]},
    {"id": "S2", "users": None},
    {"handle": "no id"},
    {"id": "S9", "handle": "ordinary", "name": "Ordinary", "users": ["U9"]},
]
ODD_CHANNELS: list[Any] = [
    {"id": FINANCE, "name": "n" * 500 + "\0"},
    {"id": 7},
    {"id": "C" * 99, "name": "x"},
]


def answer(request: Request) -> Answer:
    method = request.path.rpartition("/")[2]
    bodies: dict[str, dict[str, Any]] = {
        "auth.test": {"team_id": TEAM},
        "users.list": {"members": ODD_PEOPLE},
        "usergroups.list": {"usergroups": ODD_GROUPS},
        "conversations.list": {"channels": ODD_CHANNELS},
        "users.info": {"user": {"id": None}},
    }
    return Answer(200, {"ok": True, **bodies[method]})


@pytest.fixture
def gateway() -> Iterator[SlackGateway]:
    with HttpServer(answer) as server:
        client = WebClient(token="xoxb-1", base_url=f"{server.url}/")
        client.retry_handlers.clear()
        yield SlackGateway(client)


@pytest.mark.both_databases
def test_the_directory_is_kept_whatever_rows_slack_has(world: World, gateway: SlackGateway):
    with capture_logs() as logs:
        DirectoryMirror(world.database, world.clock, gateway, "here").step()
        GroupMirror(world.database, world.clock, gateway, "here").step()

    with world.database.transaction() as tx:
        people = {each.person_id: each for each in tx.directory.people(TEAM)}
        handles = tx.directory.group_handles(TEAM)
        members = tx.directory.group_people(TEAM)
        channel = tx.channels.get(TEAM, FINANCE)
    assert {"U1", "U2", "U3", "U4", "U9", TOM.person_id} <= people.keys()
    assert {people[each].tz.key for each in ("U1", "U2", "U3", "U4")} == {"UTC"}
    assert people["U9"].tz.key == "Europe/Berlin"
    assert len(people["U1"].name) == 200
    assert people["U2"].name == "nul  inside"
    assert handles == {"S1": "h" * 200, "S2": "", "S9": "ordinary"}
    assert ("S1", "U9") in members
    assert channel is not None
    assert channel.name == "n" * 200
    odd = {(each["what"], each["left_out"]) for each in logs if each["event"] == "rows.odd"}
    assert {("people", 4), ("user groups", 1)} <= odd


def test_a_person_who_cannot_be_read_is_nobody(gateway: SlackGateway):
    assert gateway.person("U1") is None
