"""Words that waited are said without what the job said to owners who lost their role, and to nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.announcement import (
    DidNotRun,
    FailedAgain,
    JobChanged,
    NotRetried,
    OfSchedule,
    StoppedAfterFailures,
)
from bot.domain.backlog import BacklogShown
from bot.domain.firing import Remedy
from bot.domain.job import JobKey, Trouble
from bot.domain.notice import Notice, NoticeKind
from bot.domain.project import Place
from bot.rules.job_trouble import name_in_project
from bot.rules.readers import Reader
from tests.late_runs import MINUTE, SECOND, TOMS, about
from tests.latest import latest_run
from tests.unit.workers.test_failed_too_often import failing_schedule
from tests.unit.workers.test_incidents import shown
from tests.unit.workers.test_lost_rights import failing, take_away
from tests.world import LENA, MAYA, TEAM, TOM

if TYPE_CHECKING:
    from bot.domain.announcement import Announcement
    from bot.domain.project import Person
    from bot.domain.schedule import Schedule
    from tests.world import World

pytestmark = pytest.mark.both_databases
ERROR = "TimeoutError: 30 s"


def until_it_stops(world: World) -> None:
    """The schedule has failed and stopped, and nothing of it is said yet."""
    for _ in range(20):
        world.clock.advance(15 * SECOND)
        world.dispatcher.step()
        world.watcher.step()
        world.conditions.step()


def say_what_waits(world: World) -> None:
    for _ in range(10):
        world.clock.advance(2 * SECOND)
        world.notifier.step()


def test_an_owner_without_a_role_hears_that_their_schedule_stopped_without_the_jobs_error(world: World):
    failing_schedule(world, 1, "every minute")
    until_it_stops(world)

    take_away(world)
    say_what_waits(world)

    (told,) = about(world, "It waits for <@U0TOM> and does not run.", TOMS)
    assert ERROR not in shown(told)


def test_an_owner_with_a_role_hears_the_error_as_well(world: World):
    failing_schedule(world, 1, "every minute")
    until_it_stops(world)

    say_what_waits(world)

    (told,) = about(world, "It waits for <@U0TOM> and does not run.", TOMS)
    assert ERROR in shown(told)


def left_of(world: World, reader: Person, told: Announcement, subject: str = "") -> Announcement | None:
    with world.database.reading() as tx:
        found = Reader(tx, Place(TEAM, reader.person_id)).left_of_words(told, subject)
        notice = Notice(1, Place(TEAM, reader.person_id), NoticeKind.WORDS, subject, told=told)
        summed = BacklogShown(world.clock.now(), 1, (), (), (notice,))
        below = Reader(tx, notice.place).left_of(summed)
        assert isinstance(below, BacklogShown)
        assert [each.told for each in below.words] == ([] if found is None else [found])
        return found


@pytest.fixture
def schedule(world: World) -> Schedule:
    return world.schedule("every day at 9am", TOM, dag_id="import_orders")


def test_of_a_schedule_that_stopped(world: World, schedule: Schedule):
    told = StoppedAfterFailures(OfSchedule.of(schedule, "Import orders"), 3, ERROR)
    assert left_of(world, TOM, told) == left_of(world, LENA, told) == told

    take_away(world)
    assert left_of(world, TOM, told) == replace(told, error="")
    assert left_of(world, MAYA, told) == told
    assert left_of(world, LENA, told) == told


def test_of_a_schedule_that_stopped_whoever_else_lost_the_right_hears_nothing(world: World):
    mayas = world.schedule("every day at 8am", MAYA, dag_id="import_orders")
    told = StoppedAfterFailures(OfSchedule.of(mayas, "Import orders"), 3, ERROR)

    take_away(world)

    assert left_of(world, TOM, told) is None


def test_of_a_run_that_did_not_take_place(world: World):
    world.schedule("every minute", TOM, dag_id="import_orders")
    world.clock.advance(MINUTE)
    world.dispatcher.step()
    with world.database.reading() as tx:
        run = latest_run(tx, world.projects["Finance"], JobKey(world.airflow.deployment, "import_orders"))
        assert run.firing_id
        firing = tx.firings.get(run.firing_id)
    assert firing is not None
    told = DidNotRun(
        *("Import orders", None, firing.due_at, f"Airflow refuses it: {ERROR}", "Airflow refuses it"),
        also_missed=0,
        remedy=Remedy.NONE,
        firing_id=firing.firing_id,
    )
    assert left_of(world, TOM, told) == told

    take_away(world)
    assert left_of(world, TOM, told) == replace(told, reason="Airflow refuses it")
    assert left_of(world, LENA, told) == told


@pytest.mark.parametrize("names_it", [True, False])
def test_of_a_job_that_is_broken(world: World, schedule: Schedule, names_it: bool):
    named = (OfSchedule.of(schedule, "Import orders"),) if names_it else ()
    name = name_in_project(world.projects["Finance"], JobKey(world.airflow.deployment, "import_orders"))
    told = JobChanged(
        *("Import orders", Trouble.BROKEN, "Airflow cannot read it", named, len(named), "a reference", ""),
        error=ERROR,
        job=name,
    )
    assert left_of(world, TOM, told) == told

    take_away(world)
    own = replace(told, error="", reference="")
    assert left_of(world, TOM, told) == (own if names_it else None)
    assert left_of(world, LENA, told) == told


def test_of_a_retry_nothing_is_left(world: World):
    world.run_now(dag_id="import_orders", fail="always")
    world.go_on(timedelta(seconds=30))
    incident = failing(world)
    again = FailedAgain("Import orders", TOM.person_id, 2, ERROR)
    not_retried = NotRetried("Import orders", ERROR)
    words: dict[str, Announcement] = {incident.incident_id: again, incident.first_run: not_retried}
    for subject, told in words.items():
        assert left_of(world, TOM, told, subject) == told

    take_away(world)
    for subject, told in words.items():
        assert left_of(world, TOM, told, subject) is None
        assert left_of(world, LENA, told, subject) == told
