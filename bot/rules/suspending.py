"""Schedules suspended because a right was lost, and who is told."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.alert_rule import AlertEvent, Happening
from bot.domain.announcement import CannotBePlanned, OfSchedule, OwnersLostRight
from bot.domain.errors import Conflict
from bot.domain.identity import new_id
from bot.domain.project import Person, Place
from bot.domain.rights import Action, actions_on
from bot.domain.schedule import ScheduleState
from bot.rules.absences import reached
from bot.rules.alert_routing import Routing, managers_of
from bot.rules.owners import with_owners
from bot.rules.planned import withdraw
from bot.rules.run_card import project_at

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.domain.alert_rule import Hearing
    from bot.domain.schedule import Schedule
    from storage.transaction import Transaction

MOST_NAMED = 20
"""The number of schedules that one message names."""
BY_ITSELF = "runbell"
"""The name in the audit for what nobody did: Runbell itself."""


def suspend(tx: Transaction, schedule_id: str, *, reason: str, now: datetime) -> Schedule | None:
    """Suspend the schedule and take back what has not begun. Return it, or None if it was not active.

    The caller has locked the schedule before any firing.
    """
    schedule = tx.schedules.get(schedule_id)
    if schedule is None or schedule.state is not ScheduleState.ACTIVE:
        return None
    tx.schedules.move(schedule, ScheduleState.SUSPENDED, reason=reason)
    withdraw(tx, schedule, now, reason=reason)
    _audit(tx, schedule, reason, now)
    return schedule


def suspend_odd(tx: Transaction, schedule: Schedule, *, reason: str, now: datetime) -> None:
    """Suspend a locked schedule whose next moment cannot be worked out; what is on its way goes on."""
    if schedule.state in {ScheduleState.ACTIVE, ScheduleState.PAUSED}:
        tx.schedules.move(schedule, ScheduleState.SUSPENDED, reason=reason)
        _audit(tx, schedule, reason, now)
        job = tx.jobs.within(schedule.project_id, schedule.key)
        title = job.title if job else schedule.key.dag_id
        told = CannotBePlanned(OfSchedule.of(schedule, title), reason)
        for place, heard in _heard(tx, Routing(tx, now), schedule, now).items():
            tx.outbox.put_words(place, told, subject=new_id(), send_at=heard.at, rule=heard.rule)


def _audit(tx: Transaction, schedule: Schedule, reason: str, now: datetime) -> None:
    tx.audit.add(
        Person(schedule.place.workspace_id, BY_ITSELF, BY_ITSELF, ZoneInfo("UTC")),
        "schedule.suspended",
        f"#{schedule.number} {schedule.key.dag_id}",
        at=now,
        project_id=schedule.project_id,
        before={"state": schedule.state, "owner": schedule.owner_id},
        after={"state": ScheduleState.SUSPENDED, "reason": reason},
    )


def rightful(tx: Transaction, project_ids: Iterable[int]) -> dict[str, Schedule]:
    """Return the projects' active schedules whose owners may schedule their jobs, by id."""
    return _rightful(tx, tx.schedules.of_projects(project_ids))


def rightful_of(tx: Transaction, people: Iterable[Person]) -> dict[str, Schedule]:
    """Return these people's active schedules whose jobs they may schedule, by id."""
    owned = (each for who in people for each in tx.schedules.owned_by(who.workspace_id, who.person_id))
    return _rightful(tx, owned)


def suspend_orphans(tx: Transaction, before: dict[str, Schedule], *, now: datetime) -> list[Schedule]:
    """Suspend the schedules whose owners had the right `before` and have lost it. Return them."""
    # The same question before and after the change: whoever had no right before is not suspended now.
    still = _rightful(tx, before.values())
    lost = []
    orphans = sorted(set(before) - set(still))
    tx.schedules.lock_all(orphans)
    for schedule_id in orphans:
        owner_id = before[schedule_id].owner_id
        suspended = suspend(tx, schedule_id, reason=f"<@{owner_id}> may no longer schedule this job", now=now)
        if suspended is not None:
            lost.append(suspended)
    _tell(tx, lost, now)
    return lost


def check_owner(tx: Transaction, schedule: Schedule) -> None:
    """Raise Conflict if the owner may no longer schedule the job, so that it would be suspended again."""
    if schedule.schedule_id not in _allowed(tx, [schedule]):
        raise Conflict(
            f"<@{schedule.owner_id}> may no longer schedule this job, so it would not run. "
            f"Take it over: `/schedule take over #{schedule.number}`."
        )


def _rightful(tx: Transaction, schedules: Iterable[Schedule]) -> dict[str, Schedule]:
    return _allowed(tx, [each for each in schedules if each.state is ScheduleState.ACTIVE])


def _allowed(tx: Transaction, schedules: Iterable[Schedule]) -> dict[str, Schedule]:
    """Return the schedules whose owners may schedule their jobs, by id.

    User groups count however old our list of them is: not knowing must suspend nothing.
    """
    return {
        each.schedule_id: each
        for each, owner, role, shares in with_owners(tx, schedules)
        if Action.SCHEDULE in actions_on(owner, role, shares)
    }


def _tell(tx: Transaction, lost: list[Schedule], now: datetime) -> None:
    """Queue one message for each place, whatever the number of schedules. People who have left get none."""
    concerns: dict[Place, list[Schedule]] = {}
    at: dict[Place, Hearing] = {}
    routing = Routing(tx, now)
    for schedule in lost:
        for place, heard in _heard(tx, routing, schedule, now).items():
            concerns.setdefault(place, []).append(schedule)
            at.setdefault(place, heard)
    jobs = tx.jobs.all_within((each.project_id, each.key) for each in lost)
    named = {
        each.schedule_id: OfSchedule.of(each, job.title if job else each.key.dag_id)
        for each in lost
        for job in [jobs.get((each.project_id, each.key))]
    }
    for place, schedules in sorted(concerns.items(), key=lambda each: each[0].channel_id):
        reader = tx.directory.person(place.workspace_id, place.channel_id)
        if reader is not None and not reader.counts:
            continue
        shown = sorted(schedules, key=lambda each: each.number)[:MOST_NAMED]
        told = OwnersLostRight(tuple(named[each.schedule_id] for each in shown), len(schedules))
        heard = at[place]
        tx.outbox.put_words(place, told, subject=new_id(), send_at=heard.at, rule=heard.rule)


def _heard(tx: Transaction, routing: Routing, schedule: Schedule, now: datetime) -> dict[Place, Hearing]:
    """Return where people hear that the schedule is suspended, by the rules of its place, owner and managers.

    A channel that its project has lost hears nothing.
    """
    place, project_id = schedule.place, schedule.project_id
    owner = Place(place.workspace_id, schedule.owner_id)
    is_its_own = place.is_direct or project_at(tx, place) == project_id
    return routing.hearings(
        Happening(
            AlertEvent.SUSPENDED,
            place.workspace_id,
            project_id,
            schedule.key,
            reports_to=place if is_its_own else None,
            owners=tuple(reached(tx, owner, project_id, schedule.key, now)),
            managers=managers_of(tx, place.workspace_id, project_id),
        )
    )
