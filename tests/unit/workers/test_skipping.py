"""Skip next, pause until, and the policies of one schedule."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import Conflict, NotUnderstood
from bot.domain.run import RunState
from bot.domain.schedule import MissedPolicy, OverlapPolicy, ScheduleState
from bot.rules.access import Asker
from bot.workers import decision
from tests.world import FINANCE, LENA, NINE, TOM

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.schedule import Schedule
    from bot.domain.when import When
    from tests.world import World

BY = Asker(TOM)
MINUTE = timedelta(minutes=1)


def started(world: World, dag_id: str = "sales_report") -> list[datetime]:
    found = (world.airflow.run(dag_id, run_id) for run_id in world.starts(dag_id))
    return [run.started_at for run in found if run is not None and run.started_at is not None]


def edit(world: World, schedule: Schedule, when: When, **inputs: int) -> None:
    offer = world.drafting.to_edit(BY, schedule.schedule_id).offer
    draft = world.drafting.propose(BY, offer, when=when, inputs=inputs, changes=schedule.schedule_id).draft
    world.previews.confirm(BY, draft.draft_id)


@pytest.mark.slow
def test_a_skipped_moment_is_passed_over_and_the_next_one_runs(world: World):
    schedule = world.schedule("every 10 minutes")

    skipped = world.adjusting.skip_next(BY, schedule.schedule_id).due_at
    world.go_on(25 * MINUTE)

    assert skipped == schedule.next_due_at
    assert started(world) == [skipped + 10 * MINUTE]


@pytest.mark.slow
def test_a_skip_is_undone(world: World):
    schedule = world.schedule("every 10 minutes")
    first = world.adjusting.skip_next(BY, schedule.schedule_id)
    second = world.adjusting.skip_next(BY, schedule.schedule_id)

    world.adjusting.undo_skip(BY, first.firing_id)
    world.go_on(35 * MINUTE)

    assert second.due_at == first.due_at + 10 * MINUTE
    assert started(world) == [first.due_at, first.due_at + 20 * MINUTE]


def test_a_skip_inside_the_lead_is_withdrawn_and_undone_it_runs_under_another_id(world: World):
    schedule = world.schedule("every weekday at 9am")
    world.go_to(NINE - timedelta(seconds=40))
    skipped = world.adjusting.skip_next(BY, schedule.schedule_id)
    world.go_on(timedelta(seconds=5))

    world.adjusting.undo_skip(BY, skipped.firing_id)
    world.go_to(NINE + MINUTE)

    first, second = (world.airflow.run("sales_report", run_id) for run_id in world.starts())
    assert first is not None
    assert second is not None
    assert (first.state, first.started_at) == (RunState.FAILED, None)
    assert second.state is RunState.DONE
    assert NINE < second.started_at < NINE + timedelta(seconds=1), "its date is the first one's already"


def test_the_only_moment_can_be_skipped_and_taken_up_again(world: World):
    schedule = world.schedule("tomorrow at 9am")
    skipped = world.adjusting.skip_next(BY, schedule.schedule_id)
    with pytest.raises(Conflict, match="no upcoming run"):
        world.adjusting.skip_next(BY, schedule.schedule_id)

    listed = world.adjusting.undo_skip(BY, skipped.firing_id).listed

    assert listed.schedule.state is ScheduleState.ACTIVE
    assert listed.schedule.next_due_at == skipped.due_at


@pytest.mark.slow
def test_what_is_not_the_next_or_has_passed_is_not_skipped(world: World):
    schedule = world.schedule("every 10 minutes")
    assert schedule.next_due_at is not None

    with pytest.raises(Conflict, match="no longer the next"):
        world.adjusting.skip_next(BY, schedule.schedule_id, due_at=schedule.next_due_at + MINUTE)
    skipped = world.adjusting.skip_next(BY, schedule.schedule_id)
    world.adjusting.undo_skip(BY, skipped.firing_id)
    with pytest.raises(Conflict, match="not skipped"):
        world.adjusting.undo_skip(BY, skipped.firing_id)
    with pytest.raises(Exception, match="may not schedule"):
        world.adjusting.skip_next(Asker(LENA), schedule.schedule_id)
    world.go_on(15 * MINUTE)
    with pytest.raises(Conflict, match="has passed"):
        world.adjusting.undo_skip(BY, skipped.firing_id)


@pytest.mark.slow
def test_paused_until_a_moment_it_goes_on_by_itself_and_makes_up_for_nothing(world: World):
    schedule = world.schedule("every 10 minutes")
    assert schedule.next_due_at is not None
    until = schedule.next_due_at + 30 * MINUTE

    world.scheduling.pause(BY, schedule.schedule_id, until=until)
    world.go_to(until + 11 * MINUTE)

    assert started(world) == [until, until + 10 * MINUTE]


@pytest.mark.slow
def test_down_while_a_pause_ended_the_missed_policy_decides(world: World):
    schedule = world.schedule("every 10 minutes")
    until = NINE + timedelta(hours=1)
    world.scheduling.pause(BY, schedule.schedule_id, until=until)
    world.clock.set(NINE + timedelta(hours=3, minutes=1))

    world.go_on(MINUTE)

    assert len(started(world)) == 1


def test_resumed_by_hand_it_does_not_pause_again(world: World):
    schedule = world.schedule("every 10 minutes")
    world.scheduling.pause(BY, schedule.schedule_id, until=NINE + timedelta(hours=5))

    listed = world.scheduling.resume(BY, schedule.schedule_id)

    assert listed.schedule.resumes_at is None
    with pytest.raises(NotUnderstood, match="passed already"):
        world.scheduling.pause(BY, schedule.schedule_id, until=NINE - timedelta(hours=5))


@pytest.mark.slow
@pytest.mark.parametrize(("missed", "runs"), [("none", 0), ("latest", 1), ("all", 3)])
def test_each_schedule_has_its_own_policy_for_what_was_missed(world: World, missed: str, runs: int):
    schedule = world.schedule("every hour")
    world.adjusting.set_policies(
        BY, schedule.schedule_id, missed=MissedPolicy(missed), overlap=OverlapPolicy.WAIT, grace=5 * MINUTE
    )
    assert schedule.next_due_at is not None
    world.clock.set(schedule.next_due_at + timedelta(hours=2, minutes=20))

    world.go_on(2 * MINUTE)

    assert len(started(world)) == runs


@pytest.mark.slow
def test_each_schedule_has_its_own_grace(world: World):
    patient, strict = world.schedule("every day at 9am"), world.schedule("every day at 9am", rows=7)
    for schedule, grace in ((patient, 2 * timedelta(hours=1)), (strict, MINUTE)):
        world.adjusting.set_policies(
            BY,
            schedule.schedule_id,
            missed=MissedPolicy.NONE,
            overlap=OverlapPolicy.WAIT,
            grace=grace,
        )
    world.clock.set(NINE + timedelta(hours=1))

    world.go_on(MINUTE)

    assert len(started(world)) == 1
    with pytest.raises(NotUnderstood, match="between a minute"):
        world.adjusting.set_policies(
            BY,
            strict.schedule_id,
            missed=MissedPolicy.NONE,
            overlap=OverlapPolicy.WAIT,
            grace=timedelta(days=2),
        )


@pytest.mark.slow
@pytest.mark.parametrize(("overlap", "runs"), [("skip", 2), ("allow", 4)])
def test_each_schedule_has_its_own_policy_for_overlaps(world: World, overlap: str, runs: int):
    world.airflow.add(world.airflow.job("sales_report"), takes=timedelta(minutes=3))
    schedule = world.schedule("every 2 minutes")
    world.adjusting.set_policies(
        BY, schedule.schedule_id, missed=MissedPolicy.LATEST, overlap=OverlapPolicy(overlap), grace=None
    )
    assert schedule.next_due_at is not None

    world.go_to(schedule.next_due_at + 6 * MINUTE + timedelta(seconds=30))

    assert len(started(world)) == runs


@pytest.mark.slow
def test_of_all_that_was_missed_no_more_than_so_many_run(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(decision, "MOST_CAUGHT_UP", 2)
    schedule = world.schedule("every hour")
    world.adjusting.set_policies(
        BY, schedule.schedule_id, missed=MissedPolicy.ALL, overlap=OverlapPolicy.WAIT, grace=5 * MINUTE
    )
    assert schedule.next_due_at is not None
    world.clock.set(schedule.next_due_at + timedelta(hours=4, minutes=20))

    world.go_on(2 * MINUTE)

    asked = [call.arguments[1] for call in world.airflow.calls_of("start")]
    with world.database.transaction() as tx:
        due = [tx.firings.get(each.removeprefix("runbell__")).due_at for each in asked]
    assert due == [schedule.next_due_at + timedelta(hours=each) for each in (3, 4)]


@pytest.mark.slow
def test_an_overlap_is_decided_at_the_due_moment_and_not_before(world: World):
    """At the lead the previous run still goes; when its time comes it does not."""
    world.airflow.add(world.airflow.job("sales_report"), takes=timedelta(seconds=100))
    schedule = world.schedule("every 2 minutes")
    world.adjusting.set_policies(
        BY, schedule.schedule_id, missed=MissedPolicy.LATEST, overlap=OverlapPolicy.SKIP, grace=None
    )
    assert schedule.next_due_at is not None

    world.go_to(schedule.next_due_at + 6 * MINUTE + timedelta(seconds=30))

    assert len(started(world)) == 4


@pytest.mark.slow
def test_what_was_skipped_takes_the_place_of_nothing_that_was_missed(world: World):
    """Or nothing would run, and nobody would hear of it."""
    schedule = world.schedule("every hour")
    assert schedule.next_due_at is not None
    world.go_to(schedule.next_due_at - MINUTE)
    with world.airflow.outage():
        for minutes in range(0, 65, 5):
            if minutes == 10:
                world.adjusting.skip_next(BY, schedule.schedule_id)
            world.clock.set(schedule.next_due_at + minutes * MINUTE)
            world.dispatcher.step()

    world.go_on(2 * MINUTE)

    assert len(started(world)) == 1


@pytest.mark.slow
def test_where_overlaps_are_skipped_what_is_only_due_is_no_run_that_goes(world: World):
    """Down for three moments, whose two first another process is deciding about."""
    schedule = world.schedule("every 10 minutes")
    world.adjusting.set_policies(
        BY, schedule.schedule_id, missed=MissedPolicy.LATEST, overlap=OverlapPolicy.SKIP, grace=None
    )
    assert schedule.next_due_at is not None
    world.clock.set(schedule.next_due_at + 20 * MINUTE + timedelta(seconds=5))
    world.dispatcher._plan()
    now = world.clock.now()
    with world.database.transaction() as tx:
        tx.firings.claim(now, leased_until=now + timedelta(seconds=15), limit=2)
    world.dispatcher.step()
    assert started(world) == []

    world.go_on(MINUTE)

    assert len(started(world)) == 1
    assert not any("still going" in each for each in world.slack.texts(FINANCE))


@pytest.mark.slow
def test_what_waits_for_a_run_that_somebody_deletes_in_airflow_goes_on(world: World):
    world.airflow.add(world.airflow.job("sales_report"), takes=timedelta(hours=3))
    schedule = world.schedule("every 10 minutes")
    assert schedule.next_due_at is not None
    world.go_to(schedule.next_due_at + 11 * MINUTE)
    assert len(world.starts()) == 1

    world.airflow.delete_run("sales_report", world.starts()[0])
    world.go_on(MINUTE)

    assert len(world.starts()) == 2


@pytest.mark.slow
def test_a_skip_undone_and_made_again_before_its_run_is_withdrawn_stays_skipped(world: World):
    schedule = world.schedule("every 10 minutes")
    assert schedule.next_due_at is not None
    world.go_to(schedule.next_due_at - timedelta(seconds=40))
    skipped = world.adjusting.skip_next(BY, schedule.schedule_id)
    world.adjusting.undo_skip(BY, skipped.firing_id)

    again = world.adjusting.skip_next(BY, schedule.schedule_id)
    world.go_on(2 * MINUTE)

    assert again.due_at == skipped.due_at == schedule.next_due_at
    assert started(world) == []


@pytest.mark.slow
def test_what_is_skipped_right_after_an_edit_stays_skipped(world: World):
    schedule = world.schedule("every 10 minutes")
    assert schedule.next_due_at is not None
    world.go_to(schedule.next_due_at - timedelta(seconds=40))
    edit(world, schedule, schedule.when, rows=7)

    world.adjusting.skip_next(BY, schedule.schedule_id)
    world.go_on(2 * MINUTE)

    assert started(world) == []


@pytest.mark.slow
def test_after_a_pause_the_moment_to_skip_is_the_next_that_is_not_skipped_yet(world: World):
    schedule = world.schedule("every 10 minutes")
    first = world.adjusting.skip_next(BY, schedule.schedule_id)
    world.scheduling.pause(BY, schedule.schedule_id)
    world.scheduling.resume(BY, schedule.schedule_id)

    second = world.adjusting.skip_next(BY, schedule.schedule_id)
    world.go_on(35 * MINUTE)

    assert second.due_at == first.due_at + 10 * MINUTE
    assert started(world) == [first.due_at + 20 * MINUTE]


@pytest.mark.slow
def test_a_moment_that_has_passed_unplanned_is_not_the_next_to_skip(world: World):
    schedule = world.schedule("every 10 minutes")
    assert schedule.next_due_at is not None
    world.clock.set(schedule.next_due_at + MINUTE)

    skipped = world.adjusting.skip_next(BY, schedule.schedule_id)
    world.go_on(15 * MINUTE)

    assert skipped.due_at == schedule.next_due_at + 10 * MINUTE
    assert len(started(world)) == 1


@pytest.mark.slow
def test_a_skip_of_a_moment_that_an_edit_took_away_is_not_undone(world: World):
    schedule = world.schedule("every day at 9am")
    skipped = world.adjusting.skip_next(BY, schedule.schedule_id)
    edit(world, schedule, world.when("every day at 10am"))

    with pytest.raises(Conflict, match="no longer has that time"):
        world.adjusting.undo_skip(BY, skipped.firing_id)
    world.go_to(NINE + timedelta(hours=1, minutes=1))

    assert started(world) == [NINE + timedelta(hours=1)]


@pytest.mark.slow
def test_a_late_moment_does_not_give_way_to_one_that_is_skipped(world: World):
    schedule = world.schedule("every hour")
    late = world.adjusting.skip_next(BY, schedule.schedule_id)
    skipped = world.adjusting.skip_next(BY, schedule.schedule_id)
    world.adjusting.undo_skip(BY, late.firing_id)
    world.clock.set(skipped.due_at + MINUTE)

    world.go_on(MINUTE)

    assert len(started(world)) == 1


@pytest.mark.slow
def test_waiting_for_the_previous_run_is_not_missing(world: World):
    """However long beyond the grace, and though nothing missed is to be run."""
    world.airflow.add(world.airflow.job("sales_report"), takes=timedelta(minutes=45))
    schedule = world.schedule("every 30 minutes")
    world.adjusting.set_policies(
        BY, schedule.schedule_id, missed=MissedPolicy.NONE, overlap=OverlapPolicy.WAIT, grace=None
    )
    assert schedule.next_due_at is not None

    for minutes in range(48):
        world.clock.set(schedule.next_due_at + minutes * MINUTE)
        world.step()

    assert len(started(world)) == 2
    assert not any("did not run" in each for each in world.slack.texts(FINANCE))


def test_skipped_paused_and_resumed_the_next_run_said_is_the_one_after_the_skipped_one(world: World):
    schedule = world.schedule("every day at 9am")
    world.adjusting.skip_next(BY, schedule.schedule_id)
    world.scheduling.pause(BY, schedule.schedule_id)

    resumed = world.scheduling.resume(BY, schedule.schedule_id)

    assert resumed.next_at == NINE + timedelta(days=1)
    assert [each.next_at for each in world.scheduling.listed(BY)] == [resumed.next_at]


def test_within_the_lead_the_next_run_is_the_one_that_is_planned(world: World):
    schedule = world.schedule("every day at 9am")
    world.go_to(NINE - timedelta(seconds=30))

    assert world.scheduling.show(BY, schedule.schedule_id).next_at == NINE
