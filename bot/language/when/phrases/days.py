"""Sets of days as phrases: Mon, Wed and Fri; the first and the third; 1st to 5th; second to last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.days import WEEKEND, WORKDAYS, DayOfMonth, NthOfMonth
from bot.language.when.pattern import made
from bot.language.when.refusal import Refused, impossible_date
from bot.language.when.values import DaySet

if TYPE_CHECKING:
    from bot.language.when.pattern import Found, Token


def day_set(found: Found) -> Token:
    """Read "Mon, Wed and Fri", "Monday to Thursday", "weekdays", and what these make together."""
    days: list[int] = []
    range_from: int | None = None
    for token in found.tokens:
        if token.kind in ("TO", "THROUGH"):
            range_from = days[-1]
        elif token.kind in ("DAYGROUP", "DAYGROUPS"):
            days += token.value
        elif token.kind in ("WEEKDAY", "WEEKDAYS"):
            if range_from is not None:
                days += [(range_from + i) % 7 for i in range(1, (token.value - range_from) % 7)]
                range_from = None
            days.append(token.value)
    if len(set(days)) != len(days) and not found.has("DAYGROUP", "DAYGROUPS"):
        raise Refused("A day is named twice.", example="every Monday and Wednesday at 9am")
    return made(
        "DAYS",
        DaySet(
            tuple(sorted(set(days))),
            is_plural=found.has("WEEKDAYS", "DAYGROUPS"),
            is_range=found.has("TO", "THROUGH"),
            is_group=found.has("DAYGROUP", "DAYGROUPS"),
        ),
        found,
    )


def places(found: Found) -> Token:
    """Read "first", "last", "1st and 15th", "1st to 5th", "second to last"."""
    numbers: list[int] = []
    kinds = [each.kind for each in found.tokens]
    for i, token in enumerate(found.tokens):
        following = [kind for kind in kinds[i + 1 : i + 4] if kind != "THE"]
        before = [kind for kind in kinds[:i] if kind != "THE"][-1:]
        if token.kind == "PENULTIMATE":
            numbers.append(-2)
        elif token.kind == "LAST" and before not in (["TO"], ["ORDINAL"]):
            numbers.append(-1)
        elif token.kind == "ORDINAL" and (following[:1] == ["LAST"] or following[:2] == ["TO", "LAST"]):
            numbers.append(-token.value)
        elif token.kind == "ORDINAL" and before in (["TO"], ["THROUGH"]):
            if token.value <= numbers[-1]:
                raise Refused("That range goes backwards.", example="the 1st to 5th of every month at 9am")
            numbers += range(numbers[-1] + 1, token.value + 1)
        elif token.kind == "ORDINAL":
            numbers.append(token.value)
    return made("ORDS", tuple(dict.fromkeys(numbers)), found)


def picks(groups: tuple[tuple[tuple[int, ...], DaySet | None], ...]) -> tuple[DayOfMonth | NthOfMonth, ...]:
    """Return the days of a month that "the first and third Monday" are."""
    return tuple(pick for places, days in groups for pick in _picks_of(places, days))


def _picks_of(numbers: tuple[int, ...], days: DaySet | None) -> tuple[DayOfMonth | NthOfMonth, ...]:
    found: list[DayOfMonth | NthOfMonth] = []
    for number in numbers:
        if days is None:
            if not 1 <= abs(number) <= 31:  # noqa: PLR2004  the calendar
                raise impossible_date(f"day {number} of a month")
            found.append(DayOfMonth(number))
        elif days.is_group:
            if days.weekdays not in (WORKDAYS, WEEKEND):
                raise Refused(
                    "I cannot count those days together.", example="the last business day of every month"
                )
            if days.weekdays == WEEKEND:
                raise Refused(
                    "A weekend has two days: say which one.",
                    example="the first Saturday of every month at 10am",
                )
            if abs(number) > 20:  # noqa: PLR2004  every month has 20 business days
                raise Refused(
                    "Not every month has that many business days.",
                    example="the last business day of every month",
                )
            found.append(NthOfMonth(number, days.weekdays))
        else:
            if abs(number) > 5:  # noqa: PLR2004  no month has a sixth Monday
                raise impossible_date("a month has at most five of each weekday")
            found += [NthOfMonth(number, (weekday,)) for weekday in days.weekdays]
    return tuple(found)
