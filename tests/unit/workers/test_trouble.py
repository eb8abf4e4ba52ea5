"""What goes wrong around a firing: never silently dead, never twice, and over by itself."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.errors import Unavailable
from bot.domain.firing import FiringState
from bot.domain.run import RunState
from bot.domain.schedule import MissedPolicy, OverlapPolicy, ScheduleState
from bot.rules.access import Asker
from bot.workers.dispatcher import Dispatcher
from tests.fakes.shaky import Crash, ShakyAirflow, ShakyDatabase
from tests.world import FINANCE, MAYA, NINE, TEAM, TOM

if TYPE_CHECKING:
    from bot.domain.firing import Firing
    from bot.domain.schedule import Schedule
    from tests.world import World

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def kept(world: World, schedule: Schedule) -> Schedule:
    with world.database.transaction() as tx:
        found = tx.schedules.get(schedule.schedule_id)
    assert found is not None
    return found


def firing_at(world: World, schedule: Schedule, due_at=NINE) -> Firing | None:
    with world.database.transaction() as tx:
        return tx.firings.at_moment(schedule.schedule_id, due_at)


def another(world: World, airflow: ShakyAirflow) -> Dispatcher:
    return Dispatcher(world.database, world.clock, {airflow.deployment: airflow}, world.timing, senders=1)


@pytest.mark.slow
def test_an_owner_who_has_left_slack_has_the_schedule_suspended(world: World):
    schedule = world.schedule("every weekday at 9am")
    with world.database.transaction() as tx:
        tx.directory.keep_people([replace(TOM, is_deactivated=True)], at=world.clock.now())

    world.go_to(NINE + MINUTE)

    assert kept(world, schedule).state is ScheduleState.SUSPENDED
    assert world.starts() == []
    assert any("has left Slack" in text for text in world.slack.texts(MAYA.person_id))


def test_a_right_lost_inside_the_lead_withdraws_what_was_handed_over(world: World):
    schedule = world.schedule("every weekday at 9am")
    world.go_to(NINE - 30 * SECOND)
    assert len(world.starts()) == 1
    with world.database.transaction() as tx:
        tx.projects.remove_member(world.projects["Finance"], TEAM, TOM.person_id)

    world.go_to(NINE + MINUTE)

    run = world.airflow.run("sales_report", world.starts()[0])
    assert run is not None
    assert (run.state, run.started_at) == (RunState.FAILED, None)
    assert kept(world, schedule).state is ScheduleState.SUSPENDED
    assert world.slack.texts(MAYA.person_id)


@pytest.mark.slow
def test_a_file_with_errors_is_told_once_and_runs_nothing(world: World):
    world.schedule("every weekday at 9am")
    world.airflow.change("sales_report", has_import_errors=True)
    world.catalogue.step()

    world.go_to(NINE + 9 * MINUTE)
    (told,) = world.slack.texts(FINANCE)
    assert "its file in Airflow has an error" in told

    world.go_to(NINE + 11 * MINUTE)
    assert world.starts() == []
    assert world.slack.texts(FINANCE) == [told]


@pytest.mark.slow
def test_a_file_mended_within_the_grace_runs_late(world: World):
    world.schedule("every weekday at 9am")
    world.airflow.change("sales_report", has_import_errors=True)
    world.catalogue.step()
    world.go_to(NINE + 2 * MINUTE)

    world.airflow.change("sales_report", has_import_errors=False)
    world.catalogue.step()
    world.go_on(MINUTE)

    assert len(world.starts()) == 1


@pytest.mark.slow
def test_tokens_refused_within_the_grace_do_no_harm(world: World):
    world.schedule("every weekday at 9am")
    world.go_to(NINE - MINUTE)
    with world.airflow.refuse_tokens():
        for _ in range(300):
            world.clock.advance(SECOND)
            world.dispatcher.step()

    world.go_on(MINUTE)

    assert len(world.starts()) == 1


@pytest.mark.slow
def test_an_outage_longer_than_the_grace_says_why(world: World):
    schedule = world.schedule("every weekday at 9am")
    world.adjusting.set_policies(
        Asker(TOM), schedule.schedule_id, missed=MissedPolicy.NONE, overlap=OverlapPolicy.WAIT, grace=None
    )
    world.go_to(NINE - MINUTE)
    with world.airflow.outage("it cannot be reached"):
        for _ in range(60):
            world.clock.advance(15 * SECOND)
            world.dispatcher.step()
    world.go_on(MINUTE)

    told = [text for text in world.slack.texts(FINANCE) if "did not run" in text]
    assert len(told) == 1
    assert "within 10 minutes of its time: it cannot be reached" in told[0]
    assert all(world.airflow.run("sales_report", each) is None for each in world.starts())


@pytest.mark.slow
def test_a_scheduler_that_is_down_at_due_and_grace_loses_the_run_to_the_missed_policy(world: World):
    schedule = world.schedule("every weekday at 9am")
    world.airflow.stop_scheduler()
    world.go_to(NINE + 12 * MINUTE)
    first = world.airflow.run("sales_report", world.starts()[0])
    assert first is not None
    assert (first.state, first.started_at) == (RunState.FAILED, None)
    late = firing_at(world, schedule)
    assert late is not None
    assert late.state is FiringState.DUE

    world.airflow.start_scheduler()
    world.go_on(2 * MINUTE)

    assert [world.airflow.run("sales_report", each).state for each in world.starts()] == [
        RunState.FAILED,
        RunState.DONE,
    ]


@pytest.mark.slow
def test_a_job_paused_inside_the_lead_is_withdrawn_at_the_end_of_the_grace_and_told(world: World):
    world.schedule("every weekday at 9am")
    world.go_to(NINE - 30 * SECOND)
    world.airflow.set_paused("sales_report", paused=True)
    world.catalogue.step()

    world.go_to(NINE + 12 * MINUTE)

    run = world.airflow.run("sales_report", world.starts()[0])
    assert run is not None
    assert (run.state, run.started_at) == (RunState.FAILED, None)
    assert any("the job is paused in Airflow" in text for text in world.slack.texts(FINANCE))


@pytest.mark.slow
def test_a_run_that_waits_for_a_place_is_left_alone(world: World):
    world.airflow.add(world.airflow.job("nightly_cleanup"), takes=25 * MINUTE)
    world.airflow.start_elsewhere("nightly_cleanup", "scheduled__1")
    world.schedule("every weekday at 9am", dag_id="nightly_cleanup")

    world.go_to(NINE + 30 * MINUTE)

    run = world.airflow.run("nightly_cleanup", world.starts("nightly_cleanup")[0])
    assert run is not None
    assert run.started_at is not None


@pytest.mark.slow
def test_a_post_that_arrives_after_its_withdrawal_finds_its_id_taken(world: World):
    schedule = world.schedule("every weekday at 9am")
    world.go_to(NINE - 50 * SECOND)
    shaky = ShakyAirflow(world.airflow)
    shaky.go_astray = 1
    dispatcher = another(world, shaky)
    world.clock.advance(10 * SECOND)
    dispatcher.step()
    world.scheduling.pause(Asker(TOM), schedule.schedule_id)
    dispatcher.step()

    shaky.astray.pop()()
    world.go_to(NINE + MINUTE)

    run = world.airflow.run("sales_report", world.starts()[0])
    assert run is not None
    assert (run.state, run.started_at) == (RunState.FAILED, None)


@pytest.mark.slow
def test_a_missed_run_whose_answer_was_lost_is_found_before_it_is_called_missed(world: World):
    schedule = world.schedule("every weekday at 9am")
    world.adjusting.set_policies(
        Asker(TOM), schedule.schedule_id, missed=MissedPolicy.NONE, overlap=OverlapPolicy.WAIT, grace=None
    )
    world.go_to(NINE - 46 * SECOND)
    world.airflow.lose_answers()
    world.clock.advance(2 * SECOND)
    world.dispatcher.step()
    world.clock.set(NINE + 20 * MINUTE)

    world.go_on(MINUTE)

    firing = firing_at(world, schedule)
    assert firing is not None
    assert firing.state is FiringState.HANDED_OVER
    assert len(world.starts()) == 1
    assert not any("did not run" in text for text in world.slack.texts(FINANCE))


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True])
def test_what_a_dead_process_held_is_handed_over_before_it_is_due(world: World, after: bool):
    world.schedule("every weekday at 9am")
    world.go_to(NINE - 46 * SECOND)
    shaky = ShakyAirflow(world.airflow)
    shaky.die_in, shaky.after = 1, after
    world.clock.advance(2 * SECOND)
    with pytest.raises(Crash):
        another(world, shaky).step()

    world.go_to(NINE + 5 * SECOND)

    (run_id,) = world.starts()
    run = world.airflow.run("sales_report", run_id)
    assert run is not None
    assert run.started_at == NINE


@pytest.mark.slow
@pytest.mark.parametrize("by", [timedelta(hours=1), timedelta(hours=-1)])
def test_a_clock_that_jumps_an_hour_neither_repeats_nor_holds_up(world: World, by: timedelta):
    world.schedule("every 10 minutes")
    world.go_on(25 * MINUTE)
    before = len(world.starts())
    world.clock.set(world.clock.now() + by)
    world.run_now(rows=3)
    world.go_on(5 * SECOND)
    assert any(call.arguments[3] == {"rows": 3} for call in world.airflow.calls_of("start"))

    world.go_on(65 * MINUTE)

    assert len(world.starts()) >= before + 2
    asked = [call.arguments[2] for call in world.airflow.calls_of("start") if call.arguments[2] is not None]
    assert len(asked) == len(set(asked))


@pytest.mark.slow
def test_calls_that_hang_do_not_hold_up_what_comes_next(world: World):
    let_go = threading.Event()

    class Hanging(ShakyAirflow):
        def start(self, dag_id: str, *arguments: object, **named: object) -> object:
            if dag_id == "import_orders":
                let_go.wait(20)
            return self._airflow.start(dag_id, *arguments, **named)  # type: ignore[arg-type]  # passed on

    hanging = Hanging(world.airflow)
    airflows: dict[str, Any] = {hanging.deployment: hanging}
    dispatcher = Dispatcher(world.database, world.clock, airflows, world.timing, senders=2)
    world.run_now(dag_id="import_orders")
    dispatcher.step()
    world.run_now()

    dispatcher.step()

    assert len(world.starts()) == 1
    let_go.set()
    dispatcher.step()
    assert len(world.starts("import_orders")) == 1


@pytest.mark.slow
def test_a_dispatcher_that_stops_gives_back_what_it_has_not_begun(world: World):
    let_go = threading.Event()

    class Hanging(ShakyAirflow):
        def start(self, *arguments: object, **named: object) -> object:
            let_go.wait(20)
            return self._airflow.start(*arguments, **named)  # type: ignore[arg-type]  # passed on

    for rows in range(1, 4):
        world.run_now(rows=rows)
    stopping = another(world, Hanging(world.airflow))
    stopping.step()
    stopping.stop()

    world.dispatcher.step()

    assert len(world.starts()) == 2
    let_go.set()


def test_a_database_that_is_away_for_a_minute_loses_and_doubles_nothing(world: World):
    world.schedule("every weekday at 9am")
    process = ShakyAirflow(world.airflow)
    database = ShakyDatabase(world.database, process)
    dispatcher = Dispatcher(database, world.clock, {process.deployment: process}, world.timing, senders=1)  # type: ignore[arg-type]  # as one
    world.clock.set(NINE - 40 * SECOND)
    dispatcher.step()
    world.clock.set(NINE - 10 * SECOND)
    process.away_for = 60
    for _ in range(60):
        world.clock.advance(SECOND)
        with pytest.raises(Unavailable, match="it went away"):
            dispatcher.step()

    dispatcher.step()

    assert [call.arguments[2] for call in world.airflow.calls_of("start")] == [NINE]


@pytest.mark.parametrize("comes_back", [True, False], ids=["in time", "too late"])
def test_what_airflow_took_while_the_database_went_away_is_written_once_it_is_back(
    world: World, comes_back: bool
):
    schedule = world.schedule("every weekday at 9am")
    process = ShakyAirflow(world.airflow)
    database = ShakyDatabase(world.database, process)
    dispatcher = Dispatcher(database, world.clock, {process.deployment: process}, world.timing, senders=1)  # type: ignore[arg-type]  # as one
    process.meanwhile = lambda: setattr(process, "away_for", 1)
    world.clock.set(NINE - 40 * SECOND)
    with pytest.raises(Unavailable, match="it went away"):
        dispatcher.step()

    world.clock.advance(SECOND if comes_back else 2 * MINUTE)
    dispatcher.step() if comes_back else world.dispatcher.step()
    dispatcher.step()

    firing = firing_at(world, schedule)
    assert firing is not None
    assert firing.state is FiringState.HANDED_OVER
    assert len(world.starts()) == 1
    assert len(world.airflow.calls_of("start")) == 1 + (not comes_back)


def test_inputs_that_no_longer_fit_suspend_the_schedule_and_say_which(world: World):
    schedule = world.schedule("every weekday at 9am", rows=7)
    job = world.airflow.job("sales_report")
    assert job is not None
    world.airflow.change("sales_report", inputs=tuple(each for each in job.inputs if each.name != "rows"))
    world.catalogue.step()

    world.go_to(NINE + MINUTE)

    assert kept(world, schedule).state is ScheduleState.SUSPENDED
    assert world.starts() == []
    assert any("no longer has an input called “rows”" in text for text in world.slack.texts(FINANCE))


@pytest.mark.slow
def test_a_run_deleted_in_airflow_before_its_time_is_not_posted_again(world: World):
    schedule = world.schedule("every weekday at 9am")
    world.go_to(NINE - 30 * SECOND)
    world.airflow.delete_run("sales_report", world.starts()[0])

    world.go_to(NINE + 12 * MINUTE)

    firing = firing_at(world, schedule)
    assert firing is not None
    assert firing.state is FiringState.HANDED_OVER
    assert len(world.airflow.calls_of("start")) == 1


def test_what_waited_behind_calls_that_hang_is_left_to_whoever_claims_it_next(world: World):
    for rows in (1, 2):
        world.run_now(rows=rows)
    process = ShakyAirflow(world.airflow)
    process.meanwhile = lambda: world.clock.advance(MINUTE)
    slow = another(world, process)

    slow.step()
    assert len(world.starts()) == 1
    world.go_on(5 * SECOND)

    assert len(world.starts()) == len(world.airflow.calls_of("start")) == 2
