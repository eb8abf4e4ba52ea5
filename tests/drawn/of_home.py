"""Samples of Homes: of a newcomer, of staff, of a manager, of an admin; full and empty."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.blocks import home
from bot.blocks.parts import escape
from bot.domain.announcement import AccessAsked
from bot.domain.history import RunRow
from bot.domain.home import Failing, Home, ProjectWeek, Upkeep
from bot.domain.listed import Coming, Listed, Page
from bot.domain.notice import Message
from bot.domain.rights import Action, Role
from bot.domain.run import RunState
from bot.domain.schedule import ScheduleState
from tests.drawn.of_jobs_and_runs import an_alert
from tests.drawn.samples import of
from tests.drawn.world import BERLIN, NOW, a_job, a_project, a_run, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.drawn.samples import Builder


NOBODYS = Home(
    "U1", BERLIN, NOW, frozenset(), "", [], 0, [], [], 0, Page([], 0), {}, Coming([], is_more=False), [], [],
    [], [], [], None,
)  # fmt: skip


def numbered(found: list[Listed], since: int = 1) -> list[Listed]:
    return [
        replace(each, schedule=replace(each.schedule, number=number, schedule_id=f"{number:024}"))
        for number, each in enumerate(found, since)
    ]


def staffs(name: str) -> Home:
    return replace(NOBODYS, may=frozenset(Action), example=name, projects=[(a_project(name), Role.RUNNER)])


def full(name: str) -> Home:
    mine = numbered([listed(name, state) for state in ScheduleState] * 2)[:6]
    runs = [a_run(name, state) for state in RunState]
    apart = [replace(each, run=replace(each.run, run_key=f"{n:024}")) for n, each in enumerate(runs)]
    alerts = [an_alert(name), an_alert(name, count=1234), an_alert(name, claimed_by="U1", claimed_at=NOW)] * 2
    asked = AccessAsked(
        "r" * 24, "U1", name, is_managed=False, job=name, channel_id=None, roles=(Role.VIEWER, Role.RUNNER)
    )
    return replace(
        staffs(name),
        failing=[Failing(each.incident, each.last, each.count, may_run=True) for each in alerts[:4]],
        failing_count=99,
        suspended=numbered([listed(name, ScheduleState.SUSPENDED)] * 4, since=50),
        waiting=[asked] * 3,
        waiting_count=30,
        mine=Page(mine, 100, is_more=True, first_shown=6),
        strips={each.schedule.schedule_id: (*RunState, *RunState) for each in mine},
        ahead=Coming([(NOW + timedelta(hours=each), mine[0]) for each in range(168)], is_more=True),
        by_themselves=[replace(a_job(name), airflow_schedule=name)] * 12,
        runs=[RunRow(each, may_run=True) for each in apart],
        to_run=[("r" * 24, name)] * 5,
        projects=[(a_project(name), role) for role in Role] * 5,
        weeks=[ProjectWeek(a_project(name), 1234, 56, ((name, 5),) * 3)] * 3,
        upkeep=Upkeep(1234, NOW, NOW, 200, 1, 12),
    )


@of(home.home)
def homes(build: Builder, name: str) -> Iterator[Any]:
    yield build(NOBODYS)
    yield build(staffs(name))
    yield build(replace(staffs(name), may=frozenset({Action.SEE}), example=""))
    yield build(replace(staffs(name), weeks=[ProjectWeek(a_project(name), 0, 0, ())]))
    yield build(full(name))
    for read_at in (None, NOW - timedelta(hours=3)):
        yield build(replace(NOBODYS, upkeep=Upkeep(0, None, read_at, 0, 0, 0)))


@of(home.only)
def only_a_message(build: Builder, name: str) -> Iterator[Any]:
    said = escape(name)
    yield build(Message(said))
    yield build(Message(said, ({"type": "section", "text": {"type": "plain_text", "text": name}},)))
