"""How far back the watcher reads what has ended: all the way now and then, a little at every look."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.workers.watcher import OVERLAP

if TYPE_CHECKING:
    from tests.world import World

SECOND = timedelta(seconds=1)


@pytest.mark.slow
def test_most_looks_read_few_of_the_runs_that_are_known(world: World):
    world.watcher.step()
    for number in range(90):
        world.airflow.start_elsewhere("sales_report", f"scheduled__{number}")
        world.airflow.finish("sales_report", f"scheduled__{number}")
        world.clock.advance(SECOND)
        world.watcher.step()
    before = len(world.airflow.calls_of("finished"))

    rows = 0
    for _ in range(15):
        world.watcher.step()
        call = world.airflow.calls_of("finished")[-1]
        rows += len(world.airflow.finished(ended_since=call.arguments[0]))
        world.clock.advance(2 * SECOND)

    assert len(world.airflow.calls_of("finished")) == before + 30
    assert rows < 15 * 30  # of 15 * 60, were all of the overlap read each time


def test_a_run_that_becomes_visible_late_is_heard_of_all_the_same(world: World):
    world.watcher.step()
    world.clock.advance(2 * OVERLAP)
    world.airflow.start_elsewhere("import_orders", "scheduled__hidden")
    world.airflow.fail("import_orders", "scheduled__hidden")
    hidden = world.airflow._runs.pop(("import_orders", "scheduled__hidden"))
    world.clock.advance(45 * SECOND)
    world.airflow.start_elsewhere("sales_report", "scheduled__later")
    world.airflow.finish("sales_report", "scheduled__later")
    for _ in range(3):
        world.watcher.step()
        world.clock.advance(2 * SECOND)

    world.airflow._runs["import_orders", "scheduled__hidden"] = hidden
    for _ in range(6):
        world.watcher.step()
        world.clock.advance(2 * SECOND)

    with world.database.transaction() as tx:
        assert tx.runs.by_ids("default", [("import_orders", "scheduled__hidden")])
