"""A When as a form's pickers show it: one kind of repetition with its days, times and bounds.

`when_of` makes a When of what was picked, and `picked_of` finds the pickers' state for a When. Many a When
has no such state, such as two rules at once; those are only written.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.domain.days import WORKDAYS, Daily, DayOfMonth, Monthly, NthOfMonth, Weekly
from bot.domain.wall import moment_at, start_of
from bot.domain.when import At, Calendar, Cron, Once, Repeating, Window, limited

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.domain.when import Exclusion, Rule, When

EVERY_DAY = tuple(range(7))
LAST_OF_DAY = time(23, 59, 59)
ONE_DAY, ONE_HOUR = timedelta(days=1), timedelta(hours=1)


class Repeat(StrEnum):
    """The kinds of repetition that can be picked."""

    ONCE = "once"
    DAILY = "daily"
    WEEKDAYS = "weekdays"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    HOURLY = "hourly"
    CRON = "cron"


@dataclass(frozen=True, slots=True)
class Picked:
    """What the pickers hold. Only the fields of its `repeat` matter, and the bounds of a repetition."""

    repeat: Repeat
    tz: ZoneInfo
    on: date | None = None
    """The date, for ONCE."""
    at: time = time(9)
    weekdays: tuple[int, ...] = ()
    """The days, for WEEKLY and HOURLY. Monday is 0."""
    day: DayOfMonth | NthOfMonth | None = None
    """The day of the month, for MONTHLY."""
    hours: int = 1
    """The hours, for HOURLY: from `first` to `last`, both included."""
    first: time = time(9)
    last: time = time(17)
    line: str = ""
    """The five fields, for CRON."""
    start: date | None = None
    end: date | None = None
    times: int | None = None
    excluded: tuple[Exclusion, ...] = ()


def when_of(picked: Picked, now: datetime) -> When:
    """Return the When that was picked; `times` are counted from `now`, or from the start if that is later.

    ONCE needs its date, WEEKLY at least one weekday, and MONTHLY its day.
    """
    tz = picked.tz
    if picked.repeat is Repeat.ONCE:
        assert picked.on is not None
        return Once(moment_at(datetime.combine(picked.on, picked.at), tz).astimezone(tz), tz)
    start = None if picked.start is None else start_of(picked.start, tz).astimezone(tz)
    end = None
    if picked.end is not None:
        end = moment_at(datetime.combine(picked.end, LAST_OF_DAY), tz).astimezone(tz)
    found = Repeating(
        rules=(_rule(picked),),
        tz=tz,
        start=start,
        end=end,
        excluded=picked.excluded,
    )
    return found if picked.times is None else limited(found, picked.times, now)


def _rule(picked: Picked) -> Rule:
    clock = At((picked.at,))
    match picked.repeat:
        case Repeat.DAILY:
            return Calendar(Daily(), clock)
        case Repeat.WEEKDAYS:
            return Calendar(Weekly(WORKDAYS), clock)
        case Repeat.WEEKLY:
            return Calendar(_weekly(picked.weekdays), clock)
        case Repeat.MONTHLY:
            assert picked.day is not None
            return Calendar(Monthly((picked.day,)), clock)
        case Repeat.HOURLY:
            step = picked.hours * ONE_HOUR
            return Calendar(_weekly(picked.weekdays or EVERY_DAY), Window(picked.first, picked.last, step))
        case _:
            return Cron(picked.line)


def _weekly(weekdays: tuple[int, ...]) -> Daily | Weekly:
    days = tuple(sorted(set(weekdays)))
    return Daily() if days == EVERY_DAY else Weekly(days)


def picked_of(when: When) -> Picked | None:
    """Return what the pickers show for a When. None where they cannot show all of it."""
    if isinstance(when, Once):
        local = when.at.astimezone(when.tz)
        is_whole = not (local.second or local.microsecond or local.fold)
        return Picked(Repeat.ONCE, when.tz, on=local.date(), at=local.time()) if is_whole else None
    shown = _shown(when)
    if shown is None or len(when.rules) > 1:
        return None
    start, end = _day(when.start, when.tz, time(0)), _day(when.end, when.tz, LAST_OF_DAY)
    is_end_shown = when.times is not None or (end is None) == (when.end is None)
    if (start is None) != (when.start is None) or not is_end_shown:
        return None
    return replace(
        shown,
        start=start,
        end=None if when.times is not None else end,
        times=when.times,
        excluded=when.excluded,
    )


def _shown(when: Repeating) -> Picked | None:
    match when.rules[0]:
        case Calendar(Daily(1, None, ()), At((at,))):
            return Picked(Repeat.DAILY, when.tz, at=at)
        case Calendar(Weekly(weekdays, 1, None, ()), At((at,))):
            repeat = Repeat.WEEKDAYS if weekdays == WORKDAYS else Repeat.WEEKLY
            return Picked(repeat, when.tz, at=at, weekdays=weekdays)
        case Calendar(Monthly((day,), (), 1, None), At((at,))) if day in OFFERED_DAYS:
            return Picked(Repeat.MONTHLY, when.tz, at=at, day=day)
        case Calendar(Daily(1, None, ()) | Weekly(_, 1, None, ()) as days, Window(first, last, step)):
            hours, rest = divmod(step, ONE_HOUR)
            if rest or first >= last:
                return None
            weekdays = days.weekdays if isinstance(days, Weekly) else EVERY_DAY
            return Picked(Repeat.HOURLY, when.tz, weekdays=weekdays, hours=hours, first=first, last=last)
        case Cron(line):
            return Picked(Repeat.CRON, when.tz, line=line)
    return None


OFFERED_DAYS: tuple[DayOfMonth | NthOfMonth, ...] = (
    *(DayOfMonth(number) for number in range(1, 32)),
    DayOfMonth(-1),
    *(NthOfMonth(number, (weekday,)) for number in (1, 2, 3, 4, -1) for weekday in EVERY_DAY),
    NthOfMonth(1, WORKDAYS),
    NthOfMonth(-1, WORKDAYS),
)
"""Days of a month that can be picked, in the order of their menu: 69 of them."""


def _day(moment: datetime | None, tz: ZoneInfo, silent: time) -> date | None:
    """Return the date of a bound that is a whole day's; None for none, and for one with a time of day."""
    if moment is None:
        return None
    local = moment.astimezone(tz)
    return local.date() if local.time().replace(microsecond=0) == silent and not local.fold else None
