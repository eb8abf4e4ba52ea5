"""Who is told when somebody does something to a schedule: its owner, and the channel where it reports."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.altered import Altered
from bot.domain.announcement import OfSchedule, ScheduleTouched, Touch
from bot.domain.identity import new_id
from bot.domain.project import Place
from bot.rules.absences import reached

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from bot.domain.job import Job
    from bot.domain.project import Project
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
    altered: Altered | None = None,
    also: Collection[str] = (),
    known: tuple[Job, Project] | None = None,
) -> None:
    """Tell the owner, or their stand-in, and say one line in the channel that gets the reports.

    `schedule` is as it is from now on. `by` did it, and is told nothing more than the answer. `at`, `before`,
    `firing_id` and `altered` are those of ScheduleTouched. `also` are told as well. People who have left are
    not. `known` are the schedule's job and project, where they have been read.
    """
    job = known[0] if known else tx.jobs.within(schedule.project_id, schedule.key)
    named = OfSchedule.of(schedule, job.title if job else schedule.key.dag_id)
    told = ScheduleTouched(named, by, touch, at, before, firing_id, altered)
    owner = Place(schedule.place.workspace_id, schedule.owner_id)
    places = reached(tx, owner, schedule.project_id, schedule.key, now) if by != schedule.owner_id else []
    places += [Place(owner.workspace_id, each) for each in also]
    for place in places:
        reader = tx.directory.person(place.workspace_id, place.channel_id)
        if reader is not None and reader.counts and reader.person_id != by:
            tx.outbox.put_words(place, told, subject=new_id(), send_at=now)
    if touch in _QUIET or schedule.place.is_direct:
        return
    project = known[1] if known else tx.projects.get(schedule.project_id)
    if project is not None and project.tells_changes:
        tx.outbox.put_words(schedule.place, told, subject=new_id(), send_at=now)


def tell_of_edit(tx: Transaction, before: Schedule, after: Schedule, *, by: str, now: datetime) -> None:
    """Tell what an edit altered, as `tell_of_change` does; nothing if it altered nothing."""
    altered = _altered(tx, before, after)
    touch = Touch.CHANGED
    if before.when == after.when and before.place == after.place and not altered.inputs:
        if before.policies == after.policies:
            return
        is_name = after.policies == replace(before.policies, nickname=after.nickname)
        touch = Touch.RENAMED if is_name else Touch.SET_POLICIES
    tell_of_change(tx, after, touch, by=by, now=now, before=before.when, altered=altered)


def _altered(tx: Transaction, before: Schedule, after: Schedule) -> Altered:
    job = tx.jobs.within(after.project_id, after.key)
    was, is_now = tx.secrets.open(before.inputs), tx.secrets.open(after.inputs)
    names = [name for name in sorted({*was, *is_now}) if was.get(name) != is_now.get(name)]
    titles = {each.name: each.title for each in job.inputs} if job else {}
    return Altered(
        policies=(before.policies, after.policies),
        reports_to=(before.place.channel_id, after.place.channel_id),
        inputs=tuple(titles.get(name, name) for name in names),
    )
