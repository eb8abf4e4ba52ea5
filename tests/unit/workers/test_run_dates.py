"""Each run carries its due moment as its date in Airflow, whatever way it came there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from bot.domain.run import RunState
from bot.rules.access import Asker
from tests.world import BERLIN, NINE, TOM

if TYPE_CHECKING:
    from tests.fakes.airflow_run import FakeRun
    from tests.world import World

DAY, MINUTE, SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)


def runs(world: World, dag_id: str = "sales_report") -> list[FakeRun]:
    return [world.airflow._runs[dag_id, run_id] for run_id in world.starts(dag_id)]


@pytest.mark.slow
def test_a_run_handed_over_ahead_carries_its_due_moment_and_the_interval_since_the_one_before(world: World):
    world.schedule("every weekday at 9am")

    world.go_to(NINE + MINUTE)

    (run,) = runs(world)
    assert (run.logical_date, run.run_after) == (NINE, NINE)
    assert run.interval == (NINE - 3 * DAY, NINE), "a Monday's begins on Friday"
    assert run.state is RunState.DONE


@pytest.mark.slow
def test_a_single_moment_has_no_interval(world: World):
    world.schedule("today at 9am")

    world.go_to(NINE + MINUTE)

    assert runs(world)[0].interval == (NINE, NINE)


def test_a_run_now_carries_its_moment(world: World):
    pressed_at = world.clock.now()
    world.run_now()

    world.dispatcher.step()

    assert runs(world)[0].logical_date == pressed_at


def test_a_late_run_carries_the_moment_it_was_due(world: World):
    world.schedule("every weekday at 9am")
    world.clock.set(NINE + timedelta(hours=2))

    world.go_on(MINUTE)

    (run,) = runs(world)
    assert (run.logical_date, run.interval) == (NINE, (NINE - 3 * DAY, NINE))
    assert run.run_after == world.clock.now() - MINUTE + 2 * SECOND or run.run_after > NINE


@pytest.mark.slow
def test_a_run_that_waited_for_the_one_before_carries_the_moment_it_was_due(world: World):
    world.airflow._jobs["sales_report"].takes = 7 * MINUTE
    world.schedule("every 5 minutes")
    first = world.clock.now() + 5 * MINUTE

    world.go_on(15 * MINUTE)

    dates = [run.logical_date for run in runs(world)]
    assert len(dates) == 2
    assert dates[1] == dates[0] + 5 * MINUTE
    assert runs(world)[1].started_at > dates[1] + MINUTE
    assert dates[0] >= first - MINUTE


@pytest.mark.slow
def test_two_schedules_of_one_job_due_at_one_moment_both_run(world: World):
    """Airflow gives each date of a DAG once."""
    world.schedule("every weekday at 9am", region="emea")
    world.schedule("every weekday at 9am", region="us")
    world.schedule("every weekday at 9am", region="apac")

    world.go_to(NINE + MINUTE)

    dates = sorted(run.logical_date for run in runs(world))
    assert dates[0] == NINE
    assert len(set(dates)) == 3
    assert all(NINE <= each < NINE + SECOND for each in dates)
    assert [run.state for run in runs(world)] == [RunState.DONE] * 3
    assert all(run.run_after >= run.logical_date for run in runs(world)), "or it would hang"


def test_a_date_that_is_taken_already_moves_by_less_than_a_second(world: World):
    world.schedule("every weekday at 9am")
    world.airflow.start_elsewhere("sales_report", "by_hand", logical_date=NINE, run_after=NINE + DAY)

    world.go_to(NINE + MINUTE)

    (run,) = runs(world)
    assert NINE < run.logical_date < NINE + SECOND
    assert run.interval == (NINE - 3 * DAY, NINE)


@pytest.mark.slow
def test_posted_again_it_is_still_one_run_with_one_date(world: World):
    world.schedule("every weekday at 9am")
    world.airflow.start_elsewhere("sales_report", "by_hand", logical_date=NINE, run_after=NINE + DAY)
    world.go_to(NINE - 46 * SECOND)
    world.airflow.lose_answers()

    world.go_to(NINE + MINUTE)

    assert len(world.airflow.calls_of("start")) == 2
    assert len(world.starts()) == 1


def test_airflows_own_run_of_the_same_moment_is_not_left_out(world: World):
    """Its scheduler creates no run of a date that another one carries, and says so to nobody."""
    world.schedule("every day at 9am", dag_id="nightly_cleanup")
    world.go_to(NINE + SECOND)

    own = world.airflow.start_elsewhere("nightly_cleanup", "scheduled__nine", logical_date=NINE)

    assert own is not None
    (ours,) = runs(world, "nightly_cleanup")
    assert NINE < ours.logical_date < NINE + SECOND
    assert ours.interval == (ours.logical_date, ours.logical_date), "Airflow infers it"


@pytest.mark.slow
def test_withdrawn_and_made_again_it_has_a_date_of_its_own(world: World):
    schedule = world.schedule("every weekday at 9am")
    world.go_to(NINE - 30 * SECOND)
    skipped = world.adjusting.skip_next(Asker(TOM), schedule.schedule_id)
    world.dispatcher.step()
    world.adjusting.undo_skip(Asker(TOM), skipped.firing_id)

    world.go_to(NINE + MINUTE)

    first, second = runs(world)
    assert first.logical_date == NINE
    assert NINE < second.logical_date < NINE + SECOND
    assert second.state is RunState.DONE


@pytest.mark.slow
def test_a_retry_keeps_the_date(world: World):
    world.run_now(dag_id="import_orders", fail="once")
    world.go_on(MINUTE)
    (run,) = runs(world, "import_orders")
    date = run.logical_date
    with world.database.transaction() as tx:
        firing_id = run.run_id.removeprefix("runbell__")
        known = tx.runs.of_firing(firing_id)

    world.running.retry(Asker(TOM), known.run_key)
    world.go_on(MINUTE)

    assert run.state is RunState.DONE
    assert run.logical_date == date


@pytest.mark.slow
@pytest.mark.parametrize(
    ("when", "due_at", "since"),
    [
        ("every day at midnight", datetime(2026, 3, 3, tzinfo=BERLIN), datetime(2026, 3, 2, tzinfo=BERLIN)),
        (
            "every day at 0:30 Tokyo time",
            datetime(2026, 3, 3, 0, 30, tzinfo=ZoneInfo("Asia/Tokyo")),
            datetime(2026, 3, 2, 0, 30, tzinfo=ZoneInfo("Asia/Tokyo")),
        ),
    ],
)
def test_around_midnight_and_in_other_zones(world: World, when: str, due_at: datetime, since: datetime):
    world.schedule(when)
    world.clock.set(due_at.astimezone(UTC) - 4 * MINUTE)

    world.go_to(due_at.astimezone(UTC) + MINUTE)

    (run,) = runs(world)
    assert run.logical_date == due_at
    assert run.interval == (since, due_at)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("eve", "hours"),
    [(datetime(2026, 3, 28, 9, tzinfo=BERLIN), 23), (datetime(2026, 10, 24, 9, tzinfo=BERLIN), 25)],
)
def test_across_a_change_of_clocks_the_interval_is_what_the_clock_on_the_wall_says(
    world: World, eve: datetime, hours: int
):
    world.clock.set(eve.astimezone(UTC) + MINUTE)
    world.catalogue.step()
    world.schedule("every day at 9am")
    world.clock.advance(timedelta(hours=hours) - 4 * MINUTE)

    world.go_on(4 * MINUTE)

    (run,) = runs(world)
    start, end = run.interval
    assert (start, end) == (eve, run.logical_date)
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=hours)
