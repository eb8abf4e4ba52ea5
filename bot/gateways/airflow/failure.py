"""Why a task failed: what people need of it, with nothing that is secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.run import Failure, TaskState
from bot.domain.secrets import hide_secrets
from bot.gateways.airflow.task_log import LONGEST_LINE, TOOK_TOO_LONG, TaskLog, event_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.domain.run import TaskRun

LONGEST_ERROR = 500
NO_ERROR_TOLD = "It failed without saying why."
NO_LOG = "It failed; its log could not be read."


def failed_by_themselves(tasks: Sequence[TaskRun]) -> list[TaskRun]:
    """Return the tasks that failed themselves, first one first; the others only followed."""
    failed = [each for each in tasks if each.state is TaskState.FAILED]
    return sorted(
        failed, key=lambda task: (task.ended_at is None, task.ended_at and task.ended_at.timestamp())
    )


def not_run_of(tasks: Sequence[TaskRun]) -> int:
    """Count the tasks that did not run because others before them failed."""
    return sum(each.state is TaskState.UPSTREAM_FAILED for each in tasks)


def read_log(log: Iterable[bytes]) -> TaskLog:
    """Return what a log says. `log` is newline-delimited JSON as the REST API streams it."""
    reading = TaskLog()
    for line in log:
        reading.take(event_of(line))
    return reading


def failure_of(task: TaskRun, log: TaskLog) -> Failure:
    """Return the failure of a task as its log explains it, without secrets."""
    return Failure(
        task_id=task.task_id,
        try_number=task.try_number,
        error=hide_secrets((_timed(task, log.reason()) or NO_ERROR_TOLD)[:LONGEST_LINE])[:LONGEST_ERROR],
        log_tail=hide_secrets("\n".join(log.tail)),
        map_index=task.map_index,
        map_label=task.map_label,
    )


def failure_without_log(task: TaskRun) -> Failure:
    """Return the failure of a task whose log could not be read."""
    return Failure(task.task_id, task.try_number, NO_LOG, "", task.map_index, task.map_label)


def not_to_be_read(needs: str) -> str:
    """Return the sentence for an error in a log that the account may not read."""
    needed = f": its account there needs {needs}" if needs else ""
    return f"It failed; Airflow does not let Runbell read its log{needed}."


def _timed(task: TaskRun, reason: str) -> str:
    if reason != TOOK_TOO_LONG or task.started_at is None or task.ended_at is None:
        return reason
    seconds = int((task.ended_at - task.started_at).total_seconds())
    took = f"{seconds // 60} min" if seconds >= 120 else f"{seconds} s"  # noqa: PLR2004  two minutes
    return f"It was stopped after {took}: it took longer than it may."
