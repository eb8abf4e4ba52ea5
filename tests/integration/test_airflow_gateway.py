"""The gateway on a real Airflow, where the fake has nothing to say: params, mapped tasks, logs, tokens."""

from __future__ import annotations

import json
import time
import uuid
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import Unavailable
from bot.domain.job import InputKind
from bot.domain.run import RunState, TaskState
from bot.gateways.airflow import PasswordTokens, RestAirflow, StaticToken

if TYPE_CHECKING:
    from playground.airflow import RunningAirflow

pytestmark = pytest.mark.airflow


@pytest.fixture
def airflow(running_airflow: RunningAirflow) -> RestAirflow:
    running = running_airflow
    tokens = PasswordTokens(running.url, running.username, running.password)
    return RestAirflow(running.url, tokens, timeout=60)  # its first answers take long on a busy machine


def test_params_of_every_sort_become_inputs(airflow):
    job = airflow.job("awkward")

    assert {each.name: each.kind for each in job.inputs} == {
        "who": InputKind.TEXT,
        "at": InputKind.TIME,
        "moment": InputKind.DATE_TIME,
        "share": InputKind.NUMBER,
        "names": InputKind.LIST,
        "extra": InputKind.OBJECT,
        "plain": InputKind.TEXT,
    }
    assert any(each.must_be_given for each in job.inputs)
    assert job.input("who").required
    assert [each.name for each in job.inputs if each.section == "When"] == ["at", "moment"]
    assert not any(each.must_be_given for each in airflow.job("payroll").inputs)


def test_one_failing_among_mapped_tasks_is_told_without_its_secrets(airflow):
    run_id = f"runbell__{uuid.uuid4().hex}"
    airflow.start("awkward", run_id, run_after=None, conf={"who": "Olga"}, note="")
    deadline = time.monotonic() + 60
    while not airflow.run("awkward", run_id).state.is_over:
        assert time.monotonic() < deadline
        time.sleep(0.3)

    assert airflow.run("awkward", run_id).state is RunState.FAILED
    states = {task.map_index: task.state for task in airflow.tasks("awkward", run_id)}
    assert states == {0: TaskState.DONE, 1: TaskState.FAILED, 2: TaskState.DONE}
    failure = airflow.failure("awkward", run_id)
    assert failure.task_id == "one_of_many"
    assert failure.error == "RuntimeError: refused: Authorization: Bearer ***"
    assert "Number 2" in failure.log_tail
    assert "postgresql://loader:***@db.example.com/sales" in failure.log_tail
    for secret in ("hunter2", "correct-horse", "abc.def", "0123456789abcdef"):
        assert secret not in failure.log_tail


def test_a_token_airflow_does_not_know_is_renewed_where_there_is_a_password(running_airflow):
    forged = StaticToken("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl")
    with pytest.raises(Unavailable, match="403: Invalid JWT token"):
        RestAirflow(running_airflow.url, forged).jobs()

    tokens = PasswordTokens(running_airflow.url, running_airflow.username, running_airflow.password)
    tokens.current()
    tokens._token = forged.current()

    assert RestAirflow(running_airflow.url, tokens).jobs()


def test_the_right_that_an_account_lacks_is_found_and_nothing_is_changed(airflow, running_airflow):
    passwords = json.loads((running_airflow.folder / "passwords.json").read_text())
    tokens = PasswordTokens(running_airflow.url, "viewer", passwords["viewer"])
    before = [run.run_id for run in airflow.recent("payroll", count=100)]

    lacks = RestAirflow(running_airflow.url, tokens).missing_grants("payroll")

    assert [f"{each.resource}: {each.action}" for each in lacks] == ["the DAG: edit"]  # which the rest needs
    assert [run.run_id for run in airflow.recent("payroll", count=100)] == before
    assert not airflow.job("payroll").is_paused


def test_a_wrong_password_is_told_as_such(running_airflow):
    tokens = PasswordTokens(running_airflow.url, running_airflow.username, "wrong")

    with pytest.raises(Unavailable, match="refuses the bot's name and password"):
        RestAirflow(running_airflow.url, tokens).health()
