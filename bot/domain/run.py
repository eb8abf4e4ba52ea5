"""A run: one execution in Airflow, whoever started it, as Airflow last described it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.domain.job import JobKey
    from bot.domain.reason import DagVersion

RUN_ID_PREFIX = "runbell__"
"""The beginning of the id of every run that Runbell starts; the firing's id follows."""

WITHDRAWN_NOTE = "Withdrawn by Runbell: "
"""The beginning of the note of a run that was taken back; the reason follows."""

RESULT_KEY = "runbell_result"
"""The XCom a job publishes its result in: text, a link, or {"text": …, "link": …, "file": …}."""
MOST_FILE_BYTES = 1024 * 1024
"""The size of the largest file that a job may publish."""


class RunState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    """Airflow calls it failed; we know that somebody stopped it."""

    @property
    def is_over(self) -> bool:
        """Whether the run has ended: it is done, failed or stopped."""
        return self in {RunState.DONE, RunState.FAILED, RunState.STOPPED}


@dataclass(frozen=True, slots=True)
class AirflowRun:
    """One dag run as the REST API gives it. Moments are aware, None if Airflow has none yet."""

    dag_id: str
    run_id: str
    state: RunState
    run_type: str
    """Airflow's: manual, scheduled, backfill, asset_triggered …"""
    queued_at: datetime | None
    run_after: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    conf: Mapping[str, Any]
    note: str = ""
    logical_date: datetime | None = None
    interval: tuple[datetime, datetime] | None = None
    """The run's data interval: from, to."""
    started_by: str = ""
    """Who or what started it, and for which day if it is another one: "by admin", "by a backfill for …"."""
    version: DagVersion | None = None
    """The version of its DAG's code; None if Airflow does not say."""

    @property
    def is_withdrawn(self) -> bool:
        """Whether Runbell took it back, or is about to. Airflow calls it failed, but nothing went wrong."""
        return self.note.startswith(WITHDRAWN_NOTE)


class TaskState(StrEnum):
    """Airflow's many task states, as far as people care."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"
    UPSTREAM_FAILED = "upstream failed"


@dataclass(frozen=True, slots=True)
class TaskRun:
    """One task instance. `map_index` is -1 if the task is not mapped."""

    task_id: str
    map_index: int
    state: TaskState
    try_number: int
    max_tries: int
    started_at: datetime | None
    ended_at: datetime | None
    map_label: str = ""
    """The name of a mapped instance in Airflow, if the job gives names."""
    airflow_state: str = ""
    """Airflow's own word for its state."""


@dataclass(frozen=True, slots=True)
class Step:
    """A task of a run as a checklist shows it, all instances of a mapped one together."""

    task_id: str
    state: TaskState
    done: int
    total: int
    """How many instances did their work, of how many; 1 unless the task is mapped."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a job published for people to see."""

    text: str = ""
    link: str = ""
    file_name: str = ""
    """The name of the file that lies in the run's thread; "" for none."""


@dataclass(frozen=True, slots=True)
class ResultFile:
    """A file that a job published with its result."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a run failed. `error` is one line; `log_tail` has the last lines of the log without secrets."""

    task_id: str
    """"" if none of its tasks failed by itself."""
    try_number: int
    error: str
    log_tail: str
    map_index: int = -1
    map_label: str = ""
    more: int = 0
    """How many other tasks failed by themselves."""
    tries: int = 0
    """How often the task is tried at most; 0 if that is not known."""
    not_run: int = 0
    """How many tasks did not run because others failed."""
    means: str = ""
    """What a pattern of the maintainers says that the error usually means."""
    to_do: str = ""
    """What the pattern says to do about it."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run in our tables. `run_key` is our own id for it, which buttons carry."""

    run_key: str
    key: JobKey
    run_id: str
    state: RunState
    firing_id: str | None
    """None if it was started elsewhere."""
    due_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    tasks_done: int = 0
    tasks_total: int = 0
    failure: Failure | None = None
    result: Result | None = None
    stopped_by: str | None = None
    """The person's Slack id."""
    retried_by: str | None = None
    """Who pressed Retry after the run's last failure."""
    waits_for: str = ""
    """Why the run makes no progress, as the end of a sentence; "" if it works."""
    waits_until: datetime | None = None
    """When its task is tried again, if it waits for a retry and Airflow's answers contain the moment."""
    remark: str = ""
    """What the state hides: that no task ran, or that a task failed although the run succeeded."""
    started_by: str = ""
    """Who or what started it, and for which day if it is another one; "" if Runbell did."""
    version: DagVersion | None = None
    """The version of its DAG's code; None if Airflow does not say."""
    steps: tuple[Step, ...] = ()
    """Its tasks while it runs; empty if there is one, or more than a checklist holds."""
