"""What Airflow does for us, the same on the fake and on the real one."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.clock import SystemClock
from bot.domain.errors import Rejected
from bot.domain.job import InputKind, Job, JobKey
from bot.domain.progress import is_at_work, tried_again, waits_for
from bot.domain.run import WITHDRAWN_NOTE, RunState, TaskState
from bot.domain.run_date import RunDate
from bot.gateways.airflow import PasswordTokens, RestAirflow
from tests.fakes.airflow import FakeAirflow
from tests.fakes.clock import FakeClock
from tests.fakes.sample_jobs import SECONDS, add_sample_jobs

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.ports import Airflow
    from bot.domain.run import AirflowRun


class FakeWorld:
    """Time passes only while somebody waits."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.airflow: Airflow = FakeAirflow(self.clock)
        add_sample_jobs(self.airflow)
        one = Job(JobKey("default", "one_at_a_time"), "one_at_a_time", inputs=(SECONDS,), max_active_runs=1)
        self.airflow.add(one, takes=lambda conf: timedelta(seconds=conf.get("seconds", 3)))
        self.airflow.add(Job(JobKey("default", "dated"), "dated"), takes=timedelta(seconds=1))
        self.airflow.add(
            Job(JobKey("default", "retried"), "retried"),
            takes=timedelta(seconds=1),
            fails=lambda _conf, attempt: "ValueError: the first try fails" if attempt == 1 else None,
            retries=2,
            retry_delay=timedelta(seconds=15),
        )
        self.airflow.add(
            Job(JobKey("default", "asks_somebody"), "asks_somebody"), tasks=("approve",), asks_somebody=True
        )

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        for _ in range(600):
            if is_so():
                return
            self.clock.advance(timedelta(milliseconds=100))
        raise AssertionError("it did not come to pass within a minute")


class RealWorld:
    def __init__(self, url: str, username: str, password: str) -> None:
        self.clock = SystemClock()
        tokens = PasswordTokens(url, username, password, clock=self.clock)
        self.airflow: Airflow = RestAirflow(url, tokens, timeout=60)  # its first task keeps it busy for long

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 60
        while not is_so():
            if time.monotonic() > deadline:
                raise AssertionError("it did not come to pass within a minute")
            time.sleep(0.2)


@pytest.fixture(params=["fake", pytest.param("real", marks=pytest.mark.airflow)])
def world(request):
    if request.param == "fake":
        return FakeWorld()
    running = request.getfixturevalue("running_airflow")
    return RealWorld(running.url, running.username, running.password)


@pytest.fixture
def airflow(world) -> Airflow:
    airflow: Airflow = world.airflow
    return airflow


def new_id() -> str:
    return f"runbell__{uuid.uuid4().hex}"


def start(airflow: Airflow, dag_id: str, run_id: str | None = None, *, run_after=None, **conf) -> str:
    run_id = run_id or new_id()
    airflow.start(dag_id, run_id, run_after=run_after, conf=conf, note="asked for by Olga")
    return run_id


def state(airflow: Airflow, dag_id: str, run_id: str) -> RunState:
    run = airflow.run(dag_id, run_id)
    assert run is not None
    return run.state


def over(world, dag_id: str, run_id: str) -> AirflowRun:
    world.wait_until(lambda: state(world.airflow, dag_id, run_id).is_over)
    run: AirflowRun = world.airflow.run(dag_id, run_id)
    return run


def states_of_tasks(airflow: Airflow, dag_id: str, run_id: str) -> dict[str, TaskState]:
    return {task.task_id: task.state for task in airflow.tasks(dag_id, run_id)}


def test_it_says_its_version_and_how_it_is(airflow):
    health = airflow.health()

    assert health.version.startswith("3.")
    assert health.database
    assert health.scheduler


def test_all_jobs_come_with_what_people_know_them_by(airflow):
    jobs = {job.key.dag_id: job for job in airflow.jobs()}

    assert {"sales_report", "import_orders", "build_warehouse", "nightly_cleanup", "payroll"} <= jobs.keys()
    assert jobs["sales_report"].title == "Sales report"
    assert jobs["payroll"].tags == {"hr"}
    assert jobs["payroll"].owners == ("Hana Horak",)
    assert jobs["nightly_cleanup"].airflow_schedule == "At 02:30"
    assert jobs["nightly_cleanup"].max_active_runs == 1
    assert jobs["sales_report"].airflow_schedule is None
    assert not jobs["sales_report"].is_paused


def test_a_single_job_comes_with_its_inputs(airflow):
    job = airflow.job("sales_report")

    assert [(each.name, each.kind) for each in job.inputs] == [
        ("region", InputKind.CHOICE),
        ("rows", InputKind.WHOLE),
        ("day", InputKind.DATE),
    ]
    assert job.input("region").choices[0] == ("emea", "Europe, Middle East, Africa")
    assert job.input("region").default == "emea"
    assert not any(each.must_be_given for each in job.inputs)


def test_a_job_that_does_not_exist_is_none(airflow):
    assert airflow.job("no_such_job") is None


def test_whether_a_job_may_be_started_is_found_out_without_starting_it(airflow):
    before = [run.run_id for run in airflow.recent("payroll", count=100)]

    assert airflow.may_start("payroll")

    assert [run.run_id for run in airflow.recent("payroll", count=100)] == before


def test_an_account_that_may_do_everything_lacks_no_right(airflow):
    assert airflow.missing_grants("payroll") == ()


def test_a_run_started_now_is_done_soon_and_publishes_its_result(world, airflow):
    run_id = start(airflow, "sales_report", region="us", rows=20)

    run = over(world, "sales_report", run_id)

    assert run.state is RunState.DONE
    assert run.conf == {"region": "us", "rows": 20}
    assert run.note == "asked for by Olga"
    assert run.run_type == "manual"
    assert run.run_after <= run.started_at <= run.ended_at
    assert set(states_of_tasks(airflow, "sales_report", run_id).values()) == {TaskState.DONE}
    result = airflow.result("sales_report", run_id)
    assert "20 orders" in result.text
    assert result.link.startswith("https://reports.example.com/sales/us/")
    assert airflow.failure("sales_report", run_id) is None


def test_a_run_handed_over_ahead_waits_until_it_is_due(world, airflow):
    due_at = world.clock.now() + timedelta(seconds=4)
    run_id = start(airflow, "payroll", run_after=due_at)
    assert state(airflow, "payroll", run_id) is RunState.WAITING

    run = over(world, "payroll", run_id)

    assert run.run_after == due_at
    assert run.started_at >= due_at


def test_a_run_handed_over_ahead_carries_its_date_and_starts_on_time(world, airflow):
    due_at = world.clock.now() + timedelta(seconds=5)
    run_id, date = new_id(), RunDate(due_at, interval_start=due_at - timedelta(days=1))
    airflow.start("payroll", run_id, run_after=due_at, date=date, conf={}, note="")

    run = over(world, "payroll", run_id)

    assert run.logical_date == due_at
    assert run.interval == (due_at - timedelta(days=1), due_at)
    assert due_at <= run.started_at < due_at + timedelta(seconds=30)


def test_runs_of_one_job_and_one_moment_get_dates_apart(world, airflow):
    due_at = world.clock.now() + timedelta(seconds=5)
    ids = [new_id() for _ in range(3)]
    for run_id in ids:
        airflow.start("payroll", run_id, run_after=due_at, date=RunDate(due_at), conf={}, note="")
    again = airflow.start("payroll", ids[2], run_after=due_at, date=RunDate(due_at), conf={}, note="again")

    dates = [over(world, "payroll", run_id).logical_date for run_id in ids]

    assert dates[0] == due_at
    assert len(set(dates)) == 3
    assert all(due_at <= each < due_at + timedelta(seconds=1) for each in dates)
    assert again.logical_date == dates[2]


def test_a_late_run_carries_the_date_it_was_due(world, airflow):
    due_at = world.clock.now() - timedelta(hours=3)
    run_id = new_id()
    airflow.start("payroll", run_id, run_after=None, date=RunDate(due_at), conf={}, note="")

    run = over(world, "payroll", run_id)

    assert (run.logical_date, run.interval) == (due_at, (due_at, due_at))


def test_a_job_that_uses_its_date_works(world, airflow):
    run_id = new_id()
    date = RunDate(world.clock.now())
    airflow.start("dated", run_id, run_after=None, date=date, conf={}, note="")

    assert over(world, "dated", run_id).state is RunState.DONE


def test_airflows_own_dates_are_left_to_its_own_runs(world, airflow):
    due_at = world.clock.now()
    run_id, date = new_id(), RunDate(due_at, is_wanted_by_others=True)

    run = airflow.start("payroll", run_id, run_after=None, date=date, conf={}, note="")

    assert due_at < run.logical_date < due_at + timedelta(seconds=1)


def test_the_same_id_again_answers_the_run_that_exists(airflow):
    run_id = start(airflow, "payroll")
    again = airflow.start("payroll", run_id, run_after=None, conf={"month": "2026-05"}, note="again")

    assert again.run_id == run_id
    assert again.conf == {}
    assert again.note == "asked for by Olga"


def test_many_threads_with_one_id_start_one_run(airflow):
    run_id = new_id()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: start(airflow, "payroll", run_id), range(8)))

    assert answers == [run_id] * 8
    assert [run.run_id for run in airflow.recent("payroll", count=50)].count(run_id) == 1


def test_an_input_that_does_not_fit_is_rejected_by_its_name(airflow):
    run_id = new_id()

    with pytest.raises(Rejected, match="rows") as rejected:
        start(airflow, "sales_report", run_id, rows=0)

    assert rejected.value.code == "400"
    assert "minimum of 1" in rejected.value.detail
    assert airflow.run("sales_report", run_id) is None


def test_what_does_not_exist_is_none_to_look_at_and_rejected_to_change(airflow):
    assert airflow.run("sales_report", "runbell__none") is None
    assert airflow.stop("sales_report", "runbell__none", note="") is None
    assert airflow.result("sales_report", "runbell__none") is None
    for change in (
        lambda: start(airflow, "no_such_job"),
        lambda: airflow.set_paused("no_such_job", paused=True),
        lambda: airflow.retry("sales_report", "runbell__none"),
        lambda: airflow.tasks("sales_report", "runbell__none"),
        lambda: airflow.failure("sales_report", "runbell__none"),
        lambda: airflow.recent("no_such_job", count=5),
    ):
        with pytest.raises(Rejected) as rejected:
            change()
        assert rejected.value.code == "404"


def test_a_run_id_airflow_does_not_allow_is_rejected(airflow):
    with pytest.raises(Rejected):
        start(airflow, "payroll", "with a blank")


def test_known_runs_are_looked_up_together_and_missing_ones_left_out(airflow):
    first, second = start(airflow, "payroll"), start(airflow, "sales_report", rows=1)
    asked = [
        ("payroll", first),
        ("sales_report", second),
        ("sales_report", first),
        ("payroll", "runbell__none"),
    ]

    found = airflow.runs(asked)

    assert {(run.dag_id, run.run_id) for run in found} == {("payroll", first), ("sales_report", second)}
    assert list(airflow.runs([])) == []


def test_more_runs_than_one_page_are_looked_up(airflow):
    far = datetime.now(UTC) + timedelta(days=300)  # noqa: TID251  further off than either world's clock will go
    keys = [("payroll", start(airflow, "payroll", run_after=far)) for _ in range(105)]

    assert len(airflow.runs(keys)) == 105
    assert len(airflow.recent("payroll", count=103)) == 103
    for dag_id, run_id in keys:
        airflow.stop(dag_id, run_id, note="")


def test_a_failure_tells_the_task_and_the_error_and_a_retry_mends_it(world, airflow):
    run_id = start(airflow, "import_orders", fail="once")
    failed = over(world, "import_orders", run_id)

    assert failed.state is RunState.FAILED
    assert states_of_tasks(airflow, "import_orders", run_id) == {
        "fetch": TaskState.DONE,
        "check": TaskState.FAILED,
        "load": TaskState.UPSTREAM_FAILED,
    }
    failure = airflow.failure("import_orders", run_id)
    assert failure.error.startswith("OrdersFeedError: 3 of 240 orders were refused, so none was imported")
    assert "OrdersFeedError" in failure.log_tail
    assert (failure.try_number, failure.tries, failure.not_run) == (1, 1, 1)

    airflow.retry("import_orders", run_id)
    assert not state(airflow, "import_orders", run_id).is_over
    mended = over(world, "import_orders", run_id)

    assert mended.state is RunState.DONE
    assert mended.ended_at > failed.ended_at
    assert airflow.failure("import_orders", run_id) is None


def test_finished_runs_are_told_since_a_moment_oldest_end_first(world, airflow):
    begun = world.clock.now()
    waiting = start(airflow, "payroll", run_after=begun + timedelta(days=300))
    first = start(airflow, "payroll")
    over(world, "payroll", first)
    second = start(airflow, "import_orders", fail="always")
    ended_at = over(world, "import_orders", second).ended_at

    told = airflow.finished(ended_since=begun, run_after_since=begun - timedelta(days=2))
    mine = [run for run in told if run.run_id in {waiting, first, second}]

    assert [(run.run_id, run.state) for run in mine] == [(first, RunState.DONE), (second, RunState.FAILED)]
    assert second in [run.run_id for run in airflow.finished(ended_since=ended_at)]
    assert [run.run_id for run in airflow.finished(ended_since=begun, most=1)] == [told[0].run_id]
    assert first not in [run.run_id for run in airflow.finished(ended_since=ended_at)]
    late = airflow.finished(ended_since=begun, run_after_since=begun + timedelta(days=1))
    assert {first, second}.isdisjoint(run.run_id for run in late)
    airflow.stop("payroll", waiting, note="")


def test_running_runs_are_told_that_began_by_a_moment_the_longest_first(world, airflow):
    begun = world.clock.now()
    started = [start(airflow, "build_warehouse", seconds=90) for _ in range(2)]
    for run_id in started:
        world.wait_until(lambda run_id=run_id: state(airflow, "build_warehouse", run_id) is RunState.RUNNING)
    seen = [airflow.run("build_warehouse", run_id) for run_id in started]
    first, second = sorted(seen, key=lambda run: run.started_at)

    told = [run.run_id for run in airflow.running(began_before=second.started_at, most=100)]
    mine = [each for each in told if each in started]

    assert mine == [first.run_id, second.run_id]
    assert len(airflow.running(began_before=second.started_at, most=1)) == 1
    assert not {*started} & {
        run.run_id for run in airflow.running(began_before=begun - timedelta(days=1), most=100)
    }
    for run_id in started:
        airflow.stop("build_warehouse", run_id, note="")
    assert not {*started} & {run.run_id for run in airflow.running(began_before=second.started_at, most=100)}


def test_stopping_a_running_job_ends_it_as_failed_with_the_note(world, airflow):
    run_id = start(airflow, "build_warehouse", seconds=60)
    world.wait_until(
        lambda: TaskState.RUNNING in states_of_tasks(airflow, "build_warehouse", run_id).values()
    )

    stopped = airflow.stop("build_warehouse", run_id, note="stopped by Hana")

    assert (stopped.state, stopped.note) == (RunState.FAILED, "stopped by Hana")
    states = states_of_tasks(airflow, "build_warehouse", run_id)
    assert states["swap_in"] is TaskState.SKIPPED
    assert TaskState.FAILED in states.values()


def test_what_is_over_stays_as_it_ended_when_stopped_too_late(world, airflow):
    run_id = start(airflow, "payroll")
    over(world, "payroll", run_id)

    stopped = airflow.stop("payroll", run_id, note="too late")

    assert (stopped.state, stopped.note) == (RunState.DONE, "asked for by Olga")


def test_a_withdrawn_run_never_begins_and_its_id_stays_taken(world, airflow):
    begun = world.clock.now()
    due_at = begun + timedelta(seconds=3)
    run_id = start(airflow, "payroll", run_after=due_at)
    note = f"{WITHDRAWN_NOTE}skipped"

    airflow.stop("payroll", run_id, note=note)
    world.wait_until(lambda: world.clock.now() > due_at + timedelta(seconds=2))

    assert state(airflow, "payroll", run_id) is RunState.FAILED
    assert [task.try_number for task in airflow.tasks("payroll", run_id)] == [0]
    assert [task.started_at for task in airflow.tasks("payroll", run_id)] == [None]
    again = airflow.start("payroll", run_id, run_after=None, conf={}, note="again")
    assert (again.state, again.note) == (RunState.FAILED, note)
    lists = [airflow.finished(ended_since=begun), airflow.runs([("payroll", run_id)])]
    for found in lists:  # or it would be told as a failure
        assert [run.is_withdrawn for run in found if run.run_id == run_id] == [True]


def test_a_retry_of_a_stopped_run_also_runs_what_it_had_not_reached(world, airflow):
    run_id = start(airflow, "build_warehouse", seconds=4)
    world.wait_until(
        lambda: TaskState.RUNNING in states_of_tasks(airflow, "build_warehouse", run_id).values()
    )
    airflow.stop("build_warehouse", run_id, note="stopped by Hana")

    airflow.retry("build_warehouse", run_id)
    assert over(world, "build_warehouse", run_id).state is RunState.DONE

    states = states_of_tasks(airflow, "build_warehouse", run_id)
    assert set(states.values()) == {TaskState.DONE}
    assert len(states) == 6


def test_a_run_stopped_again_before_its_retry_began_is_still_retried_whole(world, airflow):
    run_id = start(airflow, "import_orders", fail="once")
    over(world, "import_orders", run_id)
    airflow.set_paused("import_orders", paused=True)
    airflow.retry("import_orders", run_id)
    airflow.stop("import_orders", run_id, note="stopped by Hana")
    airflow.set_paused("import_orders", paused=False)

    airflow.retry("import_orders", run_id)

    assert over(world, "import_orders", run_id).state is RunState.DONE
    assert set(states_of_tasks(airflow, "import_orders", run_id).values()) == {TaskState.DONE}


def test_a_paused_job_holds_its_runs_until_it_is_resumed(world, airflow):
    airflow.set_paused("payroll", paused=True)
    try:
        run_id = start(airflow, "payroll")
        since = world.clock.now()
        world.wait_until(lambda: world.clock.now() > since + timedelta(seconds=3))
        assert state(airflow, "payroll", run_id) is RunState.WAITING
        assert airflow.job("payroll").is_paused
    finally:
        airflow.set_paused("payroll", paused=False)

    assert over(world, "payroll", run_id).state is RunState.DONE
    assert not airflow.job("payroll").is_paused


def test_a_job_paused_in_the_middle_of_a_run_begins_and_ends_nothing_more_of_it(world, airflow):
    run_id = start(airflow, "build_warehouse", seconds=6)
    world.wait_until(
        lambda: TaskState.RUNNING in states_of_tasks(airflow, "build_warehouse", run_id).values()
    )
    airflow.set_paused("build_warehouse", paused=True)
    try:
        world.wait_until(
            lambda: not is_at_work(airflow.tasks("build_warehouse", run_id))  # what works goes on
        )
        since = world.clock.now()
        world.wait_until(lambda: world.clock.now() > since + timedelta(seconds=5))
        states = states_of_tasks(airflow, "build_warehouse", run_id)
        assert state(airflow, "build_warehouse", run_id) is RunState.RUNNING
        assert TaskState.DONE in states.values()
        assert states["swap_in"] is TaskState.WAITING
    finally:
        airflow.set_paused("build_warehouse", paused=False)

    assert over(world, "build_warehouse", run_id).state is RunState.DONE


def test_a_task_says_its_state_in_airflows_own_words(world, airflow):
    run_id = start(airflow, "build_warehouse", seconds=6)
    world.wait_until(lambda: "running" in words_of_tasks(airflow, run_id))
    over(world, "build_warehouse", run_id)

    assert words_of_tasks(airflow, run_id) == {"success"}


def words_of_tasks(airflow: Airflow, run_id: str) -> set[str]:
    return {each.airflow_state for each in airflow.tasks("build_warehouse", run_id)}


def test_a_task_that_failed_says_when_it_is_tried_again(world, airflow):
    run_id = start(airflow, "retried")
    world.wait_until(lambda: tried_again(airflow.tasks("retried", run_id)) is not None)

    task = tried_again(airflow.tasks("retried", run_id))
    at = airflow.tried_again_at("retried", task)

    assert (task.try_number, task.max_tries) == (1, 2)
    assert at == task.ended_at + timedelta(seconds=15)
    assert not state(airflow, "retried", run_id).is_over
    run = over(world, "retried", run_id)
    assert run.state is RunState.DONE
    assert run.ended_at >= at
    assert [each.try_number for each in airflow.tasks("retried", run_id)] == [2]


def test_a_run_that_asks_somebody_says_so_where_airflow_can_ask(world, airflow):
    run_id = start(airflow, "asks_somebody")
    if airflow.health().version.startswith("3.0."):
        assert over(world, "asks_somebody", run_id).state is RunState.DONE
        return

    words = "waits for somebody’s answer in Airflow (`approve`)"
    world.wait_until(lambda: waits_for(airflow.tasks("asks_somebody", run_id)) == words)

    assert state(airflow, "asks_somebody", run_id) is RunState.RUNNING
    airflow.stop("asks_somebody", run_id, note="")


def test_at_its_limit_of_active_runs_a_job_lets_the_next_one_wait(world, airflow):
    first, second = start(airflow, "one_at_a_time", seconds=8), start(airflow, "one_at_a_time", seconds=0)
    world.wait_until(lambda: state(airflow, "one_at_a_time", first) is RunState.RUNNING)

    assert state(airflow, "one_at_a_time", second) is RunState.WAITING
    ended_at = over(world, "one_at_a_time", first).ended_at
    assert over(world, "one_at_a_time", second).started_at >= ended_at


def test_the_latest_runs_come_first(world, airflow):
    now = world.clock.now()
    earlier = start(airflow, "build_warehouse", run_after=now - timedelta(seconds=20), seconds=0)
    later = start(airflow, "build_warehouse", run_after=now + timedelta(days=300), seconds=0)

    assert airflow.recent("build_warehouse", count=1)[0].run_id == later
    recent = [run.run_id for run in airflow.recent("build_warehouse", count=50)]
    assert recent.index(later) < recent.index(earlier)
    airflow.stop("build_warehouse", later, note="")


def test_a_run_has_an_address_for_people(airflow):
    address = airflow.run_url("sales_report", "runbell__1")

    assert address.startswith("http")
    assert address.endswith("/dags/sales_report/runs/runbell__1")
