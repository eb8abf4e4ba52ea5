"""What is asked of one schedule's moments, or first of a list, costs the same, however many there are."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from bot.domain.firing import FiringState
from bot.domain.listed import Wanted
from bot.domain.schedule import ScheduleState
from storage.reach import Reach
from tests.world import NINE, TEAM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.domain.firing import Firing
    from storage.database import Database
    from storage.transaction import Transaction
    from tests.world import World

ASKED: dict[str, Callable[[Transaction, Firing], Any]] = {
    "what is under way before it": lambda tx, firing: tx.moments.previous_under_way(firing),
    "what is under way, of many": lambda tx, firing: tx.moments.under_way_of([firing.schedule_id]),
    "what is under way": lambda tx, firing: tx.firings.under_way(firing.schedule_id),
    "whether a later one is due": lambda tx, firing: tx.moments.later_due(firing, NINE),
    "whether a later one waits": lambda tx, firing: tx.moments.has_later(firing, (FiringState.WAITING,)),
    "how many were missed": lambda tx, firing: tx.moments.missed_since_last_start(firing),
    "what is skipped": lambda tx, firing: tx.firings.skipped(firing.schedule_id, after=NINE),
    "what is ahead": lambda tx, firing: tx.firings.standing_ahead([firing.schedule_id], after=NINE),
    "its last runs": lambda tx, firing: tx.runs.last_of_schedules([firing.schedule_id]),
    "how they ended": lambda tx, firing: tx.overview.last_states([firing.schedule_id], count=5),
    "how long they took": lambda tx, firing: tx.history.of_schedule(firing.schedule_id),
}


@contextmanager
def explained(database: Database) -> Iterator[tuple[Transaction, list[str]]]:
    """A transaction, and the plans of what is read in it."""
    plans: list[str] = []
    explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"

    def note(_connection: Any, cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.lstrip().startswith("SELECT"):
            cursor.execute(f"{explain} {statement}", values)
            plans.extend(row[-1] for row in cursor.fetchall())

    event.listen(database._engine, "before_cursor_execute", note)
    with database.transaction() as tx:
        if not database.is_sqlite:  # which reads few rows whole, unless there is no other way
            tx.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        yield tx, plans
    event.remove(database._engine, "before_cursor_execute", note)


@pytest.mark.parametrize("asked", ASKED)
def test_a_schedules_moments_are_found_without_reading_all_there_are(world: World, asked: str):
    schedule = world.schedule("every weekday at 9am")
    world.go_to(NINE - timedelta(seconds=40))
    with explained(world.database) as (tx, plans):
        firing = tx.firings.at_moment(schedule.schedule_id, NINE)
        assert firing is not None
        plans.clear()
        ASKED[asked](tx, firing)

    assert any("uq_firings_schedule_due" in each for each in plans)
    scans = [f"{scan} {table}" for scan in ("SCAN", "Seq Scan on") for table in ("firings", "runs")]
    assert [each for each in plans if any(scan in each for scan in scans)] == []


@pytest.mark.parametrize("wanted", [Wanted(), Wanted(states=frozenset({ScheduleState.ACTIVE}))])
def test_everybodys_schedules_are_read_in_the_order_of_their_list(world: World, wanted: Wanted):
    world.schedule("every weekday at 9am")
    with explained(world.database) as (tx, plans):
        if not world.database.is_sqlite:  # which sorts what is little
            tx.connection.exec_driver_sql("SET LOCAL enable_sort = off")
        assert tx.listing.page(TEAM, reach=Reach.everywhere(TEAM), wanted=wanted, limit=201)
    assert any("ix_schedules_soonest" in each for each in plans)


def test_few_projects_schedules_are_found_by_their_projects(world: World):
    world.schedule("every weekday at 9am")
    if not world.database.is_sqlite:
        pytest.skip("PostgreSQL weighs how many there are, and here are few")
    reach = Reach(TEAM, frozenset(world.projects.values()))
    with explained(world.database) as (tx, plans):
        assert tx.listing.page(TEAM, reach=reach, wanted=Wanted(), limit=201)
    assert any("ix_schedules_project_id" in each for each in plans)
