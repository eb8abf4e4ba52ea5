"""What a repetition leaves out: dates, weekdays, days of the month, whole months."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.domain.days import Daily, Weekly
from bot.domain.when import Calendar, Dates, MonthsOff, PlacesOff, WeekdaysOff, Window, YearlyDates
from bot.language.when.calendar.dates import date_of
from bot.language.when.clauses import clause as c
from bot.language.when.phrases.days import picks
from bot.language.when.refusal import contradiction
from bot.language.when.values import CalendarDate, DaySet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.domain.when import At, Exclusion, Repeating, Rule

ALL_WEEK = tuple(range(7))


def without(when: Repeating, left_out: Iterable[Any], now: datetime) -> Repeating:
    """Return the repetition without what is left out.

    Weekdays are taken out of the rules if possible, so that the sentence stays short.
    """
    excluded: list[Exclusion] = []
    for each in left_out:
        if isinstance(each, DaySet):
            rules = [_less(rule, each.weekdays) for rule in when.rules]
            if None in rules and len(rules) == 1 and _loses_all(when.rules[0], each.weekdays):
                raise contradiction("it leaves out all its days", "every weekday at 9am except Fridays")
            if None in rules:
                excluded.append(WeekdaysOff(each.weekdays))
            else:
                when = replace(when, rules=tuple(rule for rule in rules if rule is not None))
        else:
            excluded.append(_exclusion(each, now))
    return replace(when, excluded=tuple(excluded))


def _less(rule: Rule, weekdays: tuple[int, ...]) -> Rule | None:
    """Return the rule without some weekdays. None if they must be said as an exception."""
    if not isinstance(rule, Calendar) or _runs_past_midnight(rule.clock):
        return None
    days = rule.days
    if isinstance(days, Daily) and days.every == 1:
        days = Weekly(ALL_WEEK, since=days.since, months=days.months)
    if not isinstance(days, Weekly):
        return None
    left = tuple(day for day in days.weekdays if day not in weekdays)
    return replace(rule, days=replace(days, weekdays=left)) if left else None


def _loses_all(rule: Rule, weekdays: tuple[int, ...]) -> bool:
    """Return whether the rule has no days left; one past midnight keeps the hours of its next day."""
    if not isinstance(rule, Calendar) or _runs_past_midnight(rule.clock):
        return False
    return isinstance(rule.days, Weekly) and set(rule.days.weekdays) <= set(weekdays)


def _runs_past_midnight(clock: At | Window) -> bool:
    return isinstance(clock, Window) and clock.last <= clock.first


def _exclusion(left_out: Any, now: datetime) -> Exclusion:
    match left_out:
        case (CalendarDate(year=None) as first, CalendarDate(year=None) as last):
            return YearlyDates((first.month, first.day), (last.month, last.day))
        case (first, last):
            begin = date_of(first, now)
            return Dates(begin, date_of(last, now.replace(year=begin.year, month=begin.month, day=begin.day)))
        case CalendarDate(month, day, None, None):
            return YearlyDates((month, day), (month, day))
        case c.OnPicks(groups):
            return PlacesOff(picks(groups))
        case c.InMonths(months):
            return MonthsOff(tuple(sorted(months)))
        case _:
            day_off = date_of(left_out, now)
            return Dates(day_off, day_off)
