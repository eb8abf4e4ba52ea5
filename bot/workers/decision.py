"""What becomes of a firing that is about to be handed over: pure reading, no writing, one verdict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING

from bot.domain.firing import Firing, FiringState, Remedy
from bot.domain.job import GONE as JOB_IS_GONE
from bot.domain.schedule import MissedPolicy, OverlapPolicy, ScheduleState
from bot.language.inputs import check_inputs

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.job import Job
    from bot.domain.project import Person
    from bot.domain.schedule import Schedule
    from bot.workers.facts import Facts, LostRight
    from storage.transaction import Transaction

LATEST_IF_UNDER = timedelta(hours=12)
MOST_CAUGHT_UP = 100
"""Under MissedPolicy.ALL: of more than these, the latest."""
LOOK_AT_WAITING, LOOK_AT_WAITING_LAST = timedelta(seconds=5), timedelta(minutes=1)
"""The first in line, and whoever stands far behind."""
LOOK_AT_BROKEN = timedelta(seconds=10)
"""At a job that is gone, or whose file has import errors, within the grace."""
LOOK_AT_SCHEDULER = timedelta(seconds=30)
GO_OR_WAIT = (FiringState.WAITING, FiringState.SENDING, FiringState.HANDED_OVER)
"""A later moment in one of these takes the place of one that waits; while it is undecided, that waits on."""
UNDECIDED = (FiringState.DUE,)


class Verdict(Enum):
    SEND = auto()
    LOOK_AGAIN = auto()
    WAIT = auto()
    SKIP = auto()
    MISS = auto()
    REJECT = auto()


@dataclass(frozen=True, slots=True)
class Decision:
    """`reason`: in words for people; `note`: for the run in Airflow; `suspends` its schedule.

    `detail`: what follows the reason, but not where another company reads along.
    """

    verdict: Verdict
    reason: str = ""
    detail: str = ""
    look_at: datetime | None = None
    note: str = ""
    tells: bool = True
    tells_once: bool = False
    """Its schedule's people hear of the job's trouble once, not at each due moment."""
    suspends: bool = False
    remedy: Remedy = Remedy.NONE

    @property
    def said(self) -> str:
        """All of why, in one sentence."""
        return f"{self.reason}: {self.detail}" if self.detail else self.reason


def decide(facts: Facts, firing: Firing, now: datetime, grace: timedelta, *, starts: bool = True) -> Decision:
    """Of a firing that is DUE, WAITING or SENDING; what is being sent may exist, so it is sent again.

    `grace`: of schedules that have none of their own. `starts`: whether Airflow's scheduler does.
    """
    schedule = facts.schedule(firing)
    grace = grace_of(schedule, grace)
    if firing.state is not FiringState.SENDING:
        refused = _refused(facts, firing, now, grace)
        if refused is not None:
            return refused
    late = _late(facts.tx, firing, schedule, now, grace)
    if late is not None:
        return late
    send = Decision(Verdict.SEND, note=_note(facts.person(firing), schedule))
    if firing.state is FiringState.SENDING:
        return send
    overlapping = None if schedule is None else _overlapping(facts, firing, schedule, now)
    if overlapping is None and not starts:
        return Decision(Verdict.LOOK_AGAIN, look_at=now + LOOK_AT_SCHEDULER)
    return overlapping or send


def grace_of(schedule: Schedule | None, default: timedelta) -> timedelta:
    return default if schedule is None or schedule.grace is None else schedule.grace


def too_late(tx: Transaction, firing: Firing, now: datetime, grace: timedelta) -> Decision | None:
    """What becomes of one that Airflow did not begin: None when it is to be run late."""
    schedule = tx.schedules.get(firing.schedule_id) if firing.schedule_id else None
    return _late(tx, firing, schedule, now, grace_of(schedule, grace))


def _refused(facts: Facts, firing: Firing, now: datetime, grace: timedelta) -> Decision | None:
    lost = facts.lost_right(firing, now)
    job = facts.job(firing)
    look_again = Decision(Verdict.LOOK_AGAIN, look_at=now + LOOK_AT_BROKEN)
    is_patient = now <= firing.due_at + grace
    if job is None or job.is_gone:
        return look_again if is_patient else GONE
    if lost is not None:
        return look_again if is_patient and not lost.is_certain else refusal(lost)
    if job.has_import_errors:
        return look_again if is_patient else broken(job)
    if facts.tx.secrets.unreadable(firing.inputs):
        return Decision(
            Verdict.REJECT,
            reason="its secret inputs cannot be read any more, since the key that sealed them is gone",
            suspends=True,
            remedy=Remedy.CHANGE_INPUTS,
        )
    problem = check_inputs(job, facts.tx.secrets.open(firing.inputs))
    if problem:
        reason = "its inputs no longer fit the job"
        return Decision(
            Verdict.REJECT, reason=reason, detail=problem, suspends=True, remedy=Remedy.CHANGE_INPUTS
        )
    if job.is_paused:
        return PAUSED if now >= firing.due_at else Decision(Verdict.LOOK_AGAIN, look_at=firing.due_at)
    return None


GONE = Decision(Verdict.REJECT, reason=JOB_IS_GONE, suspends=True, remedy=Remedy.FIND_JOB)
PAUSED = Decision(
    Verdict.MISS, reason="the job is paused in Airflow", remedy=Remedy.RESUME_JOB, tells_once=True
)


def broken(job: Job) -> Decision:
    """Return that it is missed, with what is wrong with the job's file."""
    return Decision(Verdict.MISS, reason=job.why_it_does_not_run, remedy=Remedy.MEND_FILE, tells_once=True)


def refusal(lost: LostRight) -> Decision:
    """Not knowing is a miss, which suspends nothing."""
    if not lost.is_certain:
        return Decision(Verdict.MISS, reason=lost.reason)
    return Decision(Verdict.REJECT, reason=lost.reason, suspends=True, remedy=Remedy.GIVE_RIGHT)


def _late(
    tx: Transaction, firing: Firing, schedule: Schedule | None, now: datetime, grace: timedelta
) -> Decision | None:
    """Waiting for the previous run is not being late."""
    lateness = now - firing.due_at
    if firing.state is FiringState.WAITING or lateness <= grace:
        return None
    policy = MissedPolicy.NONE if schedule is None else schedule.missed
    if policy is MissedPolicy.ALL and lateness <= LATEST_IF_UNDER:
        newer = tx.moments.later_due(firing, now, limit=MOST_CAUGHT_UP)
        if newer < MOST_CAUGHT_UP:
            return None
    superseded = _is_superseded(tx, firing, schedule, now)
    if policy is MissedPolicy.LATEST and not superseded and lateness <= LATEST_IF_UNDER:
        return None
    return Decision(
        Verdict.MISS,
        reason=f"it could not start within {_span(grace)} of its time",
        detail=firing.reason if firing.attempts else "",
        tells=not superseded,
        remedy=Remedy.RUN_NOW,
    )


def _is_superseded(tx: Transaction, firing: Firing, schedule: Schedule | None, now: datetime) -> bool:
    """Whether a later moment is due already, be it written down as a firing yet or not."""
    if schedule is not None and schedule.state is ScheduleState.ACTIVE:
        coming = schedule.next_due_at
        if coming is not None and firing.due_at < coming <= now:
            return True
    return firing.schedule_id is not None and tx.moments.later_due(firing, now) > 0


def _overlapping(facts: Facts, firing: Firing, schedule: Schedule, now: datetime) -> Decision | None:
    """While this schedule's previous run is still going. Decided at the due moment, not before."""
    if schedule.overlap is OverlapPolicy.ALLOW:
        return None
    waits = firing.state is FiringState.WAITING
    if waits and not _is_in_line(facts.tx, firing, schedule, now):
        if facts.tx.moments.has_later(firing, GO_OR_WAIT):
            return Decision(
                Verdict.SKIP, reason="its previous run was still going, and a later one waits already"
            )
        if facts.tx.moments.has_later(firing, UNDECIDED, due_by=now):
            return Decision(Verdict.LOOK_AGAIN, look_at=now + LOOK_AT_WAITING)
    previous = facts.previous(firing)
    if not previous:
        return None
    if now < firing.due_at:
        return Decision(Verdict.LOOK_AGAIN, look_at=firing.due_at)
    again = now + min(LOOK_AT_WAITING * len(previous), LOOK_AT_WAITING_LAST)
    if not waits and facts.is_unsettled(previous, now):  # it is not known to wait for a run: it may be missed
        return Decision(Verdict.LOOK_AGAIN, look_at=again)
    if schedule.overlap is OverlapPolicy.SKIP:
        return Decision(Verdict.SKIP, reason="its previous run was still going")
    is_going = any(each.state is not FiringState.WAITING for each in previous)
    if not is_going and not _is_in_line(facts.tx, previous[0], schedule, now):
        return None  # the run has ended, and those that waited for it give way at their next look
    return Decision(Verdict.LOOK_AGAIN if waits else Verdict.WAIT, look_at=again, tells=False)


def _is_in_line(tx: Transaction, firing: Firing, schedule: Schedule, now: datetime) -> bool:
    """Only the newest waits; where all that were missed are to run, a line of them does."""
    return (
        schedule.missed is MissedPolicy.ALL
        and now - firing.due_at <= LATEST_IF_UNDER
        and tx.moments.later_due(firing, now, limit=MOST_CAUGHT_UP) < MOST_CAUGHT_UP
    )


def _note(person: Person | None, schedule: Schedule | None) -> str:
    who = f"{person.name} ({person.person_id})" if person else "someone who has left"
    return f"Runbell: run by {who}" if schedule is None else f"Runbell: schedule #{schedule.number} of {who}"


def _span(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    minutes = seconds // 60
    return f"{minutes} minute{'' if minutes == 1 else 's'}" if minutes else f"{seconds} seconds"
