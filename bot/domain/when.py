"""When: once, or a repetition, always with a time zone; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.domain.cron import next_of_line
from bot.domain.days import DayOfMonth, Monthly, NthOfMonth, dates_from, falls_on
from bot.domain.wall import LONGEST_SHIFT, TICK, moment_at, start_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.domain.days import Days

ONE_DAY = timedelta(days=1)
_EXCLUDED_IN_A_ROW = 500
"""A repetition that leaves out more moments than this one after the other has none left."""
_EXCLUDED_FOR = timedelta(days=20 * 365)
"""Nor has one that leaves out every moment for so long."""


@dataclass(frozen=True, slots=True)
class Once:
    at: datetime
    tz: ZoneInfo


@dataclass(frozen=True, slots=True)
class At:
    """Wall-clock times of a day, in order. They stay the same when the clocks change."""

    times: tuple[time, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """Moments at every `step` of elapsed time from `first` to `last`, both included.

    If `last` is earlier than `first`, the window goes on past midnight.
    """

    first: time
    last: time
    step: timedelta


@dataclass(frozen=True, slots=True)
class Calendar:
    """Times of a day on the days of a rule."""

    days: Days
    clock: At | Window


@dataclass(frozen=True, slots=True)
class Interval:
    """Elapsed time, counted from `since`, which is its first moment."""

    step: timedelta
    since: datetime


@dataclass(frozen=True, slots=True)
class Cron:
    """A line of five fields, for what the other rules cannot say."""

    line: str


Rule = Calendar | Interval | Cron


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates from `first` to `last`, both excluded from the repetition."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class YearlyDates:
    """The days from `first` to `last` (month, day) of every year, both excluded; may span New Year."""

    first: tuple[int, int]
    last: tuple[int, int]


@dataclass(frozen=True, slots=True)
class WeekdaysOff:
    weekdays: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PlacesOff:
    """Days of every month: its last Friday, its 1st."""

    picks: tuple[DayOfMonth | NthOfMonth, ...]


@dataclass(frozen=True, slots=True)
class MonthsOff:
    months: tuple[int, ...]


Exclusion = Dates | YearlyDates | WeekdaysOff | PlacesOff | MonthsOff


@dataclass(frozen=True, slots=True)
class Repeating:
    """The union of its rules, from `start` to `end` (both included), without the days of `excluded`."""

    rules: tuple[Rule, ...]
    tz: ZoneInfo
    start: datetime | None = None
    end: datetime | None = None
    times: int | None = None
    """How many moments there are in all, for the sentence; `limited` sets `end` to the last of them."""
    excluded: tuple[Exclusion, ...] = ()


When = Once | Repeating


def next_after(when: When, moment: datetime) -> datetime | None:
    """Return the first moment strictly after `moment`, aware, in `when.tz`. None if there is none."""
    found = _next(when, moment.astimezone(UTC))
    return None if found is None else found.astimezone(when.tz)


def has_moment(when: When, moment: datetime) -> bool:
    """Return whether `moment` is one of its moments."""
    return next_after(when, moment - timedelta(microseconds=1)) == moment


def upcoming(when: When, moment: datetime, count: int) -> list[datetime]:
    """Return up to `count` moments strictly after `moment`, in order."""
    found: list[datetime] = []
    following = _next(when, moment.astimezone(UTC))
    while following is not None and len(found) < count:
        found.append(following.astimezone(when.tz))
        following = _next(when, following) if len(found) < count else None
    return found


def zone_of(when: When) -> ZoneInfo:
    """Return the zone in which its times are meant."""
    return when.tz


def is_once(when: When) -> bool:
    """Return whether it is a single moment."""
    return isinstance(when, Once)


def is_finite(when: When) -> bool:
    """Return whether it ends by itself."""
    return isinstance(when, Once) or when.end is not None


def limited(when: Repeating, times: int, after: datetime) -> Repeating:
    """Return the repetition with its `times`-th moment after `after` as its end."""
    moments = upcoming(when, after, times)
    return (
        replace(when, times=times, end=moments[-1]) if len(moments) == times else replace(when, times=times)
    )


def is_excluded(day: date, excluded: tuple[Exclusion, ...]) -> bool:
    """Return whether one of the exclusions leaves the date out."""
    return any(_excludes(exclusion, day) for exclusion in excluded)


def _next(when: When, moment: datetime) -> datetime | None:
    if isinstance(when, Once):
        return when.at.astimezone(UTC) if when.at.astimezone(UTC) > moment else None
    if when.start is not None:
        # The start itself counts, and what is looked for lies strictly after `moment`.
        moment = max(moment, when.start.astimezone(UTC) - TICK)
    begin = moment
    # Each round finds the next moment of any rule. If its day is excluded, the next round begins a day later.
    for _ in range(_EXCLUDED_IN_A_ROW):
        found = [each for rule in when.rules if (each := _next_of(rule, when.tz, moment)) is not None]
        first = min(found, default=None)
        if first is None or (when.end is not None and first > when.end.astimezone(UTC)):
            return None
        if not when.excluded:
            return first
        # A day is left out by its date where the schedule lives, not by UTC's.
        day = first.astimezone(when.tz).date()
        if not is_excluded(day, when.excluded):
            return first
        if first - begin > _EXCLUDED_FOR:
            return None
        moment = max(first, start_of(day + ONE_DAY, when.tz) - TICK)
    return None


def _next_of(rule: Rule, tz: ZoneInfo, moment: datetime) -> datetime | None:
    try:
        match rule:
            case Cron():
                return next_of_line(rule.line, tz, moment)
            case Interval():
                return _next_of_interval(rule, moment)
            case Calendar():
                return _next_of_calendar(rule, tz, moment)
    except OverflowError:  # the year 9999 is over
        return None


def _next_of_interval(rule: Interval, moment: datetime) -> datetime:
    since = rule.since.astimezone(UTC)
    return since if since > moment else since + ((moment - since) // rule.step + 1) * rule.step


def _next_of_calendar(rule: Calendar, tz: ZoneInfo, moment: datetime) -> datetime | None:
    """Return the rule's first moment after `moment`, in UTC. None if there is none.

    The walk begins before `moment`: yesterday's window may still be open, and a gap moves a time past
    midnight.
    """
    best: datetime | None = None
    best_on = date.max
    wall = moment.astimezone(tz).replace(tzinfo=None)
    too_early = wall - (LONGEST_SHIFT if isinstance(rule.clock, At) else ONE_DAY)
    for day in dates_from(rule.days, too_early.date()):
        # Days are in order, moments are not quite: a gap can move a time past midnight, and a window goes on
        # past it. So the day of the best moment is looked at as well, and no later one.
        if day > best_on:
            break
        if isinstance(rule.clock, At):
            found = _next_time_on(day, rule.clock.times, tz, moment, too_early)
            if found is not None and len(rule.clock.times) == 1:
                return found  # one time a day: no later day has an earlier moment, whatever the clocks do
        else:
            found = _next_step_on(day, rule.clock, tz, moment)
        if found is not None and (best is None or found < best):
            best, best_on = found, found.astimezone(tz).date()
    return best


def _next_time_on(
    day: date, times: tuple[time, ...], tz: ZoneInfo, moment: datetime, too_early: datetime
) -> datetime | None:
    """Return the first of the day's times after `moment`. None if they are all past.

    Wall times before `too_early` are past whatever the clocks did, so nothing is worked out for them.
    """
    best: datetime | None = None
    for at in times:
        wall = datetime.combine(day, at)
        if wall > too_early:
            found = moment_at(wall, tz)
            if found > moment and (best is None or found < best):
                best = found
    return best


def _next_step_on(day: date, window: Window, tz: ZoneInfo, moment: datetime) -> datetime | None:
    """Return the first step of the day's window after `moment`. None if the window is over."""
    first = moment_at(datetime.combine(day, window.first), tz)
    last_on = day if window.last > window.first else day + ONE_DAY
    last = moment_at(datetime.combine(last_on, window.last), tz)
    found = first if first > moment else first + ((moment - first) // window.step + 1) * window.step
    return found if found <= last else None


def _excludes(exclusion: Exclusion, day: date) -> bool:
    match exclusion:
        case Dates():
            return exclusion.first <= day <= exclusion.last
        case YearlyDates(first, last):
            month_day = (day.month, day.day)
            if first <= last:
                return first <= month_day <= last
            return month_day >= first or month_day <= last
        case WeekdaysOff(weekdays):
            return day.weekday() in weekdays
        case PlacesOff(picks):
            return falls_on(Monthly(picks), day)
        case MonthsOff(months):
            return day.month in months
