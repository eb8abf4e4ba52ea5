"""What is not as it should be is told once, and put right where it was told once it is over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from bot.domain import condition_told
from bot.domain.alert_rule import AlertEvent, Hearing
from bot.domain.condition import ConditionKind
from bot.domain.errors import NotAllowed, NotUnderstood, Unavailable
from bot.domain.job import Job, JobKey, JobSettings
from bot.domain.project import Place
from bot.domain.rights import Action, Role
from bot.domain.schedule import MissedPolicy, OverlapPolicy, ScheduleState
from bot.rules.access import Asker
from bot.rules.conditions import close_condition, open_condition
from bot.rules.project_edits import set_job
from bot.workers import conditions
from bot.workers.conditions import Conditions
from storage.schedules import Schedules
from tests.unit.workers.test_alert_rules import IN_FINANCE, PLAIN
from tests.unit.workers.test_incidents import add_failing, in_channel, shown
from tests.world import FINANCE, HR, LENA, MAYA, NINE, TEAM, TOM

if TYPE_CHECKING:
    from bot.domain.project import Project
    from bot.domain.schedule import Schedule
    from storage.transaction import Transaction
    from tests.fakes.slack import Posted
    from tests.world import World

pytestmark = pytest.mark.both_databases
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
TOMS, MAYAS = f"D{TOM.person_id}", f"D{MAYA.person_id}"


def go_on(world: World, span: timedelta, *, stride: timedelta = 10 * SECOND) -> None:
    """Let time pass, with the worker of conditions beside the other loops."""
    end = world.clock.now() + span
    while world.clock.now() < end:
        world.clock.advance(min(stride, end - world.clock.now()))
        world.step()
        world.conditions.step()
        world.notifier.step()


def about(world: World, words: str, channel_id: str = FINANCE) -> list[Posted]:
    return [each for each in world.slack.posted if each.channel_id == channel_id and words in shown(each)]


def add_job(world: World, *, takes: timedelta) -> dict[str, timedelta]:
    """Add a job whose runs take as long as is kept in what is returned."""
    state = {"takes": takes}
    job = Job(JobKey(world.airflow.deployment, "load"), "Load", tags=frozenset({"finance"}))
    world.airflow.add(job, tasks=("pull",), takes=lambda _conf: state["takes"])
    world.catalogue.step()
    return state


# Longer than usual ----------------------------------------------------------------------------------------


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


def has_run_often(world: World, state: dict[str, timedelta]) -> None:
    """Let the job's runs of Airflow's own schedule take what is usual, often enough to say so."""
    world.watcher.step()
    for number in range(5):
        world.airflow.start_elsewhere("load", f"scheduled__{number}")
        go_on(world, state["takes"] + 20 * SECOND)


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


# Not begun ------------------------------------------------------------------------------------------------


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


# Airflow's own schedules ------------------------------------------------------------------------------------


def catalogued(world: World, **changes: object) -> None:
    world.airflow.change("nightly_cleanup", **changes)
    world.catalogue.step()


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
    real = conditions.title_in

    def title(tx: Transaction, project: Project, key: JobKey) -> str:
        if key.dag_id == "sales_report":
            raise RecursionError("maximum recursion depth exceeded")
        return real(tx, project, key)

    monkeypatch.setattr(conditions, "title_in", title)
    late = world.clock.now() - 11 * MINUTE
    world.airflow.change("sales_report", next_run_at=late, airflow_schedule="0 9 * * *")
    catalogued(world, next_run_at=late)
    go_on(world, 20 * SECOND)

    (told,) = about(world, "should have run")
    assert "Nightly cleanup should have run" in told.text


# After so many failures -------------------------------------------------------------------------------------


def failing_schedule(world: World, most: int | None, when: str = "every 5 minutes") -> Schedule:
    add_failing(world)
    schedule = world.schedule(when, TOM, dag_id="sync")
    world.adjusting.set_policies(
        Asker(TOM),
        schedule.schedule_id,
        missed=MissedPolicy.LATEST,
        overlap=OverlapPolicy.WAIT,
        grace=None,
        most_failures=most,
    )
    return schedule


def state_of(world: World, schedule: Schedule) -> ScheduleState:
    with world.database.transaction() as tx:
        found = tx.schedules.get(schedule.schedule_id)
    assert found is not None
    return found.state


@pytest.mark.slow
def test_after_so_many_failures_in_a_row_a_schedule_waits_until_somebody_lets_it_go_on(world: World):
    schedule = failing_schedule(world, 3)
    go_on(world, 14 * MINUTE)
    assert state_of(world, schedule) is ScheduleState.ACTIVE
    go_on(world, 5 * MINUTE)

    assert state_of(world, schedule) is ScheduleState.SUSPENDED
    assert len(world.starts("sync")) in {3, 4}, "what was handed over ahead is taken back"
    for place in (FINANCE, TOMS):
        (told,) = about(world, "failed 3 times in a row", place)
        assert "It waits for <@U0TOM> and does not run." in told.text
        assert "TimeoutError: 30 s" in shown(told)
        assert "Go on" in shown(told)
    before = len(world.starts("sync"))
    with pytest.raises(NotAllowed):
        world.scheduling.resume(Asker(LENA), schedule.schedule_id)

    world.scheduling.resume(Asker(MAYA), schedule.schedule_id)
    go_on(world, 20 * SECOND)
    for place in (FINANCE, TOMS):
        (told,) = about(world, "waits no longer for its owner", place)
        assert "it goes on" in told.text
        assert "Go on" not in shown(told)

    go_on(world, 9 * MINUTE)
    assert state_of(world, schedule) is ScheduleState.ACTIVE, "it is counted anew"
    go_on(world, 9 * MINUTE)
    assert state_of(world, schedule) is ScheduleState.SUSPENDED
    assert len(world.starts("sync")) - before in {3, 4}


@pytest.mark.slow
def test_a_schedule_that_may_fail_more_often_is_not_locked_while_it_fails(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    failing_schedule(world, 2)
    go_on(world, 6 * MINUTE)
    locked: list[str] = []
    lock = Schedules.lock

    def counted(self: Schedules, workspace_id: str, schedule_id: str) -> Schedule | None:
        locked.append(schedule_id)
        return lock(self, workspace_id, schedule_id)

    monkeypatch.setattr(Schedules, "lock", counted)
    world.conditions.step()
    assert not locked

    go_on(world, 5 * MINUTE)
    assert locked, "then it is counted again under a lock"


@pytest.mark.slow
def test_a_schedule_goes_on_whatever_fails_if_nothing_else_is_said(world: World):
    schedule = failing_schedule(world, None)
    go_on(world, 30 * MINUTE, stride=20 * SECOND)
    assert state_of(world, schedule) is ScheduleState.ACTIVE


@pytest.mark.slow
def test_a_good_run_between_them_breaks_the_row(world: World):
    state = add_failing(world)
    schedule = world.schedule("every 5 minutes", TOM, dag_id="sync")
    world.adjusting.set_policies(
        Asker(TOM),
        schedule.schedule_id,
        missed=MissedPolicy.LATEST,
        overlap=OverlapPolicy.WAIT,
        grace=None,
        most_failures=2,
    )
    go_on(world, 5 * MINUTE + 30 * SECOND)
    state["broken"] = False
    go_on(world, 5 * MINUTE)
    state["broken"] = True
    go_on(world, 5 * MINUTE)
    assert state_of(world, schedule) is ScheduleState.ACTIVE
    go_on(world, 5 * MINUTE)
    assert state_of(world, schedule) is ScheduleState.SUSPENDED


@pytest.mark.slow
def test_a_schedule_that_waits_and_is_deleted_is_waited_for_no_longer(world: World):
    schedule = failing_schedule(world, 1)
    go_on(world, 6 * MINUTE)
    (told,) = about(world, "It waits for")

    world.scheduling.delete(Asker(TOM), schedule.schedule_id)
    go_on(world, 20 * SECOND)

    assert "it was deleted" in told.text


def test_nothing_more_is_handed_over_before_the_worker_has_suspended_it(world: World):
    failing_schedule(world, 1)
    world.go_on(12 * MINUTE)  # without the worker

    assert len(world.starts("sync")) == 1


def test_who_races_to_tell_of_the_same_tells_once(world: World):
    place, now, begin = Place(TEAM, FINANCE), world.clock.now(), Barrier(4)

    def tell() -> None:
        begin.wait(timeout=20)
        with world.database.transaction() as tx:
            at = {place: (Hearing(now), condition_told.Away("Airflow", now))}
            open_condition(tx, ConditionKind.AWAY, "Airflow", at, since=now, now=now)

    with ThreadPoolExecutor(4) as pool:
        for each in [pool.submit(tell) for _ in range(4)]:
            each.result(timeout=60)
    with world.database.transaction() as tx:
        assert tx.outbox.waiting() == 1
        assert len(close_condition(tx, ConditionKind.AWAY, "Airflow", lambda _: None, now)) == 1
        assert close_condition(tx, ConditionKind.AWAY, "Airflow", lambda _: None, now) == []


def test_only_a_number_that_makes_sense_is_taken(world: World):
    with pytest.raises(NotUnderstood, match="Choose between 1 and 100"):
        failing_schedule(world, 0)


# Airflow and Slack away -------------------------------------------------------------------------------------


@pytest.fixture
def admins(world: World) -> None:
    with world.database.transaction() as tx:
        tx.directory.give_workspace_role(TEAM, MAYA.person_id, "admin")


@pytest.mark.usefixtures("admins")
def test_admins_hear_once_that_airflow_is_away_and_that_it_is_back(world: World):
    go_on(world, 20 * SECOND)
    with world.airflow.outage():
        for _ in range(30):
            world.clock.advance(10 * SECOND)
            world.conditions.step()
            world.notifier.step()
    (told,) = in_channel(world, MAYAS)
    assert told.text == "Airflow has been away since 07:56 UTC: alerts may be late."
    assert told.edits == []

    go_on(world, 30 * SECOND)
    assert told.text.startswith("Airflow was away for 5 min")
    assert in_channel(world, MAYAS) == [told]


@pytest.mark.usefixtures("admins")
def test_a_short_absence_is_told_to_nobody(world: World):
    go_on(world, 20 * SECOND)
    with world.airflow.outage():
        for _ in range(9):
            world.clock.advance(10 * SECOND)
            world.conditions.step()
    go_on(world, MINUTE)

    assert in_channel(world, MAYAS) == []


@pytest.mark.usefixtures("admins")
def test_admins_hear_that_airflows_scheduler_is_down(world: World):
    go_on(world, 20 * SECOND)
    world.airflow.stop_scheduler()
    go_on(world, 3 * MINUTE)
    (told,) = in_channel(world, MAYAS)
    assert "Airflow’s scheduler has been away since" in told.text

    world.airflow.start_scheduler()
    go_on(world, 30 * SECOND)
    assert "Airflow’s scheduler was away for" in told.text


@pytest.mark.usefixtures("admins")
def test_once_slack_is_back_admins_hear_from_when_to_when_alerts_were_late(world: World):
    go_on(world, 20 * SECOND)
    for _ in range(20):
        world.slack.faults.clear()
        world.slack.fail_next(Unavailable("Slack", "it cannot be reached"))
        world.clock.advance(15 * SECOND)
        world.conditions.step()
    world.slack.faults.clear()
    go_on(world, MINUTE)

    (told,) = in_channel(world, MAYAS)
    assert told.text.startswith("Slack was away for 5 min")
    assert told.edits == []


# What nobody wants to hear ----------------------------------------------------------------------------------


def hears_late_runs(world: World, *, hears: bool) -> None:
    """Let Finance's channel hear of late runs of Airflow's own schedules, or of failures only."""
    events = {AlertEvent.FAILURE} | ({AlertEvent.LATE} if hears else set())
    world.alerting.change(IN_FINANCE, f"airflow.{FINANCE}", replace(PLAIN, events=frozenset(events)))


def asks_the_rules(world: World) -> bool:
    """Whether the worker's next step reads any alert rules."""
    asked: list[str] = []

    def note(*call: Any) -> None:
        asked.append(call[2])

    event.listen(world.database._engine, "before_cursor_execute", note)
    world.conditions.step()
    event.remove(world.database._engine, "before_cursor_execute", note)
    return any("alert_rules" in each for each in asked)


def test_of_a_job_that_did_not_come_the_rules_are_not_asked_at_each_step(world: World):
    hears_late_runs(world, hears=False)
    world.conditions.step()
    catalogued(world, next_run_at=world.clock.now() - 11 * MINUTE)

    assert asks_the_rules(world)
    assert not asks_the_rules(world)
    assert about(world, "should have run") == []


def test_what_a_rule_did_not_want_to_hear_is_told_soon_once_it_does(world: World):
    hears_late_runs(world, hears=False)
    catalogued(world, next_run_at=world.clock.now() - 11 * MINUTE)
    go_on(world, 20 * SECOND)

    hears_late_runs(world, hears=True)
    go_on(world, MINUTE + 10 * SECOND)

    (told,) = about(world, "should have run")
    assert "Nightly cleanup should have run" in told.text


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
