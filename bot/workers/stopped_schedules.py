"""Schedules that failed too often in a row: stopped until their owner lets them go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.alert_rule import AlertEvent, Happening
from bot.domain.announcement import StoppedAfterFailures
from bot.domain.condition import ConditionKind
from bot.domain.project import Place
from bot.domain.schedule import ScheduleState
from bot.rules.absences import reached
from bot.rules.alert_routing import Routing
from bot.rules.conditions import close_condition, open_condition
from bot.rules.project_pauses import rests
from bot.rules.suspending import suspend
from bot.workers.condition_names import schedule_named

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.schedule import Schedule
    from storage.transaction import Transaction


def stop(tx: Transaction, seen: Schedule, now: datetime) -> None:
    """Suspend a schedule that has failed as often as it may, and tell of it; not while its project rests."""
    # Counted again under the lock: a run may have succeeded, or somebody may have let it go on, since.
    schedule = tx.schedules.lock(seen.place.workspace_id, seen.schedule_id)
    if schedule is None or schedule.most_failures is None or not tx.conditions.failed_too_often(schedule):
        return
    if rests(tx, schedule.project_id, now):
        return
    times = schedule.most_failures
    stopped = suspend(tx, schedule.schedule_id, reason=f"it failed {_times(times)} in a row", now=now)
    if stopped is None:
        return
    last = tx.runs.last_of_schedules([schedule.schedule_id]).get(schedule.schedule_id)
    error = last.failure.error if last is not None and last.failure is not None else ""
    place, key = schedule.place, schedule.key
    owner = Place(place.workspace_id, schedule.owner_id)
    owners = tuple(reached(tx, owner, schedule.project_id, key, now))
    about = (place.workspace_id, schedule.project_id, key, place, owners)
    hearings = Routing(tx, now).hearings(Happening(AlertEvent.SUSPENDED, *about))
    told = StoppedAfterFailures(schedule_named(tx, schedule, now), times, error)
    at = {place: (heard, told) for place, heard in hearings.items()}
    open_condition(tx, ConditionKind.STOPPED, schedule.schedule_id, at, since=now, now=now)


def close_stopped(tx: Transaction, schedule_id: str, now: datetime) -> None:
    """Put right what told that a schedule waits for its owner, once it does no longer."""
    found = tx.conditions.waiting_schedule(schedule_id)
    if found is None:
        tx.conditions.end(ConditionKind.STOPPED, schedule_id, at=now)
        return
    schedule, is_deleted = found
    if schedule.state is not ScheduleState.SUSPENDED or is_deleted:
        over = "it was deleted" if is_deleted else _GOES_ON[schedule.state]
        told = StoppedAfterFailures(schedule_named(tx, schedule, now), 0, "", over)
        close_condition(tx, ConditionKind.STOPPED, schedule_id, lambda _: told, now)


_GOES_ON = {
    ScheduleState.ACTIVE: "it goes on",
    ScheduleState.PAUSED: "it is paused",
    ScheduleState.ENDED: "it has ended",
}


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
