"""The dispatcher: one run for each due moment, or one reason why not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import Conflict, Rejected
from bot.domain.rights import Role
from bot.domain.run import RunState
from bot.domain.schedule import ScheduleState
from bot.rules.access import Asker
from bot.workers.dispatcher import Dispatcher, Timing
from tests.world import FINANCE, MAYA, NINE, TEAM, TOM

if TYPE_CHECKING:
    from tests.world import World


def test_a_due_moment_becomes_one_run_that_starts_on_time(world: World):
    world.schedule("every weekday at 9am", region="us")

    world.go_to(NINE + timedelta(seconds=30))

    (call,) = world.airflow.calls_of("start")
    dag_id, run_id, run_after, conf, note = call.arguments
    run = world.airflow.run(dag_id, run_id)
    assert (dag_id, run_after, conf) == ("sales_report", NINE, {"region": "us"})
    assert "schedule #1 of Tom" in note
    assert run is not None
    assert run.started_at == NINE


def test_it_is_handed_over_ahead_of_its_time(world: World):
    world.schedule("every weekday at 9am")

    world.go_to(NINE - timedelta(seconds=50))
    assert world.starts() == []

    world.go_to(NINE - timedelta(seconds=40))
    assert len(world.starts()) == 1


def test_how_long_ahead_is_a_setting(world: World):
    airflows = {world.airflow.deployment: world.airflow}
    early = Dispatcher(world.database, world.clock, airflows, Timing(lead=timedelta(seconds=90)), senders=1)
    world.schedule("every weekday at 9am")

    world.clock.set(NINE - timedelta(seconds=91))
    early.step()
    assert world.starts() == []

    world.clock.set(NINE - timedelta(seconds=89))
    early.step()
    assert len(world.starts()) == 1


@pytest.mark.slow
def test_a_job_with_its_own_schedule_and_one_place_is_not_handed_over_ahead(world: World):
    world.schedule("every weekday at 9am", dag_id="nightly_cleanup")

    world.go_to(NINE - timedelta(seconds=1))
    assert world.starts("nightly_cleanup") == []

    world.go_to(NINE + timedelta(seconds=2))
    assert len(world.starts("nightly_cleanup")) == 1


def test_a_run_now_starts_at_the_next_step(world: World):
    world.run_now(rows=5)

    world.dispatcher.step()

    assert len(world.starts()) == 1
    assert world.airflow.calls_of("start")[0].arguments[2] is None


def test_two_presses_at_once_make_one(world: World):
    draft = world.draft(when="every weekday at 9am")

    def press() -> str:
        try:
            world.previews.confirm(Asker(TOM), draft.draft_id)
        except Conflict as error:
            return str(error)
        return "made"

    with ThreadPoolExecutor(2) as presses:
        answers = sorted(each.result() for each in [presses.submit(press) for _ in range(2)])

    assert answers == ["That is scheduled already. Pressing twice changes nothing.", "made"]
    assert len(world.scheduling.listed(Asker(TOM))) == 1


@pytest.mark.slow
def test_an_outage_of_airflow_is_waited_out(world: World):
    world.schedule("every weekday at 9am")
    world.go_to(NINE - timedelta(minutes=2))

    with world.airflow.outage():
        world.dispatcher.step()
        for _ in range(120):
            world.clock.advance(timedelta(seconds=1))
            world.dispatcher.step()
    world.go_on(timedelta(minutes=1))

    runs = [world.airflow.run("sales_report", run_id) for run_id in world.starts()]
    assert len(runs) == 1
    assert runs[0] is not None
    assert runs[0].state is RunState.DONE


def test_a_post_whose_answer_was_lost_is_not_made_twice(world: World):
    world.run_now()
    world.airflow.lose_answers()

    world.go_on(timedelta(seconds=20))

    assert len(world.airflow.calls_of("start")) == 2
    assert len(world.starts()) == 1


def test_a_dag_that_airflow_does_not_find_is_asked_for_again(world: World):
    """It is being loaded again; the list of jobs may not have noticed."""
    world.schedule("every weekday at 9am")
    world.go_to(NINE - timedelta(seconds=46))
    world.airflow.fail_next(*[Rejected("Airflow", "404: the DAG sales_report was not found", "404")] * 2)

    for _ in range(15):
        world.clock.advance(timedelta(seconds=1))
        world.dispatcher.step()

    assert len(world.airflow.calls_of("start")) == 3
    assert len(world.starts()) == 1


def test_what_is_refused_after_its_answer_was_lost_may_be_there(world: World):
    """Airflow looks at the inputs first: what it had accepted by then runs, whatever it says of them now."""
    world.run_now()
    world.airflow.lose_answers()
    world.dispatcher.step()
    world.airflow.fail_next(Rejected("Airflow", "400: Invalid input for param rows", "400"))

    world.clock.advance(timedelta(seconds=2))
    world.dispatcher.step()
    world.go_on(timedelta(seconds=10))

    assert any("is done" in text for text in world.slack.texts(FINANCE))
    assert not any("did not run" in text for text in world.slack.texts(FINANCE))


def test_what_was_due_while_everything_was_down_and_is_paused_then_has_its_reason(world: World):
    schedule = world.schedule("every 10 minutes")
    assert schedule.next_due_at is not None
    world.clock.set(schedule.next_due_at + timedelta(minutes=25))

    world.scheduling.pause(Asker(TOM), schedule.schedule_id)
    world.go_on(timedelta(minutes=1))

    assert world.starts() == []
    moments = [schedule.next_due_at + timedelta(minutes=each) for each in (0, 10, 20, 30)]
    with world.database.transaction() as tx:
        written = [tx.firings.is_written(schedule.schedule_id, each) for each in moments]
    assert written == [True, True, True, False]


def test_refused_inputs_are_told_and_not_tried_again(world: World):
    world.run_now()
    world.airflow.fail_next(Rejected("Airflow", "400: Invalid input for param rows", "400"))

    world.go_on(timedelta(seconds=30))

    assert len(world.airflow.calls_of("start")) == 1
    assert any("Invalid input for param rows" in text for text in world.slack.texts(FINANCE))


def test_down_for_a_morning_the_latest_moment_is_run_late_and_says_so(world: World):
    world.schedule("every day at 9am")
    world.clock.set(NINE + timedelta(days=2, hours=3))

    world.go_on(timedelta(minutes=1))

    assert len(world.starts()) == 1
    (run,) = [world.airflow.run("sales_report", run_id) for run_id in world.starts()]
    assert run is not None
    assert run.state is RunState.DONE
    cards = [each for each in world.slack.posted if each.channel_id == FINANCE and not each.thread_ts]
    assert "2 earlier missed" in str((cards[0].edits or [cards[0].message])[-1].blocks)


def test_down_for_longer_than_twelve_hours_nothing_is_run_and_it_is_told(world: World):
    world.schedule("every day at 9am")
    world.clock.set(NINE + timedelta(hours=13))

    world.go_on(timedelta(minutes=1))

    assert world.starts() == []
    assert any("did not run" in text for text in world.slack.texts(FINANCE))


def test_while_the_job_is_paused_in_airflow_nothing_is_run_and_it_is_told(world: World):
    world.schedule("every weekday at 9am")
    world.running.pause_job(Asker(MAYA), world.airflow.job("sales_report").key, paused=True)

    world.go_to(NINE + timedelta(minutes=1))

    assert world.starts() == []
    assert any("paused in Airflow" in text for text in world.slack.texts(FINANCE))


def test_who_lost_the_right_has_the_schedule_suspended(world: World):
    schedule = world.schedule("every weekday at 9am")
    with world.database.transaction() as tx:
        tx.projects.remove_member(world.projects["Finance"], TEAM, TOM.person_id)

    world.go_to(NINE + timedelta(minutes=1))

    with world.database.transaction() as tx:
        kept = tx.schedules.get(schedule.schedule_id)
    assert kept is not None
    assert kept.state is ScheduleState.SUSPENDED
    assert world.starts() == []
    assert any("may no longer schedule" in text for text in world.slack.texts(MAYA.person_id))


@pytest.mark.slow
def test_a_job_that_left_airflow_suspends_its_schedule(world: World):
    schedule = world.schedule("every weekday at 9am")
    world.airflow.remove("sales_report")
    world.catalogue.step()

    world.go_to(NINE + timedelta(minutes=11))

    with world.database.transaction() as tx:
        kept = tx.schedules.get(schedule.schedule_id)
    assert kept is not None
    assert kept.state is ScheduleState.SUSPENDED


def test_paused_inside_the_lead_it_is_withdrawn_and_nobody_is_alarmed(world: World):
    schedule = world.schedule("every weekday at 9am")
    world.go_to(NINE - timedelta(seconds=30))
    assert len(world.starts()) == 1

    world.scheduling.pause(Asker(TOM), schedule.schedule_id)
    world.go_to(NINE + timedelta(minutes=1))

    run = world.airflow.run("sales_report", world.starts()[0])
    assert run is not None
    assert run.state is RunState.FAILED
    assert all(task.started_at is None for task in world.airflow.tasks("sales_report", run.run_id))
    assert world.slack.texts(FINANCE) == []
    assert any("was cancelled" in text for text in world.slack.texts(TOM.person_id))


@pytest.mark.slow
def test_resumed_inside_the_lead_the_moment_gets_a_run_of_another_id(world: World):
    schedule = world.schedule("every weekday at 9am")
    world.go_to(NINE - timedelta(seconds=40))
    world.scheduling.pause(Asker(TOM), schedule.schedule_id)
    world.scheduling.resume(Asker(TOM), schedule.schedule_id)

    world.go_to(NINE + timedelta(minutes=1))

    first, second = (world.airflow.run("sales_report", run_id) for run_id in world.starts())
    assert first is not None
    assert second is not None
    assert (first.state, second.state) == (RunState.FAILED, RunState.DONE)
    assert first.started_at is None


def test_a_later_moment_waits_while_the_previous_run_is_still_going(world: World):
    world.airflow.add(world.airflow.job("sales_report"), takes=timedelta(minutes=3))
    world.schedule("every 2 minutes")

    world.go_on(timedelta(minutes=4, seconds=50))
    assert len(world.starts()) == 1

    world.go_on(timedelta(minutes=1))
    assert len(world.starts()) == 2


@pytest.mark.slow
def test_of_two_moments_that_wait_the_older_is_skipped(world: World):
    world.airflow.add(world.airflow.job("sales_report"), takes=timedelta(minutes=5))
    world.schedule("every 2 minutes")

    world.go_on(timedelta(minutes=8))

    assert len(world.starts()) == 2
    assert any("a later one waits already" in text for text in world.slack.texts(FINANCE))


@pytest.mark.slow
def test_one_that_waited_until_the_next_moment_gives_way_to_it(world: World):
    world.airflow.add(world.airflow.job("sales_report"), takes=timedelta(minutes=3, seconds=57))
    first = world.schedule("every 2 minutes").next_due_at
    assert first is not None
    for seconds in (-40, 1, 80, 121, 236, 238, 240, 242, 260):  # the first run ends after 237
        world.clock.set(first + timedelta(seconds=seconds))
        world.watcher.step()
        world.dispatcher.step()

    runs = [world.airflow.run("sales_report", run_id) for run_id in world.starts()]
    assert [run.started_at - first for run in runs if run and run.started_at] == [
        timedelta(0),
        timedelta(minutes=4),
    ]


def test_a_change_of_role_is_seen_at_the_next_firing(world: World):
    world.schedule("every day at 9am")
    world.go_to(NINE + timedelta(minutes=1))
    with world.database.transaction() as tx:
        tx.projects.remove_member(world.projects["Finance"], TEAM, TOM.person_id)
        tx.projects.add_member(world.projects["Finance"], TEAM, Role.VIEWER, person_id=TOM.person_id)

    world.clock.set(NINE + timedelta(days=1, minutes=-2))
    world.go_on(timedelta(minutes=3))

    assert len(world.starts()) == 1


@pytest.mark.parametrize("role", [Role.VIEWER])
def test_a_viewer_cannot_confirm(world: World, role: Role):
    draft = world.draft(when="every day at 9am")
    with world.database.transaction() as tx:
        tx.projects.remove_member(world.projects["Finance"], TEAM, TOM.person_id)
        tx.projects.add_member(world.projects["Finance"], TEAM, role, person_id=TOM.person_id)

    with pytest.raises(Exception, match="You may not schedule this job"):
        world.previews.confirm(Asker(TOM), draft.draft_id)
