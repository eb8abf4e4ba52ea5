"""Denied attempts: written down once, without what was typed, and never without end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from bot.domain.entry import COUNTED
from bot.domain.errors import Attempt, Conflict, NotAllowed, NotFound, UserError
from bot.rules.access import Asker
from bot.services.projects.denials import MOST, Denials
from tests.world import FINANCE, LENA, PRIYA, TEAM

if TYPE_CHECKING:
    from bot.domain.entry import Entry
    from tests.world import World


def note(world: World, error: UserError, on: str = "f" * 24, door: str = "schedule.pause") -> None:
    denials = Denials(world.database, world.clock)
    denials.note(TEAM, PRIYA.person_id, FINANCE, door=door, on=on, error=error)


def written(world: World) -> list[Entry]:
    with world.database.transaction() as tx:
        return [row for row in tx.audit.entries(TEAM, limit=200) if not row.allowed]


def test_who_from_where_what_and_on_what(world: World):
    schedule = world.schedule("every day at 9:00")
    for who in (PRIYA, LENA):
        with pytest.raises((NotFound, NotAllowed)) as refusal:
            world.scheduling.pause(Asker(who), schedule.schedule_id)
        note(world, refusal.value)

    looks, knows_nothing = written(world)
    assert (looks.person_id, looks.channel_id) == (PRIYA.person_id, FINANCE)
    assert (looks.action, looks.subject) == ("schedule.pause", "sales_report")
    project = str(world.projects["Finance"])
    assert looks.after == {"answer": "not allowed", "needs": "schedule", "project": project}
    assert (knows_nothing.after or {})["answer"] == "not found"


def test_what_is_no_question_of_rights_is_not_written(world: World):
    note(world, Conflict("already"))
    note(world, NotFound("I can't find a job called “password=hunter2”."))

    assert written(world) == []


def test_an_id_that_is_nobodys_is_written_as_it_came(world: World):
    with pytest.raises(NotFound) as refusal:
        world.scheduling.pause(Asker(PRIYA), "0" * 24)
    note(world, refusal.value, on="0" * 24)

    assert [row.subject for row in written(world)] == ["0" * 24]


@pytest.mark.slow
@pytest.mark.both_databases
def test_who_tries_on_and_on_fills_no_table_and_hides_nothing(world: World):
    for _ in range(2 * MOST):
        note(world, NotAllowed("no"))
    note(world, NotAllowed("no"), door="admin.people")

    counting, *rows = written(world)
    assert len(rows) == MOST
    assert counting.subject == f"and {MOST + 1} more within an hour"
    assert counting.after == {"schedule.pause": MOST, "admin.people": 1}

    world.clock.advance(timedelta(minutes=61))
    note(world, NotAllowed("no"))
    assert written(world)[0].action == "schedule.pause"


@pytest.mark.both_databases
def test_each_refusal_that_is_only_counted_stands_in_the_log(world: World):
    for _ in range(MOST):
        note(world, NotAllowed("no"))
    with capture_logs() as logged:
        note(world, NotAllowed("no"), door="admin.people", on="button")

    assert [(each["event"], each["door"], each["on"]) for each in logged] == [
        ("denial.counted", "admin.people", "button")
    ]


@pytest.mark.slow
@pytest.mark.both_databases
def test_refusals_in_one_project_hide_none_of_another_from_its_managers(world: World):
    one, another = (Attempt("run", "sales_report", world.projects[each]) for each in ("Finance", "HR"))
    for _ in range(2 * MOST):
        note(world, NotAllowed("no", attempt=one))
    note(world, NotAllowed("no", attempt=another))

    assert written(world)[0].project_id == world.projects["HR"]
    assert written(world)[0].action == "schedule.pause"


@pytest.mark.both_databases
def test_refusals_at_the_same_moment_are_all_counted(world: World):
    for _ in range(MOST):
        note(world, NotAllowed("no"))
    note(world, NotAllowed("no"))
    with ThreadPoolExecutor(4) as pool:
        wait([pool.submit(note, world, NotAllowed("no")) for _ in range(8)], timeout=30)

    assert sum(sum((row.after or {}).values()) for row in written(world) if row.action == COUNTED) == 9
