"""The dispatcher: due schedules -> firings -> Airflow. The only thing that starts anything there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.domain.errors import Fault, Rejected, Unavailable
from bot.domain.firing import Firing, FiringState
from bot.domain.identity import new_id
from bot.domain.notice import NoticeKind
from bot.domain.run import Run, RunState
from bot.domain.schedule import ScheduleState
from bot.domain.when import next_after
from bot.services.scheduling import withdraw
from bot.workers import tell
from bot.workers.decision import Decision, Verdict, decide

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.domain.clock import Clock
    from bot.domain.ports import Airflow
    from bot.domain.schedule import Schedule
    from storage.database import Database, Transaction

LEASE = timedelta(seconds=60)
CLAIMED_AT_ONCE = 200
MOMENTS_AT_ONCE = 200
"""Of one schedule, in one step: what is far behind catches up step by step."""
RETRY_AFTER = (1, 2, 5, 10, 20, 30)
"""Seconds between attempts to hand a firing over, the last for all that follow."""
IDLE = 1.0
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Timing:
    """`lead`: how long before it is due a firing is handed over; `grace`: how late it may start."""

    lead: timedelta = timedelta(seconds=45)
    grace: timedelta = timedelta(minutes=10)


class Dispatcher:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        airflows: Mapping[str, Airflow],
        timing: Timing,
        *,
        senders: int = 4,
    ) -> None:
        self._database = database
        self._clock = clock
        self._airflows = airflows
        self._timing = timing
        self._senders = ThreadPoolExecutor(senders, thread_name_prefix="sender")

    def step(self) -> float:
        planned = self._plan()
        with self._database.transaction() as tx:
            now = self._clock.now()
            claimed = tx.firings.claim(now, leased_until=now + LEASE, limit=CLAIMED_AT_ONCE)
            retries = tx.runs.claim_retries(now, leased_until=now + LEASE, limit=CLAIMED_AT_ONCE)
        for each in [
            *(self._senders.submit(self._act, firing) for firing in claimed),
            *(self._senders.submit(self._retry, run) for run in retries),
        ]:
            each.result()
        return 0.0 if planned or len(claimed) == CLAIMED_AT_ONCE else IDLE

    # A: due schedules become firings -----------------------------------------------------------------

    def _plan(self) -> bool:
        """Whether there may be more to plan at once."""
        now = self._clock.now()
        horizon = now + self._timing.lead
        with self._database.transaction() as tx:
            due = tx.schedules.claim_due(horizon, limit=CLAIMED_AT_ONCE)
            behind = [self._fire(tx, schedule, now, horizon) for schedule in due]
        return any(behind) or len(due) == CLAIMED_AT_ONCE

    def _fire(self, tx: Transaction, schedule: Schedule, now: datetime, horizon: datetime) -> bool:
        """One firing for each due moment up to the horizon; whether some are left for the next step."""
        due_at = schedule.next_due_at
        lead = self._lead(tx, schedule)
        for _ in range(MOMENTS_AT_ONCE):
            if due_at is None or due_at > horizon:
                break
            firing = _firing(schedule, due_at)
            if not tx.firings.add(firing, act_at=due_at - lead, at=now) and self._is_withdrawing(tx, firing):
                break  # its place is free again once the withdrawal is done
            due_at = next_after(schedule.when, due_at)
        if due_at != schedule.next_due_at:
            tx.schedules.advance(schedule.schedule_id, due_at)
        return due_at is not None and due_at <= now and due_at != schedule.next_due_at

    def _is_withdrawing(self, tx: Transaction, firing: Firing) -> bool:
        assert firing.schedule_id is not None
        there = tx.firings.at_moment(firing.schedule_id, firing.due_at)
        return there is not None and there.state is FiringState.WITHDRAWING

    def _lead(self, tx: Transaction, schedule: Schedule) -> timedelta:
        """None for a DAG with its own Airflow schedule and few places: a queued run takes one."""
        job = tx.jobs.get(schedule.key)
        few = 4
        if job and job.airflow_schedule and job.max_active_runs and job.max_active_runs < few:
            return timedelta(0)
        return self._timing.lead

    # B and C: firings become runs ----------------------------------------------------------------------

    def _act(self, firing: Firing) -> None:
        if firing.state is FiringState.WITHDRAWING:
            act = self._withdraw
        elif firing.state is FiringState.HANDED_OVER:
            act = self._check_begun
        else:
            act = self._hand_over
        try:
            act(firing)
        except Unavailable as error:
            if error.system == "database":
                raise
            self._try_later(firing, error)

    def _hand_over(self, firing: Firing) -> None:
        decision = self._decide(firing)
        if decision is None:
            return
        airflow = self._airflows[firing.key.deployment]
        now = self._clock.now()
        try:
            airflow.start(
                firing.key.dag_id,
                firing.run_id,
                run_after=firing.due_at if firing.due_at > now else None,
                conf=firing.inputs,
                note=decision.note,
            )
        except Rejected as error:
            if error.code == "404":  # stale, or with an import error: it may come back within the grace
                self._try_later(firing, error)
            else:
                self._rejected(firing, error)
        else:
            self._handed_over(firing)

    def _decide(self, firing: Firing) -> Decision | None:
        """Move it to SENDING, or to where it belongs instead (None)."""
        with self._database.transaction() as tx:
            now = self._clock.now()
            locked = tx.firings.lock(firing.firing_id)
            if locked is None or locked.state is not firing.state:
                return None  # changed since it was claimed: whoever changed it set when to look again
            decision = decide(tx, locked, now, self._timing.grace)
            if decision.verdict is Verdict.SEND:
                if locked.state is not FiringState.SENDING:
                    tx.firings.move(locked, FiringState.SENDING, act_at=now)
                return decision
            if decision.verdict is Verdict.LOOK_AGAIN:
                tx.firings.look_again(locked, decision.look_at)
                return None
            tx.firings.move(
                locked, _BECOMES[decision.verdict], reason=decision.reason, act_at=decision.look_at
            )
            if decision.suspends and locked.schedule_id is not None:
                self._suspend(tx, locked.schedule_id, decision.reason, now)
            if decision.tells:
                tell.not_run(tx, locked, decision, now)
            return None

    def _suspend(self, tx: Transaction, schedule_id: str, reason: str, now: datetime) -> None:
        schedule = tx.schedules.get(schedule_id)
        if schedule is not None and schedule.state is ScheduleState.ACTIVE:
            tx.schedules.move(schedule, ScheduleState.SUSPENDED, reason=reason)
            withdraw(tx, schedule, now, reason=reason)

    def _try_later(self, firing: Firing, error: Fault) -> None:
        """In the state it is in, whatever that has become meanwhile."""
        log.warning("firing.delayed", firing=firing.firing_id, dag=firing.key.dag_id, why=error.detail)
        with self._database.transaction() as tx:
            locked = tx.firings.lock(firing.firing_id)
            if locked is None or (locked.state.is_over and locked.state is not FiringState.HANDED_OVER):
                return
            wait = RETRY_AFTER[min(locked.attempts, len(RETRY_AFTER) - 1)]
            tx.firings.look_again(locked, self._clock.now() + timedelta(seconds=wait), failed=True)

    def _rejected(self, firing: Firing, error: Rejected) -> None:
        now = self._clock.now()
        with self._database.transaction() as tx:
            locked = tx.firings.lock(firing.firing_id)
            if locked is None:
                return
            state = FiringState.REJECTED
            if locked.state is FiringState.WITHDRAWING:
                state = FiringState.CANCELLED  # it never came to be, so there is nothing to take back
            tx.firings.move(locked, state, reason=error.detail)
            if state is FiringState.REJECTED:
                tell.not_run(
                    tx, locked, Decision(Verdict.REJECT, reason=f"Airflow refused it: {error.detail}"), now
                )

    def _handed_over(self, firing: Firing) -> None:
        now = self._clock.now()
        with self._database.transaction() as tx:
            locked = tx.firings.lock(firing.firing_id)
            if locked is None or locked.state is not FiringState.SENDING:
                return  # a cancel came during the POST: it is being withdrawn
            tx.firings.move(locked, FiringState.HANDED_OVER, act_at=firing.due_at + self._timing.grace)
            run = Run(
                run_key=new_id(),
                key=firing.key,
                run_id=firing.run_id,
                state=RunState.WAITING,
                firing_id=firing.firing_id,
                due_at=firing.due_at,
                started_at=None,
                ended_at=None,
            )
            if tx.runs.add(run, at=now):
                tx.outbox.put(firing.place, NoticeKind.CARD, run.run_key, send_at=max(now, firing.due_at))

    # Withdrawals -------------------------------------------------------------------------------------

    def _withdraw(self, firing: Firing) -> None:
        """PATCH, never DELETE; then read the tasks, and say which it was."""
        airflow = self._airflows[firing.key.deployment]
        there = airflow.run(firing.key.dag_id, firing.run_id)
        began = False
        if there is not None:
            if not there.state.is_over:
                note = f"Withdrawn by Runbell: {firing.reason}"
                airflow.stop(firing.key.dag_id, firing.run_id, note=note)
            tasks = airflow.tasks(firing.key.dag_id, firing.run_id)
            began = any(task.started_at is not None for task in tasks)
        self._withdrawn(firing, began=began)

    def _withdrawn(self, firing: Firing, *, began: bool) -> None:
        now = self._clock.now()
        with self._database.transaction() as tx:
            locked = tx.firings.lock(firing.firing_id)
            if locked is None or locked.state is not FiringState.WITHDRAWING:
                return
            run = tx.runs.of_firing(firing.firing_id)
            if began:
                tx.firings.move(locked, FiringState.HANDED_OVER)
            else:
                tx.firings.move(locked, FiringState.CANCELLED)
                if run is not None:
                    tx.outbox.drop_unsent(run.run_key)
            if run is not None:
                tx.runs.close_stopped(run.run_key, at=now)
                for place in tx.outbox.places(run.run_key):
                    tx.outbox.put(place, NoticeKind.CARD, run.run_key, send_at=now)
            tell.withdrawn(tx, locked, began=began, now=now)

    def _check_begun(self, firing: Firing) -> None:
        """At due + grace: what Airflow still holds, while it cannot start anything, is withdrawn."""
        airflow = self._airflows[firing.key.deployment]
        there = airflow.run(firing.key.dag_id, firing.run_id)
        with self._database.transaction() as tx:
            job = tx.jobs.get(firing.key)
        stuck = there is not None and there.state is RunState.WAITING and there.started_at is None
        hopeless = stuck and ((job is not None and job.is_paused) or not airflow.health().scheduler)
        with self._database.transaction() as tx:
            if not stuck:
                tx.firings.look_again(firing, None)
            elif not hopeless:
                tx.firings.look_again(firing, self._clock.now() + timedelta(seconds=30))
            else:
                reason = (
                    "the job is paused in Airflow" if job and job.is_paused else "Airflow's scheduler is down"
                )
                tx.firings.move(firing, FiringState.WITHDRAWING, reason=reason, act_at=self._clock.now())

    # Retries -----------------------------------------------------------------------------------------

    def _retry(self, run: Run) -> None:
        """Clearing twice is harmless: only tasks that failed run again."""
        try:
            self._airflows[run.key.deployment].retry(run.key.dag_id, run.run_id)
        except Unavailable as error:
            log.warning("retry.delayed", run=run.run_id, why=error.detail)
            return  # claimed again when its lease ends
        except Rejected as error:
            self._cannot_retry(run, error)
            return
        now = self._clock.now()
        with self._database.transaction() as tx:
            tx.runs.reopen(run.run_key, at=now)
            for place in tx.outbox.places(run.run_key):
                tx.outbox.put(place, NoticeKind.CARD, run.run_key, send_at=now)

    def _cannot_retry(self, run: Run, error: Rejected) -> None:
        with self._database.transaction() as tx:
            tx.runs.retried(run.run_key)
            tell.not_retried(tx, run, error.detail, self._clock.now())


_BECOMES = {
    Verdict.WAIT: FiringState.WAITING,
    Verdict.SKIP: FiringState.SKIPPED,
    Verdict.MISS: FiringState.MISSED,
    Verdict.REJECT: FiringState.REJECTED,
}


def _firing(schedule: Schedule, due_at: datetime) -> Firing:
    return Firing(
        firing_id=new_id(),
        schedule_id=schedule.schedule_id,
        due_at=due_at,
        key=schedule.key,
        inputs=schedule.inputs,
        project_id=schedule.project_id,
        person_id=schedule.owner_id,
        place=schedule.place,
    )
