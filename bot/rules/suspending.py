"""Schedules suspended or redirected because a right or a channel was lost, and who is told."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.alert_rule import AlertEvent, Happening
from bot.domain.announcement import CannotBePlanned, OfSchedule, OwnersLostRight, Redirected
from bot.domain.errors import Conflict
from bot.domain.identity import new_id
from bot.domain.project import Person, Place
from bot.domain.rights import Action, Role, Share, actions_on, reports_privately, role_of
from bot.domain.schedule import ScheduleState
from bot.rules.absences import reached
from bot.rules.access import Access
from bot.rules.alert_routing import Routing, managers_of
from bot.rules.planned import withdraw
from bot.rules.run_card import project_at

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import datetime

    from bot.domain.alert_rule import Hearing
    from bot.domain.firing import Firing
    from bot.domain.job import JobKey
    from bot.domain.schedule import Schedule
    from storage.transaction import Transaction

MOST_NAMED = 20
"""The number of schedules that one message names."""
OWNERS_AT_ONCE = 500
"""Their rights are read together."""
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


def redirect(tx: Transaction, project_ids: Iterable[int], *, now: datetime) -> None:
    """Let schedules whose channel the project has lost report to their owners.

    So does a schedule whose job is shared with its owner by name only: others may not know of it.
    """
    for project_id in project_ids:
        channels = {each.channel_id for each in tx.channels.of_project(project_id) if not each.is_archived}
        names_people = tx.shares.names_people(project_id)
        astray = {}
        theirs = [each for each in tx.schedules.of_projects([project_id]) if not each.place.is_direct]
        private = _private(tx, theirs) if names_people else set()
        for schedule in theirs:
            is_private = schedule.schedule_id in private
            if is_private or schedule.place.channel_id not in channels:
                astray[schedule.schedule_id] = (schedule, is_private)
        tx.schedules.lock_all(astray)
        for schedule_id in sorted(astray):
            schedule, is_private = astray[schedule_id]
            _report_to_owner(tx, schedule, now, is_private=is_private)
        if names_people:
            _redirect_asked(tx, [each for each in tx.firings.asked_for() if each.project_id == project_id])


def redirect_private(tx: Transaction, keys: Collection[JobKey], *, now: datetime) -> None:
    """Let schedules report to their owners if these jobs, having lost a tag, are shared by name only."""
    if not keys:
        return
    found = [each for key in sorted(keys) for each in tx.schedules.of_job_anywhere(key)]
    private = _private(tx, [each for each in found if not each.place.is_direct])
    astray = {each.schedule_id: each for each in found if each.schedule_id in private}
    tx.schedules.lock_all(astray)
    for schedule_id in sorted(astray):
        _report_to_owner(tx, astray[schedule_id], now, is_private=True)
    _redirect_asked(tx, [each for each in tx.firings.asked_for() if each.key in keys])


def _redirect_asked(tx: Transaction, under_way: Iterable[Firing]) -> None:
    """Let run-nows report to who asked for them, if the job is shared with them by name only."""
    for each in under_way:
        asker = tx.directory.person(each.place.workspace_id, each.person_id)
        if asker is None or each.place.is_direct:
            continue
        firing = tx.firings.lock(each.firing_id)
        if firing is not None and Access(tx, asker).reports_privately(firing.project_id, firing.key):
            _report_firing(tx, firing, Place(firing.place.workspace_id, firing.person_id))


def _report_firing(tx: Transaction, firing: Firing, owner: Place) -> None:
    run = tx.runs.of_firing(firing.firing_id)
    tx.firings.report_to(firing.firing_id, owner.channel_id)
    if run is not None:
        tx.outbox.move_unsent(run.run_key, firing.place, owner)


def _report_to_owner(tx: Transaction, schedule: Schedule, now: datetime, *, is_private: bool) -> None:
    """Let the schedule report to its owner. `is_private` moves what is under way too."""
    owner = Place(schedule.place.workspace_id, schedule.owner_id)
    if is_private:
        for firing in tx.firings.under_way(schedule.schedule_id):
            _report_firing(tx, firing, owner)
    tx.schedules.report_to(schedule.schedule_id, schedule.owner_id)
    job = tx.jobs.within(schedule.project_id, schedule.key)
    title = job.title if job else schedule.key.dag_id
    told = Redirected(OfSchedule.of(schedule, title), is_private=is_private)
    tx.outbox.put_words(owner, told, subject=new_id(), send_at=now)


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
        for each, owner, role, shares in _owned(tx, schedules)
        if Action.SCHEDULE in actions_on(owner, role, shares)
    }


def _private(tx: Transaction, schedules: Iterable[Schedule]) -> set[str]:
    """Return the ids of the schedules whose jobs only shares that name people give to their owners."""
    return {
        each.schedule_id
        for each, owner, role, shares in _owned(tx, schedules)
        if role is not None and reports_privately(owner, shares)
    }


def _owned(
    tx: Transaction, schedules: Iterable[Schedule]
) -> Iterator[tuple[Schedule, Person, Role | None, list[Share]]]:
    """Yield each schedule with its owner, the owner's role and the shares that concern the owner.

    Schedules of nobody known are left out. What is asked of the tables does not grow with the owners.
    """
    owned: dict[str, dict[str, list[Schedule]]] = {}
    for schedule in schedules:
        owned.setdefault(schedule.place.workspace_id, {}).setdefault(schedule.owner_id, []).append(schedule)
    for workspace_id, theirs in owned.items():
        everybody = sorted(theirs)
        for start in range(0, len(everybody), OWNERS_AT_ONCE):
            some = everybody[start : start + OWNERS_AT_ONCE]
            places = {who: {(each.project_id, each.key) for each in theirs[who]} for who in some}
            project_ids = {project_id for wanted in places.values() for project_id, _ in wanted}
            owners = tx.directory.known(workspace_id, some)
            members = tx.projects.memberships_of(workspace_id, some, project_ids)
            shares = tx.shares.concerning_each(workspace_id, places)
            for who in owners:
                for each in theirs[who]:
                    role = role_of(owners[who], members.get((who, each.project_id), ()))
                    yield each, owners[who], role, shares[who].get((each.project_id, each.key), [])


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
