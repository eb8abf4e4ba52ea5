"""Lengths of time, and how often: 2 hours and 30 minutes, an hour and a half, three times a week."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.language.when.pattern import Token, made
from bot.language.when.refusal import YEARS, Refused, too_far_ahead, too_few
from bot.language.when.values import Span

if TYPE_CHECKING:
    from bot.language.when.pattern import Found

SPANS = {
    "SECONDS": Span(elapsed=timedelta(seconds=1)),
    "SHORT_S": Span(elapsed=timedelta(seconds=1)),
    "MINUTE": Span(elapsed=timedelta(minutes=1)),
    "SHORT_M": Span(elapsed=timedelta(minutes=1)),
    "HOUR": Span(elapsed=timedelta(hours=1)),
    "SHORT_H": Span(elapsed=timedelta(hours=1)),
    "DAY": Span(days=1),
    "SHORT_D": Span(days=1),
    "WEEK": Span(days=7, is_weeks=True),
    "SHORT_W": Span(days=7, is_weeks=True),
    "FORTNIGHT": Span(days=14, is_weeks=True),
    "MONTH": Span(months=1),
    "QUARTER": Span(months=3),
    "YEAR": Span(months=12),
}
UNITS = tuple(SPANS)


def span(found: Found) -> Token:
    """Read "2 hours and 30 minutes", "an hour and a half", "half an hour", "1.5 hours"."""
    total, unit = Span(), Span()
    number: float | None = None
    is_article = False
    for token in found.tokens:
        if token.kind in ("NUMBER", "DECIMAL"):
            number = float(token.value)
        elif token.kind == "A" and number is None:
            number, is_article = 1, True
        elif token.kind == "HALF":
            number, is_article = (0.5 if number is None or is_article else number + 0.5), False
        elif token.kind == "QUARTER" and found.tokens[-1].kind in ("HOUR", "SHORT_H"):
            number = 0.25
        elif token.kind in SPANS:
            if unit != Span() and not _is_longer(unit, SPANS[token.kind]):
                raise Refused("I do not understand that length of time.", example="in 2 hours and 30 minutes")
            unit = SPANS[token.kind]
            total, number, is_article = total + _times(unit, 1 if number is None else number), None, False
    if number is not None:
        total += _times(unit, number)
    if total.months > 12 * len(YEARS):
        raise too_far_ahead()
    return made("SPAN", total, found)


def hours_and_minutes(found: Found) -> list[Token]:
    """Read "in 1h30"."""
    clock = found.one("HCLOCK")
    length = Span(elapsed=timedelta(hours=clock.hour, minutes=clock.minute))
    first, last = found.tokens
    return [first, Token("SPAN", length, last.start, last.end)]


def _is_longer(one: Span, other: Span) -> bool:
    return (one.months, one.days, one.elapsed) > (other.months, other.days, other.elapsed)


def _times(unit: Span, number: float) -> Span:
    if unit.is_elapsed:
        return Span(elapsed=unit.elapsed * number)
    if number != int(number):
        if unit.days == 1 and number * 24 == int(number * 24):
            return Span(elapsed=timedelta(hours=int(number * 24)))
        raise Refused("Half days, weeks and months are not exact enough.", example="in 36 hours")
    return Span(unit.months * int(number), unit.days * int(number), is_weeks=unit.is_weeks)


def often(found: Found) -> Token:
    """Read "three times a day", "twice daily"."""
    unit = next(each.kind for each in found.tokens if each.kind in UNITS or each.kind == "ADVERB")
    if unit == "ADVERB":
        unit = found.one("ADVERB")[1]
    count = 1 if found.has("ONCE") else 2 if found.has("TWICE") else found.one("NUMBER", "COUNT")
    return made("OFTEN", (count, unit), found)


def count(found: Found) -> Token:
    """Read "3 times"."""
    return made("COUNT", found.one("NUMBER"), found)


def positive(number: int) -> int:
    """Return the number. Raises Refused if it is 0."""
    if number < 1:
        raise too_few("every 2 days at 9am")
    return number
