"""An account that lacks one right in Airflow: which one it is, is found out, and said where it is missed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.cli.check import grants
from bot.domain.errors import Forbidden, Rejected, Unavailable
from bot.domain.job import Job, JobKey
from bot.gateways.airflow import RestAirflow, StaticToken
from tests.fakes.fab import lacking
from tests.fakes.http_server import Answer, HttpServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.ports import Airflow

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
MISSED: dict[str, Callable[[Airflow], object]] = {
    "DAGs: read": lambda airflow: airflow.jobs(),
    "DAG Runs: read": lambda airflow: airflow.finished(ended_since=LONG_AGO),
    "DAG Runs: create": lambda airflow: airflow.start("etl", "r1", run_after=None, conf={}, note=""),
    "DAG Runs: edit": lambda airflow: airflow.retry("etl", "r1"),
    "Task Instances: read": lambda airflow: airflow.tasks("etl", "r1"),
    "XComs: read": lambda airflow: airflow.result("etl", "r1"),
    "the DAG: edit": lambda airflow: airflow.set_paused("etl", paused=True),
}
PROBED = [
    "DAG Runs: read",
    "DAG Runs: create",
    "DAG Runs: edit",
    "Task Instances: read",
    "Task Instances: edit",
    "Task Logs: read",
    "XComs: read",
    "ImportError: read",
    "the DAG: edit",
]


def asking(server: HttpServer) -> RestAirflow:
    return RestAirflow(server.url, StaticToken("a-token"), timeout=2.0)


@pytest.mark.parametrize("right", PROBED)
def test_the_right_that_is_missing_is_found_and_no_other(right: str):
    with lacking(right) as server:
        found = asking(server).missing_grants("etl")

    assert [f"{each.resource}: {each.action}" for each in found] == [right]


@pytest.mark.parametrize("right", PROBED)
def test_check_names_the_right_to_give(right: str):
    job = Job(JobKey("here", "etl"), "ETL")
    with lacking(right) as server:
        said = grants(asking(server), [job])

    assert right in said.detail
    assert f"Give its role “{right}”" in said.advice


@pytest.mark.parametrize(("right", "act"), MISSED.items())
def test_what_is_refused_for_want_of_a_right_names_it(right: str, act: Callable[[Airflow], object]):
    with lacking(right) as server, pytest.raises(Forbidden) as refused:
        act(asking(server))

    assert f"“{right}”" in refused.value.needs
    assert f"“{right}”" in refused.value.detail
    assert f"“{right}”" in refused.value.advice
    assert refused.value.not_done


@pytest.mark.parametrize("act", MISSED.values())
def test_an_account_that_may_read_no_dag_hears_so_wherever_it_reads(act: Callable[[Airflow], object]):
    with lacking("DAGs: read") as server:
        try:
            act(asking(server))
        except Forbidden as refused:
            assert "“DAGs: read”" in refused.needs  # noqa: PT017  what only changes something is not refused
        except Rejected:
            assert server.requests[-1].method in {"POST", "PATCH"}


def test_a_failure_whose_log_may_not_be_read_says_what_that_takes():
    with lacking("Task Logs: read") as server:
        failure = asking(server).failure("etl", "r1")

    assert failure is not None
    assert failure.task_id == "check"
    assert failure.error == (
        "It failed; Airflow does not let Runbell read its log: its account there needs “Task Logs: read” "
        "and “DAGs: read”."
    )


@pytest.mark.parametrize(
    "answer",
    [
        Answer(403, {"detail": "Invalid JWT token"}),
        Answer(403, b"<html><title>Forbidden by the proxy</title></html>"),
        Answer(401, {"detail": "Not authenticated"}),
    ],
)
def test_no_right_is_missed_where_the_token_or_a_proxy_stands_in_the_way(answer: Answer):
    with HttpServer(lambda _request: answer) as server, pytest.raises(Unavailable) as refused:
        asking(server).set_paused("etl", paused=True)

    assert not isinstance(refused.value, Forbidden)
