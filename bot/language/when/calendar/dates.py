"""Which date "next Friday", "June 15" or "the end of the month" is, seen from a day."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain.days import DayOfMonth, Monthly, dates_from
from bot.language.when.refusal import Refused, contradiction, past
from bot.language.when.values import (
    CalendarDate,
    DayOfSomeMonth,
    DaysAway,
    NamedDay,
    NthOfSomeMonth,
    Period,
    PeriodEdge,
)

if TYPE_CHECKING:
    from datetime import time

    from bot.language.when.values import DateRef

ONE_DAY = timedelta(days=1)
SUNDAY = 6
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
_YEARS_AHEAD = 9
"""How many years ahead the next Feb 29 can be."""


def date_of(ref: DateRef | Period, now: datetime, at: time | None = None) -> date:
    """Return the date that is meant. `now` is on the wall clock of the zone.

    Today counts if `at` is still to come, and always without `at`.
    """
    match ref:
        case CalendarDate():
            return _calendar_date(ref, now, at)
        case DaysAway(days):
            return now.date() + timedelta(days=days)
        case NamedDay():
            return _named_day(ref, now, at)
        case DayOfSomeMonth():
            return _day_of_month(ref, now, at)
        case NthOfSomeMonth():
            return _nth_of_month(ref, now, at)
        case PeriodEdge(period, is_last):
            first, last = days_of(period, now)
            return last if is_last else first
        case Period():
            return days_of(ref, now)[0]


def days_of(period: Period, now: datetime) -> tuple[date, date]:
    """Return the first and the last day of a period."""
    today = now.date()
    if period.unit == "WEEK":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=period.ahead)
        return monday, monday + timedelta(days=6)
    if period.unit == "YEAR":
        year = period.year or today.year + period.ahead
        return date(year, 1, 1), date(year, 12, 31)
    if period.unit == "QUARTER":
        index = today.year * 4 + (today.month - 1) // 3 + period.ahead
        first = date(index // 4, index % 4 * 3 + 1, 1)
        return first, month_end(date(first.year, first.month + 2, 1))
    if period.month is None:
        first = months_later(today.replace(day=1), period.ahead)
    else:
        year = period.year or today.year + (period.month < today.month)
        first = date(year, period.month, 1)
    return first, month_end(first)


def month_end(day: date) -> date:
    """Return the last day of the month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def months_later(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _is_ahead(day: date, now: datetime, at: time | None) -> bool:
    if at is None:
        return day >= now.date()
    return datetime.combine(day, at) > now.replace(tzinfo=None)


def _calendar_date(ref: CalendarDate, now: datetime, at: time | None) -> date:
    years = [ref.year] if ref.year is not None else [now.year + i for i in range(_YEARS_AHEAD)]
    for year in years:
        try:
            day = date(year, ref.month, ref.day)
        except ValueError:
            continue
        if ref.year is None and not _is_ahead(day, now, at):
            continue
        if ref.weekday is not None and day.weekday() != ref.weekday:
            raise contradiction(
                f"{ref.day} {MONTH_NAMES[ref.month - 1]} {year} is a {WEEKDAY_NAMES[day.weekday()]}",
                f"{MONTH_NAMES[ref.month - 1]} {ref.day} at 9am",
            )
        return day
    raise Refused("There is no such date.", example="the last day of every month at 9am")


def _named_day(ref: NamedDay, now: datetime, at: time | None) -> date:
    today = now.date()
    if ref.days_later:
        return _weeks_from_named(ref, today)
    monday = today - timedelta(days=today.weekday())
    coming = today + timedelta(days=(ref.weekday - today.weekday()) % 7)
    match ref.which:
        case "coming":
            return coming if _is_ahead(coming, now, at) else coming + 7 * ONE_DAY
        case "this" | "this week":
            day = monday + timedelta(days=ref.weekday)
            if day < today:
                raise past(f"{WEEKDAY_NAMES[ref.weekday]} of this week")
            return day
        case "next week":
            return monday + timedelta(days=7 + ref.weekday)
        case _:
            return _next_named(ref, today, coming)


def _weeks_from_named(ref: NamedDay, today: date) -> date:
    """Return the date of "a week from Friday". Raises Refused on a Friday, when it could be either."""
    ahead = (ref.weekday - today.weekday()) % 7
    day = today + timedelta(days=ahead + ref.days_later)
    if not ahead:
        name, later = WEEKDAY_NAMES[ref.weekday], day + 7 * ONE_DAY
        raise Refused(
            f"Counted from today or from the {name} to come: {_short(day)} or {_short(later)}? Say the date.",
            words=name.lower(),
            example=f"{_short(later)} at 9am",
            instead=((r"\b\w+ \w+ (?:from|on) \w+|\b\w+ (?:week|fortnight)\b", _short(later)),),
        )
    return day


def _next_named(ref: NamedDay, today: date, coming: date) -> date:
    """Return the date of "next Friday". Raises Refused if the coming one and next week's differ."""
    later = coming if coming > today else coming + 7 * ONE_DAY
    monday = today - timedelta(days=today.weekday())
    next_week = monday + timedelta(days=7 + ref.weekday)
    if today.weekday() == SUNDAY and ref.weekday != SUNDAY:
        next_week += 7 * ONE_DAY
    if later != next_week:
        name = WEEKDAY_NAMES[ref.weekday]
        raise Refused(
            f"Is “next {name}” {_short(later)} or {_short(next_week)}? Say the date.",
            words=f"next {name}".lower(),
            example=f"{MONTH_NAMES[later.month - 1]} {later.day} at 9am",
            instead=((r"\b(?:on )?next \w+", _short(later)),),
        )
    return later


def _short(day: date) -> str:
    return f"{day.day} {MONTH_NAMES[day.month - 1]}"


def _day_of_month(ref: DayOfSomeMonth, now: datetime, at: time | None) -> date:
    first = now.date().replace(day=1)
    if ref.months_ahead is not None:
        month = months_later(first, ref.months_ahead)
        if ref.day > month_end(month).day:
            raise Refused("That month has no such day.", example="the last day of every month at 9am")
        return month.replace(day=ref.day)
    rule = Monthly((DayOfMonth(ref.day, ref.weekday),))
    day = next((each for each in dates_from(rule, now.date()) if _is_ahead(each, now, at)), None)
    if day is None:
        raise Refused("There is no such day.", example="the 20th at 9am")
    return day


def _nth_of_month(ref: NthOfSomeMonth, now: datetime, at: time | None) -> date:
    rule = Monthly((ref.pick,), months=(ref.month,) if ref.month else ())
    first = now.date()
    if ref.year is not None:
        first = date(ref.year, ref.month or 1, 1)
    elif ref.month is None and ref.months_ahead is not None:
        first = months_later(first.replace(day=1), ref.months_ahead)
    is_named = ref.year is not None or ref.month is None
    day = next((each for each in dates_from(rule, first) if is_named or _is_ahead(each, now, at)), None)
    if day is None or (is_named and (day.year, day.month) != (first.year, first.month)):
        raise Refused("That month has no such day.", example="the last Friday of every month at 9am")
    return day
