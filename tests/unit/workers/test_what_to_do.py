"""What people are told of a run that did not come: why, and what they can do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.schedule import MissedPolicy, OverlapPolicy, ScheduleState
from bot.rules.access import Asker
from tests.world import FINANCE, MAYA, NINE, TEAM, TOM

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.schedule import Schedule
    from tests.world import World

MINUTE = timedelta(minutes=1)


def paused(world: World) -> None:
    world.airflow.set_paused("sales_report", paused=True)


def broken(world: World) -> None:
    world.airflow.change("sales_report", has_import_errors=True)


def gone(world: World) -> None:
    world.airflow.change("sales_report", is_gone=True)


def other_inputs(world: World) -> None:
    job = world.airflow.job("sales_report")
    assert job is not None
    world.airflow.change("sales_report", inputs=tuple(each for each in job.inputs if each.name != "rows"))


def no_right(world: World) -> None:
    with world.database.transaction() as tx:
        tx.projects.remove_member(world.projects["Finance"], TEAM, TOM.person_id)


def has_left(world: World) -> None:
    with world.database.transaction() as tx:
        tx.directory.keep_people([replace(TOM, is_deactivated=True)], at=world.clock.now())


def too_late(world: World) -> None:
    world.clock.set(NINE + timedelta(hours=13))


def state_of(world: World, schedule: Schedule) -> ScheduleState:
    with world.database.transaction() as tx:
        kept = tx.schedules.get(schedule.schedule_id)
    assert kept is not None
    return kept.state


@pytest.mark.slow
@pytest.mark.parametrize(
    ("trouble", "why", "advice", "buttons"),
    [
        (paused, "the job is paused in Airflow", "", ["Resume for everyone"]),
        (broken, "its file in Airflow has an error", "", []),
        (gone, "the job is no longer in Airflow", "knows why.", ["Resume", "Take over"]),
        (other_inputs, "its inputs no longer fit", "Change its inputs", ["Edit", "Take over"]),
        (no_right, "may no longer schedule this job", "can take over.", ["Resume", "Take over"]),
        (has_left, "has left Slack", "can take over.", ["Resume", "Take over"]),
        (too_late, "it could not start within 10 minutes", "It can still be run now.", ["Run now"]),
    ],
)
def test_each_reason_comes_with_what_can_be_done(
    world: World, trouble: Callable[[World], None], why: str, advice: str, buttons: list[str]
):
    schedule = world.schedule("every weekday at 9am", rows=7)
    trouble(world)
    world.catalogue.step()

    world.go_on(max(NINE + 11 * MINUTE - world.clock.now(), MINUTE))

    told = [each.message for each in world.slack.posted if each.channel_id == FINANCE][-1]
    words = str(told.blocks[0]["text"]["text"])
    assert why in words
    assert advice in words
    assert advice in told.text
    pressable = [each for block in told.blocks if block["type"] == "actions" for each in block["elements"]]
    assert [each["text"]["text"] for each in pressable] == [*buttons, "Why do I get this?"]
    suspended = "Take over" in buttons
    assert (state_of(world, schedule) is ScheduleState.SUSPENDED) == suspended
    assert ("The schedule is suspended until someone" in words) == suspended


@pytest.mark.slow
def test_a_job_that_is_away_for_a_moment_suspends_nothing(world: World):
    schedule = world.schedule("every weekday at 9am")
    world.go_to(NINE - 30 * timedelta(seconds=1))
    assert len(world.starts()) == 1
    gone(world)
    world.catalogue.step()
    world.go_to(NINE - 10 * timedelta(seconds=1))

    world.airflow.change("sales_report", is_gone=False)
    world.catalogue.step()
    world.go_to(NINE + MINUTE)

    assert state_of(world, schedule) is ScheduleState.ACTIVE
    assert any("is done" in each for each in world.slack.texts(FINANCE))


@pytest.mark.slow
def test_nor_when_it_is_away_just_as_it_is_to_be_handed_over(world: World):
    schedule = world.schedule("every weekday at 9am")
    gone(world)
    world.catalogue.step()
    world.go_to(NINE + 2 * MINUTE)

    world.airflow.change("sales_report", is_gone=False)
    world.catalogue.step()
    world.go_on(MINUTE)

    assert state_of(world, schedule) is ScheduleState.ACTIVE
    assert len(world.starts()) == 1


@pytest.mark.slow
def test_a_job_that_leaves_with_a_run_in_hand_is_told_as_gone_not_as_a_lost_right(world: World):
    schedule = world.schedule("every weekday at 9am")
    world.go_to(NINE - 30 * timedelta(seconds=1))
    gone(world)
    world.catalogue.step()

    world.go_to(NINE + 12 * MINUTE)

    run = world.airflow.run("sales_report", world.starts()[0])
    assert run is not None
    assert run.is_withdrawn
    assert state_of(world, schedule) is ScheduleState.SUSPENDED
    told = [each for each in world.slack.texts(MAYA.person_id) if "did not run" in each]
    assert len(told) == 1
    assert "the job is no longer in Airflow" in told[0]


def test_what_a_policy_leaves_out_can_be_run_by_hand(world: World):
    schedule = world.schedule("every weekday at 9am")
    world.adjusting.set_policies(
        Asker(TOM), schedule.schedule_id, missed=MissedPolicy.NONE, overlap=OverlapPolicy.WAIT, grace=None
    )
    world.clock.set(NINE + 30 * MINUTE)
    world.go_on(MINUTE)
    assert world.starts() == []

    draft = world.drafting.propose_run(Asker(TOM), schedule.schedule_id).draft
    world.previews.confirm(Asker(TOM), draft.draft_id)
    world.go_on(MINUTE)

    assert len(world.starts()) == 1
