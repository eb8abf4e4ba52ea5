"""The dispatcher: due schedules -> firings -> Airflow. The only thing that starts anything there."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.domain.errors import Fault, Rejected, Unavailable
from bot.domain.firing import FiringState
from bot.domain.limits import NO_FILES
from bot.domain.schedule import ScheduleState
from bot.domain.when import next_after
from bot.rules.alerting import redraw_run
from bot.rules.planned import firing_of
from bot.rules.suspending import suspend_odd
from bot.workers import announcing
from bot.workers.answered import without_inputs
from bot.workers.hand_over import LEASE, HandOver, Timing
from bot.workers.loop import on_its_own
from bot.workers.odd import Odd
from bot.workers.withdrawal import Withdrawal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from bot.domain.clock import Clock
    from bot.domain.firing import Firing
    from bot.domain.job import JobKey
    from bot.domain.limits import FileLimits
    from bot.domain.ports import Airflow
    from bot.domain.run import Run
    from bot.domain.schedule import Schedule
    from bot.workers.in_bulk import Sending
    from storage.database import Database
    from storage.transaction import Transaction

__all__ = ["Dispatcher", "Timing"]

CLAIMED_AT_ONCE = 100
RETRIES_AT_ONCE = 20
ON_TIME = timedelta(minutes=1)
"""How long a firing counts as on time, and goes before what is caught up."""
MOMENTS_AT_ONCE = 200
"""The number of moments of one schedule in one step: what is far behind catches up step by step."""
IDLE = 1.0
PATIENCE = 1.0
"""Seconds after which a step goes on while some of its calls to Airflow still hang."""
RIGHTS_EVERY = timedelta(seconds=5)
COLLECTED_FOR = 0.2
"""Seconds. What Airflow accepts within them is written in one transaction."""
REFILLED_AT = 50
"""How few claimed firings are left when the next are claimed, so that senders never wait."""
MOMENT = timedelta(microseconds=1)
log = structlog.get_logger()


class Dispatcher:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        airflows: Mapping[str, Airflow],
        timing: Timing,
        *,
        senders: int = 4,
        files: FileLimits = NO_FILES,
    ) -> None:
        self._database = database
        self._clock = clock
        self._airflows = airflows
        self._timing = timing
        self._hand_over = HandOver(database, clock, airflows, timing, files)
        self._withdrawal = Withdrawal(database, clock, airflows, timing, self._hand_over)
        self._odd = Odd(database, clock)
        self._senders = ThreadPoolExecutor(senders, thread_name_prefix="sender")
        self._under_way: dict[Future[Sending | None], Firing | None] = {}
        self._taken: list[Sending] = []
        self._rights_at: datetime | None = None
        self._is_behind = False

    def step(self) -> float:
        """Plan, check rights, claim and hand over what is due; return the seconds until the next step.

        Raises Unavailable if the database does not answer. What Airflow does not accept is tried again, each
        by itself.
        """
        # Answers first: what Airflow has accepted is written before anything else can go wrong.
        self._collect([each for each in self._under_way if each.done()])
        planned = self._plan()
        self._check_rights()
        more = self._claim()
        self._wait(REFILLED_AT if more else 0)
        return 0.0 if planned or more else IDLE

    def _claim(self) -> bool:
        """Claim firings and retries while there is room. Return whether there may be more.

        A few retries come first, because people wait for them.
        """
        # What is claimed beyond the senders' reach would only wait here until its lease has ended.
        room = CLAIMED_AT_ONCE - len(self._under_way)
        if room <= 0:
            return True
        with self._database.transaction() as tx:
            now = self._clock.now()
            retries = tx.runs.claim_retries(now, leased_until=now + LEASE, limit=min(room, RETRIES_AT_ONCE))
        room -= len(retries)
        # Claimed and begun in one transaction. If this process dies, the leases end by themselves.
        with self._database.transaction() as tx:
            now = self._clock.now()
            claimed = self._claim_firings(tx, now, room)
            ready = self._hand_over.begin(tx, claimed, now)
        for run in retries:
            self._under_way[self._senders.submit(self._retry, run)] = None
        for firing in claimed:
            self._submit(firing, ready.get(firing.firing_id))
        self._is_behind = len(claimed) == room
        return self._is_behind or len(retries) == RETRIES_AT_ONCE

    def _claim_firings(self, tx: Transaction, now: datetime, room: int) -> list[Firing]:
        """Claim firings, earliest first; while many wait, those that are on time before those that are late.

        Without this, after an outage, somebody's Run now waits for all that is caught up. A quarter of the
        room is left to what is late, so that it goes on whatever else is due.
        """
        leased_until = now + LEASE
        on_time = []
        if self._is_behind:
            most = room - room // 4
            since = now - ON_TIME
            on_time = tx.firings.claim(now, leased_until=leased_until, limit=most, due_since=since)
        left = room - len(on_time)
        return [*on_time, *tx.firings.claim(now, leased_until=leased_until, limit=left)]

    def _submit(self, firing: Firing, sending: Sending | None) -> None:
        now = sending.firing if sending is not None else firing
        self._under_way[self._senders.submit(self._act, now, sending)] = now

    def _wait(self, left: int) -> None:
        """Wait until at most `left` calls are under way, but not long: one that hangs delays no other."""
        for _ in range(round(PATIENCE / COLLECTED_FOR)):
            done, _ = wait(self._under_way, timeout=COLLECTED_FOR)
            self._collect(done)
            if len(self._under_way) <= left:
                return

    def _collect(self, done: Iterable[Future[Sending | None]]) -> None:
        """Write what Airflow accepted. What cannot be written now is written in a later step."""
        trouble = None
        for each in done:
            firing = self._under_way.pop(each)
            try:
                with on_its_own("sender", firing=firing and firing.firing_id):
                    taken = each.result()
                    self._taken += [] if taken is None else [taken]
            except Unavailable as error:
                trouble = error
        if self._taken:
            with on_its_own("write_back", firings=len(self._taken)) as outcome:
                self._hand_over.write_back(self._taken)
            if outcome.is_odd:
                self._write_back_one_by_one()
            self._taken = []
        if trouble is not None:
            raise trouble

    def _write_back_one_by_one(self) -> None:
        """Write each on its own. One that cannot be written stays SENDING.

        It is claimed again later and found in Airflow.
        """
        while self._taken:
            with on_its_own("firing", firing=self._taken[0].firing.firing_id):
                self._hand_over.write_back(self._taken[:1])
            del self._taken[0]

    def stop(self) -> None:
        """Let calls under way end, for a moment; release what has not begun to other processes."""
        # Cancelled are calls that have not begun. One that has begun may reach Airflow, so its answer is
        # waited for.
        self._senders.shutdown(wait=False, cancel_futures=True)
        left = [firing for future, firing in self._under_way.items() if future.cancelled() and firing]
        begun = [future for future in self._under_way if not future.cancelled()]
        with self._database.transaction() as tx:
            tx.firings.release(left)
        done, _ = wait(begun, timeout=PATIENCE)
        self._collect(done)

    def _check_rights(self) -> None:
        now = self._clock.now()
        if self._rights_at is None or abs(now - self._rights_at) >= RIGHTS_EVERY:
            self._withdrawal.check_rights()
            self._withdrawal.check_pauses()
            self._rights_at = now

    # A: due schedules become firings -----------------------------------------------------------------

    def _plan(self) -> bool:
        """Write firings for due moments. Return whether there may be more to plan at once."""
        now = self._clock.now()
        horizon = now + self._timing.lead
        with self._database.transaction() as tx:
            # Pauses end first, so that a moment due right at their end is planned in the same step.
            for schedule in tx.schedules.claim_resumable(horizon, limit=CLAIMED_AT_ONCE):
                with _planned(tx, schedule, now):
                    _resume(tx, schedule)
            due = tx.schedules.claim_due(horizon, limit=CLAIMED_AT_ONCE)
            leads = {key: self._lead(tx, key) for key in {schedule.key for schedule in due}}
            behind = False
            for schedule in due:
                with _planned(tx, schedule, now):
                    behind |= self._fire(tx, schedule, leads[schedule.key], now, horizon)
        return behind or len(due) == CLAIMED_AT_ONCE

    def _fire(
        self, tx: Transaction, schedule: Schedule, lead: timedelta, now: datetime, horizon: datetime
    ) -> bool:
        """Write a firing for each due moment up to the horizon. Return whether some are left for later."""
        due_at = schedule.next_due_at
        for _ in range(MOMENTS_AT_ONCE):
            if due_at is None or due_at > horizon:
                break
            firing = firing_of(schedule, due_at)
            if not tx.firings.add(firing, act_at=due_at - lead, at=now) and self._is_withdrawing(tx, firing):
                break  # the moment is free for a new firing once the withdrawal is done
            due_at = next_after(schedule.when, due_at)
        if due_at != schedule.next_due_at:
            tx.schedules.advance(schedule.schedule_id, due_at)
        return due_at is not None and due_at <= now and due_at != schedule.next_due_at

    def _is_withdrawing(self, tx: Transaction, firing: Firing) -> bool:
        assert firing.schedule_id is not None
        there = tx.firings.at_moment(firing.schedule_id, firing.due_at)
        return there is not None and there.state is FiringState.WITHDRAWING

    def _lead(self, tx: Transaction, key: JobKey) -> timedelta:
        """Return how early to hand over. Zero for a DAG with a schedule of its own in Airflow.

        There a queued run takes one of the DAG's places, and Airflow 3.0 starts a run with the DAG's date at
        once.
        """
        job = tx.jobs.get(key)
        return timedelta(0) if job and job.airflow_schedule else self._timing.lead

    # B and C: firings become runs, or are taken back -----------------------------------------------------

    def _act(self, firing: Firing, sending: Sending | None = None) -> Sending | None:
        """Do what is due for one firing; return what Airflow accepted, if it did.

        An unforeseen error ends this firing only.
        """
        with on_its_own("firing", firing=firing.firing_id, dag=firing.key.dag_id) as outcome:
            return self._hand_over.post(sending) if sending is not None else self._look_after(firing)
        self._odd.end(firing, outcome.reference)
        return None

    def _look_after(self, firing: Firing) -> Sending | None:
        try:
            match firing.state:
                case FiringState.WITHDRAWING:
                    self._withdrawal.withdraw(firing)
                case FiringState.HANDED_OVER:
                    self._withdrawal.check_begun(firing)
                case _:
                    return self._hand_over(firing)
        except Unavailable as error:
            if error.system == "database":
                raise
            self._hand_over.try_later(firing, error)
        except Rejected as error:
            if error.system == "database":
                raise
            self._hand_over.try_later(firing, error)
        return None

    # Retries -----------------------------------------------------------------------------------------

    def _retry(self, run: Run) -> None:
        """Let the run's failed tasks run again. A second time is harmless: only failed tasks are cleared."""
        with on_its_own("retry", run=run.run_id) as outcome:
            self._clear(run)
        if outcome.is_odd:
            self._cannot_retry(run, f"an error on Runbell's side, reference {outcome.reference}")

    def _clear(self, run: Run) -> None:
        try:
            self._airflows[run.key.deployment].retry(run.key.dag_id, run.run_id)
        except Unavailable as error:
            log.warning("retry.delayed", run=run.run_id, why=error.detail)
            if error.code == "403":  # its account lacks a right: asking again does not give it
                self._cannot_retry(run, error)
            return  # else claimed again when its lease ends
        except Rejected as error:
            self._cannot_retry(run, error)
            return
        now = self._clock.now()
        with self._database.transaction() as tx:
            tx.runs.reopen(run.run_key, at=now)
            redraw_run(tx, run.run_key, now)

    def _cannot_retry(self, run: Run, why: Fault | str) -> None:
        with self._database.transaction() as tx:
            tx.runs.not_retried(run.run_key)
            redraw_run(tx, run.run_key, self._clock.now())
            firing = tx.firings.get(run.firing_id) if run.firing_id else None
            given = tx.secrets.open(firing.inputs) if firing else {}
            said = without_inputs(why, given) if isinstance(why, Fault) else why
            announcing.not_retried(tx, run, said, self._clock.now())


@contextmanager
def _planned(tx: Transaction, schedule: Schedule, now: datetime) -> Iterator[None]:
    """Suspend the schedule if planning it raises, so that all others are planned."""
    with on_its_own("schedule", schedule=schedule.schedule_id) as outcome, tx.part():
        yield
    if outcome.is_odd:
        reason = f"Runbell cannot work out its next times (reference {outcome.reference})"
        suspend_odd(tx, schedule, reason=reason, now=now)


def _resume(tx: Transaction, schedule: Schedule) -> None:
    """Let a paused schedule go on from the end of its pause; what was due during it stays undone."""
    assert schedule.resumes_at is not None
    following = next_after(schedule.when, schedule.resumes_at - MOMENT)
    state = ScheduleState.ENDED if following is None else ScheduleState.ACTIVE
    tx.schedules.move(schedule, state, next_due_at=following)
