"""Day rules: which dates a repetition falls on. Dates only; no clock, no zone."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)
WORKDAYS = (MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY)
WEEKEND = (SATURDAY, SUNDAY)

_HORIZON_YEARS = 50
"""A rule that finds no date for so long never will: Feb 29 on one weekday comes within 40 years."""


@dataclass(frozen=True, slots=True)
class Daily:
    """Every `every` days, counted from `since` (needed when `every` is more than 1)."""

    every: int = 1
    since: date | None = None
    months: tuple[int, ...] = ()
    """The months in which it applies; all of them if empty."""


@dataclass(frozen=True, slots=True)
class Weekly:
    """The `weekdays` (Monday is 0) of every `every`-th week; weeks begin on Monday."""

    weekdays: tuple[int, ...]
    every: int = 1
    since: date | None = None
    months: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DayOfMonth:
    """`number` counts from 1, or back from the last day as -1. A month without it is skipped."""

    number: int
    weekday: int | None = None
    """The day counts only if it falls on this weekday, as in "Friday the 13th"."""


@dataclass(frozen=True, slots=True)
class NthOfMonth:
    """The `number`-th (or from the end, -1) of the days that fall on `weekdays`."""

    number: int
    weekdays: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Monthly:
    """The `picks` of every `every`-th month; with `months`, of those months in every `every`-th year."""

    picks: tuple[DayOfMonth | NthOfMonth, ...]
    months: tuple[int, ...] = ()
    every: int = 1
    since: date | None = None


Days = Daily | Weekly | Monthly


def dates_from(days: Days, first: date) -> Iterator[date]:
    """Yield the rule's dates from `first` on, in order, none before `since`. Ends if no more are in sight."""
    start = max(first, days.since) if days.since else first
    try:
        match days:
            case Daily():
                yield from _daily(days, start)
            case Weekly():
                yield from _weekly(days, start)
            case Monthly():
                yield from _monthly(days, start)
    except OverflowError:  # the year 9999 is over
        return


def falls_on(days: Days, day: date) -> bool:
    """Return whether the date is one of the rule's."""
    return next(dates_from(days, day), None) == day


def _daily(days: Daily, start: date) -> Iterator[date]:
    since = days.since or start
    # The first day at or after `start` that is a whole number of steps after `since`.
    day = start + timedelta(days=-(start - since).days % days.every)
    step = timedelta(days=days.every)
    last_year = start.year + _HORIZON_YEARS
    while day.year <= last_year:
        if not days.months or day.month in days.months:
            yield day
            last_year = day.year + _HORIZON_YEARS
        day += step


def _weekly(days: Weekly, start: date) -> Iterator[date]:
    monday = start - timedelta(days=start.weekday())
    since = days.since or start
    # From Monday to Monday: “every other week on Tuesday and Friday” has both in the same week.
    weeks = (monday - since + timedelta(days=since.weekday())).days // 7
    monday += timedelta(weeks=-weeks % days.every)  # weeks are counted from the week of `since`
    last_year = start.year + _HORIZON_YEARS
    while monday.year <= last_year:
        for weekday in days.weekdays:
            day = monday + timedelta(days=weekday)
            # Each date that is found moves the horizon on: it bounds gaps, not the rule.
            if day >= start and (not days.months or day.month in days.months):
                yield day
                last_year = day.year + _HORIZON_YEARS
        monday += timedelta(weeks=days.every)


def _monthly(days: Monthly, start: date) -> Iterator[date]:
    since = days.since or start
    first_index, last_index = _index(start), _index(start) + 12 * _HORIZON_YEARS
    index = first_index
    if not days.months:
        # To the first month at or after `start` that is a whole number of steps after `since`.
        index += -(first_index - _index(since)) % days.every
    while index <= last_index:
        year, month = index // 12, index % 12 + 1
        if not days.months:
            index += days.every
        else:  # with months, `every` counts years: each month is looked at, and most are passed over
            index += 1
            if month not in days.months or (year - since.year) % days.every:
                continue
        for day in _picked(days.picks, year, month):
            if day >= start:
                yield day
                last_index = index + 12 * _HORIZON_YEARS


def _index(day: date) -> int:
    return day.year * 12 + day.month - 1


def _picked(picks: tuple[DayOfMonth | NthOfMonth, ...], year: int, month: int) -> list[date]:
    found = {_pick(pick, year, month) for pick in picks}
    return sorted(day for day in found if day is not None)


def _pick(pick: DayOfMonth | NthOfMonth, year: int, month: int) -> date | None:
    first_weekday, length = monthrange(year, month)
    if isinstance(pick, DayOfMonth):
        number = pick.number if pick.number > 0 else length + 1 + pick.number
        if not 1 <= number <= length:
            return None
        if pick.weekday not in (None, (first_weekday + number - 1) % 7):
            return None
        return date(year, month, number)
    if len(pick.weekdays) == 1:
        if pick.number > 0:
            number = (pick.weekdays[0] - first_weekday) % 7 + 1 + 7 * (pick.number - 1)
        else:
            number = length - (first_weekday + length - 1 - pick.weekdays[0]) % 7 + 7 * (pick.number + 1)
        return date(year, month, number) if 1 <= number <= length else None
    matching = [n for n in range(1, length + 1) if (first_weekday + n - 1) % 7 in pick.weekdays]
    place = pick.number - 1 if pick.number > 0 else len(matching) + pick.number
    return date(year, month, matching[place]) if 0 <= place < len(matching) else None
