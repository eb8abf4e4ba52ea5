"""A run: one execution in Airflow, whoever started it; and what Airflow told us of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.domain.job import JobKey

RUN_ID_PREFIX = "runbell__"
"""Of every run that Runbell starts; what follows is the firing's own id."""

WITHDRAWN_NOTE = "Withdrawn by Runbell: "
"""How the note of a run begins that was taken back; why follows."""

RESULT_KEY = "runbell_result"
"""The XCom a job publishes its result in: text, a link, or {"text": …, "link": …}."""


class RunState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    """Failed in Airflow's eyes; we know who stopped it."""

    @property
    def is_over(self) -> bool:
        return self in {RunState.DONE, RunState.FAILED, RunState.STOPPED}


@dataclass(frozen=True, slots=True)
class AirflowRun:
    """One dag run as the REST API gives it. Moments are aware; None where Airflow has none yet."""

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
    """Its data interval, from and to."""
    started_by: str = ""
    """By whom or what, and for which day where that is another one: "by admin", "by a backfill for …"."""

    @property
    def is_withdrawn(self) -> bool:
        """Or about to be: Airflow will call it failed, though nothing went wrong."""
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
    """One task instance. `map_index`: -1 when the task is not mapped."""

    task_id: str
    map_index: int
    state: TaskState
    try_number: int
    max_tries: int
    started_at: datetime | None
    ended_at: datetime | None
    map_label: str = ""
    """What a mapped one is called in Airflow, where its job names them."""
    airflow_state: str = ""
    """Airflow's own word for its state."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a job published for people to see."""

    text: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a run failed. `error`: its telling line; `log_tail`: the log's last lines, secrets hidden."""

    task_id: str
    """"" where no task of it failed by itself."""
    try_number: int
    error: str
    log_tail: str
    map_index: int = -1
    map_label: str = ""
    more: int = 0
    """How many other tasks failed by themselves."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run as we remember it. `run_key`: our own id for it, which buttons carry."""

    run_key: str
    key: JobKey
    run_id: str
    state: RunState
    firing_id: str | None
    """None when it was started elsewhere."""
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
    """Who pressed Retry on its last failure."""
    waits_for: str = ""
    """While it goes on without working: for what, as the end of a sentence."""
    waits_until: datetime | None = None
    """When its task is tried again, where that is what it waits for, and Airflow lets it be worked out."""
    remark: str = ""
    """What its end does not say: that nothing of it ran, or that a task of it failed all the same."""
    started_by: str = ""
    """Of one started in Airflow itself: by whom or what, and for which day."""
