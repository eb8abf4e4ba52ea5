"""After an outage: what is on time, and what somebody asks for now, does not wait for what is caught up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.schedule import MissedPolicy, OverlapPolicy
from bot.rules.access import Asker
from bot.workers import dispatcher
from tests.world import FINANCE, MAYA, TOM

if TYPE_CHECKING:
    from datetime import datetime

    from tests.world import World

pytestmark = pytest.mark.both_databases

AT_ONCE = 8


@pytest.fixture(autouse=True)
def _few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatcher, "CLAIMED_AT_ONCE", AT_ONCE)
    monkeypatch.setattr(dispatcher, "REFILLED_AT", 0)


def begin_to_catch_up(world: World, overlap: OverlapPolicy = OverlapPolicy.ALLOW) -> None:
    """Let the dispatcher begin with an hour of a schedule's minutes."""
    schedule = world.schedule("every minute")
    world.adjusting.set_policies(
        Asker(TOM), schedule.schedule_id, missed=MissedPolicy.ALL, overlap=overlap, grace=None
    )
    world.clock.advance(timedelta(hours=1))
    world.dispatcher.step()


def due_moments(world: World) -> list[datetime]:
    """When the runs that Airflow has were due, in the order in which they were handed over."""
    with world.database.transaction() as tx:
        found = (tx.firings.get(each.removeprefix("runbell__")) for each in world.starts())
        return [each.due_at for each in found if each is not None]


def test_run_now_does_not_wait_for_what_is_caught_up(world: World):
    begin_to_catch_up(world)
    asked_at = world.clock.now()
    world.run_now(MAYA, rows=7)

    world.dispatcher.step()

    moments = due_moments(world)
    assert asked_at in moments
    assert len(moments) > AT_ONCE + 1, "what is caught up goes on, too"


@pytest.mark.slow
def test_a_schedule_that_is_on_time_does_not_wait_for_what_is_caught_up(world: World):
    begin_to_catch_up(world)
    on_time = world.schedule("once in 2 minutes", MAYA)
    assert on_time.next_due_at is not None
    world.clock.set(on_time.next_due_at - timedelta(seconds=40))

    world.dispatcher.step()

    assert on_time.next_due_at in due_moments(world)


@pytest.mark.slow
def test_what_is_caught_up_goes_on_whatever_is_on_time(world: World):
    begin_to_catch_up(world)
    for number in range(3 * AT_ONCE):
        world.run_now(MAYA, rows=number + 1)
    late_before = len(due_moments(world))

    world.dispatcher.step()

    lately = world.clock.now() - timedelta(minutes=1)
    late = [each for each in due_moments(world)[late_before:] if each < lately]
    assert len(late) == AT_ONCE // 4


@pytest.mark.slow
@pytest.mark.parametrize("overlap", [OverlapPolicy.WAIT, OverlapPolicy.SKIP])
def test_moments_that_must_not_overlap_stay_in_order(world: World, overlap: OverlapPolicy):
    begin_to_catch_up(world, overlap)

    world.go_on(timedelta(minutes=2))

    moments = due_moments(world)
    assert len(moments) > 1
    assert moments == sorted(moments)


@pytest.mark.slow
def test_what_waited_before_an_outage_gives_way_to_what_was_missed_in_it(world: World):
    job = world.airflow.job("sales_report")
    assert job is not None
    world.airflow.add(job, takes=timedelta(minutes=40))
    schedule = world.schedule("every 30 minutes")
    world.adjusting.set_policies(
        Asker(TOM), schedule.schedule_id, missed=MissedPolicy.NONE, overlap=OverlapPolicy.WAIT, grace=None
    )
    runs = schedule.next_due_at
    assert runs is not None
    waits, following = runs + timedelta(minutes=30), runs + timedelta(hours=5)
    world.go_to(waits + timedelta(minutes=1))
    world.clock.advance(following - timedelta(minutes=15) - world.clock.now())

    world.go_to(following + timedelta(minutes=1))

    assert due_moments(world) == [runs, following]
    assert any("later times have passed since" in text for text in world.slack.texts(FINANCE))
