"""What happens inside the fake Airflow: its jobs, its runs, and its scheduler on a clock of the test's own.

Runs begin when they are due, unpaused and within `max_active_runs`; they end when the test says so
(`finish`, `fail`), or by themselves after the time their job takes.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.domain.errors import Rejected
from bot.domain.run import AirflowRun, Result, RunState
from tests.fakes.airflow_run import FakeRun

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.domain.clock import Clock
    from bot.domain.job import Job
    from bot.domain.reason import DagVersion


@dataclass(slots=True)
class FakeJob:
    """A DAG and how it behaves. `fails`: (conf, try number) -> the error it dies of, or None."""

    job: Job
    tasks: tuple[str, ...] = ("work",)
    takes: timedelta | Callable[[Mapping[str, Any]], timedelta] | None = None
    fails: Callable[[Mapping[str, Any], int], str | None] = lambda _conf, _try: None
    fails_in: str = ""
    """The task that fails; the first that is not done when empty."""
    result: Callable[[Mapping[str, Any]], Result | None] = lambda _conf: None
    retries: int = 0
    """How often a task that fails is tried again by itself, each time after `retry_delay`."""
    retry_delay: timedelta = timedelta(minutes=5)
    asks_somebody: bool = False
    """Its first task waits for a person's answer."""
    can_run_since: datetime | None = None
    """When it was unpaused, repaired, or had a run end: nothing waiting began before."""


class FakeScheduler:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.RLock()
        self._jobs: dict[str, FakeJob] = {}
        self._runs: dict[tuple[str, str], FakeRun] = {}
        self._open: dict[tuple[str, str], FakeRun] = {}
        self._dated: set[tuple[str, datetime | None]] = set()
        self._scheduler_since: datetime | None = clock.now()
        self.versions: dict[str, DagVersion] = {}
        """By DAG id, of what starts from now on; empty as where Airflow counts none."""

    def add(self, job: Job, **behaviour: Any) -> FakeJob:
        """Replaces the job of the same DAG id. `behaviour`: FakeJob's fields."""
        with self._lock:
            self._jobs[job.key.dag_id] = FakeJob(job, **behaviour)
            return self._jobs[job.key.dag_id]

    def change(self, dag_id: str, **changes: Any) -> None:
        """Fields of the Job: `is_gone=True`, `has_import_errors=True`, `inputs=…`."""
        with self._lock:
            self._advance()
            known = self._jobs[dag_id]
            had_trouble = known.job.trouble is not None
            known.job = replace(known.job, **changes)
            if had_trouble and known.job.trouble is None:
                known.can_run_since = self._clock.now()

    def publishes(self, dag_id: str, result: Result | None) -> None:
        """Let each coming good run of the job have this result."""
        with self._lock:
            self._jobs[dag_id].result = lambda _conf: result

    def remove(self, dag_id: str) -> None:
        """The DAG and its runs, as if deleted in Airflow."""
        with self._lock:
            self._jobs.pop(dag_id, None)
            for key in [key for key in self._runs if key[0] == dag_id]:
                self._forget(key)

    def delete_run(self, dag_id: str, run_id: str) -> None:
        """As somebody may in Airflow's own pages; its id can be posted again."""
        with self._lock:
            self._forget((dag_id, run_id))

    def start_elsewhere(
        self,
        dag_id: str,
        run_id: str,
        *,
        run_type: str = "scheduled",
        conf: Mapping[str, Any] | None = None,
        run_after: datetime | None = None,
        logical_date: datetime | None = None,
    ) -> AirflowRun | None:
        """By Airflow's own schedule, or by hand in its pages.

        None where a run of the date exists: Airflow's scheduler then leaves out its own, with a warning.
        """
        with self._lock:
            if self.has_run_of(dag_id, logical_date):
                return None
            run = self._create(
                dag_id, run_id, run_after=run_after, conf=conf or {}, note="", run_type=run_type
            )
            self.give_date(run, logical_date)
            self._advance()
            return self._runs[dag_id, run_id].seen()

    def is_at_work(self, until: datetime) -> bool:
        """Whether a run goes on, or is to begin by then, or ended just now."""
        with self._lock:
            self._advance()
            just_now = self._clock.now() - timedelta(minutes=1)
            return any(each.run_after <= until for each in self._open.values()) or any(
                each.ended_at is not None and each.ended_at > just_now for each in self._runs.values()
            )

    def give_date(self, run: FakeRun, logical_date: datetime | None) -> None:
        run.logical_date = logical_date
        if logical_date is not None:
            self._dated.add((run.dag_id, logical_date))

    def has_run_of(self, dag_id: str, logical_date: datetime | None) -> bool:
        """Whether a run of the DAG carries this date: each is given once. Any number carry none."""
        return (dag_id, logical_date) in self._dated

    def finish(self, dag_id: str, run_id: str, *, result: Result | None = None) -> None:
        with self._lock:
            self._advance()
            self._end((dag_id, run_id), self._clock.now(), error=None, result=result)

    def fail(
        self, dag_id: str, run_id: str, *, error: str = "ValueError: no", log: str | None = None
    ) -> None:
        with self._lock:
            self._advance()
            self._end((dag_id, run_id), self._clock.now(), error=error, log=log)

    def mark_failed(self, dag_id: str, run_id: str) -> None:
        """As somebody may in Airflow's own pages: what has ended keeps its end."""
        with self._lock:
            self._runs[dag_id, run_id].state = RunState.FAILED

    def stop_scheduler(self) -> None:
        with self._lock:
            self._advance()
            self._scheduler_since = None

    def start_scheduler(self) -> None:
        with self._lock:
            self._scheduler_since = self._clock.now()

    def _known(self, dag_id: str) -> FakeJob:
        if dag_id not in self._jobs:
            raise Rejected("Airflow", f"404: the DAG {dag_id} was not found", "404")
        return self._jobs[dag_id]

    def _existing(self, dag_id: str, run_id: str) -> FakeRun:
        if (dag_id, run_id) not in self._runs:
            raise Rejected("Airflow", f"404: the run {run_id} of {dag_id} was not found", "404")
        return self._runs[dag_id, run_id]

    def _create(
        self,
        dag_id: str,
        run_id: str,
        *,
        run_after: datetime | None,
        conf: Mapping[str, Any],
        note: str,
        run_type: str,
    ) -> FakeRun:
        now, names = self._clock.now(), self._known(dag_id).tasks
        run = FakeRun.queued(dag_id, run_id, now, run_after or now, conf=conf, note=note, tasks=names)
        run.run_type = run_type
        run.version = self.versions.get(dag_id)
        self._runs[dag_id, run_id] = self._open[dag_id, run_id] = run
        return run

    def _forget(self, key: tuple[str, str]) -> None:
        run = self._runs.pop(key, None)
        if run is not None:
            self._dated.discard((run.dag_id, run.logical_date))
        self._open.pop(key, None)

    def _close(self, run: FakeRun) -> None:
        self._open.pop((run.dag_id, run.run_id), None)
        if run.dag_id in self._jobs:
            self._jobs[run.dag_id].can_run_since = run.ended_at

    def _end(
        self,
        key: tuple[str, str],
        at: datetime,
        *,
        error: str | None,
        log: str | None = None,
        result: Result | None = None,
    ) -> None:
        run = self._runs[key]
        if error is None:
            run.succeed(at, result)
        else:
            run.fail(at, error, log, in_task=self._jobs[run.dag_id].fails_in)
        self._close(run)

    def _advance(self) -> None:
        """What happened since the last call, in the order in which it did."""
        now = self._clock.now()
        while True:
            running = Counter(run.dag_id for run in self._open.values() if run.state is RunState.RUNNING)
            coming = [
                (at, run) for run in self._open.values() if (at := self._next(run, running)) is not None
            ]
            at, run = min(coming, key=lambda event: event[0], default=(None, None))
            if run is None or at > now:
                return
            if run.state is RunState.WAITING or run.waits_for_its_try:
                run.begin(at, asks_somebody=self._jobs[run.dag_id].asks_somebody)
            elif self._is_looked_after(run):
                self._end_by_itself(run, at)
            else:
                run.end_task(at, self._jobs[run.dag_id].fails(run.conf, run.attempt))

    def _next(self, run: FakeRun, running: Counter[str]) -> datetime | None:
        """When it will begin or end, as things stand."""
        job = self._jobs[run.dag_id]
        if run.state is RunState.RUNNING:
            takes = job.takes(run.conf) if callable(job.takes) else job.takes
            began = run.tried_at or run.started_at
            begins_work = max(began, run.logical_date or began)  # it hangs until that date
            if run.waits_for_its_try:
                is_tried = self._is_looked_after(run)
                return max(run.tried_at, self._looked_after_since(run)) if is_tried else None
            if takes is None:
                return None
            if self._is_looked_after(run):
                return max(begins_work + takes, self._looked_after_since(run))
            return begins_work + takes if run.is_at_work else None
        most = job.job.max_active_runs
        is_full = most is not None and running[run.dag_id] >= most
        if not self._is_looked_after(run) or is_full:
            return None
        since = (run.queued_at, self._scheduler_since, job.can_run_since or run.queued_at)
        now = self._clock.now()
        return max([run.run_after, *(each for each in since if each <= now)])  # the others: it was put back

    def _is_looked_after(self, run: FakeRun) -> bool:
        """Whether Airflow's scheduler begins and ends anything of it."""
        return self._scheduler_since is not None and self._jobs[run.dag_id].job.trouble is None

    def _looked_after_since(self, run: FakeRun) -> datetime:
        """Never after now: the clock may have been put back."""
        job, now = self._jobs[run.dag_id], self._clock.now()
        since = (self._scheduler_since, job.can_run_since)
        return max([run.started_at, *(each for each in since if each is not None and each <= now)])

    def _end_by_itself(self, run: FakeRun, at: datetime) -> None:
        job = self._jobs[run.dag_id]
        error = job.fails(run.conf, run.attempt)
        if error and run.attempt <= job.retries:
            run.try_again(at, at + job.retry_delay, job.fails_in, job.retries)
            return
        result = None if error else job.result(run.conf)
        self._end((run.dag_id, run.run_id), at, error=error, result=result)
