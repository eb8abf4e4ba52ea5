"""A run that has begun and does not go on: its card says why, and one that never ends is closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.run import RunState
from bot.domain.schedule import ScheduleState
from bot.gateways.airflow.reading import TASK_STATES
from bot.rules.access import Asker
from tests.world import FINANCE, NINE, TOM

if TYPE_CHECKING:
    from bot.domain.run import Run
    from tests.world import World

pytestmark = pytest.mark.both_databases
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


def go_on(world: World, span: timedelta) -> None:
    """In strides of 10 seconds, with the catalogue, which looks about as often."""
    end = world.clock.now() + span
    while world.clock.now() < end:
        world.clock.advance(10 * SECOND)
        world.catalogue.step()
        world.step()
    world.notifier.step()


def card(world: World) -> str:
    """What the first run's card says now."""
    first = next(each for each in world.slack.posted if each.thread_ts is None)
    return str((first.edits or [first.message])[-1].text)


def only_run(world: World, dag_id: str) -> Run:
    with world.database.transaction() as tx:
        (run,) = tx.runs.by_ids("default", [(dag_id, each) for each in world.starts(dag_id)])
    return run


@pytest.mark.slow
def test_a_job_that_is_deleted_in_the_middle_of_a_run_is_said_on_its_card_and_the_run_is_closed(
    world: World,
):
    world.run_now(dag_id="build_warehouse", seconds=100)
    go_on(world, 40 * SECOND)
    world.airflow.change("build_warehouse", is_gone=True)

    go_on(world, 30 * SECOND)
    assert "the job is no longer in Airflow, so nothing more of it begins" in card(world)

    go_on(world, 3 * MINUTE)
    assert world.airflow.run("build_warehouse", world.starts("build_warehouse")[0]).state is RunState.RUNNING
    assert only_run(world, "build_warehouse").state is RunState.FAILED
    words = "the job is no longer in Airflow, and 5 of its 6 tasks did not run to their end"
    assert sum(words in each for each in world.slack.texts(FINANCE)) == 1, "the reply that is heard"


@pytest.mark.slow
def test_a_run_whose_work_is_all_done_when_its_job_is_gone_is_done(world: World):
    world.airflow.add(world.airflow.job("payroll"), takes=50 * SECOND)
    world.airflow.change("payroll", tags=frozenset({"finance"}))
    world.catalogue.step()
    world.run_now(dag_id="payroll")
    go_on(world, 20 * SECOND)
    world.airflow.change("payroll", is_gone=True)

    go_on(world, 3 * MINUTE)

    assert only_run(world, "payroll").state is RunState.DONE
    assert "is done in" in card(world)
    assert "though Airflow has not ended it, as the job is no longer there" in card(world)


@pytest.mark.slow
def test_a_run_of_a_schedule_whose_job_is_renamed_is_closed_and_the_schedule_suspended_when_due(
    world: World,
):
    schedule = world.schedule("every weekday at 9am", dag_id="build_warehouse", seconds=100)
    world.clock.set(NINE - 30 * SECOND)
    go_on(world, 90 * SECOND)
    world.airflow.change("build_warehouse", is_gone=True)
    go_on(world, 5 * MINUTE)
    assert only_run(world, "build_warehouse").state is RunState.FAILED

    world.clock.set(NINE + timedelta(days=1))
    go_on(world, 15 * MINUTE)

    suspended = world.scheduling.show(Asker(TOM), schedule.schedule_id).schedule
    assert (suspended.state, suspended.reason) == (ScheduleState.SUSPENDED, "the job is no longer in Airflow")


@pytest.mark.slow
def test_a_job_that_comes_back_heals_the_card(world: World):
    world.run_now(dag_id="build_warehouse", seconds=60)
    go_on(world, 20 * SECOND)
    world.airflow.change("build_warehouse", is_gone=True)
    go_on(world, 4 * MINUTE)
    assert "failed" in card(world)

    world.airflow.change("build_warehouse", is_gone=False)
    go_on(world, 3 * MINUTE)

    assert "is back to normal" in card(world)
    assert "no longer" not in card(world)


@pytest.mark.slow
def test_a_job_that_is_missing_for_a_moment_closes_nothing(world: World):
    world.run_now(dag_id="build_warehouse", seconds=15)
    go_on(world, 10 * SECOND)
    world.airflow.change("build_warehouse", is_gone=True)
    go_on(world, 40 * SECOND)
    assert only_run(world, "build_warehouse").state is RunState.RUNNING

    world.airflow.change("build_warehouse", is_gone=False)
    go_on(world, MINUTE)

    assert "is done in" in card(world)
    assert not any("failed" in each for each in world.slack.texts(FINANCE))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ({"is_paused": True}, "the job is paused in Airflow, so nothing more of it begins"),
        (
            {"has_import_errors": True, "import_error": "NameError: name 'x' (build.py)"},
            "its file in Airflow has an error, so nothing more of it begins",
        ),
    ],
)
def test_a_job_that_is_paused_or_broken_in_the_middle_of_a_run_is_said_until_it_is_over(
    world: World, trouble: dict[str, object], words: str
):
    world.run_now(dag_id="build_warehouse", seconds=30)
    go_on(world, 20 * SECOND)
    world.airflow.change("build_warehouse", **trouble)

    go_on(world, 5 * MINUTE)
    assert words in card(world).replace("’", "'")
    assert only_run(world, "build_warehouse").state is RunState.RUNNING

    world.airflow.change("build_warehouse", is_paused=False, has_import_errors=False, import_error="")
    go_on(world, MINUTE)
    assert "is done in" in card(world)
    assert "nothing more" not in card(world)


@pytest.mark.slow
def test_a_scheduler_that_dies_in_the_middle_of_a_run_is_said_until_it_is_back(world: World):
    world.run_now(dag_id="build_warehouse", seconds=20)
    go_on(world, 10 * SECOND)
    world.airflow.stop_scheduler()

    go_on(world, MINUTE)
    assert "Airflow’s scheduler is down, so nothing more of it begins" in card(world)

    world.airflow.start_scheduler()
    go_on(world, MINUTE)
    assert "is done in" in card(world)


def test_a_run_that_somebody_deleted_in_airflow_says_so(world: World):
    world.run_now(dag_id="build_warehouse", seconds=100)
    go_on(world, 20 * SECOND)

    world.airflow.delete_run("build_warehouse", world.starts("build_warehouse")[0])
    go_on(world, 20 * SECOND)

    assert "was stopped: somebody deleted the run in Airflow" in card(world)


def blocks(world: World) -> str:
    """What the first run's card shows now."""
    first = next(each for each in world.slack.posted if each.thread_ts is None)
    return str((first.edits or [first.message])[-1].blocks)


def give_tasks(world: World, *states: str) -> None:
    """The tasks of the only run are in these states, in Airflow's words."""
    (run,) = world.airflow._runs.values()
    run.tasks = [
        replace(each, state=TASK_STATES.get(state, each.state), airflow_state=state)
        for each, state in zip(run.tasks, states, strict=False)
    ]


@pytest.mark.slow
def test_a_task_that_is_tried_again_says_which_try_and_when(world: World):
    world.airflow.add(
        world.airflow.job("import_orders"),
        tasks=("fetch", "check", "load"),
        takes=3 * SECOND,
        fails=lambda _conf, attempt: "ValueError: no" if attempt == 1 else None,
        fails_in="check",
        retries=2,
        retry_delay=5 * MINUTE,
    )
    world.run_now(dag_id="import_orders")
    go_on(world, MINUTE)

    (run,) = world.airflow._runs.values()
    at = run.tasks[1].ended_at + 5 * MINUTE
    assert "`check` failed and is tried again, try 2 of 3, <!date^" in blocks(world)
    assert f"<!date^{int(at.timestamp())}^" in blocks(world)
    assert len(world.airflow.calls_of("tried_again_at")) == 1, "asked for once a try"

    go_on(world, 6 * MINUTE)
    assert "is done in" in card(world)
    assert "tried again" not in blocks(world)


@pytest.mark.slow
def test_a_try_whose_time_is_over_is_told_without_it(world: World):
    world.airflow.add(
        world.airflow.job("import_orders"),
        takes=3 * SECOND,
        fails=lambda *_: "ValueError: no",
        retries=2,
        retry_delay=MINUTE,
    )
    world.run_now(dag_id="import_orders")
    go_on(world, 20 * SECOND)
    world.airflow.change("import_orders", is_paused=True)
    go_on(world, 2 * MINUTE)

    assert "the job is paused in Airflow, so nothing more of it begins" in card(world)
    assert "`," not in card(world)
    assert only_run(world, "import_orders").waits_until is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("triggerer", "words"),
    [(False, "waits: Airflow’s triggerer is down"), (None, "waits: Airflow has no triggerer")],
)
def test_without_airflows_triggerer_what_is_deferred_says_so_until_it_is_back(
    world: World, triggerer: bool | None, words: str
):
    world.run_now(dag_id="build_warehouse", seconds=600)
    go_on(world, 20 * SECOND)
    give_tasks(world, "running", "deferred")
    world.airflow.triggerer = triggerer

    go_on(world, MINUTE)
    assert f"extract_products {words}" in card(world)

    world.airflow.triggerer = True
    go_on(world, 30 * SECOND)
    assert "triggerer" not in card(world)


@pytest.mark.slow
def test_what_is_not_deferred_does_without_a_triggerer(world: World):
    world.run_now(dag_id="build_warehouse", seconds=600)
    world.airflow.triggerer = None
    go_on(world, MINUTE)

    assert "triggerer" not in card(world)


@pytest.mark.slow
def test_what_waits_for_a_person_says_so_with_the_way_there(world: World):
    world.run_now(dag_id="build_warehouse", seconds=600)
    go_on(world, 20 * SECOND)
    give_tasks(world, "success", "awaiting_input")
    go_on(world, MINUTE)

    assert "waits for somebody’s answer in Airflow (extract_products)" in card(world)
    assert "Open in Airflow" in blocks(world)
