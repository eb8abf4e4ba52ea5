"""Slack's date tokens, written in the viewer's own zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN = re.compile(r"\{(\w+)\}")
MINUTE, HOUR, DAY = 60, 3600, 86_400


def zone_of(name: str | None) -> tzinfo:
    return UTC if name is None else ZoneInfo(name)


def write_date(seconds: int, form: str, zone: tzinfo, now: float) -> str:
    """`form` with its tokens, such as "{date_short_pretty} at {time}", filled in."""
    moment = datetime.fromtimestamp(seconds, zone)
    today = datetime.fromtimestamp(now, zone)
    return TOKEN.sub(lambda found: _token(found[1], moment, today) or found[0], form)


def _token(name: str, moment: datetime, today: datetime) -> str | None:
    if name.endswith("_pretty"):
        return _pretty(moment, today) or _token(name.removesuffix("_pretty"), moment, today)
    writers: dict[str, Callable[[], str]] = {
        "date_num": lambda: f"{moment:%Y-%m-%d}",
        "date_slash": lambda: f"{moment:%m/%d/%Y}",
        "date": lambda: f"{moment:%B} {_ordinal(moment.day)}, {moment.year}",
        "date_short": lambda: f"{moment:%b} {moment.day}, {moment.year}",
        "date_long": lambda: f"{moment:%A}, {moment:%B} {_ordinal(moment.day)}, {moment.year}",
        "time": lambda: _clock(moment),
        "time_secs": lambda: f"{_hour(moment)}:{moment:%M:%S} {moment:%p}",
        "ago": lambda: _ago((today - moment).total_seconds()),
    }
    return writers[name]() if name in writers else None


def _pretty(moment: datetime, today: datetime) -> str | None:
    days = (moment.date() - today.date()).days
    return {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days)


def _clock(moment: datetime) -> str:
    return f"{_hour(moment)}:{moment:%M} {moment:%p}"


def _hour(moment: datetime) -> int:
    return moment.hour % 12 or 12


def _ordinal(day: int) -> str:
    ending = "th" if 11 <= day % 100 <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")  # noqa: PLR2004  English
    return f"{day}{ending}"


def _ago(seconds: float) -> str:
    past, size = seconds >= 0, abs(int(seconds))
    for unit, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if size >= unit:
            count = size // unit
            words = f"{count} {name}{'s' if count != 1 else ''}"
            return f"{words} ago" if past else f"in {words}"
    return "just now" if past else "in a moment"


def message_time(ts: str, zone: tzinfo) -> str:
    return _clock(datetime.fromtimestamp(float(ts), zone))


def message_day(ts: str, zone: tzinfo, now: float) -> str:
    """Today, Yesterday, or "Monday, May 4th"."""
    moment, today = datetime.fromtimestamp(float(ts), zone), datetime.fromtimestamp(now, zone)
    pretty = _pretty(moment, today)
    return pretty.capitalize() if pretty else f"{moment:%A}, {moment:%B} {_ordinal(moment.day)}"
