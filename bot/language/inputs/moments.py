"""Times of day and moments as people write them, as JSON Schema's `time` and `date-time` want them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.errors import NotUnderstood
from bot.domain.wall import moment_at
from bot.language.inputs.days import read_day
from bot.language.say import say_date
from bot.language.when import read

if TYPE_CHECKING:
    from datetime import date

    from bot.language.inputs.viewpoint import Viewpoint

LONGEST_MOMENT = 80
_SOME_EVENING = datetime(2029, 12, 31, 23, 0, tzinfo=UTC)
_UTC = ZoneInfo("UTC")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})")
_ISO = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?\s?(?P<zone>[Zz]|[+-]\d{2}:?\d{2})?"
)
_WHOLE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})")
_SHOWN = re.compile(
    r"(?P<day>[a-z]{3} \d{1,2} [a-z]{3} \d{4}),? (?P<clock>\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)"
    r" \(utc(?P<offset>[+-]\d{1,2}(?::\d{2})?)?\)",
    re.IGNORECASE,
)


def read_time(text: str) -> str | None:
    """Read a time of day as HH:MM:SS, or return None. One that is written so already stays as it is."""
    plain = text.strip()
    if _CLOCK.fullmatch(plain):
        return plain if _is_clock(plain) else None
    found = time_of_day(plain)
    return None if found is None else f"{found:%H:%M:%S}"


def read_moment(text: str, seen: Viewpoint) -> str | None:
    """Read a moment as ISO text with its offset, or return None.

    A moment that has its offset stays as it is written; others are meant in the zone of whoever types.
    """
    plain = " ".join(text.split())
    if not plain or len(plain) > LONGEST_MOMENT:
        return None
    shown = _SHOWN.fullmatch(plain)
    if shown:
        return _as_shown(shown, seen)
    iso = _ISO.fullmatch(plain)
    if iso:
        return _from_iso(plain, iso, seen)
    found = _day_and_time(plain, seen) or _coming(plain, seen)
    return None if found is None else found.isoformat()


def say_clock(value: str) -> str:
    """Return a time of day as people read it, with seconds only if it has some."""
    return value[:5] if len(value) == len("07:30:00") and value.endswith(":00") else value


def say_instant(value: str) -> str:
    """Return a moment as people read it, "Thu 24 Dec 2026, 18:30 (UTC+1)", which `read_moment` reads back."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    offset = moment.utcoffset()
    if offset is None or offset.seconds % 60:
        return value
    clock = f"{moment:%H:%M}" if not moment.second and not moment.microsecond else moment.time().isoformat()
    return f"{say_date(moment)}, {clock} (UTC{_offset(offset)})"


def _offset(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // 60
    if not minutes:
        return ""
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours}{f':{rest:02d}' if rest else ''}"


def _as_shown(shown: re.Match[str], seen: Viewpoint) -> str | None:
    day = read_day(shown["day"], seen)
    if day is None or not _is_clock(shown["clock"].partition(".")[0]):
        return None
    sign, hours, minutes = re.fullmatch(r"([+-])?(\d{1,2})?:?(\d{2})?", shown["offset"] or "").groups("")  # type: ignore[union-attr]
    offset = f"{sign or '+'}{int(hours or 0):02d}:{minutes or '00'}"
    try:
        return datetime.fromisoformat(f"{day.isoformat()}T{shown['clock']}{offset}").isoformat()
    except ValueError:
        return None


def _from_iso(plain: str, iso: re.Match[str], seen: Viewpoint) -> str | None:
    try:
        moment = datetime.fromisoformat(plain if iso["zone"] is None else plain.replace(" +", "+"))
    except ValueError:
        return None
    if moment.tzinfo is None:
        return moment_at(moment, seen.tz).astimezone(seen.tz).isoformat()
    return plain if _WHOLE.fullmatch(plain) else moment.isoformat()


def _day_and_time(plain: str, seen: Viewpoint) -> datetime | None:
    """Read a day and a time in either order, also in the past."""
    words = plain.replace(",", " ").split()
    for end in range(len(words) - 1, 0, -1):
        first, second = " ".join(words[:end]), " ".join(words[end:])
        for day_text, time_text in ((first, second), (second, first)):
            day = read_day(day_text.removesuffix(" at").removeprefix("on "), seen)
            clock = None if day is None else time_of_day(time_text.removeprefix("at "))
            if day is not None and clock is not None:
                return _at(day, clock, seen.tz)
    return None


def _at(day: date, clock: time, tz: ZoneInfo) -> datetime:
    return moment_at(datetime.combine(day, clock), tz).astimezone(tz)


def _coming(plain: str, seen: Viewpoint) -> datetime | None:
    """Read a moment by the language of times: in 2 hours, Friday at noon, tomorrow 9am London time."""
    if seen.now is None:
        return None
    try:
        when = read(plain, now=seen.now, tz=seen.tz).when
    except NotUnderstood:
        return None
    at = getattr(when, "at", None)
    return at if isinstance(at, datetime) else None


def time_of_day(plain: str) -> time | None:
    """Read a time by the language of times, on a day and in a zone whose clocks do not change."""
    if not plain or len(plain) > LONGEST_MOMENT:
        return None
    try:
        when = read(f"tomorrow at {plain}", now=_SOME_EVENING, tz=_UTC).when
    except NotUnderstood:
        return None
    at = getattr(when, "at", None)
    is_clear = isinstance(at, datetime) and when.tz == _UTC and at.date().isoformat() == "2030-01-01"
    return at.time() if is_clear and isinstance(at, datetime) else None


def _is_clock(text: str) -> bool:
    numbers = [int(each) for each in text.split(":")]
    return all(number < limit for number, limit in zip(numbers, (24, 60, 60), strict=False))
