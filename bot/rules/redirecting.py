"""Reports that go to the owner, because the job is shared with them by name only or the channel is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.announcement import OfSchedule, Redirected
from bot.domain.identity import new_id
from bot.domain.project import Place
from bot.domain.rights import reports_privately
from bot.rules.access import Access
from bot.rules.owners import with_owners

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from bot.domain.firing import Firing
    from bot.domain.job import JobKey
    from bot.domain.schedule import Schedule
    from storage.transaction import Transaction


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


def _private(tx: Transaction, schedules: Iterable[Schedule]) -> set[str]:
    """Return the ids of the schedules whose owners have the job only by shares that name people."""
    return {
        each.schedule_id
        for each, owner, role, shares in with_owners(tx, schedules)
        if role is not None and reports_privately(owner, shares)
    }
