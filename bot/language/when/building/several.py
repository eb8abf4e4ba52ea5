"""A few moments named one by one: tomorrow and Friday at 8am, tomorrow at 9am and 5pm."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain.days import Daily, Weekly
from bot.domain.wall import TICK, moment_at, start_of
from bot.domain.when import At, Calendar, Repeating
from bot.language.when.building.clocks import NINE, clocks_of
from bot.language.when.calendar.dates import date_of
from bot.language.when.clauses import clause as c
from bot.language.when.refusal import missing, past
from bot.language.when.values import NamedDay, PeriodEdge

if TYPE_CHECKING:
    from datetime import time

    from bot.domain.days import Days
    from bot.language.when.building.draft import Draft, Part

ONE_DAY, WEEK = timedelta(days=1), timedelta(days=7)


def is_several(draft: Draft) -> bool:
    """Return whether all that is named are single days, and more than one moment of them."""
    if draft.in_span or draft.step or draft.marks or draft.window or not draft.is_plainly_once:
        return False
    days = [day for part in draft.parts for day in part.days]
    if not days or not all(len(part.times) <= 1 and len(part.days) == 1 for part in draft.parts):
        return False
    times = max((len(each.clocks) for part in draft.parts for each in part.times), default=0)
    dates = [day for day in days if isinstance(day, c.OnDates)]
    are_single = all(_is_single(day) for day in days)
    is_more_than_one = len(draft.parts) > 1 or any(len(day.dates) > 1 for day in dates)
    return are_single and ((is_more_than_one and bool(dates)) or (len(days) == 1 and times > 1))


def _is_single(day: object) -> bool:
    if isinstance(day, c.OnDates):
        return not day.is_every
    if not isinstance(day, c.OnDays) or day.is_every or day.is_any or day.nth > 1:
        return False
    return len(day.days.weekdays) == 1 and not day.days.is_plural and not day.days.is_group


def several(draft: Draft) -> Repeating:
    """Return single days as one repetition: within a week each of them is a weekday of its own."""
    usual = next((_times(part) for part in draft.parts if part.times), [NINE.time])
    found = [
        (day, _times(part) if part.times or part.part_of_day else usual)
        for part in draft.parts
        for day in _days(part, draft, usual)
    ]
    now = draft.now.astimezone(UTC)
    for day, times in found:
        if any(moment_at(datetime.combine(day, at), draft.zone) <= now for at in times):
            raise past("One of these moments")
    days = sorted(day for day, _ in found)
    if len(set(days)) != len(days) or days[-1] - days[0] >= WEEK:
        raise missing("Those dates are too far apart to be one schedule. One at a time, please.", "")
    rules: dict[tuple[time, ...], list[date]] = {}
    for day, times in found:
        rules.setdefault(tuple(sorted(times)), []).append(day)
    return Repeating(
        tuple(Calendar(_rule(each, days), At(times)) for times, each in rules.items()),
        draft.zone,
        start_of(days[0], draft.zone).astimezone(draft.zone),
        (start_of(days[-1] + ONE_DAY, draft.zone) - TICK).astimezone(draft.zone),
    )


def _times(part: Part) -> list[time]:
    return [clock.time for clock in clocks_of(part)]


def _days(part: Part, draft: Draft, usual: list[time]) -> list[date]:
    at = (_times(part) if part.times else usual)[0]
    day = part.days[0]
    if isinstance(day, c.OnDates):
        if any(isinstance(ref, PeriodEdge) for ref in day.dates):
            raise missing("Once, or every time?", "the last day of every month at 9am")
        return [date_of(ref, draft.now, at) for ref in day.dates]
    assert isinstance(day, c.OnDays)
    return [date_of(NamedDay(day.days.weekdays[0]), draft.now, at)]


def _rule(days: list[date], among: list[date]) -> Days:
    return Daily() if among[0] == among[-1] else Weekly(tuple(sorted(day.weekday() for day in days)))
