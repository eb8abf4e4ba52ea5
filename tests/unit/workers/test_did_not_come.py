"""A run that Airflow does not begin, or did not start by its own schedule, is told once, and closed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.workers import conditions
from bot.workers.condition_names import title_in
from tests.late_runs import (
    MINUTE,
    SECOND,
    about,
    add_job,
    asks_the_rules,
    catalogued,
    go_on,
    hears_late_runs,
)
from tests.world import NINE

if TYPE_CHECKING:
    from bot.domain.job import JobKey
    from storage.transaction import Transaction
    from tests.world import World

pytestmark = pytest.mark.both_databases


@pytest.mark.slow
def test_a_run_that_airflow_keeps_waiting_is_told_and_so_is_its_start(world: World):
    add_job(world, takes=20 * MINUTE)
    world.airflow.change("load", max_active_runs=1)
    world.catalogue.step()
    world.schedule("every day at 9am", dag_id="load")
    go_on(world, NINE - 5 * SECOND - world.clock.now())
    world.airflow.start_elsewhere("load", "scheduled__1")

    go_on(world, 13 * MINUTE)
    (told,) = about(world, "has not started yet")
    assert "the run of Mon 2 Mar 2026, 09:00 (Berlin time) waits in Airflow" in told.text

    go_on(world, 9 * MINUTE)
    assert about(world, "has not started yet") == []
    assert "Load started 19 min 55 s" in told.text
    assert "late: the run of Mon 2 Mar 2026, 09:00" in told.text


@pytest.mark.slow
def test_what_airflow_does_not_start_by_its_own_schedule_is_told_once_and_closed(world: World):
    due = world.clock.now() + MINUTE
    catalogued(world, next_run_at=due)
    for _ in range(12):
        go_on(world, MINUTE, stride=30 * SECOND)
        world.catalogue.step()

    (told,) = about(world, "should have run")
    assert "Nightly cleanup should have run Mon 2 Mar 2026, 08:57 (Berlin time)" in told.text

    catalogued(world, next_run_at=due + timedelta(days=1))
    go_on(world, 20 * SECOND)
    assert about(world, "should have run") == []
    assert "Airflow goes on with its schedule, next Tue 3 Mar 2026, 08:57" in told.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"is_paused": True}, "the job is paused in Airflow"),
        ({"airflow_schedule": None, "next_run_at": None}, "was changed"),
    ],
)
def test_it_is_closed_when_the_job_is_paused_or_its_schedule_changed(
    world: World, changes: dict[str, object], words: str
):
    catalogued(world, next_run_at=world.clock.now() - 11 * MINUTE)
    go_on(world, 10 * SECOND)
    (told,) = about(world, "should have run")

    catalogued(world, **changes)
    go_on(world, 20 * SECOND)

    assert words in told.text
    assert about(world, "should have run") == []


def test_while_airflow_starts_nothing_no_job_is_blamed(world: World):
    world.airflow.stop_scheduler()
    go_on(world, 20 * SECOND)
    catalogued(world, next_run_at=world.clock.now() - 11 * MINUTE)
    go_on(world, MINUTE)
    assert about(world, "should have run") == []


def test_one_odd_job_that_did_not_come_keeps_no_other_from_being_told(
    world: World, monkeypatch: pytest.MonkeyPatch
):

    def title(tx: Transaction, project_id: int | None, key: JobKey) -> str:
        if key.dag_id == "sales_report":
            raise RecursionError("maximum recursion depth exceeded")
        return title_in(tx, project_id, key)

    monkeypatch.setattr(conditions, "title_in", title)
    late = world.clock.now() - 11 * MINUTE
    world.airflow.change("sales_report", next_run_at=late, airflow_schedule="0 9 * * *")
    catalogued(world, next_run_at=late)
    go_on(world, 20 * SECOND)

    (told,) = about(world, "should have run")
    assert "Nightly cleanup should have run" in told.text


def test_of_a_job_that_did_not_come_the_rules_are_not_asked_at_each_step(world: World):
    hears_late_runs(world, hears=False)
    world.conditions.step()
    catalogued(world, next_run_at=world.clock.now() - 11 * MINUTE)

    assert asks_the_rules(world)
    assert not asks_the_rules(world)
    assert about(world, "should have run") == []


@pytest.mark.slow
def test_what_a_rule_did_not_want_to_hear_is_told_soon_once_it_does(world: World):
    hears_late_runs(world, hears=False)
    catalogued(world, next_run_at=world.clock.now() - 11 * MINUTE)
    go_on(world, 20 * SECOND)

    hears_late_runs(world, hears=True)
    go_on(world, MINUTE + 10 * SECOND)

    (told,) = about(world, "should have run")
    assert "Nightly cleanup should have run" in told.text
