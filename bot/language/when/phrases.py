"""What the phrases of `grammar.py` mean: a time of day, a length of time, a date, a set of days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.domain.days import WEEKEND, DayOfMonth, NthOfMonth
from bot.language.when.pattern import Found, Token
from bot.language.when.refusal import Refused, impossible_date, impossible_time
from bot.language.when.values import (
    CalendarDate,
    Clock,
    DayOfSomeMonth,
    DaysAway,
    DaySet,
    NamedDay,
    Period,
    PeriodEdge,
    Span,
)

NOON = 12
PARTS = ("MORNING", "AFTERNOON", "EVENING", "NIGHT")
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


def made(kind: str, value: Any, found: Found) -> Token:
    return Token(kind, value, found.start, found.end)


# times of day


def plain_clock(found: Found) -> Token:
    clock = found.one("CLOCK", "HHMM")
    return made("TIMEOFDAY", clock, found)


def clock_of_number(found: Found) -> Token:
    """9 o'clock, nine pm, 8 in the evening, quarter past 3 in the afternoon."""
    clock = found.one("CLOCK") or _hour(found.all("NUMBER")[-1])
    part = next((each.kind for each in found.tokens if each.kind in (*PARTS, "AM", "PM")), None)
    return made("TIMEOFDAY", _with_part(clock, part) if part else clock, found)


def past_or_to(found: Found) -> Token:
    """Half past 9, quarter to 5, 10 minutes past 8."""
    numbers = found.all("NUMBER")
    hour = found.one("CLOCK") or _hour(numbers[-1])
    if hour.minute:
        raise impossible_time("a time past a time")
    minutes = 30 if found.has("HALF") else 15 if found.has("QUARTER") else numbers[0]
    if not 0 < minutes < 60:  # noqa: PLR2004  minutes of an hour
        raise impossible_time(f"{minutes} minutes past")
    part = next((each.kind for each in found.tokens if each.kind in (*PARTS, "AM", "PM")), None)
    if part:
        hour = _with_part(hour, part)
    if found.has("PAST"):
        return made(
            "TIMEOFDAY", Clock(hour.hour, minutes, is_bare=hour.is_bare, is_exact=hour.is_exact), found
        )
    before = (hour.hour - 1) % 24
    is_unclear = hour.is_bare and hour.hour == NOON + 1
    return made("TIMEOFDAY", Clock(before, 60 - minutes, is_bare=hour.is_bare and not is_unclear), found)


def noon(found: Found) -> Token:
    _only_twelve(found)
    return made("TIMEOFDAY", Clock(NOON, is_exact=True), found)


def midnight(found: Found) -> Token:
    _only_twelve(found)
    return made("TIMEOFDAY", Clock(0, is_midnight=True, is_exact=True), found)


def _only_twelve(found: Found) -> None:
    clock = found.one("CLOCK")
    hour = found.one("NUMBER") if clock is None else clock.hour
    if hour not in (None, 0, NOON):
        raise impossible_time("noon or midnight at another hour")


def end_of_day(found: Found) -> Token:
    return made("TIMEOFDAY", Clock(17, is_exact=True), found)


def again(found: Found) -> Token:
    clock = found.one("CLOCK")
    return made("TIMEOFDAY", Clock(clock.hour, clock.minute, clock.second, is_again=True), found)


def _hour(number: int) -> Clock:
    if number > 23:  # noqa: PLR2004  hours of a day
        raise impossible_time(str(number))
    return Clock(number, is_bare=number <= NOON)


def with_part(clock: Clock, part: str) -> Clock:
    """The time that "7" or "7:30" stands for in that part of the day."""
    return _with_part(clock, part)


def _with_part(clock: Clock, part: str) -> Clock:
    hour = clock.hour
    fitting = {
        "AM": {**{h: h for h in range(1, 12)}, 12: 0},
        "PM": {**{h: h + 12 for h in range(1, 12)}, 12: 12},
        "MORNING": {h: h for h in range(12)},
        "AFTERNOON": {12: 12, **{h: h + 12 for h in range(1, 7)}, **{h: h for h in range(13, 19)}},
        "EVENING": {**{h: h + 12 for h in range(4, 12)}, **{h: h for h in range(16, 24)}},
        "NIGHT": {
            12: 0,
            0: 0,
            1: 1,
            2: 2,
            3: 3,
            **{h: h + 12 for h in range(5, 12)},
            **{h: h for h in range(17, 24)},
        },
    }[part]
    if clock.is_exact:
        fitting = {h: h for h in fitting.values()}
    if hour not in fitting:
        words = {"AM": "am", "PM": "pm"}.get(part, f"in the {part.lower()}")
        raise impossible_time(f"{clock.hour}:{clock.minute:02d} {words}")
    return Clock(fitting[hour], clock.minute, clock.second, is_exact=True, is_midnight=clock.is_midnight)


# lengths of time


def span(found: Found) -> Token:
    """2 hours and 30 minutes, an hour and a half, half an hour, a quarter of an hour, 1.5 hours."""
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
    return made("SPAN", total, found)


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


# dates


def calendar_date(found: Found) -> Token:
    """Monday, 15 June 2026, in any order."""
    numeric = found.one("DATE")
    weekday = found.one("WEEKDAY")
    if isinstance(numeric, CalendarDate):
        return made("DATE", CalendarDate(numeric.month, numeric.day, numeric.year, weekday), found)
    month, day, year = found.one("MONTHNAME"), found.one("NUMBER", "ORDINAL"), found.one("YEAR")
    longest = 31 if month not in (2, 4, 6, 9, 11) else 30 if month != 2 else 29  # noqa: PLR2004  the calendar
    if not 1 <= day <= longest:
        raise impossible_date(f"day {day} of month {month}")
    return made("DATE", CalendarDate(month, day, year, weekday), found)


def near_day(found: Found) -> Token:
    days = 0 if found.has("TODAY") else 1 if found.has("TOMORROW") else 2
    return made("DATE", DaysAway(days), found)


def named_day(found: Found) -> Token:
    """Next Friday, this Friday, Friday next week."""
    which = "next" if found.has("NEXT") else "this"
    if found.has("WEEK"):
        which += " week"
    return made("DATE", NamedDay(found.one("WEEKDAY"), which), found)


def day_of_near_month(found: Found) -> Token:
    """The 1st of next month."""
    return made("DATE", DayOfSomeMonth(found.one("ORDINAL"), 1 if found.has("NEXT") else 0), found)


def weekday_the_nth(found: Found) -> Token:
    """Friday the 13th."""
    return made("DATE", DayOfSomeMonth(found.one("ORDINAL"), weekday=found.one("WEEKDAY")), found)


def period(found: Found) -> Token:
    unit = next((each.kind for each in found.tokens if each.kind in ("WEEK", "MONTH", "QUARTER", "YEAR")), "")
    if found.has("MONTHNAME"):
        return made("PERIOD", Period("MONTH", month=found.one("MONTHNAME"), year=found.one("YEAR")), found)
    if not found.has("NEXT", "THIS", "THE"):
        return made("PERIOD", Period("YEAR", year=found.one("YEAR")), found)
    return made("PERIOD", Period(unit, 1 if found.has("NEXT") else 0), found)


def edge(found: Found) -> Token:
    """The end of next month, the beginning of 2027, the end of June."""
    inner = period(found)
    return made("DATE", PeriodEdge(inner.value, is_last=found.has("END")), found)


def this_part(found: Found) -> list[Token]:
    part = "NIGHT" if found.has("TONIGHT") else next(each.kind for each in found.tokens if each.kind in PARTS)
    return [made("DATE", DaysAway(0), found), made(part, part, found)]


# days of the week and of the month


def day_set(found: Found) -> Token:
    """Mon, Wed and Fri; Monday to Thursday; weekdays; and what these make together."""
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
    """First, last, 1st and 15th, 1st to 5th, second to last."""
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
    """The days of a month that "the first and third Monday" are."""
    return tuple(pick for places, days in groups for pick in _picks_of(places, days))


def _picks_of(numbers: tuple[int, ...], days: DaySet | None) -> tuple[DayOfMonth | NthOfMonth, ...]:
    found: list[DayOfMonth | NthOfMonth] = []
    for number in numbers:
        if days is None:
            if not 1 <= abs(number) <= 31:  # noqa: PLR2004  the calendar
                raise impossible_date(f"day {number} of a month")
            found.append(DayOfMonth(number))
        elif days.is_group:
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


def often(found: Found) -> Token:
    unit = next(each.kind for each in found.tokens if each.kind in UNITS or each.kind == "ADVERB")
    if unit == "ADVERB":
        unit = found.one("ADVERB")[1]
    count = 1 if found.has("ONCE") else 2 if found.has("TWICE") else found.one("NUMBER", "COUNT")
    return made("OFTEN", (count, unit), found)


def count(found: Found) -> Token:
    return made("COUNT", found.one("NUMBER"), found)


def minutes_past_hour(found: Found) -> Token:
    minute = 30 if found.has("HALF") else 15 if found.has("QUARTER") else found.one("NUMBER")
    if found.has("TO"):
        minute = 60 - minute
    if not 0 <= minute < 60:  # noqa: PLR2004  minutes of an hour
        raise impossible_time(f"minute {minute}")
    return made("MARK_OF_HOUR" if found.has("HOUR") else "MARK", minute, found)


def on_the_hour(found: Found) -> Token:
    return made("MARK_OF_HOUR", 0, found)


def zone(found: Found) -> Token:
    return made("INZONE", found.one("ZONE", "CITY"), found)


def own_zone(found: Found) -> Token:
    return made("INZONE", None, found)
