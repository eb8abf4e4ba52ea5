"""One run of the fake Airflow and its tasks: which states follow which, as measured on the real one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from bot.domain.run import AirflowRun, Failure, Result, RunState, TaskRun, TaskState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.domain.reason import DagVersion


AIRFLOW_STATES: Mapping[TaskState, str] = {
    TaskState.WAITING: "",
    TaskState.RUNNING: "running",
    TaskState.DONE: "success",
    TaskState.SKIPPED: "skipped",
    TaskState.FAILED: "failed",
    TaskState.UPSTREAM_FAILED: "upstream_failed",
}


@dataclass(slots=True)
class FakeRun:
    dag_id: str
    run_id: str
    state: RunState
    queued_at: datetime
    run_after: datetime
    conf: Mapping[str, Any]
    note: str
    run_type: str = "manual"
    started_at: datetime | None = None
    ended_at: datetime | None = None
    attempt: int = 0
    tasks: list[TaskRun] = field(default_factory=list)
    failure: Failure | None = None
    result: Result | None = None
    logical_date: datetime | None = None
    version: DagVersion | None = None
    interval: tuple[datetime, datetime] | None = None
    tried_at: datetime | None = None
    """When its failed task is, or was, tried again by itself."""
    cut_off: bool = False
    """Ended by a stop: what it had not reached was skipped, and a retry runs that too."""

    @classmethod
    def queued(
        cls,
        dag_id: str,
        run_id: str,
        now: datetime,
        run_after: datetime,
        *,
        conf: Mapping[str, Any],
        note: str,
        tasks: Sequence[str],
    ) -> FakeRun:
        run = cls(dag_id, run_id, RunState.WAITING, now, run_after, dict(conf), note)
        run.tasks = [TaskRun(name, -1, TaskState.WAITING, 0, 0, None, None) for name in tasks]
        return run

    def seen(self) -> AirflowRun:
        return AirflowRun(
            self.dag_id,
            self.run_id,
            self.state,
            self.run_type,
            self.queued_at,
            self.run_after,
            self.started_at,
            self.ended_at,
            dict(self.conf),
            self.note,
            self.logical_date,
            self.interval,
            version=self.version,
        )

    def tasks_seen(self) -> list[TaskRun]:
        """With Airflow's own word for the state of each: a test may have given it another one."""
        return [
            replace(task, airflow_state=task.airflow_state or AIRFLOW_STATES[task.state])
            for task in self.tasks
        ]

    @property
    def is_at_work(self) -> bool:
        return any(task.state is TaskState.RUNNING for task in self.tasks)

    def end_task(self, at: datetime, error: str | None) -> None:
        """End the task that works, and begin no other: as when nothing looks after the run."""
        state = TaskState.FAILED if error else TaskState.DONE
        self.tasks = [
            _ended(task, state, at) if task.state is TaskState.RUNNING else task for task in self.tasks
        ]

    @property
    def waits_for_its_try(self) -> bool:
        """While it runs: the task that failed waits for its next try."""
        return self.state is RunState.RUNNING and any(
            task.airflow_state == "up_for_retry" for task in self.tasks
        )

    def try_again(self, at: datetime, tried_at: datetime, in_task: str, retries: int) -> None:
        """Its task has failed, and waits for its next try; the run goes on."""
        waiting = next(
            place
            for place, task in enumerate(self.tasks)
            if task.state is not TaskState.DONE and task.task_id == (in_task or task.task_id)
        )
        for place, task in enumerate(self.tasks[:waiting]):
            self.tasks[place] = _ended(task, TaskState.DONE, at)
        tried = _ended(self.tasks[waiting], TaskState.WAITING, at)
        self.tasks[waiting] = replace(tried, airflow_state="up_for_retry", max_tries=retries)
        self.tried_at = tried_at

    def begin(self, at: datetime, *, asks_somebody: bool = False) -> None:
        if self.waits_for_its_try:
            self.tried_at = at
        else:
            self.started_at, self.tried_at = at, None
        self.state, self.ended_at = RunState.RUNNING, None
        self.attempt += 1
        for index, task in enumerate(self.tasks):
            if task.state is TaskState.WAITING:
                begun = replace(task, airflow_state="awaiting_input" if asks_somebody else "")
                self.tasks[index] = _tried(begun, TaskState.RUNNING, at, None)
                return

    def succeed(self, at: datetime, result: Result | None) -> None:
        self.state, self.ended_at = RunState.DONE, at
        self.result, self.failure = result, None
        self.tasks = [
            task if task.state in {TaskState.DONE, TaskState.SKIPPED} else _ended(task, TaskState.DONE, at)
            for task in self.tasks
        ]

    def fail(self, at: datetime, error: str, log: str | None, *, in_task: str = "") -> None:
        self.state, self.ended_at, self.cut_off = RunState.FAILED, at, False
        open_places = [index for index, task in enumerate(self.tasks) if task.state is not TaskState.DONE]
        place = next((index for index in open_places if self.tasks[index].task_id == in_task), open_places[0])
        for index in open_places:
            if index < place:
                self.tasks[index] = _ended(self.tasks[index], TaskState.DONE, at)
            elif index > place:
                self.tasks[index] = replace(self.tasks[index], state=TaskState.UPSTREAM_FAILED, ended_at=at)
        failed = self.tasks[place] = _ended(self.tasks[place], TaskState.FAILED, at)
        self.failure = Failure(
            failed.task_id,
            failed.try_number,
            error,
            error if log is None else log,
            tries=failed.max_tries + 1,
            not_run=sum(task.state is TaskState.UPSTREAM_FAILED for task in self.tasks),
        )

    def stop(self, at: datetime, note: str) -> None:
        self.state, self.ended_at, self.note, self.cut_off = RunState.FAILED, at, note, True
        for index, task in enumerate(self.tasks):
            if task.state is TaskState.RUNNING:
                self.tasks[index] = replace(task, state=TaskState.FAILED, ended_at=at)
                self.failure = Failure(task.task_id, task.try_number, "It failed without saying why.", "")
            elif task.state is TaskState.WAITING:
                self.tasks[index] = replace(task, state=TaskState.SKIPPED, ended_at=at)

    def clear(self, now: datetime) -> bool:
        """Whether there was anything to run again."""
        again = {TaskState.FAILED, TaskState.UPSTREAM_FAILED} | (
            {TaskState.SKIPPED} if self.cut_off else set()
        )
        if not any(task.state in again for task in self.tasks):
            return False
        self.tasks = [
            replace(task, state=TaskState.WAITING, max_tries=task.try_number) if task.state in again else task
            for task in self.tasks
        ]
        self.state, self.queued_at, self.cut_off = RunState.WAITING, now, False
        self.started_at = self.ended_at = self.failure = None
        return True


def _tried(task: TaskRun, state: TaskState, started_at: datetime, ended_at: datetime | None) -> TaskRun:
    return replace(
        task, state=state, try_number=task.try_number + 1, started_at=started_at, ended_at=ended_at
    )


def _ended(task: TaskRun, state: TaskState, at: datetime) -> TaskRun:
    if task.state is TaskState.WAITING:
        return _tried(task, state, at, at)
    return replace(task, state=state, ended_at=at)
