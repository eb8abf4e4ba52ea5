"""Where a repetition begins and ends: the clauses of its bounds as moments."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.domain.wall import TICK, moment_at, start_of
from bot.domain.when import At, Calendar, Repeating, Window, limited, next_after
from bot.language.when.building.clocks import wall_moment
from bot.language.when.calendar.dates import date_of, days_of, months_later
from bot.language.when.refusal import Refused, contradiction, missing, past
from bot.language.when.values import CalendarDate, NamedDay, Period, Span

if TYPE_CHECKING:
    from bot.domain.when import Rule
    from bot.language.when.building.draft import Draft

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
MAX_TIMES = 1000
HALF_A_YEAR = timedelta(days=183)
"""An end without a year that is further off than this was more likely meant for the one that has passed."""


def start_of_draft(draft: Draft) -> datetime | None:
    """Return the moment at which the repetition begins, in its zone. None if nothing says so."""
    start = draft.start
    if draft.within is not None:
        if start is not None:
            raise contradiction("it says twice when to start")
        return start_of(days_of(draft.within, draft.now)[0], draft.zone).astimezone(draft.zone)
    if start is None:
        return None
    if isinstance(start.ref, Span):
        begin = _plus(draft.now.replace(microsecond=0), start.ref, draft).astimezone(draft.zone)
        is_a_day = start.ref.elapsed == timedelta() and not (draft.step or draft.marks)
        return start_of(begin.date(), draft.zone).astimezone(draft.zone) if is_a_day else begin
    if start.ref is None:
        if not (draft.step or draft.marks):
            return None
        assert start.clock is not None
        today = moment_at(datetime.combine(draft.now.date(), start.clock.time), draft.zone)
        is_over = today < draft.now.astimezone(UTC)
        tomorrow = moment_at(datetime.combine(draft.now.date() + DAY, start.clock.time), draft.zone)
        return (tomorrow if is_over else today).astimezone(draft.zone)
    day = _last_day(start.ref, draft.now) if start.is_after else date_of(start.ref, draft.now)
    if start.clock is not None and not start.is_after:
        return wall_moment(day, start.clock, draft.zone).astimezone(draft.zone)
    return start_of(day + DAY if start.is_after else day, draft.zone).astimezone(draft.zone)


def _last_day(ref: Any, now: datetime) -> date:
    return days_of(ref, now)[1] if isinstance(ref, Period) else date_of(ref, now)


def ended(when: Repeating, draft: Draft, start: datetime | None) -> Repeating:
    """Return the repetition with its end, and with its number of times.

    Raises Refused if the bounds do not fit.
    """
    ends = [each for each in (_until(draft, start), _lasting(when, draft)) if each is not None]
    if len(ends) > 1:
        raise contradiction("it says twice when to end")
    if ends:
        when = replace(when, end=ends[0].astimezone(draft.zone))
        if ends[0] <= draft.now.astimezone(UTC):
            raise past("Its end")
        if next_after(when, draft.now) is None:
            raise missing("It would end before it begins.", "every Monday at 9am until Dec 31")
    if draft.count is None:
        return when
    if draft.count > MAX_TIMES:
        raise Refused(f"At most {MAX_TIMES} times.", example="every day at 9am, 10 times")
    return limited(when, draft.count, draft.now)


def _until(draft: Draft, start: datetime | None) -> datetime | None:
    if draft.within is not None:
        if draft.until is not None:
            raise contradiction("it says twice when to end")
        return start_of(days_of(draft.within, draft.now)[1] + DAY, draft.zone) - TICK
    until = draft.until
    if until is None:
        return None
    after = max(draft.now, start) if start is not None else draft.now
    if until.ref is None:
        assert until.clock is not None
        if not draft.step or draft.every or draft.window or draft.parts[0].days:
            raise missing("Until which day?", "every hour from 9am to 5pm")
        day = after.date() + DAY if until.clock.is_midnight else after.date()
        return moment_at(datetime.combine(day, until.clock.time), draft.zone)
    seen_from = after if isinstance(until.ref, NamedDay) else draft.now
    day = date_of(until.ref, seen_from) if until.is_before else _last_day(until.ref, seen_from)
    is_rolled_over = (
        isinstance(until.ref, CalendarDate) and until.ref.year is None and day.year > draft.now.year
    )
    if start is None and is_rolled_over and day - draft.now.date() > HALF_A_YEAR:
        raise missing(
            "That day has passed this year. If you mean the next, say the year.",
            f"every day at 9am until {day}",
        )
    if start is not None and day < start.date():
        raise missing(
            "It would end before it begins. If that is another year, say it.", "every day at 9am until Dec 31"
        )
    if until.clock is not None:
        return wall_moment(day, until.clock, draft.zone)
    return start_of(day if until.is_before else day + DAY, draft.zone) - TICK


def _lasting(when: Repeating, draft: Draft) -> datetime | None:
    """Return the end of "for 3 weeks": three weeks from the first time."""
    if draft.lasting is None:
        return None
    first = next_after(when, draft.now)
    if first is None:
        return None
    if draft.lasting.is_elapsed and not any(_is_by_steps(rule) for rule in when.rules):
        raise missing("For that long, but it comes once a day at most?", "every day at 9am for 5 days")
    end = _plus(first, draft.lasting, draft)
    day = end.astimezone(draft.zone).date()
    times = [
        at
        for rule in when.rules
        if isinstance(rule, Calendar) and isinstance(rule.clock, At)
        for at in rule.clock.times
    ]
    is_before_all = len(times) >= len(when.rules) and end <= moment_at(
        datetime.combine(day, min(times)), draft.zone
    )
    return start_of(day, draft.zone) - TICK if is_before_all else end - SECOND


def _is_by_steps(rule: Rule) -> bool:
    return not isinstance(rule, Calendar) or isinstance(rule.clock, Window)


def _plus(moment: datetime, span: Span, draft: Draft) -> datetime:
    """Return the moment after the span, in UTC: days and months on the wall clock, the rest elapsed."""
    if span.is_elapsed:
        return moment.astimezone(UTC) + span.elapsed
    wall = moment.astimezone(draft.zone).replace(tzinfo=None)
    day = months_later(wall.date() + timedelta(days=span.days), span.months)
    return moment_at(datetime.combine(day, wall.time()), draft.zone) + span.elapsed
