"""Airflow's JSON, read into our types; words that a later Airflow may add do not stop it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.domain.job import Job, JobKey
from bot.domain.run import AirflowRun, Result, RunState, TaskRun, TaskState
from bot.gateways.airflow.inputs import inputs_from

RUN_STATES = {
    "queued": RunState.WAITING,
    "running": RunState.RUNNING,
    "success": RunState.DONE,
    "failed": RunState.FAILED,
}

TASK_STATES = {
    "scheduled": TaskState.WAITING,
    "queued": TaskState.WAITING,
    "up_for_retry": TaskState.WAITING,
    "up_for_reschedule": TaskState.WAITING,
    "running": TaskState.RUNNING,
    "restarting": TaskState.RUNNING,
    "deferred": TaskState.RUNNING,
    "awaiting_input": TaskState.RUNNING,
    "success": TaskState.DONE,
    "skipped": TaskState.SKIPPED,
    "removed": TaskState.SKIPPED,
    "failed": TaskState.FAILED,
    "upstream_failed": TaskState.UPSTREAM_FAILED,
}


def moment(text: str | None) -> datetime | None:
    if not text:
        return None
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def run_from(row: Mapping[str, Any]) -> AirflowRun:
    started_at = moment(row.get("start_date"))
    unknown = RunState.RUNNING if started_at else RunState.WAITING
    return AirflowRun(
        dag_id=row["dag_id"],
        run_id=row["dag_run_id"],
        state=RUN_STATES.get(str(row.get("state")), unknown),
        run_type=row.get("run_type") or "",
        queued_at=moment(row.get("queued_at")),
        run_after=moment(row.get("run_after")),
        started_at=started_at,
        ended_at=moment(row.get("end_date")),
        conf=row.get("conf") or {},
        note=row.get("note") or "",
        logical_date=moment(row.get("logical_date")),
        interval=_interval(row),
    )


def _interval(row: Mapping[str, Any]) -> tuple[datetime, datetime] | None:
    start, end = moment(row.get("data_interval_start")), moment(row.get("data_interval_end"))
    return None if start is None or end is None else (start, end)


def task_from(row: Mapping[str, Any]) -> TaskRun:
    started_at, ended_at = moment(row.get("start_date")), moment(row.get("end_date"))
    unknown = TaskState.RUNNING if started_at and not ended_at else TaskState.WAITING
    try_number = row.get("try_number") or 0
    return TaskRun(
        task_id=row["task_id"],
        map_index=row.get("map_index", -1),
        state=TASK_STATES.get(str(row.get("state")), unknown),
        try_number=try_number,
        max_tries=row.get("max_tries") or 0,
        started_at=started_at if try_number else None,  # a skip is given a start too
        ended_at=ended_at,
        map_label=str(row.get("rendered_map_index") or ""),
        airflow_state=str(row.get("state") or ""),
    )


def job_from(deployment: str, row: Mapping[str, Any]) -> Job:
    """From a row of the list, which has no params, or from the details, which have."""
    return Job(
        key=JobKey(deployment, row["dag_id"]),
        title=row.get("dag_display_name") or row["dag_id"],
        description=row.get("description") or "",
        inputs=inputs_from(row.get("params") or {}),
        tags=frozenset(each["name"] for each in row.get("tags") or ()),
        owners=tuple(row.get("owners") or ()),
        is_paused=bool(row.get("is_paused")),
        airflow_schedule=_schedule(row),
        max_active_runs=row.get("max_active_runs"),
        has_import_errors=bool(row.get("has_import_errors")),
        is_gone=bool(row.get("is_stale")),
    )


def _schedule(row: Mapping[str, Any]) -> str | None:
    """The description reads better ("At 02:30"), but only the summary is empty where there is none."""
    summary: str | None = row.get("timetable_summary")
    return (row.get("timetable_description") or summary) if summary else None


def result_from(value: Any) -> Result | None:
    """What a job published: text, a link, or {"text": …, "link": …}."""
    if isinstance(value, Mapping):
        result = Result(_words(value.get("text")), _link(value.get("link")))
    elif link := _link(value):
        result = Result(link=link)
    else:
        result = Result(text=_words(value))
    return result if result.text or result.link else None


def _words(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _link(value: Any) -> str:
    text = _words(value)
    is_link = text.lower().startswith(("https://", "http://")) and not any(each.isspace() for each in text)
    return text if is_link else ""


def roles_from(answer: Any) -> dict[str, frozenset[str]]:
    """FAB's list of roles: those that name DAGs one by one, each with what it may read or edit."""
    found = {}
    for role in (answer or {}).get("roles") or ():
        named = ((each.get("resource") or {}).get("name") or "" for each in role.get("actions") or ())
        dags = frozenset(each.removeprefix("DAG:") for each in named if each.startswith("DAG:"))
        if dags:
            found[str(role.get("name"))] = dags
    return found
