"""The watcher: Airflow's runs -> states -> notices."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING

from bot.domain.errors import Forbidden
from bot.domain.firing import FiringState
from bot.domain.job import JobKey
from bot.domain.notice import NoticeKind
from bot.domain.run import Run, RunState
from bot.language.failure_patterns import NONE
from bot.rules.alert_routing import Routing
from bot.rules.alerting import put_card
from bot.workers import announcing
from bot.workers.details import may_not
from bot.workers.elsewhere import found_elsewhere
from bot.workers.ended_runs import EndedRuns
from bot.workers.late_details import AGAIN_AFTER, LateDetails
from bot.workers.loop import on_its_own
from bot.workers.patient_details import PatientDetails

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.clock import Clock
    from bot.domain.firing import Firing
    from bot.domain.ports import Airflow
    from bot.domain.run import AirflowRun
    from bot.language.failure_patterns import Patterns
    from storage.database import Database
    from storage.transaction import Transaction

PAUSE = 1.0
PAUSE_IN_A_RUSH = 0.2
"""While there are more open runs than are read at once, and they move."""
LEASE = timedelta(seconds=30)
OVERLAP = timedelta(seconds=60)
"""Runs may become visible in another order than they ended, so each look reads a minute again."""
BRIEF_OVERLAP, FULL_OVERLAP_EVERY = timedelta(seconds=10), timedelta(seconds=10)
"""How far back most looks read, and how often one reads all of OVERLAP.

Each row costs Airflow 3.0 several queries.
"""
WIDE_EVERY = timedelta(minutes=1)
"""How often the list is read without run_after, which hides backfills and late retries.

Not less often than the overlap is long.
"""
RUN_AFTER_SINCE = timedelta(days=2)
OPEN_AT_ONCE = 100
PROGRESS_AT_ONCE = 10
FINISHED_AT_ONCE = 1000
"""Runs read at once; after days of silence the rest comes step by step, oldest end first."""
LOOKS_FOR, RENEWS_AFTER = 10.0, 5.0
"""Seconds for details, first of ended runs, then of open ones, so that neither starves the other."""
WATERMARK = "finished"


class Watcher:
    """The watch over one deployment's runs; a lease lets only one process do it."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        airflow: Airflow,
        holder: str,
        patterns: Patterns = NONE,
    ) -> None:
        self._database = database
        self._clock = clock
        self._airflow = airflow
        self._holder = holder
        self._wide_at: datetime | None = None
        self._overlapped_at: datetime | None = None
        self._renewed_at = 0.0
        self._is_behind = False
        self._most = FINISHED_AT_ONCE
        self._details = PatientDetails(database, clock, airflow, patterns)
        self._ended_runs = EndedRuns(database, clock, airflow.deployment, self._details)
        self._late_details = LateDetails(database, clock, airflow.deployment, self._details)

    def step(self) -> float:
        """Read open and ended runs and queue what people hear; return the seconds until the next step.

        Raises Unavailable if Airflow or the database does not answer.
        """
        if not self._has_lease():
            return PAUSE
        # What failed is read before the progress of what goes on, which costs a request for each run.
        more = self._watch_finished()
        more = self._watch_open() or more
        self._late_details.step()
        with self._database.transaction() as tx:
            announcing.calmed(tx, self._clock.now())
        return PAUSE_IN_A_RUSH if more else PAUSE

    def _goes_on(self, end: float) -> bool:
        """Return whether there is time for another run in this step, and the lease is still ours."""
        if monotonic() >= end:
            return False
        return monotonic() < self._renewed_at + RENEWS_AFTER or self._has_lease()

    def _has_lease(self) -> bool:
        asked_at, now = monotonic(), self._clock.now()
        with self._database.transaction() as tx:
            name = f"watcher {self._airflow.deployment}"
            is_ours = tx.leases.take(name, self._holder, now=now, until=now + LEASE)
        if is_ours:
            self._renewed_at = asked_at
        return is_ours

    # Runs known to be open ----------------------------------------------------------------------------

    def _watch_open(self) -> bool:
        """Look at runs known to be open. Return whether there are more to look at soon."""
        now = self._clock.now()
        with self._database.reading() as tx:
            known = tx.runs.open(self._airflow.deployment, due_before=now, limit=OPEN_AT_ONCE)
        if not known:
            return False
        try:
            listed = self._airflow.runs((run.key.dag_id, run.run_id) for run in known)
        except Forbidden as forbidden:
            self._unseen(known, forbidden)
            raise
        there = {(each.dag_id, each.run_id): each for each in listed}
        looked_at = 0
        unchanged: list[str] = []
        shown: list[str] = []
        end = monotonic() + LOOKS_FOR
        with_found = ((run, there.get((run.key.dag_id, run.run_id))) for run in known)
        self._details.read_ahead((run, found) for run, found in with_found if found is not None)
        for run in sorted(known, key=lambda run: _goes_on_there(there.get((run.key.dag_id, run.run_id)))):
            if not self._goes_on(end):
                break
            looked_at += 1
            found = there.get((run.key.dag_id, run.run_id))
            with_tasks = len(shown) < PROGRESS_AT_ONCE
            if with_tasks and found is not None and found.state is RunState.RUNNING:
                shown.append(run.run_key)
            with on_its_own("run", run=run.run_id, dag=run.key.dag_id) as outcome:
                has_changed = self._watch_one(run, found, with_tasks=with_tasks)
            if outcome.is_odd or not has_changed:
                unchanged.append(run.run_key)
        if unchanged or shown:
            with self._database.transaction() as tx:
                tx.runs.touch(unchanged, at=now)
                tx.runs.touch(shown, at=now + timedelta(microseconds=1))  # next time others come before them
        return looked_at < len(known) or (len(known) == OPEN_AT_ONCE and len(unchanged) < looked_at)

    def _unseen(self, known: Sequence[Run], forbidden: Forbidden) -> None:
        """Say on the cards that the runs cannot be read, so that nobody waits for news."""
        for run in known:
            seen = replace(run, waits_for=may_not("see its runs", forbidden))
            if seen != run:
                self._keep(run, seen)

    def _watch_one(self, run: Run, found: AirflowRun | None, *, with_tasks: bool) -> bool:
        """Write what changed; return whether anything did. `found` is None if Airflow no longer has it."""
        seen = None if found is None else self._details(run, found, with_tasks=with_tasks)
        if found is None:
            self._deleted(run)
        elif seen is not None and seen.run != run:
            self._keep(run, seen.run, is_bare=seen.is_bare)
        return found is None or (seen is not None and seen.run != run)

    def _keep(self, before: Run, seen: Run, *, is_bare: bool = False) -> None:
        now = self._clock.now()
        with self._database.transaction() as tx:
            current = tx.runs.lock(before.run_key)
            if current != before:
                return  # changed since it was read (a Retry, a Stop): looked at again next turn
            tx.runs.keep(seen, at=now, details_at=_asked_again_at(now, is_bare=is_bare))
            firing = tx.firings.get(seen.firing_id) if seen.firing_id else None
            if seen.state.is_over:
                self._ended(tx, before, seen, firing, now)
            elif firing is not None:
                put_card(tx, seen, firing, Routing(tx, now), now)
            else:
                for place in tx.outbox.places(seen.run_key):
                    tx.outbox.put(place, NoticeKind.CARD, seen.run_key, send_at=now)

    def _ended(
        self, tx: Transaction, before: Run | None, run: Run, firing: Firing | None, now: datetime
    ) -> None:
        retried_by = None if before is None else before.retried_by
        if firing is None:
            announcing.ended_elsewhere(tx, run, now, retried_by=retried_by)
        elif firing.state is FiringState.HANDED_OVER:  # what is taken back is told of by who takes it back
            announcing.ended(tx, run, firing, now, retried_by=retried_by)

    def _deleted(self, run: Run) -> None:
        """Close a run that was deleted in Airflow, from where nobody will hear of it again."""
        now = self._clock.now()
        with self._database.transaction() as tx:
            tx.runs.close_stopped(run.run_key, at=now, remark="somebody deleted the run in Airflow")
            for place in tx.outbox.places(run.run_key):
                tx.outbox.put(place, NoticeKind.CARD, run.run_key, send_at=now)

    # Runs that ended, whoever started them --------------------------------------------------------------

    def _watch_finished(self) -> bool:
        """Read runs that ended, whoever started them. Return whether there is more to read soon."""
        deployment = self._airflow.deployment
        with self._database.reading() as tx:
            read_to = tx.runs.watermark(deployment, WATERMARK)
        if read_to is None:
            self._begin()
            return False
        # The watermark is Airflow's own time, so that clocks that differ lose no run; only the pace is by
        # ours.
        now = self._clock.now()
        is_wide = self._wide_at is None or abs(now - self._wide_at) >= WIDE_EVERY
        finished = self._airflow.finished(
            ended_since=read_to if self._is_behind else read_to - self._overlap(now, is_wide=is_wide),
            run_after_since=None if is_wide else read_to - RUN_AFTER_SINCE,
            most=self._most,
        )
        is_full = len(finished) >= self._most
        latest = max((each.ended_at for each in finished if each.ended_at), default=read_to)
        end = monotonic() + LOOKS_FOR
        is_through = True
        for found, known in self._ended_runs.with_details(
            self._ended_runs.news(finished), lambda: self._goes_on(end)
        ):
            if not (self._goes_on(end) and self._reported(found, known)):
                # The watermark stays before a run that is not reported yet, so that the next look finds it
                # again.
                latest = min(latest, found.ended_at or latest)
                is_through = False
                break
        self._is_behind = is_full and latest > read_to  # then far behind, where nothing becomes visible late
        is_dense = is_full and is_through and latest <= read_to  # so many ended within the overlap
        self._most = 2 * self._most if is_dense else FINISHED_AT_ONCE
        if is_wide and is_through and not is_full:  # or what lies beyond would be in no narrow list
            self._wide_at = now
        if latest > read_to:
            with self._database.transaction() as tx:
                tx.runs.set_watermark(deployment, WATERMARK, latest)
        return is_full or not is_through

    def _overlap(self, now: datetime, *, is_wide: bool) -> timedelta:
        """Return how far back to look beyond the watermark: all the way only now and then."""
        last = self._overlapped_at
        if not is_wide and last is not None and abs(now - last) < FULL_OVERLAP_EVERY:
            return BRIEF_OVERLAP
        self._overlapped_at = now
        return OVERLAP

    def _begin(self) -> None:
        """Begin the first watch now: what failed before is not news."""
        with self._database.transaction() as tx:
            # Each look reads OVERLAP back from the watermark, so it begins that much later.
            tx.runs.set_watermark(self._airflow.deployment, WATERMARK, self._clock.now() + OVERLAP)

    def _reported(self, found: AirflowRun, known: Run | None) -> bool:
        """Report a run; one that raises something unforeseen is left out, because the others wait."""
        with on_its_own("run", run=found.run_id, dag=found.dag_id):
            return self._report(found, known)
        return True

    def _report(self, found: AirflowRun, known: Run | None) -> bool:
        """Write the run and queue what people hear.

        Return whether that is done, or nothing was to be done.
        """
        new = found_elsewhere(self._key(found), found)
        looked = self._details(known or new, found, with_tasks=True)
        if looked is None:
            return False
        seen, now = looked.run, self._clock.now()
        again_at = _asked_again_at(now, is_bare=looked.is_bare)
        with self._database.transaction() as tx:
            if known is None and not tx.runs.add(seen, at=now, details_at=again_at):
                return True
            if known is not None:
                if tx.runs.lock(known.run_key) != known:
                    return False  # changed since it was read: looked at again next turn
                tx.runs.keep(seen, at=now, details_at=again_at)
            firing = tx.firings.get(seen.firing_id) if seen.firing_id else None
            self._ended(tx, known, seen, firing, now)
        return True

    def _key(self, found: AirflowRun) -> JobKey:
        return JobKey(self._airflow.deployment, found.dag_id)


def _goes_on_there(found: AirflowRun | None) -> bool:
    """Return whether Airflow has the run and has not ended it."""
    return found is not None and not found.state.is_over


def _asked_again_at(now: datetime, *, is_bare: bool) -> datetime | None:
    """Return when the details of a run that is told without them are asked for, should none come before."""
    return now + AGAIN_AFTER if is_bare else None
