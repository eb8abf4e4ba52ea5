"""Why a run failed: the task that failed first, or what ended the run without any task failing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from bot.domain.errors import Forbidden, Rejected
from bot.domain.run import Failure, RunState, TaskState
from bot.gateways.airflow import failure as failures
from bot.gateways.airflow.obstacles import Troubled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bot.domain.run import AirflowRun, TaskRun

DEEPEST = 2
"""Up to so many runs that waited for a run that failed, the reason is looked for."""
LOST = {
    "heartbeat timeout": "The task was lost: its worker was killed or went away, and gave no sign of life.",
    "state mismatch": "The task was lost: its worker ended without saying how. It may have been killed.",
}
"""What events of Airflow's scheduler mean for people, in the order in which they are looked for."""
CHILDS_ID = "trigger_run_id"
"""The XCom in which a task that starts another DAG keeps the id of the run."""
_DURATION = re.compile(r"P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?")


class Readable(Protocol):
    """The part of an Airflow that is read here."""

    def run(self, dag_id: str, run_id: str) -> AirflowRun | None:
        """Return the run. None if Airflow does not have it."""
        ...

    def tasks(self, dag_id: str, run_id: str) -> Sequence[TaskRun]:
        """Return all tasks of the run."""
        ...

    def log_of(self, dag_id: str, run_id: str, task: TaskRun) -> Iterable[bytes]:
        """Yield the lines of the log of the task's last try; each is JSON."""
        ...

    def xcom(self, dag_id: str, run_id: str, task: TaskRun, key: str) -> Any:
        """Return what the task published under this key. None if it published nothing."""
        ...

    def events_of(self, dag_id: str, run_id: str, task: TaskRun) -> Sequence[str]:
        """Return the names of what Airflow wrote down of the task, newest first."""
        ...

    def details(self, dag_id: str) -> Mapping[str, Any] | None:
        """Return everything that Airflow says about a DAG. None if Airflow does not know it."""
        ...


def explain(airflow: Readable, dag_id: str, run_id: str, *, depth: int = 0) -> Failure | None:
    """Return why the run failed. None if nothing says why."""
    tasks = airflow.tasks(dag_id, run_id)
    failed = failures.failed_by_themselves(tasks)
    if not failed:
        return _without_a_failed_task(airflow, dag_id, run_id, tasks)
    first = failed[0]
    try:
        log = failures.read_log(airflow.log_of(dag_id, run_id, first))
    except Forbidden as forbidden:
        found = replace(failures.failure_without_log(first), error=failures.not_to_be_read(forbidden.needs))
    except (Rejected, Troubled):  # its log is gone or its store is broken: that it failed is still news
        found = failures.failure_without_log(first)
    else:
        found = failures.failure_of(first, log)
        if log.child is not None and depth < DEEPEST:
            child, known = log.child
            why = _of_child(
                airflow, child, lambda: known or airflow.xcom(dag_id, run_id, first, CHILDS_ID), depth
            )
            found = replace(found, error=why or found.error)
    if found.error in {failures.NO_ERROR_TOLD, failures.NO_LOG}:
        found = replace(found, error=_lost(airflow, dag_id, run_id, first) or found.error)
    return replace(found, more=len(failed) - 1, tries=first.max_tries + 1, not_run=failures.not_run_of(tasks))


def _lost(airflow: Readable, dag_id: str, run_id: str, task: TaskRun) -> str:
    """Return why a task failed whose log says nothing, by Airflow's own events; "" if they say nothing."""
    try:
        events = airflow.events_of(dag_id, run_id, task)
    except (Forbidden, Rejected, Troubled):  # not every account may read them
        return ""
    return next((words for event, words in LOST.items() if event in events), "")


def _of_child(airflow: Readable, child: str, find_run: Callable[[], object], depth: int) -> str:
    """Return the reason of the run of the DAG `child` that the task waited for; "" if that has not ended."""
    try:
        child_run = str(find_run() or "")
        ended = airflow.run(child, child_run) if child_run else None
        if ended is None or not ended.state.is_over:
            return ""
        why = explain(airflow, child, child_run, depth=depth + 1)
    except (Forbidden, Rejected, Troubled):  # what this account may not look at
        return f"{child}, which it waited for, failed."
    return f"{child}, which it waited for, failed{f': {why.error}' if why else '.'}"


def _without_a_failed_task(
    airflow: Readable, dag_id: str, run_id: str, tasks: Sequence[TaskRun]
) -> Failure | None:
    run = airflow.run(dag_id, run_id)
    if run is None or run.state is not RunState.FAILED:
        return None
    return Failure("", 1, _ended_by(run, tasks, _limit(airflow.details(dag_id))), "")


def _ended_by(run: AirflowRun, tasks: Sequence[TaskRun], limit: timedelta | None) -> str:
    if limit and run.started_at and run.ended_at and run.ended_at - run.started_at >= limit:
        return f"It ran longer than its limit of {_words(limit)}."
    if any(task.state is TaskState.WAITING for task in tasks):
        return "Airflow gave it up: none of its tasks that were left could run."
    return "No task of it failed: somebody marked it as failed in Airflow."


def _limit(details: Mapping[str, Any] | None) -> timedelta | None:
    """Return the longest that a run may take, which Airflow writes as "PT10S". None without a limit."""
    found = _DURATION.fullmatch(str((details or {}).get("dag_run_timeout") or ""))
    if found is None:
        return None
    days, hours, minutes, seconds = (int(each or 0) for each in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds) or None


def _words(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size} {name}"
    return f"{seconds} s"
