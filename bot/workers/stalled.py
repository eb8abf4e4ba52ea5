"""Why a run does not go on: its own tasks, its job's trouble, or Airflow's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.job import Trouble
from bot.domain.progress import deferred, is_at_work, left_of, tried_again, waits_for
from bot.domain.run import Failure, RunState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.clock import Clock
    from bot.domain.job import Job
    from bot.domain.ports import Airflow, AirflowHealth
    from bot.domain.run import Run, TaskRun
    from storage.database import Database

BEGINS_WITHIN, HEALTH_HOLDS_FOR = timedelta(seconds=15), timedelta(seconds=10)
"""How long a run may wait before we ask why, and how long Airflow's health is remembered."""
WORKS_WITHIN = timedelta(seconds=30)
"""How long a run may go on without a task at work before people wonder."""
GONE_FOR = timedelta(minutes=1)
"""How long a job must be missing from Airflow's list to count as deleted or renamed."""
MOST_TRIES_KEPT = 1000
NEVER_ENDED = "though Airflow has not ended it, as the job is no longer there"


class StalledRuns:
    """Why runs of one deployment do not go on."""

    def __init__(self, database: Database, clock: Clock, airflow: Airflow) -> None:
        self._database = database
        self._clock = clock
        self._airflow = airflow
        self._health: tuple[datetime, AirflowHealth] | None = None
        self._tries: dict[tuple[str, str, int, int], datetime | None] = {}

    def before_it_began(self, run: Run) -> str:
        """Return what holds a run that should have begun, to end a sentence; "" for nothing."""
        if run.due_at is None or self._clock.now() < run.due_at + BEGINS_WITHIN:
            return ""
        job = self._job(run)
        if job is not None and job.trouble is not None:
            return job.why_it_does_not_run
        return (
            "" if self._asked_health().scheduler else "Airflow’s scheduler is down, so nothing starts there"
        )

    def in_its_middle(self, run: Run, tasks: Sequence[TaskRun]) -> Run:
        """Return the run with what it waits for; or as ended, if Airflow never would end it.

        Airflow begins and ends nothing of a job that is paused, broken or gone. Tasks that are at work go on.
        """
        job, now = self._job(run), self._clock.now()
        if job is not None and job.trouble is not None:
            is_gone = job.trouble is Trouble.GONE and _has_lasted(job, now) and not is_at_work(tasks)
            if is_gone:
                return _ended(run, job, tasks, now)
            words = f"{job.why_it_does_not_run}, so nothing more of it begins"
            return replace(run, waits_for=words, waits_until=None)
        just_begun = now - (run.started_at or now) < WORKS_WITHIN
        away = self._away(tasks, just_begun=just_begun)
        if away:
            return replace(run, waits_for=away, waits_until=None)
        waits = waits_for(tasks, has_just_begun=just_begun)
        again = tried_again(tasks)
        until = (
            self._tried_at(run, again)
            if again is not None and waits.startswith(f"`{again.task_id}`")
            else None
        )
        return replace(run, waits_for=waits, waits_until=until)

    def _away(self, tasks: Sequence[TaskRun], *, just_begun: bool) -> str:
        """Return which part of Airflow this run needs and is down; "" for none."""
        sleeping = deferred(tasks)
        if sleeping is None and (just_begun or is_at_work(tasks)):
            return ""
        health = self._asked_health()
        if not health.scheduler:
            return "" if is_at_work(tasks) else "Airflow’s scheduler is down, so nothing more of it begins"
        if sleeping is None or health.triggerer:
            return ""
        why = "Airflow has no triggerer" if health.triggerer is None else "Airflow’s triggerer is down"
        return f"`{sleeping.task_id}` waits: {why}"

    def _tried_at(self, run: Run, task: TaskRun) -> datetime | None:
        """Return when a task is tried again; None if that is past or unknown. Airflow is asked once a try."""
        which = (run.run_key, task.task_id, task.map_index, task.try_number)
        if which not in self._tries:
            if len(self._tries) >= MOST_TRIES_KEPT:
                self._tries.clear()
            self._tries[which] = self._airflow.tried_again_at(run.key.dag_id, task)
        at = self._tries[which]
        return None if at is None or at <= self._clock.now() else at

    def _job(self, run: Run) -> Job | None:
        with self._database.reading() as tx:
            return tx.jobs.get(run.key)

    def _asked_health(self) -> AirflowHealth:
        now = self._clock.now()
        if self._health is None or abs(now - self._health[0]) >= HEALTH_HOLDS_FOR:
            self._health = (now, self._airflow.health())
        return self._health[1]


def _has_lasted(job: Job, now: datetime) -> bool:
    return job.trouble_since is None or now >= job.trouble_since + GONE_FOR


def _ended(run: Run, job: Job, tasks: Sequence[TaskRun], now: datetime) -> Run:
    """Return the run as ended, because Airflow leaves it "running" for ever: done if no task was left."""
    ended_at = max((each.ended_at for each in tasks if each.ended_at), default=now)
    left = left_of(tasks)
    if tasks and not left:
        return replace(
            run, state=RunState.DONE, ended_at=ended_at, waits_for="", waits_until=None, remark=NEVER_ENDED
        )
    if run.stopped_by is not None:
        return replace(run, state=RunState.STOPPED, ended_at=ended_at, waits_for="", waits_until=None)
    ran = f", and {left} of its {len(tasks)} tasks did not run to their end" if tasks else ""
    failure = Failure("", 0, f"{job.why_it_does_not_run}{ran}", "")
    return replace(
        run, state=RunState.FAILED, ended_at=ended_at, waits_for="", waits_until=None, failure=failure
    )
