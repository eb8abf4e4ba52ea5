"""`list`: the person's own or everyone's schedules, limited by the words behind it, in pages."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.blocks import listing as blocks
from bot.blocks.ids import Button
from bot.domain.errors import NotUnderstood
from bot.domain.listed import Wanted
from bot.domain.rights import Action
from bot.domain.schedule import ScheduleState
from bot.domain.wall import start_of
from bot.domain.when import Once
from bot.language.command import Listing, ListSchedules, unlistable
from bot.language.say import say_date
from bot.language.when import read

if TYPE_CHECKING:
    from datetime import date, datetime

    from slack_bolt import App

    from bot.domain.listed import Page
    from bot.domain.notice import Message
    from handlers.answer import Answering
    from handlers.payloads import Press
    from handlers.talk import Talk

_RESTING = frozenset({ScheduleState.PAUSED, ScheduleState.SUSPENDED})
A_DAY = timedelta(days=1)


def register(app: App, answering: Answering) -> None:
    """Connect the buttons that turn a list's pages."""
    app.action(Button.SOONER)(answering.press(turn))
    app.action(Button.LATER)(answering.press(turn))


def show(talk: Talk, request: ListSchedules) -> None:
    """Show the schedules that were asked for."""
    talk.say(page(talk, request))


def turn(talk: Talk, press: Press) -> None:
    """Show another page in the place of this one."""
    where = blocks.read_place(press.block_id)
    if where is None:
        raise NotUnderstood("That list cannot be turned. Type it again.", example="list")
    to = int(press.value) if press.value.isdecimal() else 0
    talk.replace(page(talk, reread(talk, where.words), first_shown=min(to, blocks.MOST_TURNED)))


def reread(talk: Talk, words: str) -> ListSchedules:
    """Read what a list was limited to once more. Raises NotUnderstood and NotFound."""
    request, _ = talk.services.catalog.understood(talk.asker, f"list {words}")
    return request if isinstance(request, ListSchedules) else ListSchedules()


def page(talk: Talk, request: ListSchedules, *, first_shown: int = 0) -> Message:
    """Draw a page of the list; one that is empty by now is the last one before it."""
    limits, which = wanted(talk, request)
    asks_for_all = request.everyones and not (limits.owner_ids or request.state or request.day)
    found = _read(talk, limits, first_shown, names_others=asks_for_all)
    if not found.shown and first_shown:
        first_shown = max(0, (found.count - 1) // blocks.ON_A_PAGE * blocks.ON_A_PAGE)
        found = _read(talk, limits, first_shown, names_others=asks_for_all)
    may_schedule = bool(found.shown) or Action.SCHEDULE in talk.services.catalog.actions(talk.asker)
    return blocks.schedules(
        found, everyones=limits.everyones, which=which, words=request.text, may_schedule=may_schedule
    )


def _read(talk: Talk, limits: Wanted, first_shown: int, *, names_others: bool) -> Page:
    most = blocks.MOST_NAMED + 1 if names_others else 0
    return talk.services.scheduling.page(talk.asker, limits, first_shown=first_shown, by_themselves=most)


def wanted(talk: Talk, request: ListSchedules) -> tuple[Wanted, str]:
    """Return which schedules are asked for, and the same in words. Raises NotUnderstood."""
    day = _day(talk, request.day) if request.day else None
    who = _who(talk, request)
    limits = Wanted(
        everyones=request.everyones or bool(who),
        owner_ids=who,
        states=_RESTING if request.state is Listing.PAUSED else frozenset(),
        keys=frozenset(job.key for job in request.jobs),
        has_failed=request.state is Listing.FAILED,
        due=None if day is None else (start_of(day, talk.asker.person.tz), _end_of(talk, day)),
    )
    return limits, _which(request, who, day)


def _who(talk: Talk, request: ListSchedules) -> frozenset[str]:
    """Raise NotUnderstood for a name that nobody has here, or that several have."""
    if not request.name:
        return frozenset({request.person_id} - {""})
    found = talk.services.scheduling.owners_called(talk.asker, request.name)
    if not found:
        raise unlistable(request.name)
    if len(found) > 1:
        names = " or ".join(f"<@{each.person_id}>" for each in found[:5])
        raise NotUnderstood(f"“{request.name}” could be {names}. Type @ and choose one.", words=request.name)
    return frozenset({found[0].person_id})


def _end_of(talk: Talk, day: date) -> datetime:
    return start_of(day + A_DAY, talk.asker.person.tz)


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


def _which(request: ListSchedules, who: frozenset[str], day: date | None) -> str:
    parts = [
        *(f"of <@{each}>" for each in who),
        request.state or "",
        ", ".join(job.title for job in request.jobs),
        f"due on {say_date(day)}" if day else "",
    ]
    return ", ".join(part for part in parts if part)
