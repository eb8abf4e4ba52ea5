"""Clauses that name days: on Mondays, the first and the 15th, every July 1, in June, next week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.language.when import clauses as c
from bot.language.when.bound_clauses import single_day
from bot.language.when.span_phrases import UNITS
from bot.language.when.values import Period

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.language.when.pattern import Found, Token
    from bot.language.when.values import DaySet


def on_days(found: Found) -> c.OnDays:
    return c.OnDays(found.one("DAYS"), is_every=found.has("EVERY"))


def from_days(found: Found) -> c.OnDays | c.StartAt:
    days: DaySet = found.one("DAYS")
    if days.is_range:
        return c.OnDays(days)
    return c.StartAt(single_day(days))


def on_places(found: Found) -> c.OnPicks:
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
    unit = found.tokens[-1].kind
    return [c.OnPicks(((found.one("ORDS"), None),), is_every=True), c.Every(1, unit)]


def on_numbers(found: Found) -> c.OnPicks:
    return c.OnPicks(((tuple(found.all("NUMBER")), None),), is_every=True)


def edge_of_every(found: Found) -> list[c.Clause]:
    places = (-1,) if found.has("END") else (1,)
    unit = next(each.kind for each in found.tokens if each.kind in UNITS)
    return [c.OnPicks(((places, None),), is_every=True), c.Every(1, unit)]


def every_date(found: Found) -> c.OnDates:
    return c.OnDates(tuple(found.all("DATE")), is_every=True)


def on_dates(found: Found) -> c.OnDates:
    return c.OnDates(tuple(found.all("DATE")), is_every=False)


def in_months(found: Found) -> c.InMonths:
    return c.InMonths(tuple(found.all("MONTHNAME")), is_every=found.has("EVERY"), is_of=found.has("OF"))


def within(found: Found) -> c.Within:
    return c.Within(found.one("PERIOD"))


def within_year(found: Found) -> c.Within:
    return c.Within(Period("YEAR", year=found.one("YEARNUMBER")))


def in_span(found: Found) -> c.InSpan:
    return c.InSpan(found.one("SPAN"))
