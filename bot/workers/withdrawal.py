"""Firings taken back from Airflow, and those that Airflow would never begin: by PATCH, never by DELETE."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING

from bot.domain.errors import Rejected
from bot.domain.firing import Firing, FiringState, Remedy
from bot.domain.identity import new_id
from bot.domain.notice import NoticeKind
from bot.domain.run import WITHDRAWN_NOTE, RunState
from bot.domain.schedule import ScheduleState
from bot.rules.planned import take_back
from bot.rules.project_pauses import take_back_ahead, tell_what_is_over, why_kept_back
from bot.rules.suspending import suspend
from bot.workers import announcing
from bot.workers.decision import GONE, PAUSED, Decision, Verdict, refusal, too_late
from bot.workers.facts import Facts
from bot.workers.hand_over import is_still_ours
from bot.workers.in_bulk import run_of
from bot.workers.loop import on_its_own

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.domain.clock import Clock
    from bot.domain.job import JobKey
    from bot.domain.ports import Airflow
    from bot.domain.run import AirflowRun
    from bot.workers.hand_over import HandOver, Timing
    from storage.database import Database
    from storage.transaction import Transaction

NEVER = timedelta(days=3650)
"""How far off a run is set that only occupies its id, so that no late POST can."""
LOOK_AGAIN = timedelta(seconds=30)
CHECKED_AT_ONCE, CHECKS_FOR = 50, 1.0
"""Rights checked in one transaction, and the seconds of checking in one step."""
Who = tuple[str, str, int, "JobKey"]
"""Workspace, person, project and job."""


class Withdrawal:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        airflows: Mapping[str, Airflow],
        timing: Timing,
        hand_over: HandOver,
    ) -> None:
        self._database = database
        self._clock = clock
        self._airflows = airflows
        self._timing = timing
        self._hand_over = hand_over
        self._checked: set[Who] = set()

    def withdraw(self, firing: Firing) -> None:
        """Stop the run if it exists, make sure that it cannot come later, and read whether it had begun."""
        airflow = self._airflows[firing.key.deployment]
        with self._database.reading() as tx:
            is_known = tx.runs.of_firing(firing.firing_id) is not None
        there = airflow.run(firing.key.dag_id, firing.run_id)
        # Only a POST without an answer can still be on its way; what Airflow is known to have had was deleted
        # there.
        if there is None and firing.in_doubt and not is_known:
            there = self._take_its_id(airflow, firing)
        if there is not None and firing.ends_as is FiringState.MISSED and _lives(there, is_known=is_known):
            self._hand_over.handed_over(firing)  # it was not missed after all
            return
        # Failed and never deleted: the id of a deleted run could be posted again.
        began = there is not None and self._stop(airflow, firing, there)
        self._withdrawn(firing, there, began=began)

    def _take_its_id(self, airflow: Airflow, firing: Firing) -> AirflowRun | None:
        """Start a run far in the future under the firing's id.

        A POST that was never answered may still arrive, and must find its id taken.
        """
        try:
            return airflow.start(
                firing.key.dag_id,
                firing.run_id,
                run_after=self._clock.now() + NEVER,
                conf=self._hand_over.conf(firing),
                note=WITHDRAWN_NOTE + firing.reason,
            )
        except Rejected:
            return None  # the late POST would be refused as well

    def _stop(self, airflow: Airflow, firing: Firing, there: AirflowRun) -> bool:
        """Stop the run; return whether any of its tasks had begun."""
        if not there.state.is_over:
            airflow.stop(firing.key.dag_id, firing.run_id, note=WITHDRAWN_NOTE + firing.reason)
        try:
            tasks = airflow.tasks(firing.key.dag_id, firing.run_id)
        except Rejected:
            return False  # somebody has deleted the run in Airflow
        # A task may have begun between the look at the run and the stop, so the tasks have the last word.
        return there.state is RunState.DONE or any(task.started_at is not None for task in tasks)

    def _withdrawn(self, firing: Firing, there: AirflowRun | None, *, began: bool) -> None:
        now = self._clock.now()
        with self._database.transaction() as tx:
            locked = tx.firings.lock_with_schedule(firing)
            if locked is None or locked.state is not FiringState.WITHDRAWING:
                return
            if began:
                tx.firings.move(locked, FiringState.HANDED_OVER)
            elif locked.ends_as is FiringState.MISSED:
                self._missed(tx, locked, now)
            else:
                tx.firings.move(locked, locked.ends_as or FiringState.CANCELLED)
            ended_by_itself = there is not None and there.state.is_over and not there.is_withdrawn
            _close(tx, locked, now, began=began, ended_by_itself=ended_by_itself)
            if locked.ends_as is FiringState.REJECTED and not began:
                refused = Decision(Verdict.REJECT, suspends=True).because(locked.reason)
                announcing.not_run(tx, locked, refused, now)
            elif began or (locked.ends_as is not FiringState.MISSED and not _is_kept_back(tx, locked, now)):
                announcing.withdrawn(tx, locked, began=began, ended=ended_by_itself, now=now)

    def _missed(self, tx: Transaction, firing: Firing, now: datetime) -> None:
        """Apply the missed policy: tell people, or run late under a new id, because this one is used up."""
        project = tx.projects.get(firing.project_id)
        if project is not None and project.pause is not None and _is_kept_back(tx, firing, now):
            reason = why_kept_back(project.pause, project.tz)
            tx.firings.move(firing, FiringState.SKIPPED, reason=reason)
            return
        schedule = tx.schedules.get(firing.schedule_id) if firing.schedule_id else None
        goes_on = schedule is not None and schedule.state in {ScheduleState.ACTIVE, ScheduleState.ENDED}
        job = tx.jobs.within(firing.project_id, firing.key)
        is_paused = job is not None and job.is_paused
        remedy = Remedy.RESUME_JOB if is_paused else Remedy.RUN_NOW
        late = None if is_paused or not goes_on else too_late(tx, firing, now, self._timing.grace)
        if late is None and goes_on and not is_paused:
            tx.firings.move(firing, FiringState.CANCELLED, reason=f"{firing.reason}: it is to be run late")
            again = replace(
                firing,
                firing_id=new_id(),
                state=FiringState.DUE,
                attempts=0,
                reason="",
                in_doubt=False,
                ends_as=None,
            )
            tx.firings.add(again, act_at=now, at=now)
            return
        tx.firings.move(firing, FiringState.MISSED)
        if late is None or late.tells:
            missed = Decision(Verdict.MISS, remedy=remedy, tells_once=is_paused).because(firing.reason)
            announcing.not_run(tx, firing, missed, now)

    # Handed over, and not begun ------------------------------------------------------------------------

    def check_begun(self, firing: Firing) -> None:
        """Withdraw a firing that has not begun at due + grace, if Airflow cannot start it."""
        with self._database.transaction() as tx:
            run = tx.runs.of_firing(firing.firing_id)
            job = tx.jobs.within(firing.project_id, firing.key)
            # It has begun or is over, so nothing is left to withdraw: from here on the watcher follows it.
            if run is None or run.state is not RunState.WAITING:
                self._look_again(tx, firing, None)
                return
        airflow = self._airflows[firing.key.deployment]
        there = airflow.run(firing.key.dag_id, firing.run_id)
        stuck = there is not None and there.state is RunState.WAITING and there.started_at is None
        reason = ""
        if stuck and job is not None and job.is_paused:
            reason = PAUSED.reason
        elif stuck and (job is None or job.trouble is not None):
            reason = GONE.reason if job is None else job.why_it_does_not_run
        elif stuck and not airflow.health().scheduler:
            reason = "Airflow's scheduler is down"
        now = self._clock.now()
        with self._database.transaction() as tx:
            if not reason:
                self._look_again(tx, firing, now + LOOK_AGAIN if stuck else None)
                return
            # Compare and set: Airflow was asked without a lock, and a person may have taken the firing back
            # since.
            locked = tx.firings.lock(firing.firing_id)
            if locked is not None and is_still_ours(locked, firing):
                tx.firings.move(
                    locked,
                    FiringState.WITHDRAWING,
                    reason=reason,
                    act_at=now,
                    ends_as=FiringState.MISSED,
                )

    def _look_again(self, tx: Transaction, firing: Firing, act_at: datetime | None) -> None:
        locked = tx.firings.lock(firing.firing_id)
        if locked is not None and is_still_ours(locked, firing):
            tx.firings.look_again(locked, act_at)

    # Handed over, and the right to it is lost ------------------------------------------------------------

    def check_rights(self) -> None:
        """Check the rights behind what is handed over and not due yet, a few people at a time.

        At nine o'clock a thousand people's runs are ahead. In one transaction, SQLite would let nobody else
        write for seconds; what is left is checked next time.
        """
        now = self._clock.now()
        with self._database.reading() as tx:
            ahead = {_who(each): each for each in tx.firings.ahead(now)}
        left = [who for who in ahead if who not in self._checked]
        end = monotonic() + CHECKS_FOR
        for start in range(0, len(left), CHECKED_AT_ONCE):
            if monotonic() >= end:
                return
            some = left[start : start + CHECKED_AT_ONCE]
            with on_its_own("rights", people=len(some)) as outcome:
                self._check({who: ahead[who] for who in some}, now)
            for who in some if outcome.is_odd else ():
                with on_its_own("rights", person=who[1], dag=who[-1].dag_id):
                    self._check({who: ahead[who]}, now)
            self._checked.update(some)
        self._checked.clear()

    def check_pauses(self) -> None:
        """Take back what a paused project has ahead in Airflow, and tell of the pauses that are over."""
        now = self._clock.now()
        with self._database.reading() as tx:
            lasting = tx.project_pauses.lasting(now)
        for project in lasting:
            with on_its_own("pause", project=project.project_id), self._database.transaction() as tx:
                take_back_ahead(tx, project, now)
        with on_its_own("pauses"), self._database.transaction() as tx:
            tell_what_is_over(tx, now)

    def _check(self, ahead: Mapping[Who, Firing], now: datetime) -> None:
        with self._database.transaction() as tx:
            facts = Facts(tx)
            found = {who: facts.lost_right(each, now) for who, each in ahead.items()}
            lost = {who: refusal(why) for who, why in found.items() if why is not None and why.is_certain}
            if not lost:
                return
            # Read again, and all of them: above, one firing stood for all of the same person and job.
            concerned = [each for each in tx.firings.ahead(now) if _who(each) in lost]
            # First the schedules, then the firings in the order of their schedules' ids: everybody locks so.
            tx.schedules.lock_all({each.schedule_id for each in concerned if each.schedule_id})
            for each in sorted(concerned, key=lambda each: (each.schedule_id or "", each.firing_id)):
                refused = lost[_who(each)]
                locked = tx.firings.lock(each.firing_id)
                if locked is not None:
                    take_back(tx, locked, now, reason=refused.reason)
                    self._suspended(tx, locked, refused, now)

    def _suspended(self, tx: Transaction, firing: Firing, refused: Decision, now: datetime) -> None:
        """Suspend the schedule and tell people, once for each schedule, also if it has ended."""
        schedule = tx.schedules.get(firing.schedule_id) if firing.schedule_id else None
        if schedule is not None and schedule.state in {ScheduleState.ACTIVE, ScheduleState.ENDED}:
            suspend(tx, schedule.schedule_id, reason=refused.reason, now=now)
            announcing.not_run(tx, firing, refused, now)


def _close(tx: Transaction, firing: Firing, now: datetime, *, began: bool, ended_by_itself: bool) -> None:
    """Write the end of the firing's run.

    If it ended by itself, whoever sees it last reports it like any other.
    """
    run = tx.runs.of_firing(firing.firing_id)
    if run is None:
        if began:  # the answer to its POST never came
            tx.runs.add(run_of(firing, RunState.STOPPED, now), at=now)
        return
    if ended_by_itself and began:
        if run.state.is_over:  # the watcher saw the end, and left it to us to tell
            announcing.ended(tx, run, firing, now)
        return
    if not began:
        tx.outbox.drop_unsent(run.run_key)
    tx.runs.close_stopped(run.run_key, at=now)
    for place in tx.outbox.places(run.run_key):
        tx.outbox.put(place, NoticeKind.CARD, run.run_key, send_at=now)


def _is_kept_back(tx: Transaction, firing: Firing, now: datetime) -> bool:
    """Return whether the pause of its project keeps the firing back, of which people hear at its end."""
    return Facts(tx).kept_back(firing, now) is not None


def _who(firing: Firing) -> Who:
    return firing.place.workspace_id, firing.person_id, firing.project_id, firing.key


def _lives(there: AirflowRun, *, is_known: bool) -> bool:
    """Return whether the run was accepted without our hearing of it, or has begun after all."""
    return not there.is_withdrawn and (not is_known or there.started_at is not None)
