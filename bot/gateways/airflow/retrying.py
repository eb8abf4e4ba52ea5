"""Which tasks a retry must run again: more than Airflow's "only failed" thinks.

Marking a run as failed ends its running tasks as failed, but those not reached yet as *skipped*. Clearing
only the failed ones then lets the run succeed without them. A skip that the job itself decided stays: it
is older than the run's end, by the row's own `updated_at` (its end_date may come from an earlier try).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.domain.run import TaskState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.domain.run import TaskRun

WITHIN = timedelta(seconds=2)
"""Airflow writes those skips and the run's end in one request, so they are seconds apart at most."""

FAILED = frozenset({TaskState.FAILED, TaskState.UPSTREAM_FAILED})


def skipped_by_a_stop(run_ended_at: datetime) -> dict[str, Any]:
    """Return the filter for tasks that the end of the run skipped."""
    return {"state": ["skipped"], "updated_at_gte": run_ended_at - WITHIN}


def clear_request(run_id: str, tasks: Sequence[TaskRun], skipped: Sequence[TaskRun]) -> Mapping[str, Any]:
    """Return the body that clears failed tasks and these skipped ones.

    A mapped task is [its id, its index].
    """
    again = [*skipped, *(task for task in tasks if task.state in FAILED)]
    named = [task.task_id if task.map_index < 0 else [task.task_id, task.map_index] for task in again]
    return {"dry_run": False, "only_failed": False, "dag_run_id": run_id, "task_ids": named}
