"""Schedules locked for a change, with the right to change them, and the audit of what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.errors import Conflict, NotAllowed, NotFound
from bot.domain.rights import Action, Role
from bot.language.say import say_moment
from bot.rules.access import NO_SUCH_THING, Access

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.domain.firing import Firing
    from bot.domain.job import Job, JobKey
    from bot.domain.project import Project
    from bot.domain.schedule import Schedule
    from bot.rules.access import Asker
    from storage.transaction import Transaction


def to_change(tx: Transaction, asker: Asker, schedule_id: str) -> Schedule:
    """Return the schedule, locked, if the person may schedule its job. Raises NotFound or NotAllowed."""
    schedule = locked(tx, asker, schedule_id)
    Access(tx, asker.person).require(Action.SCHEDULE, schedule.project_id, schedule.key)
    return schedule


def to_edit(tx: Transaction, asker: Asker, schedule_id: str) -> Schedule:
    """Return the schedule, locked, if the person is its owner or a manager. Raises NotFound or NotAllowed."""
    schedule = to_change(tx, asker, schedule_id)
    if not is_theirs(Access(tx, asker.person), schedule):
        raise NotAllowed(f"Only <@{schedule.owner_id}> or a manager may change this schedule.")
    return schedule


def check_as_seen(schedule: Schedule, version: int | None) -> None:
    """Raise Conflict if somebody has changed the schedule since this version was shown; None is any."""
    if version is not None and version != schedule.version:
        number = schedule.number
        raise Conflict(
            f"Schedule #{number} was changed after you opened it, so nothing of yours is saved. "
            "Look at it as it is now, then change it.",
            example=f"edit #{number}",
        )


def is_theirs(access: Access, schedule: Schedule) -> bool:
    """Return whether the person owns the schedule or is a manager of its project."""
    manages = access.roles.get(schedule.project_id) is Role.MANAGER
    return manages or schedule.owner_id == access.person.person_id


def locked(tx: Transaction, asker: Asker, schedule_id: str) -> Schedule:
    """Return the schedule, locked until the transaction ends. Raises NotFound. Asks for no right."""
    schedule = tx.schedules.lock(asker.person.workspace_id, schedule_id)
    if schedule is None:
        raise missing(tx, asker, schedule_id)
    return schedule


def locked_or_deleted(tx: Transaction, asker: Asker, schedule_id: str) -> tuple[Schedule, bool]:
    """Return the schedule, locked, and whether it was deleted. Raises NotFound. Asks for no right."""
    deleted = tx.schedules.deleted(asker.person.workspace_id, schedule_id, lock=True)
    return (locked(tx, asker, schedule_id), False) if deleted is None else (deleted[0], True)


def missing(tx: Transaction, asker: Asker, schedule_id: str) -> NotFound:
    """Return what to tell of a schedule that is not there: to who may see its job, that it was deleted."""
    deleted = tx.schedules.deleted(asker.person.workspace_id, schedule_id)
    if deleted is None:
        return NotFound(NO_SUCH_THING)
    schedule, at = deleted
    job = tx.jobs.within(schedule.project_id, schedule.key)
    actions = Access(tx, asker.person).actions(schedule.project_id, schedule.key)
    if job is None or Action.SEE not in actions:
        return NotFound(NO_SUCH_THING)
    return NotFound(
        f"#{schedule.number} ({job.title}) was deleted: {say_moment(at, asker.person.tz)}. For a day after "
        "that, Undo brings it back, where it was deleted.",
        example=f"run {job.title.lower()}" if Action.RUN in actions else "",
    )


def known_firing(tx: Transaction, asker: Asker, firing_id: str | None) -> Firing:
    """Return the firing of the asker's workspace. Raises NotFound, also for None. Asks for no right."""
    firing = tx.firings.get(firing_id) if firing_id else None
    if firing is None or firing.place.workspace_id != asker.person.workspace_id:
        raise NotFound(NO_SUCH_THING)
    return firing


def job_and_project(tx: Transaction, key: JobKey, project_id: int) -> tuple[Job, Project]:
    """Return the job as the project knows it, and the project. Raises NotFound if either is unknown."""
    job = tx.jobs.within(project_id, key)
    project = tx.projects.get(project_id)
    if job is None or project is None:
        raise NotFound(NO_SUCH_THING)
    return job, project


def audit(
    tx: Transaction,
    asker: Asker,
    action: str,
    schedule: Schedule,
    now: datetime,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write what was done to a schedule. `schedule` is as it was before.

    Without `before`, its state is what the entry says was before.
    """
    tx.audit.add(
        asker.person,
        action,
        f"#{schedule.number} {schedule.key.dag_id}",
        at=now,
        channel_id=asker.channel_id,
        project_id=schedule.project_id,
        before={"state": schedule.state} if before is None else before,
        after=after,
    )
