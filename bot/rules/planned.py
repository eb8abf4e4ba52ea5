"""What is planned or on its way to Airflow, taken back: a whole schedule, or its next moment only."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from bot.domain.firing import Ahead, Firing, FiringState
from bot.domain.identity import new_id
from bot.domain.schedule import ScheduleState
from bot.domain.when import has_moment, next_after, zone_of
from bot.domain.when_before import last_before
from bot.language.inputs import all_worked_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from bot.domain.project import ProjectPause
    from bot.domain.schedule import Schedule
    from bot.domain.when import When
    from storage.listing import Kept
    from storage.transaction import Transaction

MOST_UNPLANNED = 500
MOMENT = timedelta(microseconds=1)


def withdraw(tx: Transaction, schedule: Schedule, now: datetime, *, reason: str) -> None:
    """Take back every firing of the schedule that has not begun; the dispatcher asks Airflow where needed.

    Moments that were due but not planned yet are written as cancelled.
    """
    for firing in tx.firings.under_way(schedule.schedule_id):
        take_back(tx, firing, now, reason=reason)
    _write_down_unplanned(tx, schedule, now, reason=reason)


def withdraw_what_is_ahead(tx: Transaction, schedule: Schedule, now: datetime, *, reason: str) -> None:
    """Take back every firing that is not due yet. What is due already still runs."""
    for firing in tx.firings.under_way(schedule.schedule_id):
        if firing.due_at > now:
            take_back(tx, firing, now, reason=reason)
    _plan_what_is_due(tx, schedule, now)


def _plan_what_is_due(tx: Transaction, schedule: Schedule, now: datetime) -> None:
    """Write the firings that were due while no dispatcher worked, as the schedule was then."""
    for due_at in _unplanned(schedule, now):
        tx.firings.add(firing_of(schedule, due_at), act_at=due_at, at=now)


def _unplanned(schedule: Schedule, now: datetime) -> Iterator[datetime]:
    """Yield the moments that are due and have no firing yet, at most MOST_UNPLANNED."""
    due_at = schedule.next_due_at if schedule.state is ScheduleState.ACTIVE else None
    for _ in range(MOST_UNPLANNED):
        if due_at is None or due_at > now:
            return
        yield due_at
        due_at = next_after(schedule.when, due_at)


def _write_down_unplanned(tx: Transaction, schedule: Schedule, now: datetime, *, reason: str) -> None:
    """Write the moments that were due and not planned as cancelled, each with the reason."""
    for due_at in _unplanned(schedule, now):
        firing = firing_of(schedule, due_at, state=FiringState.CANCELLED, reason=reason)
        # The unique key leaves cancelled ones out, so it would let a second one of the moment in.
        if not tx.firings.is_written(schedule.schedule_id, due_at):
            tx.firings.add(firing, act_at=None, at=now)


def firing_of(
    schedule: Schedule, due_at: datetime, *, state: FiringState = FiringState.DUE, reason: str = ""
) -> Firing:
    """Return a new firing of the schedule for this moment. It is not written yet."""
    return Firing(
        firing_id=new_id(),
        schedule_id=schedule.schedule_id,
        due_at=due_at,
        interval_start=last_before(schedule.when, due_at),
        key=schedule.key,
        inputs=all_worked_out(schedule.inputs, due_at, zone_of(schedule.when)),
        project_id=schedule.project_id,
        person_id=schedule.owner_id,
        place=schedule.place,
        state=state,
        reason=reason,
    )


def take_back(
    tx: Transaction,
    firing: Firing,
    now: datetime,
    *,
    reason: str,
    ends_as: FiringState = FiringState.CANCELLED,
) -> None:
    """Take back a locked firing, if it has not begun.

    `ends_as` CANCELLED makes room for another firing of its moment; SKIPPED does not.
    """
    match firing.state:
        case FiringState.DUE | FiringState.WAITING:
            tx.firings.move(firing, ends_as, reason=reason)
        case FiringState.WITHDRAWING:
            # Skipped is the stronger end, since it keeps the moment; and what a person takes back is not made
            # up for.
            if ends_as is FiringState.SKIPPED or firing.ends_as is FiringState.MISSED:
                tx.firings.end_as(firing, ends_as, reason=reason)
        case FiringState.HANDED_OVER if firing.due_at <= now:
            pass  # Airflow has begun it, or begins it at this moment: too late to take back
        case FiringState.SENDING | FiringState.HANDED_OVER:
            tx.firings.move(
                firing,
                FiringState.WITHDRAWING,
                reason=reason,
                act_at=now,
                ends_as=ends_as,
            )


def next_moment(tx: Transaction, schedule: Schedule, now: datetime) -> datetime | None:
    """Return when the schedule runs next, planned already or not; None where nothing is to come."""
    return next_moments(tx, [schedule], now)[schedule.schedule_id]


def first_moment(schedule: Schedule, pause: ProjectPause | None, now: datetime) -> datetime | None:
    """Return when a schedule that was just made runs first, given its project's pause."""
    return _next_of(schedule, [], now, pause)


def next_moments(tx: Transaction, schedules: Sequence[Schedule], now: datetime) -> dict[str, datetime | None]:
    """Return when each of the schedules runs next, by its id.

    This is the one answer to that question: skips, pauses with an end, of the schedule or of its project,
    what is planned already and what is being taken back all count.
    """
    ahead = tx.firings.standing_ahead([each.schedule_id for each in schedules], after=now)
    pauses = tx.project_pauses.of({each.project_id for each in schedules})
    return {
        each.schedule_id: _next_of(each, ahead.get(each.schedule_id, []), now, pauses.get(each.project_id))
        for each in schedules
    }


def next_of_listed(tx: Transaction, found: Sequence[Kept], now: datetime) -> dict[str, datetime | None]:
    """Return when each schedule of a list runs next, as `next_moments` does.

    Only those are read in full whose next time has to be worked out. What cannot be read is left out.
    """
    ahead = tx.firings.standing_ahead([each.schedule_id for each in found], after=now)
    pauses = tx.project_pauses.of({each.project_id for each in found})
    known: dict[str, datetime | None] = {}
    unknown: list[str] = []
    for each in found:
        there = ahead.get(each.schedule_id, [])
        if each.project_id in pauses or _has_to_be_worked_out(each, there, now):
            unknown.append(each.schedule_id)
        else:
            planned = [due_at for due_at, becomes in there if becomes is Ahead.RUNS]
            due_at = each.next_due_at if each.state is ScheduleState.ACTIVE else None
            known[each.schedule_id] = min(planned if due_at is None else [*planned, due_at], default=None)
    for schedule_id, schedule in tx.schedules.all(unknown).items():
        there, pause = ahead.get(schedule_id, []), pauses.get(schedule.project_id)
        known[schedule_id] = _next_of(schedule, there, now, pause)
    return known


def _has_to_be_worked_out(kept: Kept, ahead: Sequence[tuple[datetime, Ahead]], now: datetime) -> bool:
    """Return whether the next time is not the one that is written down."""
    if kept.state is not ScheduleState.ACTIVE:
        return kept.resumes_at is not None
    due_at = kept.next_due_at
    return due_at is not None and (due_at <= now or (due_at, Ahead.IS_PASSED_OVER) in ahead)


def moments_until(
    tx: Transaction, schedules: Sequence[Schedule], now: datetime, until: datetime
) -> dict[str, list[datetime]]:
    """Return when each schedule runs up to a moment, by its id; at most MOST_UNPLANNED moments of each."""
    ahead = tx.firings.standing_ahead([each.schedule_id for each in schedules], after=now)
    pauses = tx.project_pauses.of({each.project_id for each in schedules})
    found: dict[str, list[datetime]] = {}
    for each in schedules:
        there, pause = ahead.get(each.schedule_id, []), pauses.get(each.project_id)
        times = takewhile(lambda due_at: due_at <= until, _moments(each, there, now, pause))
        found[each.schedule_id] = list(islice(times, MOST_UNPLANNED))
    return found


def moments_if_changed(
    tx: Transaction, schedule: Schedule, when: When, now: datetime, *, count: int
) -> list[datetime]:
    """Return the first moments at which the schedule would run if it had this `when`.

    Skips stay, and a pause with an end lasts; without an end, or suspended, it is looked at as if it went on.
    """
    goes_on_later = schedule.state is ScheduleState.PAUSED and schedule.resumes_at is not None
    state = ScheduleState.PAUSED if goes_on_later else ScheduleState.ACTIVE
    changed = replace(schedule, when=when, state=state, next_due_at=next_after(when, now))
    ahead = tx.firings.standing_ahead([schedule.schedule_id], after=now).get(schedule.schedule_id, [])
    stay = [each for each in ahead if each[1] is Ahead.IS_PASSED_OVER]
    pause = tx.project_pauses.of({schedule.project_id}).get(schedule.project_id)
    return list(islice(_moments(changed, stay, now, pause), count))


def _moments(
    schedule: Schedule, ahead: Sequence[tuple[datetime, Ahead]], now: datetime, pause: ProjectPause | None
) -> Iterator[datetime]:
    """Yield when the schedule runs, in order."""
    due_at = _next_of(schedule, ahead, now, pause)
    while due_at is not None:
        yield due_at
        due_at = _next_of(schedule, [each for each in ahead if each[0] > due_at], due_at, pause)


def _next_of(
    schedule: Schedule, ahead: Sequence[tuple[datetime, Ahead]], now: datetime, pause: ProjectPause | None
) -> datetime | None:
    def rests(moment: datetime) -> bool:
        return pause is not None and pause.covers(moment)

    planned = [due_at for due_at, becomes in ahead if becomes is Ahead.RUNS and not rests(due_at)]
    passed_over = {due_at for due_at, becomes in ahead if becomes is Ahead.IS_PASSED_OVER}
    due_at = _first_to_plan(schedule, now)
    while due_at is not None and (due_at in passed_over or rests(due_at)):
        passed = due_at if pause is None or not rests(due_at) else pause.ends_at - MOMENT
        due_at = next_after(schedule.when, passed)
    return min(planned if due_at is None else [*planned, due_at], default=None)


def _first_to_plan(schedule: Schedule, now: datetime) -> datetime | None:
    """Return the moment at which planning goes on. Moments that have passed are not among what is to come."""
    if schedule.state is ScheduleState.PAUSED and schedule.resumes_at is not None:
        return next_after(schedule.when, max(schedule.resumes_at - MOMENT, now))
    if schedule.state is not ScheduleState.ACTIVE or schedule.next_due_at is None:
        return None
    return schedule.next_due_at if schedule.next_due_at > now else next_after(schedule.when, now)


def skipped_ahead(tx: Transaction, schedule: Schedule, now: datetime) -> list[tuple[str, datetime]]:
    """Return the skipped moments to come that the schedule still has, as (firing's id, moment)."""
    skipped = tx.firings.skipped(schedule.schedule_id, after=now)
    return [(firing_id, due_at) for firing_id, due_at in skipped if has_moment(schedule.when, due_at)]


def skip(tx: Transaction, schedule: Schedule, due_at: datetime, now: datetime, *, reason: str) -> str:
    """Write the moment as skipped, so that planning always passes over it. Return the firing's id."""
    if due_at == schedule.next_due_at:
        tx.schedules.advance(schedule.schedule_id, next_after(schedule.when, due_at))
    there = tx.firings.at_moment(schedule.schedule_id, due_at)
    if there is not None:
        take_back(tx, there, now, reason=reason, ends_as=FiringState.SKIPPED)
        return there.firing_id
    skipped = firing_of(schedule, due_at, state=FiringState.SKIPPED, reason=reason)
    tx.firings.add(skipped, act_at=None, at=now)
    return skipped.firing_id


def undo_skip(tx: Transaction, schedule: Schedule, firing_id: str, due_at: datetime) -> bool:
    """Let a skipped moment run after all. Return False if it is not skipped.

    A firing that Airflow has seen stays withdrawn; the moment gets a new one with a new id, because Airflow
    would refuse the old id.
    """
    there = tx.firings.at_moment(schedule.schedule_id, due_at)
    if there is None or there.firing_id != firing_id:
        return False
    if there.state is FiringState.SKIPPED:
        tx.firings.move(there, FiringState.CANCELLED)
    elif there.state is FiringState.WITHDRAWING and there.ends_as is FiringState.SKIPPED:
        tx.firings.end_as(there, FiringState.CANCELLED)
    else:
        return False
    if schedule.state is ScheduleState.ENDED:
        tx.schedules.move(schedule, ScheduleState.ACTIVE, next_due_at=due_at)
    elif schedule.next_due_at is not None and due_at < schedule.next_due_at:
        # Planning has passed the moment already; it goes back to it, and unique keys keep the rest single.
        tx.schedules.advance(schedule.schedule_id, due_at)
    return True
