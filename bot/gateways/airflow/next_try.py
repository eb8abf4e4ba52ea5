"""When Airflow tries a task again by itself, worked out because no list of Airflow's says it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.domain.errors import Forbidden, Rejected

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.run import TaskRun
    from bot.gateways.airflow.connection import Connection

LONGEST_DELAY = timedelta(days=365)


def tried_again_at(airflow: Connection, dag_id: str, task: TaskRun) -> datetime | None:
    """Return when the task is tried again: the end of its failed try and its delay.

    None if the delay is exponential, because part of it is known to Airflow alone, or if the account may not
    read tasks. A retry policy, since 3.3, may set another delay, which Airflow does not tell.
    """
    if task.ended_at is None:
        return None
    try:
        row = airflow.send("GET", "dags", dag_id, "tasks", task.task_id, body=None)
    except (Rejected, Forbidden):
        return None
    if not isinstance(row, Mapping) or row.get("retry_exponential_backoff"):
        return None
    delay = _delay(row.get("retry_delay"))
    return None if delay is None else task.ended_at + delay


def _delay(value: Any) -> timedelta | None:
    """Return the delay of {"days": …, "seconds": …, "microseconds": …}. None for anything else."""
    if not isinstance(value, Mapping):
        return None
    parts = {name: value.get(name, 0) for name in ("days", "seconds", "microseconds")}
    if not all(isinstance(each, int) and abs(each) < 2**31 for each in parts.values()):
        return None
    try:
        delay = timedelta(**parts)
    except OverflowError:
        return None
    return delay if timedelta(0) <= delay <= LONGEST_DELAY else None
