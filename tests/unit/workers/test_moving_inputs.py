"""Inputs that move with each run: each firing has its own value, by the clock of its schedule's zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.job import JobSettings
from bot.language.inputs import Viewpoint, read_field
from bot.rules.access import Asker
from tests.fakes.sample_jobs import DAY
from tests.world import BERLIN, FINANCE, NINE, TEAM, TOM

if TYPE_CHECKING:
    from tests.world import World

YESTERDAY = read_field(DAY, "yesterday", Viewpoint(BERLIN))
A_DAY = timedelta(days=1)


def given(world: World) -> list[Any]:
    """The day that each run was started with."""
    calls = world.airflow.calls_of("start")
    return [call.arguments[3].get("day") for call in calls]


@pytest.mark.slow
def test_each_run_of_a_schedule_gets_its_own_day(world: World):
    world.schedule("every day at 9:00", day=YESTERDAY)

    world.go_to(NINE)
    world.clock.advance(A_DAY - timedelta(minutes=1))
    world.go_on(timedelta(minutes=2))

    assert given(world)[:2] == ["2026-03-01", "2026-03-02"]


def test_the_day_is_that_of_the_schedules_zone(world: World):
    """At 02:00 in Tokyo it is still the day before in Berlin, where the owner lives."""
    world.schedule("3 March 2026 at 2:00 Tokyo time", day=YESTERDAY)
    world.clock.advance(datetime(2026, 3, 2, 16, 59, tzinfo=UTC) - world.clock.now())

    world.go_on(timedelta(minutes=2))

    assert given(world) == ["2026-03-02"]


@pytest.mark.slow
def test_the_day_is_right_through_the_short_night(world: World):
    world.schedule("29 March 2026 at 2:30", day=YESTERDAY)

    world.clock.advance(datetime(2026, 3, 29, 1, 29, tzinfo=UTC) - world.clock.now())
    world.go_to(datetime(2026, 3, 29, 1, 31, tzinfo=UTC))

    assert given(world) == ["2026-03-28"]


def test_a_run_that_starts_late_keeps_the_day_of_its_time(world: World):
    world.schedule("every day at 23:50", day=YESTERDAY)
    due = NINE + timedelta(hours=14, minutes=50)
    world.clock.advance(due + timedelta(hours=1) - world.clock.now())

    world.go_on(timedelta(minutes=2))

    assert given(world) == ["2026-03-01"]


def test_a_run_now_works_it_out_at_that_moment(world: World):
    world.run_now(day=YESTERDAY)

    world.go_on(timedelta(seconds=30))

    assert given(world) == ["2026-03-01"]


@pytest.mark.slow
def test_a_run_once_more_has_the_same_day_as_the_one_before(world: World):
    world.run_now(day=YESTERDAY)
    world.go_on(timedelta(minutes=2))
    run_id = world.starts()[0]
    with world.database.transaction() as tx:
        firing = tx.firings.get(run_id.removeprefix("runbell__"))
        assert firing is not None
        run = tx.runs.of_firing(firing.firing_id)
        assert run is not None
    world.clock.advance(timedelta(days=3))

    again = world.drafting.propose_again(Asker(TOM, FINANCE), run.run_key)
    world.previews.confirm(Asker(TOM, FINANCE), again.draft.draft_id)
    world.go_on(timedelta(seconds=30))

    assert given(world) == ["2026-03-01", "2026-03-01"]


def test_what_a_project_fixes_may_move(world: World):
    finance, deployment = world.projects["Finance"], world.airflow.deployment
    with world.database.transaction() as tx:
        kept = tx.project_setups.one(finance, deployment)
        assert kept is not None
        wanted = kept.setup.with_job("sales_report", JobSettings(fixed={"day": YESTERDAY}))
        tx.project_setups.put(TEAM, kept.name, wanted, deployment, at=world.clock.now(), by_file=False)
    world.schedule("every day at 9:00")

    world.go_to(NINE)

    assert given(world) == ["2026-03-01"]


def test_what_moves_is_kept_with_the_schedule(world: World):
    schedule = world.schedule("every day at 9:00", day=YESTERDAY)
    with world.database.transaction() as tx:
        kept = tx.schedules.get(schedule.schedule_id)

    assert kept is not None
    assert kept.inputs == {"day": YESTERDAY}


def test_the_last_run_of_a_schedule_is_offered_as_it_moves(world: World):
    world.schedule("every day at 9:00", day=YESTERDAY)
    world.go_to(NINE)
    (offer,) = [each for each in world.offers(Asker(TOM, FINANCE)) if each.job.key.dag_id == "sales_report"]

    assert world.drafting.last_used(Asker(TOM, FINANCE), offer) == {"day": YESTERDAY}
