"""Times of day as phrases: half past 9, 8 in the evening, quarter past every hour; and their zones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.language.when.pattern import made
from bot.language.when.refusal import Refused, impossible_time
from bot.language.when.values import Clock

if TYPE_CHECKING:
    from bot.language.when.pattern import Found, Token

NOON = 12
PARTS = ("MORNING", "AFTERNOON", "EVENING", "NIGHT")


def plain_clock(found: Found) -> Token:
    """Read "09:00", "0715", "1900 hours"."""
    clock = found.one("CLOCK", "HHMM", "HCLOCK")
    return made("TIMEOFDAY", clock, found)


def clock_of_number(found: Found) -> Token:
    """Read "9 o'clock", "nine pm", "8 in the evening"."""
    clock = found.one("CLOCK") or _hour(found.all("NUMBER")[-1])
    part = next((each.kind for each in found.tokens if each.kind in (*PARTS, "AM", "PM")), None)
    return made("TIMEOFDAY", with_part(clock, part) if part else clock, found)


def past_or_to(found: Found) -> Token:
    """Read "half past 9", "quarter to 5", "10 minutes past 8"."""
    numbers = found.all("NUMBER")
    hour = found.one("CLOCK") or _hour(numbers[-1])
    if hour.minute:
        raise impossible_time("a time past a time")
    minutes = 30 if found.has("HALF") else 15 if found.has("QUARTER") else numbers[0]
    if not 0 < minutes < 60:  # noqa: PLR2004  minutes of an hour
        raise impossible_time(f"{minutes} minutes past")
    part = next((each.kind for each in found.tokens if each.kind in (*PARTS, "AM", "PM")), None)
    if part:
        hour = with_part(hour, part)
    if found.has("PAST", "MINUTES_PAST"):
        return made(
            "TIMEOFDAY", Clock(hour.hour, minutes, is_bare=hour.is_bare, is_exact=hour.is_exact), found
        )
    before = (hour.hour - 1) % 24
    is_unclear = hour.is_bare and hour.hour == NOON + 1
    return made("TIMEOFDAY", Clock(before, 60 - minutes, is_bare=hour.is_bare and not is_unclear), found)


def noon(found: Found) -> Token:
    """Read "noon", "12 noon"."""
    _only_twelve(found)
    return made("TIMEOFDAY", Clock(NOON, is_exact=True), found)


def midnight(found: Found) -> Token:
    """Read "midnight", "12 midnight"."""
    _only_twelve(found)
    return made("TIMEOFDAY", Clock(0, is_midnight=True, is_exact=True), found)


def _only_twelve(found: Found) -> None:
    clock = found.one("CLOCK")
    hour = found.one("NUMBER") if clock is None else clock.hour
    if hour not in (None, 0, NOON):
        raise impossible_time("noon or midnight at another hour")


def end_of_day(found: Found) -> Token:
    """Read "end of day", which is 17:00."""
    return made("TIMEOFDAY", Clock(17, is_exact=True), found)


def again(found: Found) -> Token:
    """Read "02:30 the second time", on the long night."""
    clock = found.one("CLOCK")
    return made("TIMEOFDAY", Clock(clock.hour, clock.minute, clock.second, is_again=True), found)


def _hour(number: int) -> Clock:
    if number > 23:  # noqa: PLR2004  hours of a day
        raise impossible_time(str(number))
    return Clock(number, is_bare=number <= NOON)


def with_part(clock: Clock, part: str) -> Clock:
    """Return the time that "7" or "7:30" stands for in that part of the day."""
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


def minutes_past_hour(found: Found) -> Token:
    """Read "quarter past every hour", "15 minutes past the hour"."""
    minute = 30 if found.has("HALF") else 15 if found.has("QUARTER") else found.one("NUMBER")
    if found.has("TO"):
        minute = 60 - minute
    return made("MARK_OF_HOUR" if found.has("HOUR") else "MARK", minute, found)


def on_the_half_hour(found: Found) -> Token:
    """Read "on the half hour"."""
    return made("MARK_OF_HOUR", 30, found)


def unclear_half(found: Found) -> Token:
    """Refuse "half nine", which is 8:30 or 9:30."""
    hour = found.one("NUMBER")
    if not 1 <= hour <= NOON:
        raise impossible_time(f"half {hour}")
    raise Refused(
        f"Is that {hour - 1 or NOON}:30 or {hour}:30? Write it in numbers.",
        words=f"half {hour}",
        example=f"every day at {hour}:30",
        instead=((r"\bhalf \w+", f"at {hour}:30"),),
    )


def on_the_hour(found: Found) -> Token:
    """Read "on the hour"."""
    return made("MARK_OF_HOUR", 0, found)


def zone(found: Found) -> Token:
    """Read "London time", "in Tokyo", "UTC+2"."""
    return made("INZONE", found.one("ZONE", "CITY"), found)


def own_zone(found: Found) -> Token:
    """Read "local time", "my time"."""
    return made("INZONE", None, found)
