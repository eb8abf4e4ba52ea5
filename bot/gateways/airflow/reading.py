"""Airflow's JSON, read into our types; words that a later Airflow may add do not stop it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.domain.job import Job, JobKey
from bot.domain.reason import DagVersion
from bot.domain.run import AirflowRun, Result, RunState, TaskRun, TaskState
from bot.gateways.airflow.cells import (
    LONGEST_NAME,
    LONGEST_TEXT,
    as_row,
    identifier,
    line,
    moment,
    names,
    text,
    whole,
)
from bot.gateways.airflow.files import address_of, file_name_of
from bot.gateways.airflow.inputs import inputs_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

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


ASKS_SOMEBODY = "HITLTrigger"
"""The trigger of every operator that asks a person, of Airflow 3.1 and 3.2."""


def run_from(value: Any) -> AirflowRun:
    """Return the run of a row. Raises OddRow, as the other readers do, if the row lacks its ids."""
    row = as_row(value)
    started_at = moment(row.get("start_date"))
    unknown = RunState.RUNNING if started_at else RunState.WAITING
    conf = row.get("conf")
    return AirflowRun(
        dag_id=identifier(row, "dag_id"),
        run_id=identifier(row, "dag_run_id"),
        state=RUN_STATES.get(text(row.get("state")), unknown),
        run_type=text(row.get("run_type"), LONGEST_NAME),
        queued_at=moment(row.get("queued_at")),
        run_after=moment(row.get("run_after")),
        started_at=started_at,
        ended_at=moment(row.get("end_date")),
        conf=conf if isinstance(conf, Mapping) else {},
        note=text(row.get("note")),
        logical_date=moment(row.get("logical_date")),
        interval=_interval(row),
        started_by=_started_by(row),
        version=_version(row),
    )


def _started_by(row: Mapping[str, Any]) -> str:
    """Return who started the run, in words; "" from Airflow before 3.1, which does not say."""
    run_type, who = text(row.get("run_type")), line(row.get("triggering_user_name"))
    day, began = moment(row.get("logical_date")), moment(row.get("start_date"))
    what = {
        "scheduled": "by its own schedule",
        "backfill": "by a backfill",
        "asset_triggered": "by an update of its data",
        "operator_triggered": "by another job",
    }.get(run_type, f"by {who}" if who else "")
    if run_type == "manual" and row.get("triggered_by") == "operator":
        what = "by another job"
    is_other_day = day is not None and (began is None or day.date() != began.date())
    return f"{what} for {day:%-d %b %Y}" if what and is_other_day and day else what


def _version(row: Mapping[str, Any]) -> DagVersion | None:
    """Return the newest version of the job's code that the run knows; None where Airflow counts none."""
    listed = row.get("dag_versions")
    rows = [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []
    found = [(whole(each.get("version_number"), 0), moment(each.get("created_at"))) for each in rows]
    newest = max(found, key=lambda each: each[0], default=(0, None))
    return DagVersion(*newest) if newest[0] else None


def _interval(row: Mapping[str, Any]) -> tuple[datetime, datetime] | None:
    start, end = moment(row.get("data_interval_start")), moment(row.get("data_interval_end"))
    return None if start is None or end is None else (start, end)


def task_from(value: Any) -> TaskRun:
    """Return the task of a row. Raises OddRow without an id. An unknown state is read from its moments."""
    row = as_row(value)
    started_at, ended_at = moment(row.get("start_date")), moment(row.get("end_date"))
    unknown = TaskState.RUNNING if started_at and not ended_at else TaskState.WAITING
    try_number, map_index = whole(row.get("try_number"), 0), whole(row.get("map_index"), -1)
    label = line(row.get("rendered_map_index"), LONGEST_TEXT)
    return TaskRun(
        task_id=identifier(row, "task_id"),
        map_index=map_index,
        state=TASK_STATES.get(text(row.get("state")), unknown),
        try_number=try_number,
        max_tries=whole(row.get("max_tries"), 0),
        started_at=started_at if try_number else None,  # a skip is given a start too
        ended_at=ended_at,
        map_label="" if label == str(map_index) else label,  # Airflow's own, where the job gives no name
        airflow_state="awaiting_input" if _asks_somebody(row) else text(row.get("state"), LONGEST_NAME),
    )


def _asks_somebody(row: Mapping[str, Any]) -> bool:
    """Return whether the task waits for a person; before 3.3 only the trigger of a deferred task says so."""
    trigger = row.get("trigger")
    named = text(trigger.get("classpath")) if isinstance(trigger, Mapping) else ""
    return row.get("state") == "deferred" and named.rpartition(".")[2] == ASKS_SOMEBODY


def job_from(deployment: str, value: Any) -> Job:
    """Return the job of a list's row, which has no params, or of its details, which have them."""
    row = as_row(value)
    dag_id = identifier(row, "dag_id")
    params = row.get("params")
    return Job(
        key=JobKey(deployment, dag_id),
        title=line(row.get("dag_display_name")) or line(dag_id) or dag_id[:LONGEST_NAME],
        description=line(row.get("description"), LONGEST_TEXT),
        inputs=inputs_from(params) if isinstance(params, Mapping) else (),
        tags=frozenset(names(row.get("tags"))),
        owners=tuple(filter(None, map(line, names(row.get("owners"))))),
        is_paused=bool(row.get("is_paused")),
        airflow_schedule=_schedule(row),
        max_active_runs=whole(row.get("max_active_runs"), 0) or None,
        next_run_at=moment(row.get("next_dagrun_run_after")),
        has_import_errors=bool(row.get("has_import_errors")),
        import_error=str(row.get("import_error") or ""),
        forbids_manual_runs="manual" not in (row.get("allowed_run_types") or ["manual"]),
        is_gone=bool(row.get("is_stale")),
    )


def _schedule(row: Mapping[str, Any]) -> str | None:
    """Return Airflow's own schedule in words. None if there is none.

    The description reads better ("At 02:30"), but only the summary is empty if there is no schedule.
    """
    summary = line(row.get("timetable_summary"))
    return (line(row.get("timetable_description")) or summary) if summary else None


def result_from(value: Any) -> Result | None:
    """Return what a job published: a text, a link, or {"text": …, "link": …, "file": …}. None for nothing.

    The address of a file is its link, unless there is another one: it stays where the file cannot be fetched.
    """
    if isinstance(value, Mapping):
        link = _link(value.get("link")) or _link(address_of(value))
        result = Result(_words(value.get("text")), link, file_name_of(value))
    elif link := _link(value):
        result = Result(link=link)
    else:
        result = Result(text=_words(value))
    return result if result.text or result.link or result.file_name else None


def _words(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _link(value: Any) -> str:
    text = _words(value)
    is_link = text.lower().startswith(("https://", "http://")) and not any(each.isspace() for each in text)
    return text if is_link else ""


def roles_from(rows: Iterable[Any]) -> dict[str, frozenset[str]]:
    """Return FAB's roles that name DAGs one by one, each with the DAGs that it may read or edit."""
    found = {}
    for row in rows:
        actions = row.get("actions") if isinstance(row, Mapping) else None
        dags = frozenset(_dags_named(actions if isinstance(actions, list) else []))
        if dags:
            found[text(row.get("name"), LONGEST_NAME)] = dags
    return found


def _dags_named(actions: list[Any]) -> Iterator[str]:
    for action in actions:
        resource = action.get("resource") if isinstance(action, Mapping) else None
        name = text(resource.get("name")) if isinstance(resource, Mapping) else ""
        if name.startswith("DAG:"):
            yield name.removeprefix("DAG:")
