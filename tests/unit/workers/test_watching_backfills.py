"""The watcher and backfills: runs for days long past, which only a wide look at what has ended shows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import Unavailable
from bot.workers import patient_details
from bot.workers import watcher as watching

if TYPE_CHECKING:
    from tests.world import World


def long_ago(world: World, dag_id: str, run_id: str) -> None:
    """A run for a day of last month fails now."""
    a_month_ago = world.clock.now() - timedelta(days=30)
    world.airflow.start_elsewhere(dag_id, run_id, run_type="backfill", run_after=a_month_ago)
    world.airflow.fail(dag_id, run_id)


@pytest.mark.slow
def test_after_a_long_silence_backfills_are_read_too(world: World, monkeypatch: pytest.MonkeyPatch):
    """Their run_after is long ago: what was read step by step was read without them, but for the first."""
    monkeypatch.setattr(watching, "FINISHED_AT_ONCE", 7)
    world.watcher = watching.Watcher(world.database, world.clock, world.airflow, "here")
    world.step()
    for number in range(30):
        world.airflow.start_elsewhere("sales_report", f"scheduled__{number}")
        world.clock.advance(timedelta(seconds=20))
    long_ago(world, "import_orders", "backfill__1")
    world.clock.advance(timedelta(hours=60))

    for _ in range(12):
        world.watcher.step()

    with world.database.transaction() as tx:
        assert tx.runs.by_ids("default", [("import_orders", "backfill__1")])


@pytest.mark.slow
def test_a_backfill_is_read_whenever_it_ends_between_two_wide_looks(world: World):
    """While steps take seven seconds, and the watermark goes on with others that end."""
    for moment in range(40):
        world.watcher.step()
        world.clock.advance(timedelta(seconds=1))
        if moment < 20:
            long_ago(world, "import_orders", f"backfill__{moment}")
        world.clock.advance(timedelta(seconds=5))
        world.airflow.start_elsewhere("sales_report", f"scheduled__{moment}")
        world.airflow.finish("sales_report", f"scheduled__{moment}")
        world.clock.advance(timedelta(seconds=1))

    with world.database.transaction() as tx:
        known = tx.runs.by_ids("default", [("import_orders", f"backfill__{each}") for each in range(20)])
    assert len(known) == 20


def test_a_wide_look_that_comes_to_no_end_is_taken_again(world: World, monkeypatch: pytest.MonkeyPatch):
    """What lies behind the run at which it ended is in no other list."""
    world.step()
    world.clock.advance(timedelta(minutes=2))

    def hangs(*_which: str) -> None:
        raise Unavailable("Airflow", "it did not answer in time")

    monkeypatch.setattr(world.airflow, "failure", hangs)
    world.airflow.start_elsewhere("import_orders", "scheduled__bad")
    world.airflow.fail("import_orders", "scheduled__bad")
    long_ago(world, "import_orders", "backfill__1")

    for _ in range(2 * patient_details.MOST_TRIES + 1):
        world.watcher.step()

    with world.database.transaction() as tx:
        assert tx.runs.by_ids("default", [("import_orders", "backfill__1")])


def test_a_wide_look_that_airflow_did_not_answer_is_taken_again(world: World):
    world.step()
    world.clock.advance(timedelta(minutes=10))
    long_ago(world, "import_orders", "backfill__1")
    world.clock.advance(timedelta(minutes=10))
    world.airflow.start_elsewhere("sales_report", "scheduled__1")
    world.airflow.finish("sales_report", "scheduled__1")
    with world.airflow.outage(), pytest.raises(Unavailable):
        world.watcher.step()

    world.watcher.step()
    world.clock.advance(timedelta(minutes=2))
    world.watcher.step()

    with world.database.transaction() as tx:
        assert tx.runs.by_ids("default", [("import_orders", "backfill__1")])
