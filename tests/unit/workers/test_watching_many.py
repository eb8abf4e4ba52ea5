"""The watcher of a company: one thing that hangs, thousands of runs after a silence, a slow Airflow."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from threading import Event, current_thread
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.errors import Rejected, Unavailable
from bot.domain.job import JobKey
from bot.domain.run import RunState
from bot.gateways.airflow import AirflowByProject
from bot.rules.access import Asker
from bot.workers import beside, patient_details
from bot.workers import watcher as watching
from tests.fakes.airflow import FakeAirflow
from tests.latest import latest_run
from tests.unit.workers.test_reasons_beside import step, wait_for
from tests.unit.workers.test_watching_open import open_elsewhere
from tests.world import FINANCE, FINE_FOR, MAYA, TOM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.world import World

A_WHILE = timedelta(seconds=30)
HANGS = Unavailable("Airflow", "it did not answer in time")


def refusing(world: World, monkeypatch: pytest.MonkeyPatch, error: Exception, *, run_id: str = "") -> None:
    """Every log, or that of one run, is answered so."""
    failure = world.airflow.failure

    def refused(dag_id: str, of: str) -> Any:
        if run_id in {"", of}:
            raise error
        return failure(dag_id, of)

    monkeypatch.setattr(world.airflow, "failure", refused)


def said(world: World, words: str) -> int:
    return sum(words in each.text for each in world.slack.posted if each.channel_id == FINANCE)


@pytest.mark.slow
def test_a_run_whose_log_hangs_keeps_no_other_from_being_told(world: World, monkeypatch: pytest.MonkeyPatch):
    world.airflow.start_elsewhere("import_orders", "scheduled__1", conf={"fail": "always"})
    world.run_now(dag_id="import_orders", fail="always")
    world.go_on(timedelta(seconds=2))
    (hanging,) = world.starts("import_orders")
    refusing(world, monkeypatch, HANGS, run_id=hanging)
    world.run_now(region="us")

    for _ in range(5):
        world.go_on(FINE_FOR)

    assert said(world, "Sales report is done") == 1
    assert said(world, "Import orders failed in task") == 1
    assert said(world, "Import orders failed.") == 2, (
        "in the end its card and the reply tell it without its log"
    )
    world.go_on(A_WHILE)
    assert said(world, "is running") == 0


@pytest.mark.slow
def test_a_store_of_logs_that_hangs_is_not_waited_for_by_run_after_run(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    """Ten seconds for each of fifty failures: the last would be told after many minutes."""
    world.step()
    many_that_failed(world, 50)
    world.clock.advance(FINE_FOR)
    with logs_that_hang(world, monkeypatch) as asked:
        wait_for(lambda: world.watcher.step() < 0 or count_known(world, 50) == 50)

        assert len(asked) == beside.AT_ONCE


def count_known(world: World, count: int) -> int:
    with world.database.transaction() as tx:
        ids = [("import_orders", f"scheduled__{each}") for each in range(count)]
        return len(tx.runs.by_ids("default", ids))


@pytest.mark.slow
def test_a_projects_account_that_airflow_refuses_keeps_no_other_project_from_hearing(world: World):
    """What is told of its runs is what the default account may see of them."""
    refused = FakeAirflow(world.clock)
    projects = {"import_orders": "Finance"}
    finances = AirflowByProject(
        world.airflow, {"Finance": refused}, lambda run_id: projects.get(dag_of(world, run_id))
    )
    world.watcher = watching.Watcher(world.database, world.clock, finances, "here")
    world.run_now(dag_id="import_orders", fail="always")
    world.run_now(region="us")

    with refused.refuse_tokens():
        world.go_on(2 * A_WHILE)

    assert said(world, "Sales report is done") == 1
    assert said(world, "Import orders failed.") == 2, "its card, and the reply that is heard"


def dag_of(world: World, run_id: str) -> str:
    with world.database.transaction() as tx:
        firing = tx.firings.get(run_id.removeprefix("runbell__"))
    return "" if firing is None else firing.key.dag_id


@pytest.mark.slow
def test_a_log_that_is_read_at_the_second_try_is_told_with_it(world: World, monkeypatch: pytest.MonkeyPatch):
    world.run_now(dag_id="import_orders", fail="always")
    failure, hangs = world.airflow.failure, [HANGS]

    def at_the_second_try(*which: str) -> Any:
        if hangs:
            raise hangs.pop()
        return failure(*which)

    monkeypatch.setattr(world.airflow, "failure", at_the_second_try)

    world.go_on(A_WHILE)

    assert said(world, "failed in task") == 2


@pytest.mark.slow
@pytest.mark.parametrize("error", [HANGS, Rejected("Airflow", "404: not found", "404")])
def test_a_run_started_elsewhere_is_told_though_its_details_are_not(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception
):
    world.step()
    refusing(world, monkeypatch, error)
    for number in range(3):
        world.airflow.start_elsewhere("import_orders", f"scheduled__{number}", conf={"fail": "always"})

    world.go_on(2 * A_WHILE)
    world.airflow.start_elsewhere("import_orders", "scheduled__good")
    world.go_on(A_WHILE)

    assert said(world, "failed") >= 1
    assert said(world, "back to normal") == 2, "the failure's message, and the reply that is heard"


@pytest.mark.slow
def test_after_a_long_silence_what_ended_is_read_step_by_step_and_completely(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(watching, "FINISHED_AT_ONCE", 7)
    world.watcher = watching.Watcher(world.database, world.clock, world.airflow, "here")
    world.step()
    for number in range(30):
        world.airflow.start_elsewhere("import_orders", f"scheduled__{number}")
    world.airflow.start_elsewhere("import_orders", "scheduled__bad", conf={"fail": "always"})
    world.clock.advance(timedelta(hours=60))
    world.airflow.run("import_orders", "scheduled__bad")

    steps = [world.watcher.step() for _ in range(12)]

    assert steps[0] == watching.PAUSE_IN_A_RUSH
    with world.database.transaction() as tx:
        known = tx.runs.by_ids("default", [("import_orders", f"scheduled__{each}") for each in range(30)])
    assert len(known) == 30
    world.go_on(timedelta(seconds=10))
    assert said(world, "failed in task") == 1


@pytest.mark.slow
def test_a_run_that_failed_is_told_at_once_however_many_are_open(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    world.step()
    for who in [TOM, MAYA] * 15:
        world.run_now(who, dag_id="build_warehouse", seconds=600)
    world.run_now(dag_id="import_orders", fail="always")
    world.dispatcher.step()
    world.clock.advance(A_WHILE)
    monkeypatch.setattr(watching, "OPEN_AT_ONCE", 5)

    rest = world.watcher.step()
    world.watcher.step()

    assert rest == watching.PAUSE_IN_A_RUSH
    key = JobKey(world.airflow.deployment, "import_orders")
    with world.database.transaction() as tx:
        run = latest_run(tx, world.projects["Finance"], key)
    assert run.state is RunState.FAILED


def slowly(world: World, monkeypatch: pytest.MonkeyPatch, seconds: float) -> list[float]:
    """Each call that the watcher waits for takes so long, by the stopwatch and by the clock.

    Return what has passed, to add to.
    """
    passed, watchers = [0.0], current_thread()

    def wait() -> None:
        if current_thread() is not watchers:
            return
        passed[0] += seconds
        world.clock.advance(timedelta(seconds=seconds))

    world.airflow.before_call = wait
    for module in (watching, patient_details):
        monkeypatch.setattr(module, "monotonic", lambda: passed[0])
    return passed


@contextmanager
def logs_that_hang(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Let no log of Import orders come as long as the block lasts; yield the runs whose log is asked for."""
    failure, goes_on, asked = world.airflow.failure, Event(), list[str]()

    def hangs(dag_id: str, run_id: str) -> Any:
        asked.append(run_id)
        assert goes_on.wait(timeout=120)
        return failure(dag_id, run_id)

    with monkeypatch.context() as patched:
        patched.setattr(world.airflow, "failure", hangs)
        patched.setattr(beside, "PATIENCE", 0.2)
        try:
            yield asked
        finally:
            goes_on.set()


@pytest.mark.slow
def test_a_step_comes_to_an_end_while_airflow_is_slow_and_keeps_its_lease(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    world.step()
    for number in range(50):
        world.airflow.start_elsewhere("import_orders", f"scheduled__{number}", conf={"fail": "always"})
        world.airflow.start_elsewhere("sales_report", f"scheduled__{number}")
    for number in range(watching.PROGRESS_AT_ONCE):
        open_elsewhere(world, "build_warehouse", f"scheduled__{number}", seconds=6000)
    world.clock.advance(A_WHILE)
    world.airflow.run("import_orders", "scheduled__0")
    passed = slowly(world, monkeypatch, 2.0)

    before = passed[0]
    assert world.watcher.step() == watching.PAUSE_IN_A_RUSH
    assert passed[0] - before < watching.LEASE.total_seconds()
    for _ in range(60):
        world.watcher.step()

    with world.database.transaction() as tx:
        known = tx.runs.by_ids("default", [("sales_report", f"scheduled__{each}") for each in range(50)])
    assert len(known) == 50


@pytest.mark.slow
def test_what_fails_again_without_its_log_can_be_retried_again(world: World, monkeypatch: pytest.MonkeyPatch):
    world.run_now(dag_id="import_orders", fail="always")
    world.go_on(A_WHILE)
    key = JobKey(world.airflow.deployment, "import_orders")
    with world.database.transaction() as tx:
        run = latest_run(tx, world.projects["Finance"], key)
    world.running.retry(Asker(TOM), run.run_key)
    refusing(world, monkeypatch, HANGS)
    world.go_on(A_WHILE)
    assert said(world, "Import orders failed.") >= 1

    world.running.retry(Asker(TOM), run.run_key)


@pytest.mark.slow
def test_while_logs_hang_what_is_done_still_shows_its_result(world: World, monkeypatch: pytest.MonkeyPatch):
    world.step()
    world.airflow.start_elsewhere("import_orders", "scheduled__1", conf={"fail": "always"})
    with logs_that_hang(world, monkeypatch):
        world.go_on(A_WHILE)
        assert said(world, "Import orders failed (the ") == 1

        world.run_now(region="us", rows=20)
        world.go_on(2 * A_WHILE)

    shown = [(each.edits or [each.message])[-1].blocks for each in world.slack.posted]
    assert "20 orders in United States" in str(shown)


def test_nobody_else_takes_over_in_the_midst_of_a_long_step(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(watching, "LOOKS_FOR", 100.0)
    world.step()
    for number in range(watching.PROGRESS_AT_ONCE):
        open_elsewhere(world, "build_warehouse", f"scheduled__{number}", seconds=6000)
    world.clock.advance(A_WHILE)
    slowly(world, monkeypatch, 4.0)
    wait, taken = world.airflow.before_call, list[bool]()

    def another_tries() -> None:
        assert wait is not None
        wait()
        now = world.clock.now()
        with world.database.transaction() as tx:
            until = now + watching.LEASE
            taken.append(tx.leases.take("watcher default", "another", now=now, until=until))

    world.airflow.before_call = another_tries

    world.watcher.step()

    assert len(taken) * 4 > watching.LEASE.total_seconds()
    assert not any(taken)


def test_who_lost_the_lease_in_the_midst_of_a_step_leaves_the_rest(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    world.step()
    many_that_failed(world, 30)
    slowly(world, monkeypatch, 31.0)
    wait = world.airflow.before_call

    def another_takes_over() -> None:
        assert wait is not None
        wait()
        now = world.clock.now()
        with world.database.transaction() as tx:
            tx.leases.take("watcher default", "another", now=now, until=now + watching.LEASE)

    world.airflow.before_call = another_takes_over
    before = len(world.airflow.calls)

    world.watcher.step()

    assert [each.name for each in world.airflow.calls[before:]] == ["finished"]


def many_that_failed(world: World, count: int) -> None:
    for number in range(count):
        world.airflow.start_elsewhere("import_orders", f"scheduled__{number}", conf={"fail": "always"})
        world.airflow.fail("import_orders", f"scheduled__{number}")


@pytest.mark.slow
def test_a_log_that_is_refused_at_once_costs_no_other_its_own(world: World, monkeypatch: pytest.MonkeyPatch):
    world.step()
    refusing(world, monkeypatch, HANGS, run_id="scheduled__1")
    world.airflow.start_elsewhere("import_orders", "scheduled__1", conf={"fail": "always"})
    world.go_on(A_WHILE)
    assert said(world, "Import orders failed (the ") == 1

    world.run_now(dag_id="import_orders", fail="always")
    world.go_on(A_WHILE)

    assert said(world, "failed in task") == 2


@pytest.mark.slow
def test_after_a_log_that_hung_the_next_one_is_asked_for_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    world.step()
    world.airflow.start_elsewhere("import_orders", "scheduled__1", conf={"fail": "always"})
    with logs_that_hang(world, monkeypatch):
        world.go_on(A_WHILE)
    wait_for(lambda: step(world) or said(world, "failed in task") == 1)

    world.run_now(dag_id="import_orders", fail="always")
    world.go_on(A_WHILE)

    assert said(world, "so none was imported. Started by") == 1


def test_what_ended_long_before_others_is_told_though_its_log_hangs(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    world.step()
    refusing(world, monkeypatch, HANGS, run_id="scheduled__1")
    world.airflow.start_elsewhere("import_orders", "scheduled__1")
    world.airflow.fail("import_orders", "scheduled__1")
    world.clock.advance(timedelta(minutes=10))
    world.airflow.start_elsewhere("import_orders", "scheduled__2")
    world.airflow.fail("import_orders", "scheduled__2")

    world.go_on(A_WHILE)

    assert said(world, "Import orders failed 2 times") == 1
