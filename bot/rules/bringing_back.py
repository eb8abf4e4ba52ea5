"""A schedule that was deleted a moment ago is brought back as it was."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.errors import Conflict, NotAllowed, NotFound
from bot.domain.rights import Action
from bot.domain.schedule import ScheduleState
from bot.domain.when import next_after
from bot.rules.access import NO_SUCH_THING, Access
from bot.rules.job_trouble import check_is_in_airflow
from bot.rules.locking import is_theirs
from bot.rules.quota import check_schedules
from bot.rules.suspending import check_owner

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.limits import Limits
    from bot.domain.schedule import Schedule
    from bot.rules.access import Asker
    from storage.transaction import Transaction

UNDO_FOR = timedelta(days=1)
MOST_NAMED = 5


def bring_back(
    tx: Transaction, asker: Asker, schedule_id: str, now: datetime, limits: Limits
) -> tuple[Schedule, tuple[datetime, ...]]:
    """Bring a deleted schedule back, in the state it had, from its next moment on.

    Returns the schedule as it was, and the first moments that have passed since, which are not made up for.
    Raises NotFound, NotAllowed, and Conflict where it is too late, is there already, or could not run.
    """
    workspace_id = asker.person.workspace_id
    found = tx.schedules.deleted(workspace_id, schedule_id, lock=True)
    if found is None:
        _check_was_deleted(tx, asker, schedule_id)
        raise NotFound(NO_SUCH_THING)
    schedule, deleted_at = found
    access = Access(tx, asker.person)
    access.require(Action.SCHEDULE, schedule.project_id, schedule.key)
    if not is_theirs(access, schedule):
        raise NotAllowed(f"Only <@{schedule.owner_id}> or a manager may bring this schedule back.")
    if now - deleted_at > UNDO_FOR:
        raise Conflict(f"#{schedule.number} was deleted over a day ago. Make a new schedule.")
    check_is_in_airflow(tx, schedule)
    check_owner(tx, schedule)
    check_schedules(tx, asker.person, schedule.project_id, limits)
    was_active = schedule.state is ScheduleState.ACTIVE
    goes_on = schedule.resumes_at is not None and schedule.resumes_at <= now
    state = ScheduleState.ACTIVE if goes_on else schedule.state
    following = next_after(schedule.when, now) if state is ScheduleState.ACTIVE else None
    if state is ScheduleState.ACTIVE and following is None:
        state = ScheduleState.ENDED
    tx.schedules.restore(
        schedule_id, state, next_due_at=following, resumes_at=None if goes_on else schedule.resumes_at
    )
    return schedule, _passed(tx, schedule, deleted_at, now) if was_active else ()


def _check_was_deleted(tx: Transaction, asker: Asker, schedule_id: str) -> None:
    """Raise Conflict for a schedule that is there; who may not see it learns nothing."""
    schedule = tx.schedules.get(schedule_id)
    if schedule is None or schedule.place.workspace_id != asker.person.workspace_id:
        return
    Access(tx, asker.person).require(Action.SEE, schedule.project_id, schedule.key)
    raise Conflict(f"#{schedule.number} is there already. Pressing twice changes nothing.")


def _passed(tx: Transaction, schedule: Schedule, since: datetime, now: datetime) -> tuple[datetime, ...]:
    skipped = {due_at for _, due_at in tx.firings.skipped(schedule.schedule_id, after=since)}
    found: list[datetime] = []
    due_at = next_after(schedule.when, since)
    while due_at is not None and due_at <= now and len(found) < MOST_NAMED:
        found += [] if due_at in skipped else [due_at]
        due_at = next_after(schedule.when, due_at)
    return tuple(found)
