"""The watcher and open runs, of which there may be more than it asks for at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.errors import Unavailable
from bot.domain.identity import new_id
from bot.domain.job import JobKey
from bot.domain.run import Run, RunState, TaskState
from bot.rules.access import Asker
from bot.workers import watcher as watching
from tests.world import FINANCE, TOM

if TYPE_CHECKING:
    from tests.world import World

A_WHILE = timedelta(seconds=30)
HANGS = Unavailable("Airflow", "it did not answer in time")


def open_elsewhere(world: World, dag_id: str, run_id: str, **conf: Any) -> None:
    """Known, as after a Retry, and going on."""
    found = world.airflow.start_elsewhere(dag_id, run_id, conf=conf)
    key = JobKey(world.airflow.deployment, dag_id)
    run = Run(new_id(), key, run_id, RunState.RUNNING, None, found.run_after, found.started_at, None)
    with world.database.transaction() as tx:
        tx.runs.add(run, at=world.clock.now())


def test_runs_of_several_jobs_may_bear_the_same_id(world: World, monkeypatch: pytest.MonkeyPatch):
    """Airflow's own schedule calls each job's run of midnight alike; each is asked for its own log."""
    world.step()
    failure, asked = world.airflow.failure, set[str]()

    def at_the_second_try(dag_id: str, run_id: str) -> Any:
        if dag_id not in asked:
            asked.add(dag_id)
            raise HANGS
        return failure(dag_id, run_id)

    monkeypatch.setattr(world.airflow, "failure", at_the_second_try)
    dags = ("import_orders", "build_warehouse", "sales_report")
    for dag_id in dags:
        open_elsewhere(world, dag_id, "scheduled__midnight")
        world.airflow.fail(dag_id, "scheduled__midnight")
    for _ in range(3):
        world.watcher.step()

    with world.database.transaction() as tx:
        known = tx.runs.by_ids("default", [(each, "scheduled__midnight") for each in dags])
    assert [each.failure is not None for each in known] == [True] * 3


def test_each_open_run_shows_its_progress_though_ten_others_never_move(world: World):
    world.step()
    for number in range(12):
        open_elsewhere(world, "build_warehouse", f"scheduled__{number}", seconds=6000)
    world.clock.advance(A_WHILE)

    world.watcher.step()
    assert len(world.airflow.calls_of("tasks")) == watching.PROGRESS_AT_ONCE
    for _ in range(3):
        world.clock.advance(timedelta(seconds=2))
        world.watcher.step()

    assert len({each.arguments for each in world.airflow.calls_of("tasks")}) == 12


def test_why_runs_failed_is_read_before_the_progress_of_others(world: World):
    """A failure waited until the tasks of up to ten running runs were read, which is a request for each."""
    world.step()
    for number in range(3):
        open_elsewhere(world, "build_warehouse", f"scheduled__{number}", seconds=6000)
    open_elsewhere(world, "import_orders", "known")
    world.airflow.start_elsewhere("sales_report", "unknown")
    for dag_id, run_id in (("import_orders", "known"), ("sales_report", "unknown")):
        world.airflow.fail(dag_id, run_id)
    world.clock.advance(timedelta(seconds=2))
    before = len(world.airflow.calls)

    world.watcher.step()

    asked = [each for each in world.airflow.calls[before:] if each.name in {"tasks", "failure"}]
    failed = [number for number, each in enumerate(asked) if each.name == "failure"]
    going_on = [number for number, each in enumerate(asked) if each.arguments[0] == "build_warehouse"]
    assert len(failed) == 2
    assert len(going_on) == 3
    assert max(failed) < min(going_on)


def test_while_open_runs_move_the_others_are_looked_at_soon(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(watching, "OPEN_AT_ONCE", 5)
    world.step()
    for number in range(12):
        open_elsewhere(world, "build_warehouse", f"scheduled__{number}", seconds=6000)

    rests = [world.watcher.step() for _ in range(4)]

    assert rests == [*[watching.PAUSE_IN_A_RUSH] * 3, watching.PAUSE]


def test_open_runs_that_a_slow_airflow_left_no_time_for_are_looked_at_soon(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    world.step()
    for number in range(5):
        open_elsewhere(world, "build_warehouse", f"scheduled__{number}", seconds=6000)
    passed = [0.0]

    def six_seconds() -> None:
        passed[0] += 6.0

    world.airflow.before_call = six_seconds
    monkeypatch.setattr(watching, "monotonic", lambda: passed[0])

    assert world.watcher.step() == watching.PAUSE_IN_A_RUSH


@pytest.mark.slow
def test_a_stop_that_is_pressed_while_the_run_is_looked_at_is_not_forgotten(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    world.run_now(dag_id="build_warehouse", seconds=600)
    world.go_on(timedelta(seconds=5))
    with world.database.transaction() as tx:
        (run,) = tx.runs.open(world.airflow.deployment, due_before=world.clock.now(), limit=5)
    world.clock.advance(timedelta(seconds=300))
    tasks, presses = world.airflow.tasks, [run.run_key]

    def meanwhile(*which: str) -> Any:
        found = tasks(*which)
        if presses:
            world.running.stop(Asker(TOM), presses.pop())
        return [replace(found[0], state=TaskState.DONE), *found[1:]]

    monkeypatch.setattr(world.airflow, "tasks", meanwhile)
    world.go_on(A_WHILE)

    assert presses == []
    assert "was stopped by" in world.slack.texts(FINANCE)[0]


@pytest.mark.parametrize("is_known", [False, True])
def test_what_two_processes_see_at_once_is_told_once(
    world: World, monkeypatch: pytest.MonkeyPatch, *, is_known: bool
):
    """One may have lost its lease, and not know it yet."""
    world.step()
    world.airflow.start_elsewhere("import_orders", "scheduled__1")
    if is_known:
        world.airflow.finish("import_orders", "scheduled__1")
        world.go_on(A_WHILE)
        world.airflow.mark_failed("import_orders", "scheduled__1")
    else:
        world.airflow.fail("import_orders", "scheduled__1")
    failure = world.airflow.failure
    others = [watching.Watcher(world.database, world.clock, world.airflow, "here")]

    def meanwhile(*which: str) -> Any:
        if others:
            others.pop().step()
        return failure(*which)

    monkeypatch.setattr(world.airflow, "failure", meanwhile)

    world.go_on(A_WHILE)

    assert others == []
    assert sum("failed" in each for each in world.slack.texts(FINANCE)) == 1, "its card, which is heard"
