"""A run that takes longer than usual is told once, and closed where it was told once it ends."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.alert_rule import AlertEvent
from bot.domain.errors import Unavailable
from bot.domain.job import Job, JobKey, JobSettings
from bot.domain.rights import Action, Role
from bot.rules.access import Asker
from bot.rules.project_edits import set_job
from bot.workers.conditions import Conditions
from tests.late_runs import (
    MINUTE,
    SECOND,
    TOMS,
    about,
    add_job,
    asks_the_rules,
    catalogued,
    go_on,
    has_run_often,
)
from tests.unit.workers.test_alert_rules import IN_FINANCE, PLAIN
from tests.unit.workers.test_incidents import shown
from tests.world import FINANCE, HR, MAYA, TEAM, TOM

if TYPE_CHECKING:
    from tests.world import World

pytestmark = pytest.mark.both_databases


@pytest.mark.slow
@pytest.mark.parametrize("usual_runs", [0, 6])
def test_a_run_that_takes_longer_than_its_project_allows_is_told_however_long_others_took(
    world: World, usual_runs: int
):
    state = add_job(world, takes=10 * SECOND)
    finance = world.projects["Finance"]
    job = world.sharing.known_job(Asker(MAYA), finance, "load")
    limited = set_job(job, JobSettings(longest_minutes=8))
    world.managing.edit(Asker(MAYA), finance, limited)
    for _ in range(usual_runs):
        world.run_now(dag_id="load")
        go_on(world, 40 * SECOND, stride=20 * SECOND)
    state["takes"] = 10 * MINUTE
    world.run_now(dag_id="load")
    go_on(world, 7 * MINUTE, stride=MINUTE)
    assert about(world, "longer than") == []

    go_on(world, 3 * MINUTE, stride=30 * SECOND)

    (told,) = about(world, "longer than")
    assert "longer than it may (at most 8 min)" in told.text
    go_on(world, 3 * MINUTE, stride=30 * SECOND)
    assert "is done: it took 10 min, at most 8 min." in shown(told)


@pytest.mark.slow
def test_a_run_that_takes_longer_than_usual_is_told_once_and_closed_when_it_ends(world: World):
    state = add_job(world, takes=MINUTE)
    for _ in range(5):
        world.run_now(dag_id="load")
        go_on(world, 80 * SECOND)
    assert about(world, "longer than usual") == []

    state["takes"] = 6 * MINUTE
    world.run_now(dag_id="load")
    go_on(world, 4 * MINUTE)

    (told,) = about(world, "longer than usual")
    assert "Load has been running for 2 min" in told.text
    assert "(usually 1 min" in told.text
    assert told.thread_ts is not None
    assert told.broadcast
    assert told.edits == []

    go_on(world, 3 * MINUTE)
    assert about(world, "longer than usual") == []
    assert "Load is done: it took 6 min" in told.text
    assert ", usually 1 min" in told.text
    assert "Open in Airflow" not in shown(told)


@pytest.mark.slow
def test_too_few_runs_say_nothing_of_what_is_usual(world: World):
    state = add_job(world, takes=MINUTE)
    for _ in range(4):
        world.run_now(dag_id="load")
        go_on(world, 80 * SECOND)
    state["takes"] = 6 * MINUTE
    world.run_now(dag_id="load")
    go_on(world, 5 * MINUTE)

    assert about(world, "longer than usual") == []


@pytest.mark.slow
def test_two_processes_tell_of_a_long_run_once(world: World):
    state = add_job(world, takes=MINUTE)
    for _ in range(5):
        world.run_now(dag_id="load")
        go_on(world, 80 * SECOND)
    state["takes"] = 6 * MINUTE
    world.run_now(dag_id="load")
    go_on(world, 2 * MINUTE)
    others = [Conditions(world.database, world.clock, world.airflow, world.slack, each) for each in "ab"]
    for _ in range(6):
        world.clock.advance(61 * SECOND)  # each lease ends, and another process has its turn
        world.watcher.step()
        for each in (*others, world.conditions):
            each.step()
        world.notifier.step()

    assert len([each for each in world.slack.posted if "usually 1 min" in each.message.text]) == 1


@pytest.mark.slow
def test_a_run_of_airflows_own_schedule_that_takes_longer_than_usual_is_told_and_closed(world: World):
    state = add_job(world, takes=MINUTE)
    has_run_often(world, state)
    state["takes"] = 6 * MINUTE
    world.airflow.start_elsewhere("load", "scheduled__long")
    go_on(world, MINUTE)
    assert about(world, "longer than usual") == []
    with world.database.transaction() as tx:  # what takes no longer than others is not written down
        assert tx.runs.by_ids("default", [("load", "scheduled__long")]) == []

    go_on(world, 4 * MINUTE)

    (told,) = about(world, "longer than usual")
    assert "Load has been running for 2 min" in told.text
    assert told.edits == []
    go_on(world, 3 * MINUTE)
    assert about(world, "longer than usual") == []
    assert "Load is done: it took 6 min" in told.text
    assert about(world, "Load", TOMS) == []


@pytest.mark.slow
def test_how_long_airflows_own_runs_may_take_is_each_projects_to_say(world: World):
    """What one project is told keeps nothing from another one, whose limit is longer."""
    state = add_job(world, takes=10 * MINUTE)
    finance, hr = world.projects["Finance"], world.projects["HR"]
    with world.database.transaction() as tx:
        tx.shares.add(hr, "default", [Action.SEE], at=world.clock.now(), dag_id="load")
        tx.projects.add_member(hr, TEAM, Role.MANAGER, person_id=MAYA.person_id)
    for project, minutes in ((finance, 8), (hr, 3)):
        job = world.sharing.known_job(Asker(MAYA), project, "load")
        world.managing.edit(Asker(MAYA), project, set_job(job, JobSettings(longest_minutes=minutes)))
    world.watcher.step()
    world.airflow.start_elsewhere("load", "scheduled__long")

    go_on(world, 6 * MINUTE)
    assert [len(about(world, "longer than it may", each)) for each in (FINANCE, HR)] == [0, 1]
    go_on(world, 3 * MINUTE)
    assert [len(about(world, "longer than it may", each)) for each in (FINANCE, HR)] == [1, 1]
    assert state["takes"] == 10 * MINUTE
    go_on(world, 2 * MINUTE)

    assert [len(about(world, "is done: it took 10 min, at most", each)) for each in (FINANCE, HR)] == [1, 1]


@pytest.mark.slow
def test_runs_of_jobs_that_nobody_shares_are_told_to_nobody_however_long(world: World):
    secret = Job(JobKey("default", "secret"), "Secret")
    world.airflow.add(secret, tasks=("pull",), takes=lambda _: 90 * MINUTE)
    world.catalogue.step()
    world.watcher.step()
    world.airflow.start_elsewhere("secret", "scheduled__long")

    go_on(world, 60 * MINUTE, stride=MINUTE)

    assert world.slack.posted == []
    with world.database.transaction() as tx:
        assert tx.runs.by_ids("default", [("secret", "scheduled__long")]) == []


def test_an_airflow_that_lists_no_running_runs_keeps_no_other_condition_from_being_told(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    def away(**_: Any) -> None:
        raise Unavailable("Airflow", "it did not answer in time")

    monkeypatch.setattr(world.airflow, "running", away)
    catalogued(world, next_run_at=world.clock.now() - 11 * MINUTE)
    go_on(world, 10 * SECOND)

    assert len(about(world, "should have run")) == 1


@pytest.mark.slow
def test_of_a_run_that_takes_long_the_rules_are_not_asked_at_each_step(world: World):
    for rule, who in ((f"here.{FINANCE}", IN_FINANCE), (f"own.{TOM.person_id}", Asker(TOM))):
        world.alerting.change(who, rule, replace(PLAIN, events=frozenset({AlertEvent.FAILURE})))
    state = add_job(world, takes=MINUTE)
    for _ in range(5):
        world.run_now(dag_id="load")
        go_on(world, 80 * SECOND)
    state["takes"] = 30 * MINUTE
    world.run_now(dag_id="load")
    go_on(world, 5 * MINUTE)
    world.clock.advance(2 * MINUTE)
    world.step()

    assert asks_the_rules(world)
    assert not asks_the_rules(world)
    assert about(world, "longer than usual") == []
