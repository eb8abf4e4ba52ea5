"""Schedules in a list: those that somebody may see here, the first of them in full, the others counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.listed import Listed, Page
from bot.domain.rights import Action
from bot.rules.absences import with_absences
from bot.rules.locking import is_theirs
from bot.rules.planned import next_moments

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from bot.domain.schedule import Schedule
    from bot.rules.access import Access
    from storage.listing import Kept
    from storage.transaction import Transaction

MOST_COUNTED = 200
"""The number up to which schedules are counted. Counting all would take longer the more there are."""


def page(
    tx: Transaction,
    access: Access,
    now: datetime,
    *,
    everyones: bool,
    called: str = "",
    numbers: Sequence[int] = (),
    limit: int | None,
) -> Page:
    """Return a page of schedules: the person's own, or everyone's that they may see here.

    `called` keeps those of this name, `numbers` those of one of these numbers. `limit` None shows all.
    """
    found: list[Kept] = []
    for each in _visible(tx, access, everyones=everyones, called=called, numbers=numbers):
        found.append(each)
        if limit is not None and len(found) > MOST_COUNTED:
            break
    shown = in_full(tx, access, found[:limit], now)
    return Page(shown, min(len(found), MOST_COUNTED), is_more=limit is not None and len(found) > MOST_COUNTED)


def _visible(
    tx: Transaction, access: Access, *, everyones: bool, called: str, numbers: Sequence[int]
) -> Iterator[Kept]:
    """Yield what the person may see, by number, reading as many pages as it takes."""
    person, after = access.person, 0
    while True:
        some = tx.listing.page(
            person.workspace_id,
            reach=access.reach,
            owner_id=None if everyones else person.person_id,
            called=called,
            numbers=numbers,
            after=after,
            limit=MOST_COUNTED + 1,
        )
        fitting = [each for each in some if not called or _is_called(each, called)]
        allowed = access.allowed_at({(each.project_id, each.key) for each in fitting})
        for each in fitting:
            if Action.SEE in allowed.get((each.project_id, each.key), ()):
                yield each
        if numbers or len(some) <= MOST_COUNTED:
            return
        after = some[-1].number


def _is_called(kept: Kept, words: str) -> bool:
    wanted = words.casefold()
    return any(name.casefold().startswith(wanted) for name in kept.names if name)


def in_full(tx: Transaction, access: Access, found: Sequence[Kept], now: datetime) -> list[Listed]:
    """Return the schedules with their jobs, latest runs, and what the person may do with each."""
    schedules = tx.schedules.all([each.schedule_id for each in found])
    offers = {
        (offer.project.project_id, offer.job.key): offer
        for offer in access.offers(
            project_ids={each.project_id for each in found}, keys={each.key for each in found}, with_gone=True
        )
    }
    last = tx.runs.last_of_schedules(schedules)
    coming = next_moments(tx, list(schedules.values()), now)
    listed = []
    for each in found:
        offer = offers[each.project_id, each.key]
        schedule = schedules[each.schedule_id]
        may = may_do(access, schedule, offer.actions)
        latest, next_at = last.get(each.schedule_id), coming[each.schedule_id]
        listed.append(Listed(schedule, offer.job, offer.project, latest, *may, next_at=next_at))
    return with_absences(tx, listed, now)


def may_do(access: Access, schedule: Schedule, actions: frozenset[Action]) -> tuple[bool, bool, bool, bool]:
    """Return (change, delete, run, take over) for a person who may do these actions with the job.

    Whoever may schedule the job may change and take over; only the owner and managers delete.
    """
    change = Action.SCHEDULE in actions
    is_owner = schedule.owner_id == access.person.person_id
    may_delete = change and is_theirs(access, schedule)
    return change, may_delete, Action.RUN in actions, change and not is_owner
