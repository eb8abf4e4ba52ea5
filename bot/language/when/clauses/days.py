"""Clauses that name days: on Mondays, the first and the 15th, every July 1, in June, next week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.language.when.clauses import clause as c
from bot.language.when.clauses.bounds import single_day
from bot.language.when.phrases.dates import whole_weeks
from bot.language.when.phrases.spans import UNITS
from bot.language.when.refusal import Refused
from bot.language.when.values import DaysAway, NamedDay, Period

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.language.when.pattern import Found, Token
    from bot.language.when.values import DaySet, Span


def on_days(found: Found) -> c.OnDays:
    """Read "on Mondays", "every weekday"."""
    return c.OnDays(found.one("DAYS"), is_every=found.has("EVERY"))


def on_some_day(found: Found) -> c.OnDays:
    """Read "on a Tuesday"."""
    return c.OnDays(found.one("DAYS"), is_any=True)


def from_days(found: Found) -> c.OnDays | c.StartAt:
    """Read "from Monday to Friday", which are days, and "from Monday", which is a start."""
    days: DaySet = found.one("DAYS")
    if days.is_range:
        return c.OnDays(days)
    return c.StartAt(single_day(days))


def on_places(found: Found) -> c.OnPicks:
    """Read "on the first and the 15th", "the first Monday"."""
    return c.OnPicks(_groups(found.tokens), is_every=found.has("EVERY"))


def _groups(tokens: Sequence[Token]) -> tuple[tuple[tuple[int, ...], DaySet | None], ...]:
    groups: list[tuple[tuple[int, ...], DaySet | None]] = []
    for token in tokens:
        if token.kind == "ORDS":
            groups.append((token.value, None))
        elif token.kind == "DAYS":
            groups[-1] = (groups[-1][0], token.value)
    return tuple(groups)


def places_of_every(found: Found) -> list[c.Clause]:
    """Read "every 3rd day of the month"."""
    unit = found.tokens[-1].kind
    return [c.OnPicks(((found.one("ORDS"), None),), is_every=True), c.Every(1, unit)]


def on_numbers(found: Found) -> c.OnPicks:
    """Read "day 15"."""
    return c.OnPicks(((tuple(found.all("NUMBER")), None),), is_every=True)


def edge_of_every(found: Found) -> list[c.Clause]:
    """Read "the end of every month"."""
    places = (-1,) if found.has("END") else (1,)
    unit = next(each.kind for each in found.tokens if each.kind in UNITS)
    return [c.OnPicks(((places, None),), is_every=True), c.Every(1, unit)]


def every_date(found: Found) -> c.OnDates:
    """Read "every July 1"."""
    return c.OnDates(tuple(found.all("DATE")), is_every=True)


def on_dates(found: Found) -> c.OnDates:
    """Read "on Dec 24 and Dec 31"."""
    return c.OnDates(tuple(found.all("DATE")), is_every=False)


def in_months(found: Found) -> c.InMonths:
    """Read "in June", "every June and July"."""
    return c.InMonths(tuple(found.all("MONTHNAME")), is_every=found.has("EVERY"), is_of=found.has("OF"))


def within(found: Found) -> c.Within:
    """Read "in June 2027", "next week"."""
    return c.Within(found.one("PERIOD"))


def within_year(found: Found) -> c.Within:
    """Read "in 2027"."""
    return c.Within(Period("YEAR", year=found.one("YEARNUMBER")))


def weeks_from(found: Found) -> c.OnDates:
    """Read "two weeks from Friday", "three days from tomorrow"."""
    span: Span = found.one("SPAN")
    if span.elapsed or span.months:
        raise Refused("I count only whole days and weeks from a day.", example="two weeks from Friday at 9am")
    day = single_day(found.one("DAYS")) if found.has("DAYS") else found.one("DATE")
    if isinstance(day, DaysAway):
        return c.OnDates((DaysAway(day.days + span.days),), is_every=False)
    if not isinstance(day, NamedDay) or day.which != "coming" or day.days_later:
        raise Refused("I count only from a weekday or from today.", example="two weeks from Friday at 9am")
    return c.OnDates((NamedDay(day.weekday, days_later=whole_weeks(span.days)),), is_every=False)


def in_span(found: Found) -> c.InSpan:
    """Read "in 2 hours", "3 days from now"."""
    return c.InSpan(found.one("SPAN"))
