"""A deleted schedule can be brought back for a day: what is to come is planned, what passed is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import Conflict, NotAllowed, NotFound
from bot.domain.rights import Role
from bot.domain.schedule import ScheduleState
from bot.rules.access import Asker
from tests.world import MAYA, NINE, PRIYA, SAM, TEAM, TOM

if TYPE_CHECKING:
    from tests.world import World

BY = Asker(TOM)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.both_databases


@pytest.mark.slow
def test_what_was_planned_comes_back_and_runs_once(world: World):
    key = world.schedule("every day at 9am").schedule_id
    world.go_to(NINE - timedelta(seconds=40))
    world.scheduling.delete(BY, key)
    world.go_on(timedelta(seconds=10))

    back = world.adjusting.undo_delete(BY, key)
    world.go_to(NINE + MINUTE)

    assert (back.listed.next_at, back.passed) == (NINE, ())
    runs = [world.airflow.run("sales_report", each) for each in world.starts()]
    assert [run.started_at is not None for run in runs if run is not None] == [False, True]


def test_what_passed_while_it_was_deleted_is_named_and_not_made_up_for(world: World):
    key = world.schedule("every day at 9am").schedule_id
    world.scheduling.delete(BY, key)
    world.go_to(NINE + MINUTE)

    back = world.adjusting.undo_delete(BY, key)

    assert back.passed == (NINE,)
    assert back.listed.next_at == NINE + DAY
    world.go_on(MINUTE)
    assert world.starts() == []


def test_a_pause_a_skip_and_the_name_are_there_again(world: World):
    key = world.schedule("every day at 9am").schedule_id
    world.adjusting.rename(BY, key, "month end")
    world.adjusting.skip_next(BY, key)
    world.scheduling.pause(BY, key, until=NINE + 3 * DAY)
    world.scheduling.delete(BY, key)

    listed = world.adjusting.undo_delete(BY, key).listed

    assert (listed.schedule.state, listed.schedule.resumes_at) == (ScheduleState.PAUSED, NINE + 3 * DAY)
    assert (listed.schedule.nickname, listed.next_at) == ("month end", NINE + 3 * DAY)
    assert [due_at for _, due_at in listed.skipped] == [NINE]


def test_one_whose_pause_ended_meanwhile_goes_on_from_now(world: World):
    key = world.schedule("every hour on the hour").schedule_id
    world.scheduling.pause(BY, key, until=NINE)
    world.scheduling.delete(BY, key)
    world.clock.set(NINE + timedelta(hours=3, minutes=5))

    listed = world.adjusting.undo_delete(BY, key).listed

    assert (listed.schedule.state, listed.schedule.resumes_at) == (ScheduleState.ACTIVE, None)
    assert listed.next_at == NINE + timedelta(hours=4)


def test_one_whose_only_time_has_passed_is_back_and_has_ended(world: World):
    key = world.schedule("today at 9am").schedule_id
    world.scheduling.delete(BY, key)
    world.clock.set(NINE + MINUTE)

    back = world.adjusting.undo_delete(BY, key)

    assert (back.listed.schedule.state, back.passed) == (ScheduleState.ENDED, (NINE,))


def test_twice_is_once_and_after_a_day_it_is_too_late(world: World):
    key = world.schedule("every day at 9am").schedule_id
    with pytest.raises(Conflict, match="there already"):
        world.adjusting.undo_delete(BY, key)
    world.scheduling.delete(BY, key)
    world.clock.advance(DAY + MINUTE)

    with pytest.raises(Conflict, match="over a day ago"):
        world.adjusting.undo_delete(BY, key)


def test_only_its_owner_and_managers_bring_it_back_and_others_learn_nothing(world: World):
    key = world.schedule("every day at 9am").schedule_id
    with world.database.transaction() as tx:
        tx.projects.add_member(world.projects["Finance"], TEAM, Role.RUNNER, person_id=SAM.person_id)
    world.scheduling.delete(BY, key)

    with pytest.raises(NotAllowed, match="or a manager may bring this schedule back"):
        world.adjusting.undo_delete(Asker(SAM), key)
    with pytest.raises(NotFound):
        world.adjusting.undo_delete(Asker(PRIYA), key)
    with pytest.raises(NotFound):
        world.adjusting.undo_delete(Asker(replace(PRIYA, workspace_id="T0OTHER")), key)
    assert world.adjusting.undo_delete(Asker(MAYA), key).listed.schedule.owner_id == TOM.person_id


def test_the_number_of_schedules_one_may_have_counts_here_too(world: World):
    key = world.schedule("every day at 9am").schedule_id
    world.scheduling.delete(BY, key)
    world.adjusting._limits = replace(world.adjusting._limits, schedules=1)
    world.schedule("every day at 10am")

    with pytest.raises(Conflict, match="which is the limit"):
        world.adjusting.undo_delete(BY, key)


def test_it_is_written_down(world: World):
    key = world.schedule("every day at 9am").schedule_id
    world.scheduling.delete(BY, key)
    world.adjusting.undo_delete(BY, key)

    with world.database.reading() as tx:
        actions = [each.action for each in tx.audit.entries(TEAM, limit=2)]
    assert actions[0] == "schedule.restore"
