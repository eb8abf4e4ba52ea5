"""What is taken back: told to whom it concerns, in words that are true, and no alert to anybody."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.errors import Conflict
from bot.domain.firing import FiringState
from bot.domain.run import RunState
from bot.domain.schedule import ScheduleState
from bot.rules.access import Asker
from tests.world import FINANCE, MAYA, NINE, TEAM, TOM

if TYPE_CHECKING:
    from bot.domain.run import Run
    from bot.domain.schedule import Schedule
    from tests.world import World

BY = Asker(TOM)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def handed_over(world: World, dag_id: str = "sales_report", **inputs: Any) -> Schedule:
    """A schedule whose 09:00 is on its way to Airflow already."""
    schedule = world.schedule("every weekday at 9am", dag_id=dag_id, **inputs)
    world.go_to(NINE - 30 * SECOND)
    assert len(world.starts(dag_id)) == 1
    return schedule


def known(world: World, schedule: Schedule) -> tuple[FiringState, Run]:
    with world.database.transaction() as tx:
        firing = tx.firings.at_moment(schedule.schedule_id, NINE)
        assert firing is not None
        run = tx.runs.of_firing(firing.firing_id)
    assert run is not None
    return firing.state, run


def blocks(world: World, place: str) -> str:
    return str(
        [each.message.blocks for each in world.slack.posted if each.channel_id in {place, f"D{place}"}]
    )


@pytest.mark.slow
def test_a_skip_inside_the_lead_is_told_to_its_owner_and_alarms_nobody(world: World):
    schedule = handed_over(world)

    world.adjusting.skip_next(BY, schedule.schedule_id)
    world.dispatcher.step()
    there = world.airflow._runs["sales_report", world.starts()[0]]
    assert there.ended_at is not None
    there.ended_at += SECOND / 25  # by Airflow's own clock
    world.go_to(NINE + 2 * MINUTE)

    state, run = known(world, schedule)
    assert (state, run.state) == (FiringState.SKIPPED, RunState.STOPPED)
    assert world.slack.texts(FINANCE) == []
    assert world.slack.texts(TOM.person_id) == ["Sales report was cancelled."]
    assert "due Mon 2 Mar 2026, 09:00 (Berlin time), was cancelled: skipped by" in blocks(
        world, TOM.person_id
    )


@pytest.mark.slow
def test_also_when_its_schedule_is_deleted(world: World):
    schedule = handed_over(world)

    world.scheduling.delete(BY, schedule.schedule_id)
    world.go_to(NINE + MINUTE)

    assert world.slack.texts(FINANCE) == []
    told = "due Mon 2 Mar 2026, 09:00 (Berlin time), was cancelled: its schedule was deleted by"
    assert told in blocks(world, TOM.person_id)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["skipped", "deleted"])
def test_the_only_moment_of_a_schedule_can_be_taken_back_too(world: World, way: str):
    schedule = world.schedule("on 2 March 2026 at 9am")
    world.go_to(NINE - 30 * SECOND)
    with pytest.raises(Conflict, match="skip it: `/schedule skip #1`"):
        world.scheduling.pause(BY, schedule.schedule_id)

    if way == "skipped":
        world.adjusting.skip_next(BY, schedule.schedule_id)
    else:
        world.scheduling.delete(BY, schedule.schedule_id)
    world.go_to(NINE + MINUTE)

    assert world.slack.texts(FINANCE) == []
    assert f"was cancelled: {'' if way == 'skipped' else 'its schedule was '}{way} by" in blocks(
        world, TOM.person_id
    )


@pytest.mark.slow
def test_what_is_withdrawn_as_missed_is_told_once_and_is_no_failure(world: World):
    schedule = handed_over(world)
    world.airflow.set_paused("sales_report", paused=True)
    world.catalogue.step()

    world.go_to(NINE + 12 * MINUTE)

    state, run = known(world, schedule)
    assert (state, run.state) == (FiringState.MISSED, RunState.STOPPED)
    card, told = sorted(world.slack.texts(FINANCE), key=lambda text: "does not run" in text)
    assert "does not run: the job is paused in Airflow" in told
    assert "did not run: the job is paused in Airflow" in card


def test_what_had_begun_is_stopped_and_told_so(world: World):
    schedule = handed_over(world, "build_warehouse", seconds=600)
    world.clock.set(NINE - SECOND)
    world.scheduling.pause(BY, schedule.schedule_id)

    world.clock.set(NINE + SECOND)
    world.go_on(MINUTE)

    state, run = known(world, schedule)
    assert (state, run.state) == (FiringState.HANDED_OVER, RunState.STOPPED)
    told = "Build warehouse had already started when it was cancelled, and was stopped."
    assert told in world.slack.texts(TOM.person_id)
    assert not any("failed" in each for each in world.slack.texts(FINANCE))


@pytest.mark.slow
@pytest.mark.parametrize("seen_first", [False, True], ids=["by the dispatcher", "by the watcher"])
def test_what_had_ended_by_itself_is_told_like_any_other(world: World, seen_first: bool):
    """Airflow could not be reached, and ran it all the same."""
    schedule = handed_over(world)
    world.clock.set(NINE - SECOND)
    world.scheduling.pause(BY, schedule.schedule_id)
    with world.airflow.outage():
        for _ in range(20):
            world.clock.advance(SECOND)
            world.dispatcher.step()
    if seen_first:
        world.watcher.step()

    world.go_on(2 * MINUTE)

    state, run = known(world, schedule)
    assert (state, run.state) == (FiringState.HANDED_OVER, RunState.DONE)
    told = "Sales report had already ended when it was cancelled."
    assert told in world.slack.texts(TOM.person_id)
    (card,) = world.slack.texts(FINANCE)
    assert "is done" in card  # with the result that it published


@pytest.mark.slow
def test_the_only_moment_of_a_schedule_whose_owner_lost_the_right_is_told_to_the_managers(world: World):
    schedule = world.schedule("on 2 March 2026 at 9am")
    world.go_to(NINE - 30 * SECOND)
    with world.database.transaction() as tx:
        tx.projects.remove_member(world.projects["Finance"], TEAM, TOM.person_id)

    world.go_to(NINE + MINUTE)

    with world.database.transaction() as tx:
        kept = tx.schedules.get(schedule.schedule_id)
    assert kept is not None
    assert kept.state is ScheduleState.ENDED
    assert "may no longer schedule" in blocks(world, MAYA.person_id)
    assert "suspended" not in blocks(world, MAYA.person_id)
