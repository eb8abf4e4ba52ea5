"""The faults that the fake Airflow can be asked for, which the real one has only in bad nights."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from bot.domain.errors import Rejected, Unavailable
from bot.domain.run import RunState
from tests.fakes.airflow import FakeAirflow
from tests.fakes.clock import FakeClock
from tests.fakes.sample_jobs import add_sample_jobs


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def airflow(clock: FakeClock) -> FakeAirflow:
    airflow = FakeAirflow(clock)
    add_sample_jobs(airflow)
    return airflow


def start(airflow: FakeAirflow, dag_id: str = "payroll", run_id: str = "runbell__1", *, run_after=None):
    return airflow.start(dag_id, run_id, run_after=run_after, conf={}, note="")


def test_in_an_outage_nothing_is_heard_but_what_is_due_begins(airflow, clock):
    start(airflow, run_after=clock.now() + timedelta(minutes=1))

    with airflow.outage():
        clock.advance(timedelta(minutes=5))
        with pytest.raises(Unavailable):
            airflow.run("payroll", "runbell__1")

    run = airflow.run("payroll", "runbell__1")
    assert run.state is RunState.DONE
    assert run.started_at == run.run_after


def test_a_lost_answer_leaves_the_run_behind(airflow):
    airflow.lose_answers()

    with pytest.raises(Unavailable, match="in time"):
        start(airflow)

    assert airflow.run("payroll", "runbell__1") is not None
    assert start(airflow).run_id == "runbell__1"


def test_a_failure_on_request_does_nothing_and_only_once(airflow):
    airflow.fail_next(Rejected("Airflow", "400: no", "400"))

    with pytest.raises(Rejected):
        start(airflow)

    assert airflow.run("payroll", "runbell__1") is None


def test_a_call_can_be_refused_before_it_is_made(clock):
    def refuse() -> None:
        raise AssertionError("a transaction is open")

    airflow = FakeAirflow(clock, before_call=refuse)

    with pytest.raises(AssertionError, match="transaction"):
        airflow.health()
    assert airflow.calls == []


def test_without_its_scheduler_nothing_begins_until_it_is_back(airflow, clock):
    airflow.stop_scheduler()
    start(airflow)
    clock.advance(timedelta(minutes=30))
    assert airflow.run("payroll", "runbell__1").state is RunState.WAITING
    assert not airflow.health().scheduler

    airflow.start_scheduler()

    assert airflow.run("payroll", "runbell__1").started_at == clock.now()


def test_runs_in_a_row_begin_one_after_the_other_in_a_single_leap_of_time(airflow, clock):
    for number in range(3):
        start(airflow, "nightly_cleanup", f"runbell__{number}")

    clock.advance(timedelta(hours=1))
    runs = [airflow.run("nightly_cleanup", f"runbell__{number}") for number in range(3)]

    assert all(run.state is RunState.DONE for run in runs)
    begun = sorted(run.started_at for run in runs)
    assert [later - earlier for earlier, later in itertools.pairwise(begun)] == [timedelta(seconds=1)] * 2


def test_a_deleted_run_is_gone_and_a_removed_job_unknown(airflow):
    start(airflow)
    airflow.delete_run("payroll", "runbell__1")
    assert airflow.run("payroll", "runbell__1") is None

    airflow.remove("payroll")

    assert airflow.job("payroll") is None
    with pytest.raises(Rejected):
        start(airflow)


def test_a_job_with_import_errors_is_known_but_cannot_be_started(airflow):
    airflow.change("payroll", has_import_errors=True)

    assert airflow.job("payroll").has_import_errors
    with pytest.raises(Rejected, match="404"):
        start(airflow)


def test_every_call_is_remembered(airflow):
    start(airflow)
    airflow.health()

    assert [call.name for call in airflow.calls] == ["start", "health"]
    assert airflow.calls_of("start")[0].arguments[:2] == ("payroll", "runbell__1")
