"""The decision about a firing before it is handed over: reads tables, writes nothing, returns one verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING

from bot.domain.firing import Firing, FiringState, Remedy
from bot.domain.job import GONE as JOB_IS_GONE
from bot.domain.reason import without_detail
from bot.domain.schedule import MissedPolicy, OverlapPolicy, ScheduleState
from bot.language.inputs import check_inputs
from bot.rules.project_pauses import why_kept_back

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.job import Job
    from bot.domain.project import Person
    from bot.domain.schedule import Schedule
    from bot.workers.facts import Facts, LostRight
    from storage.transaction import Transaction

LATEST_IF_UNDER = timedelta(hours=12)
MOST_CAUGHT_UP = 100
"""The number of missed moments that run under MissedPolicy.ALL: the latest ones."""
LOOK_AT_WAITING, LOOK_AT_WAITING_LAST = timedelta(seconds=5), timedelta(minutes=1)
"""How soon the first in line is looked at again, and those far behind."""
LOOK_AT_BROKEN = timedelta(seconds=10)
"""How soon a job that is gone or has import errors is looked at again, within the grace."""
LOOK_AT_SCHEDULER = timedelta(seconds=30)
GO_OR_WAIT = (FiringState.WAITING, FiringState.SENDING, FiringState.HANDED_OVER)
"""A later moment in one of these states takes the place of an earlier one that waits."""
UNDECIDED = (FiringState.DUE,)
"""While a later moment is in one of these states, an earlier one that waits goes on waiting."""


class Verdict(Enum):
    SEND = auto()
    LOOK_AGAIN = auto()
    WAIT = auto()
    SKIP = auto()
    MISS = auto()
    REJECT = auto()


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a firing, and what people are told about it.

    `reason` is in words for people, `detail` follows it except where another company reads along. `note` goes
    to the run in Airflow. `suspends` means the firing's schedule.
    """

    verdict: Verdict
    reason: str = ""
    detail: str = ""
    look_at: datetime | None = None
    note: str = ""
    tells: bool = True
    tells_once: bool = False
    """People hear of the job's trouble once, and not at each due moment again."""
    suspends: bool = False
    remedy: Remedy = Remedy.NONE

    @property
    def said(self) -> str:
        """The whole reason in one sentence."""
        return f"{self.reason}: {self.detail}" if self.detail else self.reason

    def because(self, said: str) -> Decision:
        """Return the decision with a whole reason that was written down as `said`."""
        reason = without_detail(said)
        return replace(self, reason=reason, detail=said.removeprefix(reason).removeprefix(": "))


def decide(facts: Facts, firing: Firing, now: datetime, grace: timedelta, *, starts: bool = True) -> Decision:
    """Return what becomes of a firing that is DUE, WAITING or SENDING. Reads only.

    What is SENDING may exist in Airflow already, so it is sent again, under the same id. `grace` is for
    schedules without one of their own; `starts` says whether Airflow's scheduler is up.
    """
    schedule = facts.schedule(firing)
    grace = grace_of(schedule, grace)
    # What is being sent may be in Airflow already: a POST under the same id finds out, a refusal would not.
    if firing.state is not FiringState.SENDING:
        kept_back = _kept_back(facts, firing, now)
        if kept_back is not None:
            return kept_back
        refused = _refused(facts, firing, now, grace)
        if refused is not None:
            return refused
    # Lateness counts for what is being sent as well: past the grace it is withdrawn, not posted once more.
    late = _late(facts.tx, firing, schedule, now, grace)
    if late is not None:
        return late
    send = Decision(Verdict.SEND, note=_note(facts.person(firing), schedule))
    if firing.state is FiringState.SENDING:
        return send
    if schedule is not None and facts.tx.conditions.failed_too_often(schedule):
        return Decision(Verdict.LOOK_AGAIN, look_at=now + LOOK_AT_WAITING)  # it is about to be suspended
    overlapping = None if schedule is None else _overlapping(facts, firing, schedule, now)
    if overlapping is None and not starts:
        return Decision(Verdict.LOOK_AGAIN, look_at=now + LOOK_AT_SCHEDULER)
    return overlapping or send


def grace_of(schedule: Schedule | None, default: timedelta) -> timedelta:
    """Return the schedule's grace, or the default if it has none, as run-nows do."""
    return default if schedule is None or schedule.grace is None else schedule.grace


def too_late(tx: Transaction, firing: Firing, now: datetime, grace: timedelta) -> Decision | None:
    """Return what becomes of a firing that Airflow did not begin. None if it is to run late."""
    schedule = tx.schedules.get(firing.schedule_id) if firing.schedule_id else None
    return _late(tx, firing, schedule, now, grace_of(schedule, grace))


def _kept_back(facts: Facts, firing: Firing, now: datetime) -> Decision | None:
    """Return that the firing does not run while its project is paused. None if nothing keeps it back.

    That is decided at the due moment, because the pause may end earlier.
    """
    pause = facts.kept_back(firing, now)
    if pause is None:
        return None
    if now < firing.due_at:
        return Decision(Verdict.LOOK_AGAIN, look_at=firing.due_at)
    project = facts.tx.projects.get(firing.project_id)
    assert project is not None
    return Decision(Verdict.SKIP, reason=why_kept_back(pause, project.tz), tells=False)


def _refused(facts: Facts, firing: Firing, now: datetime, grace: timedelta) -> Decision | None:
    lost = facts.lost_right(firing, now)
    job = facts.job(firing)
    look_again = Decision(Verdict.LOOK_AGAIN, look_at=now + LOOK_AT_BROKEN)
    is_patient = now <= firing.due_at + grace
    # Before rights: of a job that is gone nobody has any, and its owner has not lost them.
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
    """Return that the firing is missed, with what is wrong with the job's file."""
    return Decision(
        Verdict.MISS,
        reason=job.why_it_does_not_run,
        detail=job.import_error,
        remedy=Remedy.MEND_FILE,
        tells_once=True,
    )


def refusal(lost: LostRight) -> Decision:
    """Return that the right is lost; or, if we cannot know, a miss, which suspends nothing."""
    if not lost.is_certain:
        return Decision(Verdict.MISS, reason=lost.reason)
    return Decision(Verdict.REJECT, reason=lost.reason, suspends=True, remedy=Remedy.GIVE_RIGHT)


def _late(
    tx: Transaction, firing: Firing, schedule: Schedule | None, now: datetime, grace: timedelta
) -> Decision | None:
    """Return that the firing is missed by its schedule's policy. None if it may still run.

    A firing that waits for the previous run is not late.
    """
    lateness = now - firing.due_at
    if firing.state is FiringState.WAITING or lateness <= grace:
        return None
    policy = MissedPolicy.NONE if schedule is None else schedule.missed
    if policy is MissedPolicy.ALL and lateness <= LATEST_IF_UNDER:
        newer = tx.moments.later_due(firing, now, limit=MOST_CAUGHT_UP)
        if newer < MOST_CAUGHT_UP:
            return None
    # Under LATEST, only the last of the missed moments runs: any earlier one gives way to it.
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
    """Return whether a later moment is due already, whether its firing is written or not."""
    if schedule is not None and schedule.state is ScheduleState.ACTIVE:
        coming = schedule.next_due_at
        if coming is not None and firing.due_at < coming <= now:
            return True
    return firing.schedule_id is not None and tx.moments.later_due(firing, now) > 0


def _overlapping(facts: Facts, firing: Firing, schedule: Schedule, now: datetime) -> Decision | None:
    """Return what to do while the schedule's previous run goes on. None if nothing is in the way.

    That is decided at the due moment, not when it is looked at ahead of it.
    """
    if schedule.overlap is OverlapPolicy.ALLOW:
        return None
    waits = firing.state is FiringState.WAITING
    gives_way = _gives_way(facts.tx, firing, schedule, now) if waits else None
    if gives_way is not None:
        return gives_way
    previous = facts.previous(firing)
    if not previous:
        return None
    if now < firing.due_at:
        return Decision(Verdict.LOOK_AGAIN, look_at=firing.due_at)
    again = now + min(LOOK_AT_WAITING * len(previous), LOOK_AT_WAITING_LAST)
    if not waits and facts.is_unknown(previous, now):  # it is not known to wait for a run: it may be missed
        return Decision(Verdict.LOOK_AGAIN, look_at=again)
    if schedule.overlap is OverlapPolicy.SKIP:
        return Decision(Verdict.SKIP, reason="its previous run was still going")
    is_going = any(each.state is not FiringState.WAITING for each in previous)
    if not is_going and not _is_in_line(facts.tx, previous[0], schedule, now):
        return None  # the run has ended, and those that waited for it give way at their next look
    return Decision(Verdict.LOOK_AGAIN if waits else Verdict.WAIT, look_at=again, tells=False)


def _gives_way(tx: Transaction, firing: Firing, schedule: Schedule, now: datetime) -> Decision | None:
    """Return what becomes of a firing that waits, once a later one is due. None if it goes on waiting."""
    if _is_in_line(tx, firing, schedule, now):
        return None
    still_going = "its previous run was still going"
    if tx.moments.has_later(firing, GO_OR_WAIT):
        return Decision(Verdict.SKIP, reason=f"{still_going}, and a later one waits already")
    if tx.moments.has_later(firing, (FiringState.MISSED,)):
        return Decision(Verdict.SKIP, reason=f"{still_going}, and later times have passed since")
    if tx.moments.has_later(firing, UNDECIDED, due_by=now):
        return Decision(Verdict.LOOK_AGAIN, look_at=now + LOOK_AT_WAITING)
    return None


def _is_in_line(tx: Transaction, firing: Firing, schedule: Schedule, now: datetime) -> bool:
    """Return whether the firing may wait behind others.

    Only the newest waits, unless the schedule runs all missed moments: then they wait in a line.
    """
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
