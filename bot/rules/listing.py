"""Schedules in a list: those that somebody may see here, the first of them in full, the others counted."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from bot.domain.listed import Listed, Page, Wanted
from bot.domain.rights import Action
from bot.domain.run import RunState
from bot.rules.absences import with_absences
from bot.rules.locking import is_theirs
from bot.rules.planned import MOMENT, next_moments, next_of_listed
from bot.rules.published import with_published
from bot.rules.seen_jobs import SeenJobs

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from bot.domain.job import Job, JobKey
    from bot.domain.schedule import Schedule
    from bot.rules.access import Access
    from storage.listing import Kept
    from storage.transaction import Transaction

MOST_COUNTED = 200
"""The number up to which schedules are counted. Counting all would take longer the more there are."""


def page(
    tx: Transaction, access: Access, now: datetime, wanted: Wanted, *, first_shown: int = 0, size: int | None
) -> Page:
    """Return a page of what the person may see here of the schedules wanted, by when they run next.

    `first_shown`: how many stand before it. `size` None: all.
    """
    found: list[Kept] = []
    reads_all = size is None or wanted.is_by_what_becomes
    for each in _visible(tx, access, wanted):
        found.append(each)
        if not reads_all and len(found) > MOST_COUNTED:
            break
    is_more = not reads_all and len(found) > MOST_COUNTED
    coming = next_of_listed(tx, found, now)
    fitting = _becoming(tx, coming.keys(), wanted, now)
    there = [each for each in found if each.schedule_id in fitting]
    there.sort(key=lambda each: _place(coming[each.schedule_id], each.number))
    shown = there[first_shown : None if size is None else first_shown + size]
    known = _known(tx, shown)
    count = len(there) - (len(shown) - len(known))
    return Page(
        _in_full(tx, access, known, coming, now),
        min(count, MOST_COUNTED) if is_more else count,
        is_more=is_more,
        first_shown=first_shown,
    )


def matching(tx: Transaction, access: Access, wanted: Wanted, *, limit: int) -> list[Schedule]:
    """Return the first schedules wanted that the person may see here, by when they are planned next."""
    return _known(tx, list(islice(_visible(tx, access, wanted), limit)))


def in_order(tx: Transaction, access: Access, schedule_ids: Sequence[str], now: datetime) -> list[Listed]:
    """Return those of these schedules that the person may see here, in this order."""
    known = tx.schedules.all(schedule_ids)
    found = [known[each] for each in schedule_ids if each in known]
    allowed = access.allowed_at({(each.project_id, each.key) for each in found})
    seen = [each for each in found if Action.SEE in allowed.get((each.project_id, each.key), ())]
    return _in_full(tx, access, seen, next_moments(tx, seen, now), now)


def owners(tx: Transaction, access: Access) -> set[str]:
    """Return whose schedules the person may see here."""
    return {each.owner_id for each in _visible(tx, access, Wanted(everyones=True))}


def run_by_airflow(tx: Transaction, access: Access, keys: Collection[JobKey], *, limit: int) -> list[Job]:
    """Return the first jobs by title that Airflow runs by itself and that the person may see here, each once.

    `keys`: only these, where there are any.
    """
    found: dict[JobKey, str] = {}
    for some in SeenJobs(tx, access).run_by_airflow(keys or None):
        for each in some:
            found.setdefault(each.key, each.title)
        if len(found) >= limit:
            break
    keys = list(found)[:limit]
    known = tx.jobs.all(keys)
    return [replace(known[key], title=found[key]) for key in keys]


def _place(next_at: datetime | None, number: int) -> tuple[bool, float, int]:
    """Put what runs next first, what rests last."""
    return next_at is None, next_at.timestamp() if next_at else 0.0, number


def _known(tx: Transaction, found: Sequence[Kept]) -> list[Schedule]:
    """Return the schedules in full, without those that cannot be read."""
    known = tx.schedules.all([each.schedule_id for each in found])
    return [known[each.schedule_id] for each in found if each.schedule_id in known]


def _becoming(
    tx: Transaction, schedule_ids: Collection[str], wanted: Wanted, now: datetime
) -> Collection[str]:
    """Return the ids of those whose last run and next runs are as wanted."""
    fitting = schedule_ids
    if wanted.has_failed:
        last = tx.runs.last_of_schedules(schedule_ids)
        fitting = {each for each in fitting if each in last and last[each].state is RunState.FAILED}
    if wanted.due is not None:
        begins, ends = wanted.due
        left = list(tx.schedules.all(fitting).values())
        then = next_moments(tx, left, max(begins - MOMENT, now))
        fitting = {each for each, next_at in then.items() if next_at is not None and next_at < ends}
    return fitting


def _visible(tx: Transaction, access: Access, wanted: Wanted) -> Iterator[Kept]:
    """Yield what the person may see, reading as many pages as it takes."""
    person, behind = access.person, 0
    if not wanted.everyones:
        wanted = replace(wanted, owner_ids=frozenset({person.person_id}))
    while True:
        some = tx.listing.page(
            person.workspace_id, reach=access.reach, wanted=wanted, behind=behind, limit=MOST_COUNTED + 1
        )
        called = wanted.called
        fitting = [each for each in some if not called or _is_called(each, called)]
        allowed = access.allowed_at({(each.project_id, each.key) for each in fitting})
        for each in fitting:
            if Action.SEE in allowed.get((each.project_id, each.key), ()):
                yield each
        if len(some) <= MOST_COUNTED:
            return
        behind += len(some)


def _is_called(kept: Kept, words: str) -> bool:
    wanted = words.casefold()
    return any(name.casefold().startswith(wanted) for name in kept.names if name)


def _in_full(
    tx: Transaction,
    access: Access,
    found: Sequence[Schedule],
    coming: Mapping[str, datetime | None],
    now: datetime,
) -> list[Listed]:
    """Return the schedules with their jobs, latest runs, and what the person may do with each.

    `coming`: when each of them runs next, by its id.
    """
    offers = {
        (offer.project.project_id, offer.job.key): offer
        for offer in access.offers_at({(each.project_id, each.key) for each in found}, with_gone=True)
    }
    last = tx.runs.last_of_schedules([each.schedule_id for each in found])
    jobs = {
        place: with_published(tx, access, offer.project.project_id, offer.job)
        for place, offer in offers.items()
    }
    listed = []
    for schedule in found:
        place = schedule.project_id, schedule.key
        may = may_do(access, schedule, offers[place].actions)
        latest, next_at = last.get(schedule.schedule_id), coming[schedule.schedule_id]
        project = offers[place].project.as_of(now)
        listed.append(Listed(schedule, jobs[place], project, latest, *may, next_at=next_at))
    return with_absences(tx, listed, now)


def may_do(access: Access, schedule: Schedule, actions: frozenset[Action]) -> tuple[bool, bool, bool, bool]:
    """Return (change, delete, run, take over) for a person who may do these actions with the job.

    Whoever may schedule the job may change and take over; only the owner and managers delete.
    """
    change = Action.SCHEDULE in actions
    is_owner = schedule.owner_id == access.person.person_id
    may_delete = change and is_theirs(access, schedule)
    return change, may_delete, Action.RUN in actions, change and not is_owner
