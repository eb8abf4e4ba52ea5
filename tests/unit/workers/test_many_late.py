"""Many jobs that are late at once are one message in each place, which is kept up to date."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.alert_rule import AlertEvent
from bot.domain.job import Job, JobKey
from bot.domain.schedule import MissedPolicy, OverlapPolicy
from bot.rules.access import Asker
from tests.late_runs import TOMS, about, go_on
from tests.unit.workers.test_alert_rules import IN_FINANCE, PLAIN
from tests.unit.workers.test_incidents import shown
from tests.unit.workers.test_storms import aloud
from tests.world import FINANCE, MAYA, NINE, TOM

if TYPE_CHECKING:
    from datetime import datetime

    from tests.world import World

pytestmark = pytest.mark.both_databases
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
MANY = 12


def add_jobs(world: World, *, next_run_at: datetime | None = None, many: int = MANY) -> None:
    for number in range(many):
        key = JobKey(world.airflow.deployment, f"load_{number:02}")
        schedule = None if next_run_at is None else "0 8 * * *"
        job = Job(
            key, f"Load {number:02}", tags=frozenset({"finance"}),
            airflow_schedule=schedule, next_run_at=next_run_at,
        )  # fmt: skip
        world.airflow.add(job, tasks=("pull",))
    world.catalogue.step()


def change_all(world: World, **changes: object) -> None:
    for number in range(MANY):
        world.airflow.change(f"load_{number:02}", **changes)
    world.catalogue.step()


@pytest.mark.slow
def test_many_that_airflow_does_not_start_are_one_message_whose_thread_has_each(world: World):
    late = world.clock.now() - 11 * MINUTE
    add_jobs(world, next_run_at=late)
    go_on(world, MINUTE, stride=2 * SECOND)

    assert len(aloud(world)) <= 6
    (one,) = about(world, f"{MANY} runs are late")
    assert one.text.startswith(f"{MANY} runs are late or did not run: Load ")
    each = about(world, "should have run")
    for number in range(MANY):
        assert [word for word in each if word.text.startswith(f"Load {number:02} should")]
    quiet = [word for word in each if word.thread_ts == one.ts]
    assert len(quiet) >= MANY - 5
    assert not any(word.broadcast for word in quiet)

    world.airflow.change("load_11", next_run_at=late + timedelta(days=1))
    world.catalogue.step()
    go_on(world, 20 * SECOND)
    assert one.text.startswith(f"{MANY - 1} runs are late or did not run")
    assert "*Load 11*, Airflow goes on with its schedule" in shown(one)
    before = len(aloud(world))

    change_all(world, next_run_at=late + timedelta(days=1))
    go_on(world, MINUTE, stride=2 * SECOND)
    assert one.text == f"None of the {MANY} runs that were late is late any more."
    assert about(world, "should have run") == []
    assert len(aloud(world)) == before


def miss_at_nine(world: World) -> None:
    """Let Airflow be away when the schedules of many jobs are due, for longer than they may be late."""
    add_jobs(world)
    for number in range(MANY):
        schedule = world.schedule("every day at 9am", TOM, dag_id=f"load_{number:02}")
        world.adjusting.set_policies(
            Asker(TOM),
            schedule.schedule_id,
            missed=MissedPolicy.NONE,
            overlap=OverlapPolicy.WAIT,
            grace=None,
            most_failures=None,
        )
    world.clock.advance(NINE - MINUTE - world.clock.now())
    with world.airflow.outage():
        for _ in range(30):
            world.clock.advance(MINUTE)
            world.dispatcher.step()
    for _ in range(40):
        world.clock.advance(2 * SECOND)
        world.dispatcher.step()
        world.notifier.step()


@pytest.mark.slow
def test_many_missed_moments_are_one_message_for_the_channel_and_one_for_their_owner(world: World):
    miss_at_nine(world)

    missed = [each for each in aloud(world) if "did not run" in each.text]
    assert len(missed) <= 6
    assert len([each for each in aloud(world, TOMS) if "did not run" in each.text]) <= 2
    for place in (FINANCE, TOMS):
        (one,) = about(world, f"{MANY} runs are late or did not run", place)
        assert "#1" in shown(one)
        below = [each for each in about(world, "Run now", place) if each.thread_ts == one.ts]
        assert len(below) >= MANY - 5


@pytest.mark.slow
def test_what_is_still_late_when_a_project_s_pause_ends_is_one_message(world: World):
    until = world.clock.now() + 30 * MINUTE
    world.services().pausing_projects.pause(Asker(MAYA, FINANCE), world.projects["Finance"], until)
    add_jobs(world, next_run_at=world.clock.now() - 11 * MINUTE)
    go_on(world, 29 * MINUTE, stride=MINUTE)
    world.catalogue.step()
    assert about(world, "should have run") == []

    for _ in range(20):
        go_on(world, 10 * SECOND, stride=2 * SECOND)
        world.catalogue.step()
    assert about(world, f"{MANY} runs are late")
    assert len([each for each in aloud(world) if "should have run" in each.text]) <= 5


@pytest.mark.slow
def test_a_few_that_are_late_have_a_message_each(world: World):
    add_jobs(world, next_run_at=world.clock.now() - 11 * MINUTE, many=5)
    go_on(world, MINUTE, stride=2 * SECOND)

    assert len([each for each in aloud(world) if "should have run" in each.text]) == 5
    assert about(world, "are late") == []


def test_what_is_over_by_the_end_of_quiet_hours_is_told_to_nobody(world: World):
    events = frozenset({AlertEvent.FAILURE, AlertEvent.LATE})
    quiet = replace(PLAIN, events=events, quiet=(time(8), time(10)))
    world.alerting.change(IN_FINANCE, f"airflow.{FINANCE}", quiet)
    late = world.clock.now() - 11 * MINUTE
    add_jobs(world, next_run_at=late)
    go_on(world, 20 * SECOND)
    with world.database.transaction() as tx:
        assert tx.outbox.waiting() > MANY

    change_all(world, next_run_at=late + timedelta(days=1))
    go_on(world, 20 * SECOND)
    world.clock.advance(70 * MINUTE)
    for _ in range(MANY):
        world.clock.advance(2 * SECOND)
        world.notifier.step()

    assert world.slack.posted == []
