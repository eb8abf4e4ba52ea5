"""What the dispatcher asks of one schedule's moments costs the same, however many others there have been."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from bot.domain.firing import FiringState
from tests.world import NINE

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.firing import Firing
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
    "how long they took": lambda tx, firing: tx.history.of_schedule(firing.schedule_id),
}


@pytest.mark.parametrize("asked", ASKED)
def test_a_schedules_moments_are_found_without_reading_all_there_are(world: World, asked: str):
    schedule = world.schedule("every weekday at 9am")
    world.go_to(NINE - timedelta(seconds=40))
    plans: list[str] = []

    explain = "EXPLAIN QUERY PLAN" if world.database.is_sqlite else "EXPLAIN"

    @event.listens_for(world.database._engine, "before_cursor_execute")
    def _explain(_connection: Any, cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.lstrip().startswith("SELECT"):
            cursor.execute(f"{explain} {statement}", values)
            plans.extend(row[-1] for row in cursor.fetchall())

    with world.database.transaction() as tx:
        if not world.database.is_sqlite:  # which reads few rows whole, unless there is no other way
            tx.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        firing = tx.firings.at_moment(schedule.schedule_id, NINE)
        ASKED[asked](tx, firing)

    assert len(plans) > 1
    scans = [f"{scan} {table}" for scan in ("SCAN", "Seq Scan on") for table in ("firings", "runs")]
    assert [each for each in plans if any(scan in each for scan in scans)] == []
