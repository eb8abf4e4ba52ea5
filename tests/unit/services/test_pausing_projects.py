"""A whole project rests until a time: each schedule keeps its state, and none of them runs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import Conflict, NotAllowed, NotFound, NotUnderstood
from bot.domain.firing import FiringState
from bot.domain.job import JobKey
from bot.domain.run import RunState
from bot.domain.schedule import MissedPolicy, ScheduleState
from bot.rules.access import Asker
from bot.services.projects.auditing import Sought
from storage.tables import firings
from tests.latest import latest_run
from tests.world import FINANCE, LENA, MAYA, NINE, PRIYA, TOM

if TYPE_CHECKING:
    from bot.domain.project import Project
    from bot.services.projects.pausing import PausingProjects
    from tests.world import World

pytestmark = pytest.mark.both_databases

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
MANAGER = Asker(MAYA, FINANCE)


@pytest.fixture
def pausing(world: World) -> PausingProjects:
    return world.services().pausing_projects


def pause(world: World, until: datetime, reason: str = "the warehouse moves") -> Project:
    return world.services().pausing_projects.pause(MANAGER, world.projects["Finance"], until, reason)


def jump(world: World, moment: datetime) -> None:
    """Let time pass as if nothing of ours ran, and then a minute as usual."""
    world.clock.set(moment)
    world.go_on(MINUTE)


def states(world: World) -> list[FiringState]:
    with world.database.reading() as tx:
        rows = tx.connection.execute(firings.select().order_by(firings.c.due_at)).all()
    return [FiringState(row.state) for row in rows]


def said(world: World) -> list[str]:
    """What the project's channel has read about its pause."""
    return [
        block["elements"][0]["text"]
        for each in world.slack.posted
        if each.channel_id == FINANCE
        for block in each.message.blocks
        if block["type"] == "context" and "schedules" in block["elements"][0]["text"]
    ]


def test_nothing_runs_until_then_and_what_was_left_out_is_told_in_one_line(world: World):
    schedule = world.schedule("every day at 9am")
    pause(world, NINE + HOUR)
    jump(world, NINE)
    jump(world, NINE + HOUR)

    assert world.starts() == []
    assert states(world) == [FiringState.SKIPPED]
    begun, over = said(world)
    assert begun.startswith(
        ":double_vertical_bar: <@U0MAYA> paused the project *Finance* until Mon 2 Mar 2026, 10:00 "
        "(Berlin time): the warehouse moves."
    )
    assert over == (
        ":arrow_forward: The schedules of *Finance* go on. "
        "Left out by the pause: 1 run (Sales report, Mon 2 Mar 2026, 09:00 (Berlin time))."
    )
    kept = world.scheduling.show(MANAGER, schedule.schedule_id)
    assert kept.schedule.state is ScheduleState.ACTIVE
    jump(world, NINE + 24 * HOUR)
    assert len(world.starts()) == 1


@pytest.mark.slow
def test_what_is_handed_over_ahead_is_taken_back(world: World):
    world.schedule("every day at 9am")
    world.go_to(NINE - timedelta(seconds=20))
    assert len(world.starts()) == 1
    pause(world, NINE + HOUR)
    world.step()
    world.go_to(NINE + 2 * MINUTE)

    (run_id,) = world.starts()
    assert all(task.started_at is None for task in world.airflow.tasks("sales_report", run_id))
    assert states(world) == [FiringState.SKIPPED]
    withdrawn = [each for each in world.slack.posted if each.channel_id == TOM.person_id]
    assert withdrawn == []


def test_what_is_handed_over_ahead_is_taken_back_when_a_pause_that_lasts_gets_a_later_end(world: World):
    """It locked notices before schedules: on PostgreSQL, the `world` refuses that."""
    world.schedule("every day at 9am")
    pause(world, NINE - timedelta(seconds=10))
    world.go_to(NINE - timedelta(seconds=20))
    assert len(world.starts()) == 1

    pause(world, NINE + HOUR)
    world.step()

    assert states(world) == [FiringState.SKIPPED]


@pytest.mark.slow
def test_a_moment_that_is_planned_and_not_handed_over_yet_runs_if_the_pause_ends_earlier(
    world: World, pausing: PausingProjects
):
    world.schedule("every day at 9am")
    pause(world, NINE + HOUR)
    world.go_to(NINE - timedelta(seconds=20))
    pausing.resume(MANAGER, world.projects["Finance"])
    world.go_to(NINE + 2 * MINUTE)

    assert len(world.starts()) == 1
    assert said(world)[-1] == ":arrow_forward: The schedules of *Finance* go on. Nothing was left out."


@pytest.mark.parametrize("missed", MissedPolicy)
def test_what_fell_into_the_pause_is_not_missed_even_if_nothing_of_ours_ran_at_its_end(
    world: World, missed: MissedPolicy
):
    schedule = world.schedule("every hour on the hour")
    with world.database.transaction() as tx:
        tx.schedules.set_policies(
            schedule.schedule_id, missed=missed, overlap=schedule.overlap, grace=None, most_failures=None
        )
    pause(world, NINE + 3 * HOUR + 30 * MINUTE)
    jump(world, NINE + 3 * HOUR + 45 * MINUTE)

    assert world.starts() == []
    assert set(states(world)) == {FiringState.SKIPPED}
    assert "Left out by the pause: 4 runs" in said(world)[-1]


@pytest.mark.slow
def test_whoever_retries_in_the_pause_is_told_of_it_first(world: World):
    """The maintenance that the pause is for would be disturbed by one press on an old failure."""
    world.schedule("every day at 9am", dag_id="build_warehouse", seconds=600)
    world.go_to(NINE + timedelta(seconds=4))
    world.airflow.fail("build_warehouse", world.starts("build_warehouse")[0])
    world.go_on(MINUTE)
    pause(world, NINE + HOUR)
    running = world.services().running
    with world.database.reading() as tx:
        run = latest_run(tx, world.projects["Finance"], JobKey(world.airflow.deployment, "build_warehouse"))

    with pytest.raises(Conflict, match=r"\*Finance\* is paused until .*: the warehouse moves") as refused:
        running.retry(Asker(TOM, FINANCE), run.run_key)
    assert refused.value.example == "retry build warehouse"
    running.retry(Asker(TOM, FINANCE), run.run_key, in_pause=True)

    with pytest.raises(Conflict, match="already pressed Retry"):
        running.retry(Asker(TOM, FINANCE), run.run_key)


@pytest.mark.slow
def test_what_runs_goes_on_and_its_failure_is_told_at_the_end_of_the_pause(world: World):
    world.schedule("every day at 9am", dag_id="build_warehouse", seconds=600)
    world.go_to(NINE + timedelta(seconds=4))
    (run_id,) = world.starts("build_warehouse")
    pause(world, NINE + HOUR)
    world.airflow.fail("build_warehouse", run_id)
    world.go_on(2 * MINUTE)
    heard = [each for each in world.slack.texts(FINANCE) if "failed" in each.lower() and "paused" not in each]
    direct = world.slack.texts(TOM.person_id)

    jump(world, NINE + HOUR)

    assert (heard, direct) == ([], [])
    assert any("failed" in each for each in world.slack.texts(FINANCE))
    assert any("failed" in each for each in world.slack.texts(TOM.person_id))


@pytest.mark.slow
def test_what_was_held_is_told_when_the_pause_ends_earlier(world: World, pausing: PausingProjects):
    world.schedule("every day at 9am", dag_id="build_warehouse", seconds=600)
    world.go_to(NINE + timedelta(seconds=4))
    (run_id,) = world.starts("build_warehouse")
    pause(world, NINE + HOUR)
    world.airflow.fail("build_warehouse", run_id)
    world.go_to(NINE + 5 * MINUTE)
    pause(world, NINE + 2 * HOUR)
    pausing.resume(MANAGER, world.projects["Finance"])
    world.go_to(NINE + 6 * MINUTE)

    assert any("failed" in each for each in world.slack.texts(TOM.person_id))


def test_the_next_time_is_after_the_pause_and_the_reason_stands_beside_it(world: World):
    schedule = world.schedule("every hour on the hour")
    pause(world, NINE + 2 * HOUR)

    listed = world.scheduling.show(MANAGER, schedule.schedule_id)

    assert listed.next_at == NINE + 2 * HOUR
    assert listed.project.pause is not None
    assert listed.project.pause.reason == "the warehouse moves"
    preview = world.previews.show(Asker(TOM), world.draft(when="every hour on the hour").draft_id)
    assert preview.times[0] == NINE + 2 * HOUR


def test_a_run_by_hand_is_asked_about_once_more_and_then_runs(world: World):
    before = world.draft(TOM)
    world.clock.advance(timedelta(seconds=1))
    pause(world, NINE + HOUR)
    with pytest.raises(Conflict, match="was paused a moment ago"):
        world.previews.confirm(Asker(TOM), before.draft_id)

    world.clock.advance(timedelta(seconds=1))
    world.run_now(TOM)
    world.go_on(MINUTE)

    (run_id,) = world.starts()
    run = world.airflow.run("sales_report", run_id)
    assert run is not None
    assert run.state is not RunState.STOPPED


def test_only_managers_may_and_both_are_in_the_audit(world: World, pausing: PausingProjects):
    project_id = world.projects["Finance"]
    for who, error in ((TOM, NotAllowed), (LENA, NotAllowed), (PRIYA, NotFound)):
        with pytest.raises(error):
            pausing.pause(Asker(who), project_id, NINE + HOUR)
        with pytest.raises(error):
            pausing.resume(Asker(who), project_id)
    with pytest.raises(NotUnderstood):
        pause(world, world.clock.now())
    with pytest.raises(NotUnderstood):
        pause(world, NINE + HOUR, "x" * 201)
    with pytest.raises(Conflict):
        pausing.resume(MANAGER, project_id)

    pause(world, NINE + HOUR)
    pausing.resume(MANAGER, project_id)

    found = world.services().auditing.entries(MANAGER, Sought(), limit=2)
    actions = [each.action for each in found.entries]
    assert actions == ["project.resume", "project.pause"]


@pytest.mark.slow
def test_another_projects_schedules_are_not_concerned(world: World):
    world.schedule("every day at 9am", PRIYA, dag_id="payroll", where="C0PEOPLE", month="2026-02")
    pause(world, NINE + HOUR)
    world.go_to(NINE + MINUTE)

    assert len(world.starts("payroll")) == 1
