"""What is late or long while a whole project is paused is told at its end, if it still is so."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.job import JobSettings
from bot.domain.rights import Action
from bot.domain.schedule import ScheduleState
from bot.rules.access import Asker
from bot.rules.project_edits import set_job
from tests.late_runs import TOMS, about, add_job, catalogued, go_on
from tests.unit.workers.test_failed_too_often import failing_schedule, state_of
from tests.unit.workers.test_incidents import shown
from tests.world import FINANCE, HR, MAYA, NINE

if TYPE_CHECKING:
    from tests.world import World

pytestmark = pytest.mark.both_databases
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


def pause(world: World, span: timedelta) -> None:
    until = world.clock.now() + span
    world.services().pausing_projects.pause(Asker(MAYA, FINANCE), world.projects["Finance"], until)


def add_limited_job(world: World) -> None:
    """Add a job whose runs take half an hour, and are to take three minutes at most."""
    add_job(world, takes=30 * MINUTE)
    finance = world.projects["Finance"]
    job = world.sharing.known_job(Asker(MAYA), finance, "load")
    world.managing.edit(Asker(MAYA), finance, set_job(job, JobSettings(longest_minutes=3)))


@pytest.mark.slow
def test_a_scheduled_run_that_takes_long_is_told_at_the_end_of_the_pause(world: World):
    add_limited_job(world)
    world.schedule("every day at 9am", dag_id="load")
    go_on(world, NINE + MINUTE - world.clock.now())
    pause(world, 10 * MINUTE)
    go_on(world, 9 * MINUTE, stride=30 * SECOND)
    during = about(world, "longer than")

    go_on(world, 3 * MINUTE)

    assert during == []
    assert len(about(world, "longer than")) == 1


@pytest.mark.slow
def test_a_run_that_airflow_started_by_itself_is_told_at_the_end_of_the_pause(world: World):
    add_limited_job(world)
    world.watcher.step()
    pause(world, 10 * MINUTE)
    world.airflow.start_elsewhere("load", "scheduled__long")
    go_on(world, 9 * MINUTE, stride=30 * SECOND)
    during = about(world, "longer than")

    go_on(world, 3 * MINUTE)

    assert during == []
    assert len(about(world, "longer than")) == 1


@pytest.mark.slow
def test_what_somebody_started_by_hand_in_the_pause_is_told_at_once(world: World):
    add_limited_job(world)
    pause(world, 30 * MINUTE)
    world.clock.advance(SECOND)
    world.run_now(dag_id="load")
    go_on(world, 6 * MINUTE, stride=20 * SECOND)

    assert len(about(world, "longer than")) == 1


@pytest.mark.slow
def test_what_airflow_does_not_start_itself_is_told_at_the_end_of_the_pause(world: World):
    pause(world, 20 * MINUTE)
    due = world.clock.now() + MINUTE
    catalogued(world, next_run_at=due)
    for _ in range(18):
        go_on(world, MINUTE, stride=30 * SECOND)
        world.catalogue.step()
    during = about(world, "should have run")
    for _ in range(4):
        go_on(world, MINUTE, stride=30 * SECOND)
        world.catalogue.step()

    assert during == []
    assert len(about(world, "should have run")) == 1


@pytest.mark.slow
def test_another_projects_channel_hears_at_once_what_the_paused_one_hears_later(world: World):
    with world.database.transaction() as tx:
        hr, here = world.projects["HR"], world.airflow.deployment
        tx.shares.add(hr, here, Action, at=world.clock.now(), dag_id="nightly_cleanup")
    pause(world, 20 * MINUTE)
    catalogued(world, next_run_at=world.clock.now() - 11 * MINUTE)
    go_on(world, 20 * SECOND)
    heard = [len(about(world, "should have run", each)) for each in (FINANCE, HR)]
    for _ in range(22):
        go_on(world, MINUTE, stride=30 * SECOND)
        world.catalogue.step()

    assert heard == [0, 1]
    assert [len(about(world, "should have run", each)) for each in (FINANCE, HR)] == [1, 1]


@pytest.mark.slow
def test_what_is_over_by_the_end_of_the_pause_is_never_told(world: World):
    pause(world, 20 * MINUTE)
    due = world.clock.now() + MINUTE
    catalogued(world, next_run_at=due)
    for _ in range(13):
        go_on(world, MINUTE, stride=30 * SECOND)
        world.catalogue.step()
    catalogued(world, next_run_at=due + timedelta(days=1))
    go_on(world, 10 * MINUTE, stride=30 * SECOND)

    assert about(world, "Nightly cleanup") == []


@pytest.mark.slow
def test_a_schedule_that_has_failed_too_often_waits_for_its_owner_from_the_end_of_the_pause_on(world: World):
    schedule = failing_schedule(world, 1)
    go_on(world, 5 * MINUTE)
    pause(world, 10 * MINUTE)
    go_on(world, 9 * MINUTE, stride=30 * SECOND)
    told = [about(world, "It waits for", each) for each in (FINANCE, TOMS)]
    go_on(world, 2 * MINUTE)

    assert told == [[], []]
    assert state_of(world, schedule) is ScheduleState.SUSPENDED
    assert [len(about(world, "It waits for", each)) for each in (FINANCE, TOMS)] == [1, 1]
    assert len(world.starts("sync")) == 1


# Jobs that break, or are paused in Airflow -----------------------------------------------------------------


def airflow_changes(world: World, **changes: object) -> None:
    world.airflow.change("sales_report", **changes)
    world.catalogue.step()
    go_on(world, 10 * SECOND, stride=2 * SECOND)


def of_the_job(world: World) -> list[int]:
    return [len(about(world, "the job is paused in Airflow", each)) for each in (FINANCE, TOMS)]


@pytest.mark.slow
def test_a_job_that_is_paused_in_airflow_in_a_pause_is_told_at_its_end(world: World):
    world.schedule("every day at 9am")
    pause(world, 20 * MINUTE)
    airflow_changes(world, is_paused=True)
    during = of_the_job(world)
    go_on(world, 21 * MINUTE, stride=MINUTE)

    assert during == [0, 0]
    assert of_the_job(world) == [1, 1]
    airflow_changes(world, is_paused=False)
    assert [each.text for each in about(world, "can run again")] == [
        "Sales report did not run: the job was paused in Airflow.",
        "Sales report can run again.",
    ]


@pytest.mark.slow
def test_what_breaks_and_is_mended_in_a_pause_is_told_to_nobody(world: World):
    world.schedule("every day at 9am")
    before = len(world.slack.posted)
    pause(world, 20 * MINUTE)
    airflow_changes(world, has_import_errors=True)
    airflow_changes(world, has_import_errors=False)
    go_on(world, 21 * MINUTE, stride=MINUTE)

    said = [shown(each) for each in world.slack.posted[before:]]
    assert [each for each in said if "Sales report" in each and "does not run" in each] == []
    assert [each for each in said if "can run again" in each] == []


def test_a_pause_that_ends_early_tells_then_what_is_paused_in_airflow(world: World):
    world.schedule("every day at 9am")
    pause(world, timedelta(days=3))
    airflow_changes(world, is_paused=True)
    world.services().pausing_projects.resume(Asker(MAYA, FINANCE), world.projects["Finance"])
    go_on(world, 20 * SECOND, stride=2 * SECOND)

    assert of_the_job(world) == [1, 1]
