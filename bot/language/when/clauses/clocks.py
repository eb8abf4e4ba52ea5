"""Clauses that name times of day: at 9am and 5pm, between 9 and 5, every morning, at :15."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.language.when.clauses import clause as c
from bot.language.when.phrases.clocks import NOON, PARTS
from bot.language.when.refusal import Refused, impossible_time, misplaced
from bot.language.when.values import Clock
from bot.language.when.words.vocabulary import PLURAL, Spelled

if TYPE_CHECKING:
    from bot.language.when.pattern import Found, Token

_TIMES = ("TIMEOFDAY", "NUMBER", "YEARNUMBER", "DECIMAL")


def at_times(found: Found) -> c.AtTimes | list[c.Clause]:
    """Read "at 9am and 5pm". Two times that nothing joins could be a range, so they stay two clauses."""
    clocks = shared_half([_clock(each) for each in found.tokens if each.kind in _TIMES])
    if len(clocks) == 2 and not found.has("COMMA", "AND"):  # noqa: PLR2004  a pair
        return [c.AtTimes((each,)) for each in clocks]
    is_only_decimal = len(found.tokens) == 1 and found.has("DECIMAL")
    return c.AtTimes(clocks, is_loose=is_only_decimal)


def loose_hour(found: Found) -> c.AtTimes:
    """Read "9" in "mon 9", which only its place makes a time."""
    return c.AtTimes(tuple(_clock(each) for each in found.tokens if each.kind in _TIMES), is_loose=True)


def past_the_hour(found: Found) -> c.PastTheHour:
    """Read "every hour at :15 and :45"."""
    minutes = sorted(set(found.all("MARK", "MARK_OF_HOUR")))
    for minute in minutes:
        if not 0 <= minute < 60:  # noqa: PLR2004  minutes of an hour
            raise impossible_time(f"minute {minute}")
    return c.PastTheHour(tuple(minutes), says_hour=found.has("MARK_OF_HOUR"))


def every_part(found: Found) -> list[c.Clause]:
    """Read "every morning"."""
    return [c.Every(1, "DAY"), part_of_day(found)]


def every_time(found: Found) -> list[c.Clause]:
    """Read "every noon" and "every midnight"; nobody says that of other times."""
    clock: Clock = found.one("TIMEOFDAY")
    if clock.hour % NOON or clock.minute:
        raise Refused("Every day at that time?", example=f"every day at {clock.time:%H:%M}")
    return [c.Every(1, "DAY"), c.AtTimes((found.one("TIMEOFDAY"),))]


def part_of_day(found: Found) -> c.PartOfDay:
    """Read "in the afternoon", "mornings"."""
    part = next(each for each in found.tokens if each.kind in PARTS)
    return c.PartOfDay(part.kind, is_plural=part.value == PLURAL)


def between(found: Found) -> c.Between:
    """Read "between 9 and 5", "9-17"."""
    times = [each for each in found.tokens if each.kind in _TIMES]
    first, last = shared_half([_clock(each) for each in times])
    return c.Between(
        first, last, None if found.has("FROM", "START", "DURING", "BETWEEN") else _minutes_to(times)
    )


def at_minutes_to(found: Found) -> c.AtTimes:
    """Read "at ten to nine"."""
    clock = _minutes_to([each for each in found.tokens if each.kind in _TIMES])
    if clock is None:
        raise misplaced("to")
    return c.AtTimes((clock,))


def _minutes_to(times: list[Token]) -> Clock | None:
    """Return 8:50 for "ten to nine" in words. None for numbers, which could be hours."""
    minutes, hour = (each.value if each.kind == "NUMBER" else None for each in times)
    if not isinstance(minutes, Spelled) or minutes not in (5, 10, 20, 25) or not isinstance(hour, int):
        return None
    return Clock((hour - 1) % NOON or NOON, 60 - minutes, is_bare=True) if 1 <= hour <= NOON else None


def _clock(token: Token) -> Clock:
    if token.kind == "TIMEOFDAY":
        assert isinstance(token.value, Clock)
        return token.value
    if token.kind == "DECIMAL":  # 9.30, as the clock is written in much of Europe
        hour, minute = token.value.split(".")
        if len(minute) != 2:  # noqa: PLR2004  minutes have two digits
            raise impossible_time(token.value)
    elif token.kind == "YEARNUMBER":  # 2030, as soldiers write it
        hour, minute = divmod(token.value, 100)
    else:
        hour, minute = token.value, 0
    if token.kind == "NUMBER" and 700 <= hour <= 959:  # noqa: PLR2004  930, for 9:30
        hour, minute = divmod(hour, 100)
        return _checked(hour, minute, str(token.value), is_bare=False)
    is_bare = token.kind == "NUMBER" and hour <= 12  # noqa: PLR2004  noon
    return _checked(int(hour), int(minute), str(token.value), is_bare=is_bare)


def _checked(hour: int, minute: int, words: str, *, is_bare: bool) -> Clock:
    if hour > 23 or minute > 59:  # noqa: PLR2004  the clock's own limits
        raise impossible_time(words)
    return Clock(hour, minute, is_bare=is_bare)


def shared_half(clocks: list[Clock]) -> tuple[Clock, ...]:
    """Return the times of "9 and 11am": an hour without am or pm takes that of the next, if it can."""
    settled: list[Clock] = []
    for clock in reversed(clocks):
        later = settled[0] if settled else None
        if clock.is_bare and later is not None and later.is_exact and not clock.is_midnight:
            settled.insert(0, _like(clock, later))
        else:
            settled.insert(0, clock)
    return tuple(settled)


def _like(clock: Clock, later: Clock) -> Clock:
    """Return the bare hour before a time with am or pm."""
    early = Clock(clock.hour % 12, clock.minute, is_exact=True)
    late = Clock(clock.hour % 12 + 12, clock.minute, is_exact=True)
    in_same_half = early if later.hour < 12 else late  # noqa: PLR2004  noon
    usual = late if 1 <= clock.hour <= 6 or clock.hour == 12 else early  # noqa: PLR2004  see `settled`
    if in_same_half.time < later.time and in_same_half != usual:
        if usual.time < later.time and usual == early:
            raise Refused(
                f"Is {clock.hour} in the morning or in the evening?",
                words=str(clock.hour),
                example=f"from {clock.hour}pm to {later.hour - 12 or 12}pm",
            )
        return in_same_half
    return usual if usual.time < later.time or in_same_half.time >= later.time else in_same_half
