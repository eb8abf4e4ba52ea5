"""Wall-clock times and the moments they stand for, through the short and the long night."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

TICK = timedelta(microseconds=1)
"""The smallest difference between two moments."""
LONGEST_SHIFT = timedelta(hours=6)
"""Longer than any change of clocks in any zone."""


def moment_at(wall: datetime, tz: ZoneInfo) -> datetime:
    """Return the moment, in UTC, at which clocks in `tz` first show the naive `wall`.

    A time in a gap moves on by the gap's length (RFC 5545): 02:30 is 03:30 on the short night.
    """
    # In a gap fold=0 takes the offset of before the change, which is what moves the time on.
    return wall.replace(tzinfo=tz, fold=0).astimezone(UTC)


def exists(wall: datetime, tz: ZoneInfo) -> bool:
    """Return whether clocks in `tz` ever show the naive `wall`."""
    return moment_at(wall, tz).astimezone(tz).replace(tzinfo=None, fold=0) == wall


def repeats(wall: datetime, tz: ZoneInfo) -> bool:
    """Return whether clocks in `tz` show the naive `wall` twice."""
    aware = wall.replace(tzinfo=tz, fold=0)
    # In a gap the two offsets differ as well, but clocks never show the time.
    return aware.utcoffset() != aware.replace(fold=1).utcoffset() and exists(wall, tz)


def start_of(day: date, tz: ZoneInfo) -> datetime:
    """Return the first moment of a local day, in UTC."""
    return moment_at(datetime.combine(day, time()), tz)
