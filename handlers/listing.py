"""`list`: the person's own or everyone's schedules, limited by the words behind it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.blocks import schedule as blocks
from bot.domain.errors import NotUnderstood
from bot.domain.listed import Page
from bot.domain.run import RunState
from bot.domain.schedule import ScheduleState
from bot.domain.wall import start_of
from bot.domain.when import Once, upcoming
from bot.language.command import Listing, ListSchedules
from bot.language.say import say_date
from bot.language.when import read

if TYPE_CHECKING:
    from datetime import date

    from bot.domain.listed import Listed
    from handlers.talk import Talk

_RESTING = {ScheduleState.PAUSED, ScheduleState.SUSPENDED}


def show(talk: Talk, request: ListSchedules) -> None:
    """Show the schedules that were asked for."""
    everyones, scheduling = request.everyones, talk.services.scheduling
    if request == ListSchedules(everyones):
        talk.say(blocks.schedules(scheduling.page(talk.asker, everyones=everyones), everyones=everyones))
        return
    day = _day(talk, request.day) if request.day else None
    found = [
        each
        for each in scheduling.listed(talk.asker, everyones=everyones)
        if _is_wanted(each, request) and (day is None or _is_due_on(talk, each, day))
    ]
    page = Page(found, len(found))
    talk.say(blocks.schedules(page, everyones=everyones, which=_which(request, day)))


def _is_wanted(listed: Listed, request: ListSchedules) -> bool:
    kept = listed.schedule
    keys = {job.key for job in request.jobs}
    is_in_state = {
        None: True,
        Listing.PAUSED: kept.state in _RESTING,
        Listing.FAILED: listed.last is not None and listed.last.state is RunState.FAILED,
    }[request.state]
    return is_in_state and request.person_id in {"", kept.owner_id} and (not keys or kept.key in keys)


def _is_due_on(talk: Talk, listed: Listed, day: date) -> bool:
    """Return whether the schedule runs on that day in the person's own zone."""
    tz = talk.asker.person.tz
    begins = max(start_of(day, tz), talk.services.clock.now()) - timedelta(microseconds=1)
    coming = upcoming(listed.schedule.when, begins, 1)
    is_active = listed.schedule.state is ScheduleState.ACTIVE
    return is_active and bool(coming) and coming[0].astimezone(tz).date() == day


def _day(talk: Talk, text: str) -> date:
    now, tz = talk.services.clock.now(), talk.asker.person.tz
    try:
        when = read(f"{text} at 23:59", now=now, tz=tz).when
    except NotUnderstood:
        when = None
    if not isinstance(when, Once):
        raise NotUnderstood(
            f"I list one day at a time, and can't tell which day “{text}” is.", example="list tomorrow"
        )
    return when.at.astimezone(tz).date()


def _which(request: ListSchedules, day: date | None) -> str:
    parts = [
        f"of <@{request.person_id}>" if request.person_id else "",
        request.state or "",
        ", ".join(job.title for job in request.jobs),
        f"due on {say_date(day)}" if day else "",
    ]
    return ", ".join(part for part in parts if part)
