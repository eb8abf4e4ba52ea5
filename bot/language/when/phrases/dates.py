"""Dates as phrases: Monday, 15 June 2026; next Friday; the 1st of next month; the end of June."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.language.when.pattern import Token, made
from bot.language.when.phrases.clocks import PARTS
from bot.language.when.phrases.spans import SPANS
from bot.language.when.refusal import Refused, impossible_date
from bot.language.when.values import CalendarDate, DayOfSomeMonth, DaysAway, NamedDay, Period, PeriodEdge

if TYPE_CHECKING:
    from bot.language.when.pattern import Found

MOST_WEEKS = 52


def calendar_date(found: Found) -> Token:
    """Read "Monday, 15 June 2026", in any order."""
    numeric = found.one("DATE")
    weekday = found.one("WEEKDAY")
    if isinstance(numeric, CalendarDate):
        return made("DATE", CalendarDate(numeric.month, numeric.day, numeric.year, weekday), found)
    month, day, year = found.one("MONTHNAME"), found.one("NUMBER", "ORDINAL"), found.one("YEARNUMBER")
    longest = 31 if month not in (2, 4, 6, 9, 11) else 30 if month != 2 else 29  # noqa: PLR2004  the calendar
    if not 1 <= day <= longest:
        raise impossible_date(f"day {day} of month {month}")
    return made("DATE", CalendarDate(month, day, year, weekday), found)


def day_of_months(found: Found) -> list[Token]:
    """Read "the 1st of January and July" as the day, and the months apart from it."""
    ordinal, *rest = (each for each in found.tokens if each.kind not in ("THE", "OF"))
    return [Token("ORDS", (ordinal.value,), ordinal.start, ordinal.end), *rest]


def near_day(found: Found) -> Token:
    """Read "today", "tomorrow", "the day after tomorrow"."""
    days = 0 if found.has("TODAY") else 1 if found.has("TOMORROW") else 2
    return made("DATE", DaysAway(days), found)


def weeks_from_day(found: Found) -> list[Token]:
    """Read "a week today", "two weeks from Friday", "Monday week"."""
    unit = next(SPANS[each.kind] for each in found.tokens if each.kind in SPANS)
    number = float(found.one("NUMBER", "DECIMAL") or 1)
    days = whole_weeks(unit.days * number if unit.is_weeks else 0)
    if found.has("WEEKDAY"):
        return [made("DATE", NamedDay(found.one("WEEKDAY"), days_later=days), found)]
    return [made("DATE", DaysAway(days + (1 if found.has("TOMORROW") else 0)), found)]


def whole_weeks(days: float) -> int:
    """Return the number of days. Raises Refused unless they are whole weeks."""
    if days not in range(7, 7 * MOST_WEEKS + 1, 7):
        raise Refused("I count only whole weeks from a day.", example="a week on Monday at 9am")
    return int(days)


def rest(found: Found) -> Token:
    """Read "the rest of this week": up to its last day."""
    if found.has("DAY"):
        return made("RESTOF", DaysAway(0), found)
    if found.has("MONTHNAME"):
        return made("RESTOF", PeriodEdge(Period("MONTH", month=found.one("MONTHNAME")), is_last=True), found)
    unit = next(each.kind for each in found.tokens if each.kind in ("WEEK", "MONTH", "QUARTER", "YEAR"))
    return made("RESTOF", PeriodEdge(Period(unit), is_last=True), found)


def named_day(found: Found) -> Token:
    """Read "next Friday", "this Friday", "Friday next week"."""
    which = "next" if found.has("NEXT") else "this"
    if found.has("WEEK"):
        which += " week"
    return made("DATE", NamedDay(found.one("WEEKDAY"), which), found)


def coming_day(found: Found) -> Token:
    """Read "the coming Friday"."""
    return made("DATE", NamedDay(found.one("WEEKDAY")), found)


def day_of_near_month(found: Found) -> Token:
    """Read "the 1st of next month"."""
    return made("DATE", DayOfSomeMonth(found.one("ORDINAL"), 1 if found.has("NEXT") else 0), found)


def weekday_the_nth(found: Found) -> Token:
    """Read "Friday the 13th"."""
    return made("DATE", DayOfSomeMonth(found.one("ORDINAL"), weekday=found.one("WEEKDAY")), found)


def period(found: Found) -> Token:
    """Read "next week", "June 2027"."""
    unit = next((each.kind for each in found.tokens if each.kind in ("WEEK", "MONTH", "QUARTER", "YEAR")), "")
    if found.has("MONTHNAME"):
        return made(
            "PERIOD", Period("MONTH", month=found.one("MONTHNAME"), year=found.one("YEARNUMBER")), found
        )
    if not unit:
        return made("PERIOD", Period("YEAR", year=found.one("YEARNUMBER")), found)
    return made("PERIOD", Period(unit, 1 if found.has("NEXT") else 0), found)


def edge(found: Found) -> Token:
    """Read "the end of next month", "the beginning of 2027", "the end of June"."""
    inner = period(found)
    return made("DATE", PeriodEdge(inner.value, is_last=found.has("END")), found)


def this_part(found: Found) -> list[Token]:
    """Read "tonight", "this evening"."""
    part = "NIGHT" if found.has("TONIGHT") else next(each.kind for each in found.tokens if each.kind in PARTS)
    return [made("DATE", DaysAway(0), found), made(part, part, found)]
