"""Time as people look back: "since yesterday", "last night", "monday", "the last 3 hours"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.domain.errors import NotUnderstood
from bot.domain.wall import TICK, moment_at, start_of
from bot.domain.when import Once
from bot.language.when import looks_like_time, read

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

EXAMPLE = "since yesterday"
_PARTS = {"morning": 6, "afternoon": 12, "evening": 18, "night": 18}
"""The hour at which each part of a day begins."""
_DAYS = {"today": 0, "yesterday": 1}
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SINCE = re.compile(r"(?:since|after|from|starting)\b\s*", re.IGNORECASE)
_LENGTH = re.compile(
    r"(?:(?:in|for|within)\s+)?(?:the\s+)?(?:last|past)\s+(?:(\d{1,4})\s*)?"
    r"(minutes?|mins?|hours?|hrs?|h|days?|weeks?)",
    re.IGNORECASE,
)
_AGO = re.compile(r"(\d{1,4}|an?|one)\s*(minutes?|mins?|hours?|hrs?|h|days?|weeks?)\s+ago", re.IGNORECASE)
_PERIOD = re.compile(r"(this|last|the last|the)\s+(week|month|weekend)", re.IGNORECASE)
_PART = re.compile(
    r"(?:(?P<day>\S.*?)\s+)??(?:in\s+the\s+|at\s+)?(?P<part>morning|afternoon|evening|night)", re.IGNORECASE
)
_THIS = re.compile(r"this\s+(morning|afternoon|evening)|(tonight)|(last)\s+night", re.IGNORECASE)
_AHEAD = re.compile(r"\b(?:tomorrow|next|coming)\b", re.IGNORECASE)
_DAY = re.compile(r"(today|yesterday)(?:\s+at)?\b\s*(.*)", re.IGNORECASE)
_LAST_DAY = re.compile(r"last\s+((?:mon|tue|wed|thu|fri|sat|sun)\w*\b.*)", re.IGNORECASE)
_SHIFTS = (1, 7, 31, 366, 4 * 365 + 1)
"""How many days back a text is read as seen from there, because the time language reads coming times."""


@dataclass(frozen=True, slots=True)
class Span:
    """The time from `begins` until just before `ends`; until now if `ends` is None."""

    begins: datetime
    ends: datetime | None = None


def looks_like_past(text: str) -> bool:
    """Return whether a text could say since when, or in which span."""
    said = _SINCE.sub("", text.strip(), count=1)
    if any(each.fullmatch(said) for each in (_LENGTH, _AGO, _PERIOD, _THIS)):
        return True
    part = _PART.fullmatch(said)
    if part is not None:
        return part["day"] is None or looks_like_past(part["day"])
    day, last = _DAY.fullmatch(said), _LAST_DAY.fullmatch(said)
    if day is not None:
        return not day[2] or looks_like_time(day[2])
    if last is not None:
        said = last[1]
    return looks_like_time(said) or re.fullmatch(r"(?:on\s+)?\d{4}-\d\d-\d\d(?:\s.*)?", said) is not None


def read_past(text: str, *, now: datetime, tz: ZoneInfo) -> Span:
    """Read a span of the past. Raises NotUnderstood for what is none, or lies ahead."""
    plain = " ".join(text.split())
    said = _SINCE.sub("", plain, count=1)
    found = None if _AHEAD.search(said) else _own_or_known(said, now, tz)
    if found is None and not _AHEAD.search(said):
        why = f"I can't tell which past time “{plain}” is."
        raise NotUnderstood(why, words=plain, example=f"runs {EXAMPLE}")
    if found is None or found.begins > now:
        raise NotUnderstood(f"“{plain}” is yet to come.", words=plain, example=f"runs {EXAMPLE}")
    return Span(found.begins) if said != plain else found


def _own_or_known(said: str, now: datetime, tz: ZoneInfo) -> Span | None:
    try:
        return _own(said, now, tz) or _by_time_language(said, now, tz)
    except OverflowError:  # before the first year
        return None


def _own(said: str, now: datetime, tz: ZoneInfo) -> Span | None:
    """Read phrases for which the language of coming times has no words."""
    today = now.astimezone(tz).date()
    period = _PERIOD.fullmatch(said)
    if period is not None:
        return _period(period[1].lower().removeprefix("the "), period[2].lower(), today, tz)
    length = _LENGTH.fullmatch(said) or _AGO.fullmatch(said)
    if length is not None:
        count = int(length[1]) if (length[1] or "").isdigit() else 1
        return Span(now - timedelta(**{_UNITS[length[2][0].lower()]: count}))
    this, part = _THIS.fullmatch(said), _PART.fullmatch(said)
    if this is not None:
        hour = _PARTS[(this[1] or "night").lower()]
        return Span(_at(today - timedelta(days=1 if this[3] else 0), hour, tz))
    if part is not None:
        day = _own_or_known(part["day"] or "today", now, tz)
        return day and Span(_at(day.begins.astimezone(tz).date(), _PARTS[part["part"].lower()], tz))
    return _day(said, today, tz)


def _day(said: str, today: date, tz: ZoneInfo) -> Span | None:
    found = _DAY.fullmatch(said)
    if found is None:
        return None
    day = today - timedelta(days=_DAYS[found[1].lower()])
    begins = start_of(day, tz)
    if not found[2]:
        return Span(begins, start_of(day + timedelta(days=1), tz))
    at = _once(found[2], begins - TICK, tz)
    return Span(at) if at is not None and at.astimezone(tz).date() == day else None


def _period(which: str, unit: str, today: date, tz: ZoneInfo) -> Span:
    if unit == "month":
        begins = today.replace(day=1)
        before = (begins - timedelta(days=1)).replace(day=1)
    elif unit == "week":
        begins = today - timedelta(days=today.weekday())
        before = begins - timedelta(days=7)
    else:
        back = (today.weekday() - 5) % 7
        begins = today - timedelta(days=back + 7 if which == "last" and back < 2 else back)  # noqa: PLR2004  in it
        return Span(start_of(begins, tz), start_of(begins + timedelta(days=2), tz))
    if which == "this":
        return Span(start_of(begins, tz))
    return Span(start_of(before, tz), start_of(begins, tz))


def _by_time_language(said: str, now: datetime, tz: ZoneInfo) -> Span | None:
    """Read a phrase by the language of coming times; return the latest such day or moment so far."""
    last = _LAST_DAY.fullmatch(said)
    said = last[1] if last else re.sub(r"^on\s+", "", said, flags=re.IGNORECASE)
    until = start_of(now.astimezone(tz).date(), tz) - TICK if last else now
    for text, is_day in ((f"{said} at 00:00", True), (said, False)):
        for days in _SHIFTS:
            at = _once(text, until - timedelta(days=days), tz)
            if at is not None and at <= until:
                following = at.astimezone(tz).date() + timedelta(days=1)
                return Span(at, start_of(following, tz)) if is_day else Span(at)
    ahead = _once(said, now, tz)
    return None if ahead is None else Span(ahead)


def _once(text: str, now: datetime, tz: ZoneInfo) -> datetime | None:
    try:
        when = read(text, now=now, tz=tz).when
    except NotUnderstood:
        return None
    return when.at if isinstance(when, Once) else None


def _at(day: date, hour: int, tz: ZoneInfo) -> datetime:
    return moment_at(datetime.combine(day, time(hour)), tz)
