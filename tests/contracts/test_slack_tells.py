"""What Slack tells of people and user groups, over a real socket: rights and schedules follow at once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from slack_sdk import WebClient

import handlers
from bot.cli.check import run_checks
from bot.domain.rights import Role
from bot.domain.schedule import ScheduleState
from bot.gateways.slack import SlackGateway
from bot.gateways.slack_socket import SlackSocket
from bot.health import NO_ADMIN, Health
from bot.services.slack.groups import Groups
from bot.services.slack.people import People
from bot.workers.mirrors.people import DirectoryMirror, GroupMirror
from handlers.bolt import heard_by, make_app
from playground.demo.workspace import ALEX, WORKSPACE
from playground.slack.description import GroupDescription
from playground.slack.server import start_workspace
from tests.manifest import MANIFEST
from tests.world import PRIYA, TEAM, TOM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.domain.schedule import Schedule
    from playground.slack.server import RunningWorkspace
    from tests.world import World

HELPERS = GroupDescription("S0HELPERS", "helpers", "Helpers", members=(PRIYA.person_id,))


@dataclass(frozen=True, slots=True)
class Office:
    world: World
    slack: RunningWorkspace

    def state(self, schedule: Schedule) -> ScheduleState:
        with self.world.database.transaction() as tx:
            found = tx.schedules.get(schedule.schedule_id)
        assert found is not None
        return found.state

    def admins(self) -> list[str]:
        with self.world.database.transaction() as tx:
            return [each.person_id for each in tx.directory.admins(TEAM)]


@pytest.fixture
def office(world: World) -> Iterator[Office]:
    """Priya may schedule Finance's jobs as one of @helpers; Slack's admins count."""
    slack = start_workspace(replace(WORKSPACE, groups=(HELPERS,)), MANIFEST)
    client = WebClient(token=slack.bot_token, base_url=slack.api_url)
    gateway = SlackGateway(client, admins_count=True)
    world.people = People(world.database, world.clock, gateway)
    world.groups = Groups(world.database, world.clock, gateway)
    app = make_app(client)
    talks = ThreadPoolExecutor(5)
    handlers.register(app, world.services(), gateway, talks)
    socket = SlackSocket(slack.app_token, client, heard_by(app), threads=5)
    socket.connect()
    with world.database.transaction() as tx:
        tx.projects.add_member(world.projects["Finance"], TEAM, Role.RUNNER, group_id=HELPERS.id)
    for mirror in (GroupMirror, DirectoryMirror):
        mirror(world.database, world.clock, gateway, "here").step()
    yield Office(world, slack)
    assert [each for each in slack.driver.broken_rules() if "user_not_found" not in each] == []
    slack.stop()  # first: what waits for a word from it hears at once that there will be none
    talks.shutdown()
    socket.close()


def soon(is_so: Callable[[], bool]) -> None:
    """An event needs a moment to arrive."""
    deadline = time.monotonic() + 10
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert is_so()


def test_who_is_taken_out_of_a_group_loses_their_schedules(office: Office):
    schedule = office.world.schedule("every day at 9:00", office.world.people.find(TEAM, PRIYA.person_id))

    office.slack.driver.change_group("helpers", members=())

    soon(lambda: office.state(schedule) is ScheduleState.SUSPENDED)


def test_a_group_that_is_disabled_gives_nothing(office: Office):
    schedule = office.world.schedule("every day at 9:00", office.world.people.find(TEAM, PRIYA.person_id))

    office.slack.driver.change_group("helpers", disabled=True)

    soon(lambda: office.state(schedule) is ScheduleState.SUSPENDED)


def test_who_is_deactivated_loses_their_schedules(office: Office):
    schedule = office.world.schedule("every day at 9:00", TOM)

    office.slack.driver.change_person("Tom Okafor", deactivated=True)

    soon(lambda: office.state(schedule) is ScheduleState.SUSPENDED)


def test_slacks_admins_are_admins_while_slack_says_so(office: Office):
    assert office.admins() == [ALEX.id]

    office.slack.driver.change_person("Tom Okafor", owner=True)
    soon(lambda: office.admins() == [ALEX.id, TOM.person_id])

    office.slack.driver.change_person("Tom Okafor", owner=False)
    soon(lambda: office.admins() == [ALEX.id])


def test_that_the_last_admin_has_left_is_a_warning(office: Office):
    world = office.world
    health = Health(world.database, world.slack, world.airflow, ())
    assert health.report()["warnings"] == []

    office.slack.driver.change_person("Alex Novak", deactivated=True)
    soon(lambda: office.admins() == [])

    report = health.report()
    assert report["warnings"] == [NO_ADMIN]
    assert report["ready"], "it still runs"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "✗ Admins: nobody"),
        ({"ADMINS": "U0NOBODY"}, "✗ Admins: nobody"),
        ({"ADMINS": ALEX.id}, "✓ Admins: Alex Novak"),
        ({"SLACK_ADMINS_ARE_ADMINS": "true"}, "✓ Admins: Alex Novak"),
    ],
)
def test_check_says_who_is_an_admin(
    office: Office, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], said: str
):
    given = {
        "SLACK_BOT_TOKEN": office.slack.bot_token, "SLACK_APP_TOKEN": office.slack.app_token,
        "SLACK_API_URL": office.slack.api_url, "AIRFLOW_URL": "http://127.0.0.1:1", "AIRFLOW_TOKEN": "x",
        "DATABASE_URL": "sqlite://", **settings,
    }  # fmt: skip
    for name, value in given.items():
        monkeypatch.setenv(f"RUNBELL_{name}", value)
    told: list[str] = []

    run_checks(told.append)

    assert said in told
