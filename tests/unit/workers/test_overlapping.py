"""Skipped or waiting: only for a run that Airflow says is going; otherwise the missed policy decides."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.domain.errors import Unavailable
from bot.domain.schedule import MissedPolicy, OverlapPolicy
from bot.rules.access import Asker
from storage.tables import firings
from tests.world import FINANCE, TOM

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tests.world import World

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BY = Asker(TOM)
ANSWERS = {
    "refused": Unavailable("Airflow", "it cannot be reached", not_done=True),
    "500": Unavailable("Airflow", "500: Internal Server Error"),
}


def hourly(world: World, missed: str, overlap: str, *, takes: timedelta) -> datetime:
    """A schedule of every hour; its first moment."""
    world.airflow.add(world.airflow.job("sales_report"), takes=takes)
    schedule = world.schedule("every hour")
    world.adjusting.set_policies(
        BY,
        schedule.schedule_id,
        missed=MissedPolicy(missed),
        overlap=OverlapPolicy(overlap),
        grace=None,
    )
    assert schedule.next_due_at is not None
    world.clock.set(schedule.next_due_at - 2 * MINUTE)
    return schedule.next_due_at


def without_airflow(world: World, answer: Unavailable, span: timedelta) -> None:
    world.airflow._outage = answer
    end = world.clock.now() + span
    while world.clock.now() < end:
        world.clock.advance(timedelta(seconds=60))
        world.dispatcher.step()
    world.airflow._outage = None


def fates(world: World) -> list[str]:
    with world.database.transaction() as tx:
        query = select(firings.c.state).where(firings.c.state != "cancelled").order_by(firings.c.due_at)
        return list(tx.connection.execute(query).scalars())


def began(world: World) -> Iterator[datetime]:
    for run_id in world.starts():
        run = world.airflow.run("sales_report", run_id)
        if run is not None and run.started_at is not None:
            yield run.started_at


@pytest.mark.slow
@pytest.mark.parametrize("answer", ANSWERS)
def test_after_an_outage_the_latest_runs_though_overlaps_are_skipped(world: World, answer: str):
    hourly(world, "latest", "skip", takes=MINUTE)

    without_airflow(world, ANSWERS[answer], HOUR + 30 * MINUTE)
    back = world.clock.now()
    world.go_on(MINUTE)

    assert fates(world) == ["missed", "handed over"]
    (at,) = began(world)
    assert at >= back
    assert not any("still going" in text for text in world.slack.texts(FINANCE))


@pytest.mark.slow
@pytest.mark.parametrize("overlap", ["wait", "skip"])
def test_after_an_outage_none_runs_where_none_is_wanted(world: World, overlap: str):
    hourly(world, "none", overlap, takes=MINUTE)

    without_airflow(world, ANSWERS["500"], HOUR + 30 * MINUTE)
    world.go_on(MINUTE)

    assert fates(world) == ["missed"] * 2
    assert list(began(world)) == []


@pytest.mark.slow
def test_a_run_of_which_airflow_has_not_told_for_long_is_not_called_going(world: World):
    first = hourly(world, "latest", "skip", takes=20 * MINUTE)
    world.go_to(first + MINUTE)

    without_airflow(world, ANSWERS["refused"], HOUR + 20 * MINUTE)
    world.go_on(MINUTE)

    assert fates(world) == ["handed over", "handed over"]
    assert not any("still going" in text for text in world.slack.texts(FINANCE))


def test_what_waited_and_what_has_just_come_do_not_run_beside_each_other(world: World):
    first = hourly(world, "latest", "wait", takes=2 * HOUR - timedelta(seconds=3))
    for moment in (first, first + HOUR, first + 2 * HOUR - timedelta(seconds=4)):
        world.clock.set(moment)
        world.watcher.step()
        world.dispatcher.step()

    for _ in range(20):  # the one that waits has not been looked at again when the next one is due
        world.clock.advance(timedelta(seconds=1))
        world.dispatcher.step()
        world.watcher.step()

    assert len(list(began(world))) == 2


@pytest.mark.slow
def test_a_line_of_all_that_wait_does_not_grow_for_ever(world: World):
    first = hourly(world, "all", "wait", takes=40 * HOUR)

    world.go_to(first + MINUTE)
    for _ in range(16):
        world.clock.advance(HOUR)
        world.watcher.step()
        for _ in range(2):
            world.clock.advance(timedelta(seconds=20))
            world.dispatcher.step()
            world.watcher.step()

    found = fates(world)
    assert found.count("skipped") == len(found) - 1 - found.count("waiting")
    assert 12 <= found.count("waiting") <= 13
