"""The moments that a preview names."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.language.say import say_moment
from bot.language.when.calendar.zones import name_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


def listed(times: Sequence[datetime]) -> str:
    """Return a line for each moment, below one that says in which zone they are."""
    if not times:
        return "Nothing is left to run."
    zone = times[0].tzinfo
    assert isinstance(zone, ZoneInfo)
    heading = f"{'Once' if len(times) == 1 else f'The next {len(times)} times'}, in {name_of(zone)}:"
    return "\n".join([heading, *(f"•  {each:%a} {each.day} {each:%b %Y}, {each:%H:%M}" for each in times)])


def left_out(skipped: Sequence[datetime], zone: ZoneInfo) -> str:
    """Return which moments are left out because they are skipped; "" if none is."""
    return f"Skipped: {'; '.join(say_moment(each, zone) for each in skipped)}." if skipped else ""


def in_other_zone(times: Sequence[datetime], tz: ZoneInfo) -> str:
    """Return the first time by the project's clock; "" if that shows the same."""
    if not times or times[0].utcoffset() == times[0].astimezone(tz).utcoffset():
        return ""
    return f"By the project’s own clock the first is {say_moment(times[0], tz)}."
