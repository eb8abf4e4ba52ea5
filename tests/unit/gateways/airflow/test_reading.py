"""Airflow's JSON, also with words it may only learn later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.domain.run import Result, RunState, TaskState
from bot.gateways.airflow.cells import moment
from bot.gateways.airflow.reading import job_from, result_from, roles_from, run_from, task_from

RUN = {
    "dag_id": "sales_report",
    "dag_run_id": "runbell__1",
    "state": "queued",
    "run_type": "manual",
    "queued_at": "2026-05-01T08:59:30.123456Z",
    "run_after": "2026-05-01T09:00:00Z",
    "start_date": None,
    "end_date": None,
    "conf": {"rows": 5},
    "note": None,
}


def test_a_run_is_read_with_aware_moments():
    run = run_from(RUN)

    assert run.state is RunState.WAITING
    assert run.run_after == datetime(2026, 5, 1, 9, tzinfo=UTC)
    assert run.queued_at.microsecond == 123456
    assert (run.started_at, run.ended_at, run.note) == (None, None, "")


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"state": "running"}, RunState.RUNNING),
        ({"state": "success"}, RunState.DONE),
        ({"state": "failed"}, RunState.FAILED),
        ({"state": "hibernating"}, RunState.WAITING),
        ({"state": "hibernating", "start_date": "2026-05-01T09:00:01Z"}, RunState.RUNNING),
        ({"state": None}, RunState.WAITING),
    ],
)
def test_a_state_nobody_has_heard_of_does_not_stop_the_reading(changes, state):
    assert run_from(RUN | changes).state is state


def test_what_an_older_or_newer_airflow_leaves_out_is_empty():
    run = run_from({"dag_id": "d", "dag_run_id": "r", "conf": None})

    assert (run.run_type, run.conf, run.run_after) == ("", {}, None)


@pytest.mark.parametrize(
    ("state", "read"),
    [
        (None, TaskState.WAITING),
        ("up_for_retry", TaskState.WAITING),
        ("deferred", TaskState.RUNNING),
        ("awaiting_input", TaskState.RUNNING),
        ("success", TaskState.DONE),
        ("removed", TaskState.SKIPPED),
        ("upstream_failed", TaskState.UPSTREAM_FAILED),
        ("dreaming", TaskState.WAITING),
    ],
)
def test_task_states_are_read_as_far_as_people_care(state, read):
    assert task_from({"task_id": "t", "state": state}).state is read


def test_a_task_never_tried_has_not_begun_whatever_its_start_date_says():
    """Marking a run as failed gives the tasks it skips a start and an end."""
    at = "2026-05-01T09:00:00Z"
    row = {"task_id": "t", "state": "skipped", "try_number": 0, "start_date": at, "end_date": at}

    assert task_from(row).started_at is None
    assert task_from(row | {"try_number": 1}).started_at is not None


def test_a_job_has_a_schedule_only_when_airflow_has_one_for_it():
    row = {"dag_id": "d", "timetable_summary": None, "timetable_description": "Never, external triggers only"}

    assert job_from("default", row).airflow_schedule is None
    assert job_from("default", row | {"timetable_summary": "30 2 * * *"}).airflow_schedule is not None
    assert job_from("default", {"dag_id": "d", "timetable_summary": "Asset"}).airflow_schedule == "Asset"
    assert job_from("default", row).title == "d"


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ("240 orders", Result(text="240 orders")),
        (240, Result(text="240")),
        ("https://reports.example.com/1", Result(link="https://reports.example.com/1")),
        ("https://reports.example.com/1 is ready", Result(text="https://reports.example.com/1 is ready")),
        ({"text": "Ready", "link": "https://x.example.com"}, Result("Ready", "https://x.example.com")),
        ({"text": "Ready", "link": "javascript:alert(1)"}, Result("Ready")),
        ({"text": None, "link": None}, None),
        ({"other": 1}, None),
        ("  ", None),
        (None, None),
    ],
)
def test_a_result_is_text_a_link_or_both(value, result):
    assert result_from(value) == result


def test_a_moment_without_a_zone_is_utc_and_others_keep_theirs():
    assert moment("2026-05-01T09:00:00") == datetime(2026, 5, 1, 9, tzinfo=UTC)
    assert moment("2026-05-01T09:00:00+02:00").astimezone(UTC).hour == 7
    assert moment("2026-05-01T09:00:00+05:30").tzinfo == timezone(timedelta(hours=5, minutes=30))
    assert moment(None) is None


def test_roles_are_those_that_name_dags_one_by_one():
    answer = {
        "roles": [
            {
                "name": "finance",
                "actions": [
                    {"action": {"name": "can_read"}, "resource": {"name": "DAG:sales_report"}},
                    {"action": {"name": "can_edit"}, "resource": {"name": "DAG:sales_report"}},
                    {"action": {"name": "can_read"}, "resource": {"name": "DAG:import_orders"}},
                    {"action": {"name": "menu_access"}, "resource": {"name": "DAGs"}},
                ],
            },
            {"name": "Viewer", "actions": [{"action": {"name": "can_read"}, "resource": {"name": "DAGs"}}]},
            {"name": "Public"},
        ]
    }

    assert roles_from(answer["roles"]) == {"finance": frozenset({"sales_report", "import_orders"})}
    assert roles_from([None, {"actions": None}, {"actions": [None, {"resource": None}]}]) == {}
