"""What a run's tasks say about it: how many are done, what it waits for, what its end leaves out."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from bot.domain.run import Step, TaskState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.run import TaskRun

MOST_STEPS = 50
"""How many tasks Slack's checklist takes."""
AT_WORK = frozenset({"running", "restarting"})
BY_ITSELF = {
    "deferred": "waits for something outside Airflow (`{}`)",
    "up_for_reschedule": "waits for something outside Airflow (`{}`)",
    "queued": "waits for a free place in Airflow (`{}`)",
    "scheduled": "waits for a free place in Airflow (`{}`)",
}
"""What a run waits for while none of its tasks works, by the task's state in Airflow's words."""


def done_of(tasks: Sequence[TaskRun]) -> int:
    """Return how many tasks did their work, or need not; a task that failed is not done."""
    return sum(task.state in {TaskState.DONE, TaskState.SKIPPED} for task in tasks)


def steps_of(tasks: Sequence[TaskRun]) -> tuple[Step, ...]:
    """Return a step for each task, in the order in which they began; those that have not, by name.

    Empty if there is one task alone, or more than a checklist holds.
    """
    by_id: dict[str, list[TaskRun]] = {}
    for task in sorted(tasks, key=_begun):
        by_id.setdefault(task.task_id, []).append(task)
    if not 1 < len(by_id) <= MOST_STEPS:
        return ()
    return tuple(Step(name, _state_of(each), done_of(each), len(each)) for name, each in by_id.items())


def _begun(task: TaskRun) -> tuple[float, str]:
    began = inf if task.started_at is None else task.started_at.timestamp()
    return began, task.task_id


def _state_of(instances: Sequence[TaskRun]) -> TaskState:
    """Return the state of a task: of the worst of its instances, or running while some are to come."""
    states = {each.state for each in instances}
    for state in (TaskState.FAILED, TaskState.UPSTREAM_FAILED, TaskState.RUNNING):
        if state in states:
            return state
    if TaskState.WAITING in states and len(states) > 1:
        return TaskState.RUNNING
    return TaskState.DONE if TaskState.DONE in states else states.pop()


def left_of(tasks: Sequence[TaskRun]) -> int:
    """Return how many tasks have not done their work, failed ones included."""
    return len(tasks) - done_of(tasks)


def is_at_work(tasks: Sequence[TaskRun]) -> bool:
    """Return whether a task works, or is about to: Airflow has given it to a worker."""
    return any(task.airflow_state in AT_WORK | {"queued"} for task in tasks)


def waits_for(tasks: Sequence[TaskRun], *, has_just_begun: bool = False) -> str:
    """Return what keeps a running run from going on, to end a sentence; "" while it works.

    `has_just_begun` leaves out waiting for a free place, as every task does for a moment.
    """
    asks = _first(tasks, "awaiting_input")
    if asks is not None:
        return f"waits for somebody’s answer in Airflow (`{asks.task_id}`)"
    failed = [task for task in tasks if task.state is TaskState.FAILED]
    if failed:
        more = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
        return f"`{failed[0].task_id}`{more} failed already"
    again = tried_again(tasks)
    if again is not None:
        tries = f"try {again.try_number + 1} of {again.max_tries + 1}"
        return f"`{again.task_id}` failed and is tried again, {tries}"
    if any(task.airflow_state in AT_WORK for task in tasks):
        return ""
    for state, words in () if has_just_begun else BY_ITSELF.items():
        waiting = _first(tasks, state)
        if waiting is not None:
            return words.format(waiting.task_id)
    return ""


def tried_again(tasks: Sequence[TaskRun]) -> TaskRun | None:
    """Return the first task that waits for its next try. None if none does."""
    return _first(tasks, "up_for_retry")


def deferred(tasks: Sequence[TaskRun]) -> TaskRun | None:
    """Return the first task that waits for Airflow's triggerer. None if none does."""
    return _first(tasks, "deferred")


def remark_on(tasks: Sequence[TaskRun]) -> str:
    """Return what "done" does not say about a run that Airflow calls a success; "" if it says everything."""
    failed = [task for task in tasks if task.state is TaskState.FAILED]
    if not tasks:
        return "but nothing ran: the job has no tasks"
    if failed:
        more = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
        return f"but `{failed[0].task_id}`{more} failed"
    skipped = sum(task.state is TaskState.SKIPPED for task in tasks)
    if skipped == len(tasks):
        return "but nothing ran: all its tasks were skipped"
    return f"{skipped} of {len(tasks)} tasks skipped" if skipped else ""


def _first(tasks: Sequence[TaskRun], state: str) -> TaskRun | None:
    return next((task for task in tasks if task.airflow_state == state), None)
