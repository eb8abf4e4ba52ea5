"""What `check` says of Airflow's accounts, job by job; the whole of it is tried in tests/integration."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bot.cli import check
from bot.cli.check import Found, accounts, grants
from bot.domain.errors import Unavailable
from bot.domain.ports import Grant
from tests.fakes.airflow import FakeAirflow
from tests.fakes.clock import FakeClock
from tests.fakes.sample_jobs import add_sample_jobs
from tests.world import NINE


@pytest.fixture
def airflow() -> FakeAirflow:
    made = FakeAirflow(FakeClock(NINE))
    add_sample_jobs(made)
    return made


def test_an_account_that_may_start_everything_it_sees_is_as_it_should_be(airflow: FakeAirflow):
    found = grants(airflow, airflow.jobs())

    assert (found.detail, found.advice) == ("all there", "")


def test_jobs_that_may_be_seen_but_not_started_are_named(airflow: FakeAirflow):
    airflow.not_to_be_started = {"payroll"}

    found = grants(airflow, airflow.jobs())

    assert found.detail == "may start runs, but not of payroll: that takes “the DAG: edit” there"
    assert found.advice == ""


def test_the_rights_are_tried_on_a_job_that_may_be_started(airflow: FakeAirflow):
    """One that is read-only on purpose says nothing of the rest."""
    first = airflow.jobs()[0].key.dag_id
    airflow.not_to_be_started = {first}

    grants(airflow, airflow.jobs())

    (tried,) = airflow.calls_of("missing_grants")
    assert tried.arguments != (first,)


def test_an_account_that_may_start_nothing_is_told_where_to_read(airflow: FakeAirflow):
    airflow.not_to_be_started = {each.key.dag_id for each in airflow.jobs()}

    assert "what the service account needs" in grants(airflow, airflow.jobs()).advice


def test_each_missing_right_is_named_with_what_does_not_work_without_it(airflow: FakeAirflow):
    airflow.missing = (
        Grant("Task Logs", "read", "a failure is told without its error and log"),
        Grant("XComs", "read", "a job's result is not shown"),
    )

    found = grants(airflow, airflow.jobs())

    assert found.detail.endswith(": Task Logs: read, XComs: read")
    assert "“XComs: read”, or a job's result is not shown" in found.advice


def test_each_projects_account_is_tried(airflow: FakeAirflow):
    refused, empty = FakeAirflow(FakeClock(NINE)), FakeAirflow(FakeClock(NINE))
    refused.fail_next(
        Unavailable("Airflow", "it refuses the bot's name and password", advice="Correct its password.")
    )

    found = list(accounts({"Finance": airflow, "HR": refused, "Sales": empty}))

    assert [each.what.rpartition(" ")[2] for each in found] == ["Finance", "HR", "Sales"]
    assert found[0].detail == f"{len(airflow.jobs())} jobs to be seen, grants: all there"
    assert found[0].advice == ""
    assert found[1].advice.startswith("Correct its password.")
    assert found[2].detail == "it sees no job"
    assert found[2].advice


@pytest.mark.parametrize(
    ("url", "is_said"),
    [
        ("http://airflow.example.com:8080", True),
        ("http://10.0.0.7", True),
        ("https://airflow.example.com", False),
        ("http://127.0.0.1:8080", False),
        ("http://localhost/airflow", False),
        ("http://[::1]:8080", False),
    ],
)
def test_what_can_be_read_on_the_way_to_airflow_is_said(
    url: str, is_said: bool, airflow: FakeAirflow, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(check, "airflow_of", lambda _settings: airflow)
    settings: Any = SimpleNamespace(airflow_url=url)

    found = next(check._airflow(settings))

    assert found.advice == "", "some networks are trusted"
    assert ("can be read on the way" in found.detail) is is_said


def test_each_piece_is_told_before_the_next_is_tried(airflow: FakeAirflow, monkeypatch: pytest.MonkeyPatch):
    """A company with an account for each of 300 projects waits for minutes, and must see that it goes on."""
    for name in ("_slack", "_outbox", "_airflow"):
        monkeypatch.setattr(check, name, lambda _settings: iter([Found("a piece", "as it should be")]))
    for name in ("_database", "_admins"):
        monkeypatch.setattr(check, name, lambda _settings: Found("a piece", "as it should be"))
    settings: Any = None
    tried = check.pieces(settings, {"Finance": airflow, "HR": airflow})
    found = [next(tried) for _ in range(5)]
    assert airflow.calls_of("jobs") == []

    found.append(next(tried))
    assert len(airflow.calls_of("jobs")) == 1
    assert [each.what for each in (*found[5:], *tried)] == [
        "Airflow's account of project Finance",
        "Airflow's account of project HR",
    ]
