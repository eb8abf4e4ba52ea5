"""A cron line as the rules that people would have typed, where there are such; else as it is."""

from __future__ import annotations

from datetime import date, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from bot.domain.days import Daily, DayOfMonth, Monthly, NthOfMonth, Weekly, dates_from
from bot.domain.when import At, Calendar, Cron, Window

if TYPE_CHECKING:
    from bot.domain.days import Days
    from bot.domain.when import Rule

MAX_LISTED = 12
"""The number of times a day up to which a line is said as a list of times."""
_MINUTES_A_DAY = 24 * 60
_STAR = ["*"]
_ANY_DAY = date(2024, 1, 1)
"""The day from which a rule's first date is looked for; the 30th of February has none."""


def rules_of_line(line: str) -> list[Rule]:
    """Return the rules that say the same as the line; the line itself if no rules do."""
    from croniter import croniter  # noqa: PLC0415  slow to load

    fields: tuple[Any, Any] = croniter.expand(line)[:2]
    (minutes, hours, days, months, weekdays), nth = fields
    clock = _clock(_all(minutes, 60), _all(hours, 24), is_every_hour=hours == _STAR)
    is_long = days != _STAR and MAX_LISTED < len(days) < len(range(1, 32))
    if clock is None or is_long:
        return [Cron(line)]
    in_months = () if months == _STAR else tuple(sorted(months))
    found = _days(days, weekdays, nth, in_months)
    return [Calendar(each, clock) for each in found if next(dates_from(each, _ANY_DAY), None) is not None]


def _covers(values: list[Any], every: range) -> bool:
    """Return whether the values name all of them one by one, which with cron's "or" is every day."""
    return values != _STAR and set(every) <= set(values)


def _all(values: list[Any], count: int) -> list[int]:
    return list(range(count)) if values == _STAR else sorted(values)


def _clock(minutes: list[int], hours: list[int], *, is_every_hour: bool) -> At | Window | None:
    """Return a list of times, or a window of even steps. None if it is neither."""
    times = [hour * 60 + minute for hour in hours for minute in minutes]
    steps = {later - earlier for earlier, later in pairwise(times)}
    if len(steps) == 1 and (is_every_hour or len(times) > MAX_LISTED):
        step = steps.pop()
        is_round = not is_every_hour or 60 % step == 0
        return Window(_time(times[0]), _time(times[-1]), timedelta(minutes=step)) if is_round else None
    if is_every_hour or len(times) > MAX_LISTED:
        return None
    return At(tuple(_time(each) for each in times))


def _time(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


def _days(
    days: list[Any], weekdays: list[Any], nth: dict[int, set[Any]], months: tuple[int, ...]
) -> list[Days]:
    """Return rules for days of the month or weekdays: cron takes either if both are named."""
    rules: list[Days] = []
    if _covers(days, range(1, 32)) or _covers(weekdays, range(7)):
        return [Daily(months=months)]
    if days != _STAR:
        numbers = sorted(-1 if each == "l" else each for each in days)
        rules.append(Monthly(tuple(DayOfMonth(number) for number in numbers), months))
    plain = () if weekdays == _STAR else tuple(sorted((each - 1) % 7 for each in weekdays if each not in nth))
    if plain:
        rules.append(Weekly(plain, months=months))
    if nth:
        picks = [
            NthOfMonth(-1 if number == "l" else int(number), ((weekday - 1) % 7,))
            for weekday, numbers in sorted(nth.items())
            for number in sorted(numbers, key=str)
        ]
        rules.append(Monthly(tuple(picks), months))
    return rules or [Daily(months=months)]
