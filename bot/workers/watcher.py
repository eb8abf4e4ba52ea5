"""The watcher: Airflow's runs -> states -> notices."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.errors import Rejected
from bot.domain.firing import FiringState
from bot.domain.identity import new_id
from bot.domain.job import JobKey
from bot.domain.notice import NoticeKind
from bot.domain.run import RUN_ID_PREFIX, Run, RunState, TaskState
from bot.workers import tell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.clock import Clock
    from bot.domain.ports import Airflow
    from bot.domain.run import AirflowRun, Result
    from storage.database import Database, Transaction

PAUSE = 2.0
PAUSE_IN_A_RUSH = 0.2
"""While there are more open runs than are asked for at once, and they move."""
LEASE = timedelta(seconds=30)
OVERLAP = timedelta(seconds=60)
"""Runs may become visible out of the order in which they ended."""
WIDE_EVERY = timedelta(minutes=1)
RUN_AFTER_SINCE = timedelta(days=2)
OPEN_AT_ONCE = 100
PROGRESS_AT_ONCE = 10
WATERMARK = "finished"


class Watcher:
    """Of one deployment. Only one process watches it at a time."""

    def __init__(self, database: Database, clock: Clock, airflow: Airflow, holder: str) -> None:
        self._database = database
        self._clock = clock
        self._airflow = airflow
        self._holder = holder
        self._wide_at: datetime | None = None

    def step(self) -> float:
        if not self._has_lease():
            return PAUSE
        more = self._watch_open()
        self._watch_finished()
        return PAUSE_IN_A_RUSH if more else PAUSE

    def _has_lease(self) -> bool:
        now = self._clock.now()
        with self._database.transaction() as tx:
            name = f"watcher {self._airflow.deployment}"
            return tx.leases.take(name, self._holder, now=now, until=now + LEASE)

    # Runs known to be open ----------------------------------------------------------------------------

    def _watch_open(self) -> bool:
        """Whether there is more of it to be looked at soon."""
        now = self._clock.now()
        with self._database.transaction() as tx:
            known = tx.runs.open(self._airflow.deployment, due_before=now, limit=OPEN_AT_ONCE)
        if not known:
            return False
        there = {
            (each.dag_id, each.run_id): each
            for each in self._airflow.runs((run.key.dag_id, run.run_id) for run in known)
        }
        progress = 0
        unchanged: list[str] = []
        for run in known:
            found = there.get((run.key.dag_id, run.run_id))
            if found is None:
                self._deleted(run)
                continue
            try:
                seen = self._seen(run, found, with_tasks=progress < PROGRESS_AT_ONCE)
            except Rejected:  # its DAG was deleted, or it was: what is left is its state
                seen = _without_details(run, found)
            progress += seen.state is RunState.RUNNING
            if seen == run:
                unchanged.append(run.run_key)
            else:
                self._keep(run, seen)
        with self._database.transaction() as tx:
            tx.runs.touch(unchanged, at=now)
        return len(known) == OPEN_AT_ONCE and len(unchanged) < len(known)

    def _seen(self, run: Run, found: AirflowRun, *, with_tasks: bool) -> Run:
        """The run as it is now; what it published or why it failed is asked for once, as it ends."""
        seen = replace(run, state=_state(run, found), started_at=found.started_at, ended_at=found.ended_at)
        if seen.state is RunState.DONE:
            seen = replace(seen, tasks_done=run.tasks_total)
        elif with_tasks and seen.state is not RunState.WAITING:
            tasks = self._airflow.tasks(found.dag_id, found.run_id)
            over = {TaskState.DONE, TaskState.SKIPPED, TaskState.FAILED, TaskState.UPSTREAM_FAILED}
            seen = replace(seen, tasks_done=sum(task.state in over for task in tasks), tasks_total=len(tasks))
        if seen.state is RunState.FAILED:
            failure = self._airflow.failure(found.dag_id, found.run_id)
            seen = replace(seen, failure=failure, retried_by=None)
        elif seen.state is RunState.DONE:
            seen = replace(seen, result=self._result(found))
        return seen

    def _result(self, found: AirflowRun) -> Result | None:
        try:
            return self._airflow.result(found.dag_id, found.run_id)
        except Rejected:
            return None  # a result that cannot be read does not undo the run

    def _keep(self, before: Run, seen: Run) -> None:
        now = self._clock.now()
        with self._database.transaction() as tx:
            current = tx.runs.lock(before.run_key)
            if current != before:
                return  # changed since it was read (a Retry, a Stop): looked at again next turn
            tx.runs.keep(seen, at=now)
            if seen == before:
                return
            firing = tx.firings.get(seen.firing_id) if seen.firing_id else None
            if seen.state.is_over:
                self._ended(tx, seen, now)
            elif firing is not None:
                tx.outbox.put(firing.place, NoticeKind.CARD, seen.run_key, send_at=now)
            else:
                for place in tx.outbox.places(seen.run_key):
                    tx.outbox.put(place, NoticeKind.CARD, seen.run_key, send_at=now)

    def _ended(self, tx: Transaction, run: Run, now: datetime) -> None:
        firing = tx.firings.get(run.firing_id) if run.firing_id else None
        if firing is None:
            tell.ended_elsewhere(tx, run, now)
        elif firing.state is FiringState.HANDED_OVER:  # what is taken back is told of by who takes it back
            tell.ended(tx, run, firing, now)

    def _deleted(self, run: Run) -> None:
        """Deleted in Airflow: nobody will hear of it again from there."""
        now = self._clock.now()
        with self._database.transaction() as tx:
            tx.runs.close_stopped(run.run_key, at=now)
            for place in tx.outbox.places(run.run_key):
                tx.outbox.put(place, NoticeKind.CARD, run.run_key, send_at=now)

    # Runs that ended, whoever started them --------------------------------------------------------------

    def _watch_finished(self) -> None:
        deployment = self._airflow.deployment
        with self._database.transaction() as tx:
            read_to = tx.runs.watermark(deployment, WATERMARK)
        if read_to is None:
            self._begin()
            return
        finished = self._airflow.finished(
            ended_since=read_to - OVERLAP,
            run_after_since=None if self._is_wide() else read_to - RUN_AFTER_SINCE,
        )
        for found in self._news(finished):
            self._report(found)
        latest = max((each.ended_at for each in finished if each.ended_at), default=read_to)
        if latest > read_to:
            with self._database.transaction() as tx:
                tx.runs.set_watermark(deployment, WATERMARK, latest)

    def _begin(self) -> None:
        """The first watch starts at now: what failed before it is not news."""
        with self._database.transaction() as tx:
            tx.runs.set_watermark(self._airflow.deployment, WATERMARK, self._clock.now() + OVERLAP)

    def _is_wide(self) -> bool:
        """Without run_after, which hides backfills and late retries, once a minute."""
        now = self._clock.now()
        if self._wide_at is not None and abs(now - self._wide_at) < WIDE_EVERY:
            return False
        self._wide_at = now
        return True

    def _news(self, finished: Sequence[AirflowRun]) -> list[AirflowRun]:
        """Those whose state and end we did not know; success → failed keeps its end."""
        deployment = self._airflow.deployment
        with self._database.transaction() as tx:
            known = {
                (run.key.dag_id, run.run_id): run
                for run in tx.runs.by_ids(deployment, [(each.dag_id, each.run_id) for each in finished])
            }
        news = []
        for each in finished:
            run = known.get((each.dag_id, each.run_id))
            if run is None or (
                (run.state.is_over or _is_yet_to_be_due(run, self._clock.now()))
                and (_state(run, each), each.ended_at) != (run.state, run.ended_at)
            ):
                news.append(each)
        return news

    def _report(self, found: AirflowRun) -> None:
        key = JobKey(self._airflow.deployment, found.dag_id)
        with self._database.transaction() as tx:
            if _is_ours(tx, found) or not tx.shares.projects_with(key):
                return
            known = next(iter(tx.runs.by_ids(key.deployment, [(found.dag_id, found.run_id)])), None)
        seen = self._seen(known or _found_elsewhere(key, found), found, with_tasks=True)
        now = self._clock.now()
        with self._database.transaction() as tx:
            if known is None and not tx.runs.add(seen, at=now):
                return
            if known is not None:
                tx.runs.keep(seen, at=now)
            self._ended(tx, seen, now)


def _is_yet_to_be_due(run: Run, now: datetime) -> bool:
    """By our clock; where it was put back, not by Airflow's, and it is not among the open ones."""
    return run.due_at is not None and run.due_at > now


def _without_details(run: Run, found: AirflowRun) -> Run:
    return replace(run, state=_state(run, found), started_at=found.started_at, ended_at=found.ended_at)


def _is_ours(tx: Transaction, found: AirflowRun) -> bool:
    """Handed over, but not yet written down as such: it is seen again as one of the open ones."""
    firing_id = found.run_id.removeprefix(RUN_ID_PREFIX)
    ours = firing_id != found.run_id and tx.firings.get(firing_id) is not None
    return ours and tx.runs.of_firing(firing_id) is None


def _state(run: Run, found: AirflowRun) -> RunState:
    """Airflow calls a stopped run failed, and one that was taken back; we know better."""
    if found.state is RunState.FAILED and (found.is_withdrawn or run.stopped_by is not None):
        return RunState.STOPPED
    return found.state


def _found_elsewhere(key: JobKey, found: AirflowRun) -> Run:
    return Run(
        run_key=new_id(),
        key=key,
        run_id=found.run_id,
        state=found.state,
        firing_id=None,
        due_at=found.run_after,
        started_at=found.started_at,
        ended_at=found.ended_at,
    )
