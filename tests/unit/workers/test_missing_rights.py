"""Runbell's account lacks a right in Airflow: what people in Slack read, where they act or wait."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.errors import Forbidden
from bot.domain.job import JobKey
from bot.domain.schedule import ScheduleState
from tests.world import FINANCE, NINE

if TYPE_CHECKING:
    from tests.world import World

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def card(world: World) -> str:
    """What the first run's card shows now."""
    first = world.slack.posted[0]
    return str((first.edits or [first.message])[-1].blocks)


def test_a_run_now_that_may_not_be_started_is_told_at_once_with_the_right_to_give(world: World):
    world.airflow.forbidden = {"start": "“DAG Runs: create”"}

    world.run_now()
    world.go_on(10 * SECOND)

    (told,) = world.slack.texts(FINANCE)
    assert "did not run: Airflow does not let Runbell's account start this job" in told
    assert "it needs “DAG Runs: create”" in told
    assert "can give that account the right" in told
    assert "run now" not in told


def test_a_scheduled_run_that_may_not_be_started_is_told_at_its_time_and_its_schedule_goes_on(world: World):
    schedule = world.schedule("every weekday at 9am")
    world.airflow.forbidden = {"start": "“DAG Runs: create”"}

    world.go_to(NINE - SECOND)
    assert world.slack.texts(FINANCE) == []
    world.go_to(NINE + MINUTE)

    assert "it needs “DAG Runs: create”" in world.slack.texts(FINANCE)[-1]
    with world.database.transaction() as tx:
        kept = tx.schedules.get(schedule.schedule_id)
    assert kept is not None
    assert kept.state is ScheduleState.ACTIVE


@pytest.mark.slow
def test_a_right_given_before_the_run_is_due_loses_nothing(world: World):
    world.schedule("every weekday at 9am")
    world.airflow.forbidden = {"start": "“DAG Runs: create”"}
    world.go_to(NINE - 20 * SECOND)

    world.airflow.forbidden = {}
    world.go_to(NINE + MINUTE)

    assert any("is done" in each for each in world.slack.texts(FINANCE))


def test_runs_that_may_not_be_seen_say_so_on_their_cards_until_they_may(world: World):
    world.run_now()
    world.go_on(SECOND)
    world.airflow.forbidden = {"runs": "“DAG Runs: read”"}

    with pytest.raises(Forbidden):
        world.watcher.step()
    world.clock.advance(2 * SECOND)
    world.notifier.step()
    words = "Airflow does not let Runbell see its runs: its account there needs “DAG Runs: read”"
    assert words in card(world)

    world.airflow.forbidden = {}
    world.go_on(MINUTE)
    assert "does not let Runbell" not in card(world)
    assert "is done" in card(world)


@pytest.mark.parametrize(
    ("call", "needs", "job", "words"),
    [
        (
            "tasks",
            "“Task Instances: read”",
            "sales_report",
            "is done in 1 s, Airflow does not let Runbell see its tasks",
        ),
        ("result", "“XComs: read”", "sales_report", "Airflow does not let Runbell see its result"),
        ("failure", "“Task Instances: read”", "import_orders", "Airflow does not let Runbell see why"),
    ],
)
def test_what_may_not_be_read_is_said_with_the_right_to_give(
    world: World, call: str, needs: str, job: str, words: str
):
    world.airflow.forbidden = {call: needs}

    inputs: dict[str, Any] = {"fail": "always"} if job == "import_orders" else {}
    world.run_now(dag_id=job, **inputs)
    world.go_on(MINUTE)

    shown = str([(each.edits or [each.message])[-1].blocks for each in world.slack.posted])
    assert words in shown
    assert needs in shown


def test_a_running_one_whose_tasks_may_not_be_read_says_so(world: World):
    world.airflow.forbidden = {"tasks": "“Task Instances: read”"}

    world.run_now(dag_id="build_warehouse", seconds=40)
    world.go_on(10 * SECOND)

    assert "is running; Airflow does not let Runbell see its tasks" in card(world)


def test_the_catalogue_learns_which_jobs_may_not_be_started(world: World):
    def is_read_only() -> bool:
        with world.database.transaction() as tx:
            job = tx.jobs.get(JobKey("default", "sales_report"))
        assert job is not None
        return job.is_read_only

    world.airflow.not_to_be_started = {"sales_report"}
    world.catalogue.step()
    assert is_read_only()
    world.catalogue.step()
    assert is_read_only()

    world.airflow.not_to_be_started = set()
    world.catalogue.step()
    assert not is_read_only()
