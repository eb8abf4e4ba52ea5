"""Who is told when somebody does something to a schedule: its owner, and the channel where it reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.announcement import OfSchedule, ScheduleTouched, Touch
from bot.domain.identity import new_id
from bot.domain.project import Place
from bot.rules.absences import reached

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from bot.domain.schedule import Schedule
    from bot.domain.when import When
    from storage.transaction import Transaction

_QUIET = frozenset({Touch.SKIPPED, Touch.UNDID_SKIP, Touch.SET_POLICIES, Touch.RENAMED})
"""Changes that are not told in channels."""


def tell_of_change(
    tx: Transaction,
    schedule: Schedule,
    touch: Touch,
    *,
    by: str,
    now: datetime,
    at: datetime | None = None,
    before: When | None = None,
    firing_id: str = "",
    also: Collection[str] = (),
) -> None:
    """Tell the owner, or their stand-in, and say one line in the channel that gets the reports.

    `schedule` is as it is from now on. `by` did it, and is told nothing more than the answer. `at`, `before`
    and `firing_id` are those of ScheduleTouched. `also` are told as well. People who have left are not.
    """
    job = tx.jobs.within(schedule.project_id, schedule.key)
    named = OfSchedule.of(schedule, job.title if job else schedule.key.dag_id)
    told = ScheduleTouched(named, by, touch, at, before, firing_id)
    owner = Place(schedule.place.workspace_id, schedule.owner_id)
    places = reached(tx, owner, schedule.project_id, schedule.key, now) if by != schedule.owner_id else []
    places += [Place(owner.workspace_id, each) for each in also]
    for place in places:
        reader = tx.directory.person(place.workspace_id, place.channel_id)
        if reader is not None and reader.counts and reader.person_id != by:
            tx.outbox.put_words(place, told, subject=new_id(), send_at=now)
    if touch not in _QUIET and _hears(tx, schedule):
        tx.outbox.put_words(schedule.place, told, subject=new_id(), send_at=now)


def _hears(tx: Transaction, schedule: Schedule) -> bool:
    project = tx.projects.get(schedule.project_id)
    return not schedule.place.is_direct and project is not None and project.tells_changes
