"""A When as one natural sentence, which `bot.language.when.read` reads back as the same moments."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.domain.days import WEEKEND, WORKDAYS, Daily, DayOfMonth, Monthly, NthOfMonth, Weekly
from bot.domain.wall import start_of
from bot.domain.when import (
    At,
    Calendar,
    Cron,
    Dates,
    Interval,
    MonthsOff,
    Once,
    PlacesOff,
    WeekdaysOff,
    Window,
    YearlyDates,
)
from bot.language.when.calendar.zones import name_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.domain.days import Days
    from bot.domain.when import Exclusion, Repeating, Rule, When

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
QUARTER_STARTS, QUARTER_ENDS = (1, 4, 7, 10), (3, 6, 9, 12)
_WHOLE_DAY = (time(0), time(23, 59))
_LONG_MINUTES = 120


def say(when: When, *, now: datetime | None = None) -> str:
    """Return the When in words: "every weekday at 09:00 (Berlin time)".

    `now` leaves out a start that has passed.
    """
    zone = f"({name_of(when.tz)})"
    if isinstance(when, Once):
        return f"on {_moment(when.at, when.tz)} {zone}"
    rules = " and also ".join(_rule(rule, when.tz) for rule in when.rules)
    return f"{rules} {zone}{_bounds(when, now)}{_exclusions(when.excluded)}"


def say_moment(moment: datetime, tz: ZoneInfo) -> str:
    """Return the moment as people read it: "Mon 1 Jun 2026, 09:00 (Berlin time)"."""
    local = moment.astimezone(tz)
    return f"{say_date(local)}, {_time(local.time())} ({name_of(tz)})"


def say_date(day: date) -> str:
    """Return the date as people read it: "Thu 24 Dec 2026"."""
    return f"{WEEKDAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def _moment(moment: datetime, tz: ZoneInfo) -> str:
    local = moment.astimezone(tz)
    again = " the second time" if local.fold else ""
    return f"{say_date(local)} at {_time(local.time())}{again}"


def _time(at: time) -> str:
    return f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


# rules


def _rule(rule: Rule, tz: ZoneInfo) -> str:
    match rule:
        case Cron(line):
            return f"by the cron line {line}"
        case Interval(step, since):
            return f"every {_step(step)}, counted from {_moment(since, tz)}"
        case Calendar(days, clock):
            return f"{_at(clock, days)}{_since(days)}"


def _at(clock: At | Window, days: Days) -> str:
    if isinstance(clock, At):
        return f"{_days(days)} at {_listed([_time(each) for each in clock.times])}"
    return f"every {_step(clock.step)} {_window(clock, days)}"


def _step(step: timedelta) -> str:
    """Return the length in words, without the number for one: "hour", "2 hours"."""
    minutes = int(step.total_seconds()) // 60
    hours, rest = divmod(minutes, 60)
    if hours and (not rest or minutes > _LONG_MINUTES):
        return _counted(hours, "hour") + (f" and {_counted(rest, 'minute', one='1 minute')}" if rest else "")
    return _counted(minutes, "minute")


def _counted(count: int, unit: str, *, one: str = "") -> str:
    return (one or unit) if count == 1 else f"{count} {unit}s"


def _window(window: Window, days: Days) -> str:
    if (
        (window.first, window.last) == _WHOLE_DAY
        and isinstance(days, Weekly)
        and days.every == 1
        and not days.months
    ):
        return f"on {_plural(days.weekdays)}"
    return f"from {_time(window.first)} to {_time(window.last)} {_days(days)}"


def _since(days: Days) -> str:
    return f", counted from {say_date(days.since)}" if days.since is not None else ""


def _days(days: Days) -> str:
    match days:
        case Daily(every, _, months):
            return f"{_every(every, 'day')}{_in_months(months)}"
        case Weekly(weekdays, 1, _, months):
            return f"every {_weekdays(weekdays)}{_in_months(months)}"
        case Weekly((weekday,), 2, _, months):
            return f"every other {WEEKDAYS[weekday]}{_in_months(months)}"
        case Weekly(weekdays, every, _, months):
            is_group = weekdays in (WORKDAYS, WEEKEND)
            on = _plural(weekdays) if is_group else _weekdays(weekdays)
            return f"every {every} weeks on {on}{_in_months(months)}"
        case Monthly():
            return _monthly(days)


def _every(count: int, unit: str) -> str:
    return f"every {unit}" if count == 1 else f"every {count} {unit}s"


def _weekdays(weekdays: tuple[int, ...]) -> str:
    if weekdays in (WORKDAYS, WEEKEND):
        return "weekday" if weekdays == WORKDAYS else "weekend"
    is_run = len(weekdays) > 2 and weekdays == tuple(range(weekdays[0], weekdays[-1] + 1))  # noqa: PLR2004  two are named
    if is_run:
        return f"{WEEKDAYS[weekdays[0]]} to {WEEKDAYS[weekdays[-1]]}"
    return _listed([WEEKDAYS[each] for each in weekdays])


def _plural(weekdays: tuple[int, ...]) -> str:
    if weekdays in (WORKDAYS, WEEKEND):
        return "weekdays" if weekdays == WORKDAYS else "weekends"
    return _listed([f"{WEEKDAYS[each]}s" for each in weekdays])


def _in_months(months: tuple[int, ...]) -> str:
    return f" in every {_listed([MONTHS[each - 1] for each in months])}" if months else ""


def _monthly(days: Monthly) -> str:
    match days:
        case Monthly((DayOfMonth(number, None),), (month,), every) if number > 0:
            if every == 1:
                return f"every {number} {MONTHS[month - 1]}"
            return f"every {every} years on {number} {MONTHS[month - 1]}"
        case Monthly((DayOfMonth(number, weekday),), (), 1) if weekday is not None:
            return f"every {WEEKDAYS[weekday]} the {_ordinal(number)}"
    picks = _picks(days.picks)
    if not days.months:
        return f"{picks} of every month" if days.every == 1 else f"every {days.every} months on {picks}"
    if days.every == 1 and _counts_within_quarters(days):
        return f"{picks} of every quarter"
    years = "" if days.every == 1 else f"every {days.every} years on "
    return f"{years}{picks} of every {_listed([MONTHS[each - 1] for each in days.months])}"


def _counts_within_quarters(days: Monthly) -> bool:
    """Return whether the days count from each quarter's first month, or back from its last."""
    from_start = {pick.number > 0 for pick in days.picks}
    return (from_start, days.months) in (({True}, QUARTER_STARTS), ({False}, QUARTER_ENDS))


def _picks(picks: tuple[DayOfMonth | NthOfMonth, ...]) -> str:
    """Return the days in words, weekdays first: in "the first and the last Friday" both are Fridays."""
    nths = [pick for pick in picks if isinstance(pick, NthOfMonth)]
    groups: list[str] = []
    for weekdays in dict.fromkeys(pick.weekdays for pick in nths):
        name = "business day" if weekdays == WORKDAYS else _listed([WEEKDAYS[each] for each in weekdays])
        groups += [f"the {_place(pick.number)} {name}" for pick in nths if pick.weekdays == weekdays]
    numbers = [pick.number for pick in picks if isinstance(pick, DayOfMonth)]
    groups += [f"the {_place(number)} day" for number in numbers if number < 0]
    groups += [f"the {_ordinal(number)}" for number in numbers if number > 0]
    return _listed(groups)


def say_day_of_month(day: DayOfMonth | NthOfMonth) -> str:
    """Return a day of the month in words, such as "the last Friday" or "the 15th"."""
    return _picks((day,))


def _place(number: int) -> str:
    if number < 0:
        return "last" if number == -1 else f"{_place(-number)} to last"
    return _SMALL[number - 1] if number <= len(_SMALL) else _ordinal(number)


_SMALL = ("first", "second", "third", "fourth", "fifth")


def _ordinal(number: int) -> str:
    teens = range(11, 14)
    ending = "th" if number % 100 in teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


# bounds and exceptions


def _bounds(when: Repeating, now: datetime | None) -> str:
    parts = ""
    if when.start is not None and (now is None or when.start > now) and not _is_implied(when.start, when):
        parts += f", starting {_bound(when.start, when.tz, time(0))}"
    if when.times is not None:
        parts += f", {when.times} time{'s' if when.times > 1 else ' only'}"
    if when.end is not None:
        parts += f", until {_bound(when.end, when.tz, time(23, 59, 59))}"
    return parts


def _is_implied(start: datetime, when: Repeating) -> bool:
    """Return whether the start need not be said: what counts from a later day begins no earlier."""
    counted = [_since_of(rule, when.tz) for rule in when.rules]
    return all(since is not None and since >= start.astimezone(UTC) for since in counted)


def _since_of(rule: Rule, tz: ZoneInfo) -> datetime | None:
    if isinstance(rule, Interval):
        return rule.since.astimezone(UTC)
    if isinstance(rule, Calendar) and rule.days.since is not None:
        return start_of(rule.days.since, tz)
    return None


def _bound(moment: datetime, tz: ZoneInfo, silent: time) -> str:
    """Return the moment in words, without the time of day if the day alone says it."""
    local = moment.astimezone(tz)
    if local.time().replace(microsecond=0) == silent and not local.fold:
        return say_date(local)
    return _moment(moment, tz)


def _exclusions(excluded: tuple[Exclusion, ...]) -> str:
    return f", except {say_exclusions(excluded)}" if excluded else ""


def say_exclusions(excluded: tuple[Exclusion, ...]) -> str:
    """Return what is left out, such as "25 December and Fridays"; "" for nothing.

    Weekdays and months are each in one list.
    """
    weekdays = {day for each in excluded if isinstance(each, WeekdaysOff) for day in each.weekdays}
    months = {month for each in excluded if isinstance(each, MonthsOff) for month in each.months}
    phrases = [_exclusion(each) for each in excluded if not isinstance(each, WeekdaysOff | MonthsOff)]
    if weekdays:
        phrases.append(_plural(tuple(sorted(weekdays))))
    if months:
        phrases.append(_listed([MONTHS[each - 1] for each in sorted(months)]))
    return _listed(phrases) if phrases else ""


def _exclusion(exclusion: Dates | YearlyDates | PlacesOff) -> str:
    match exclusion:
        case Dates(first, last):
            return say_date(first) if first == last else f"{say_date(first)} to {say_date(last)}"
        case YearlyDates(first, last):
            return _month_day(first) if first == last else f"{_month_day(first)} to {_month_day(last)}"
        case PlacesOff(picks):
            return f"{_picks(picks)} of every month"


def _month_day(month_day: tuple[int, int]) -> str:
    return f"{month_day[1]} {MONTHS[month_day[0] - 1]}"
