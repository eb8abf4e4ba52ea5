"""One-off times: a date, a weekday, a length of time from now, or only a time of day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.domain.days import DayOfMonth
from bot.domain.wall import moment_at
from bot.domain.when import Once
from bot.language.when.building.clocks import NINE, clocks_of, wall_moment, whole_minute
from bot.language.when.building.day_rules import which_one
from bot.language.when.calendar.dates import MONTH_NAMES, date_of, months_later
from bot.language.when.clauses import clause as c
from bot.language.when.phrases.days import picks
from bot.language.when.refusal import Refused, contradiction, missing, past, too_few
from bot.language.when.values import DayOfSomeMonth, DaysAway, NamedDay, NthOfSomeMonth, PeriodEdge, Span

if TYPE_CHECKING:
    from bot.language.when.building.draft import Draft, Part
    from bot.language.when.values import Clock


def once(draft: Draft) -> Once:
    """Return the single moment that the draft means. Raises Refused if it is not exact, or past."""
    _refuse_repetition(draft)
    part = draft.parts[0]
    clocks = clocks_of(part)
    if len(clocks) > 1:
        raise missing("That is more than one time. One at a time, please, or say “every”.", "tomorrow at 9am")
    clock = clocks[0] if clocks else None
    if draft.in_span is not None:
        return _in_span(draft, draft.in_span, clock, part)
    if part.days:
        return _on_day(part, clock or NINE, draft)
    if clock is None or not part.times:
        raise missing("On which day, and at what time?", "tomorrow at 9am")
    is_ahead = datetime.combine(draft.now.date(), clock.time) > draft.now.replace(tzinfo=None)
    return _at(draft.now.date() + timedelta(days=0 if is_ahead else 1), clock, draft)


def _refuse_repetition(draft: Draft) -> None:
    """Raise Refused for what only a repetition can have, beside a single time."""
    if draft.window and draft.window.minutes_to:
        draft.parts[0].times.append(c.AtTimes((draft.window.minutes_to,)))
        draft.window = None
    if draft.window:
        raise missing("Between two times is not exact enough: which one?", "tomorrow at 9am")
    is_month_odd = (draft.within or draft.months) and not _is_place(draft)
    if draft.start or draft.until or draft.excluded or draft.since or is_month_odd:
        raise missing("I do not see how often.", "every weekday at 9am starting Monday")


def _on_day(part: Part, clock: Clock, draft: Draft) -> Once:
    day = _one_day(part, draft, clock.time)
    if clock.is_midnight and _is_today(part):
        day += timedelta(days=1)
    found = _at(day, clock, draft)
    if found.at <= draft.now.astimezone(UTC):
        raise past(f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year} at {clock.time:%H:%M}")
    return found


def _is_place(draft: Draft) -> bool:
    return any(isinstance(day, c.OnPicks) for day in draft.parts[0].days)


def _place_of_month(on: c.OnPicks, draft: Draft, at: time) -> date:
    """Return the date of "the 20th", "the first Monday of next month", "the last Friday of June"."""
    pick = picks(on.groups)[0]
    if draft.months is not None:
        if len(draft.months.months) > 1:
            raise missing("Once, or every year?", "the 1st of January and July every year at 9am")
        return date_of(NthOfSomeMonth(pick, month=draft.months.months[0]), draft.now, at)
    if draft.within is not None:
        if draft.within.unit != "MONTH":
            raise missing("Of which month?", "the first Monday of next month at 9am")
        within = draft.within
        return date_of(NthOfSomeMonth(pick, within.ahead, within.month, within.year), draft.now, at)
    if not isinstance(pick, DayOfMonth) or pick.number < 1:
        raise missing("Of which month?", "the first Monday of every month at 9am")
    return date_of(DayOfSomeMonth(pick.number), draft.now, at)


def _is_today(part: Part) -> bool:
    day = part.days[0]
    return isinstance(day, c.OnDates) and day.dates == (DaysAway(0),)


def _one_day(part: Part, draft: Draft, at: time) -> date:
    if len(part.days) > 1:
        raise contradiction("it names two days")
    match part.days[0]:
        case c.OnDays(is_any=True):
            raise which_one()
        case c.OnDays(days):
            return date_of(NamedDay(days.weekdays[0]), draft.now, at)
        case c.OnPicks() as on:
            return _place_of_month(on, draft, at)
        case c.OnDates(dates):
            if len(dates) > 1:
                raise missing("That is more than one date. One at a time, please.", "December 24 at 9am")
            ref = dates[0]
            if isinstance(ref, PeriodEdge):
                raise once_or_every(ref)
            return date_of(ref, draft.now, at)


def once_or_every(edge: PeriodEdge) -> Refused:
    """Return the refusal for "the end of July", which is a day of one July or of every one."""
    place = "last" if edge.is_last else "first"
    month, unit = edge.period.month, edge.period.unit.lower()
    of = MONTH_NAMES[month - 1] if month else f"every {unit}"
    if edge.period.year:
        of = f"{of} {edge.period.year}" if month else str(edge.period.year)
    if edge.period.ahead:
        of = f"next {unit}"
    phrase = r"(?:\b(?:at|on) )?(?:\bthe )?\b\w+ of (?:the |this |next )?\w+(?: \d{4})?"
    question, example = "Once, or every time?", f"the {place} day of {of} at 9am"
    return missing(question, example, (phrase, f"the {place} day of {of}"))


def _in_span(draft: Draft, span: Span, clock: Clock | None, part: Part) -> Once:
    if part.days:
        raise contradiction("it names a day and a length of time", "in 3 days at 9am")
    now = whole_minute(draft.now)
    if span == Span() or span.elapsed < timedelta():
        raise too_few("in 5 minutes")
    if span.is_elapsed:
        if clock is not None:
            raise contradiction("it names a time and a length of time", "in 3 days at 9am")
        return Once((now + span.elapsed).astimezone(draft.zone), draft.zone)
    day = months_later(draft.now.date() + timedelta(days=span.days), span.months)
    if clock is not None:
        if span.elapsed:
            raise contradiction("it names a time and a length of time", "in 3 days at 9am")
        return _at(day, clock, draft)
    wall = datetime.combine(day, now.astimezone(draft.zone).time())
    return Once((moment_at(wall, draft.zone) + span.elapsed).astimezone(draft.zone), draft.zone)


def _at(day: date, clock: Clock, draft: Draft) -> Once:
    return Once(wall_moment(day, clock, draft.zone).astimezone(draft.zone), draft.zone)
