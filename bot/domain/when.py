"""When: once, or a repetition, always with a time zone; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Once:
    at: datetime
    tz: ZoneInfo


When = Once


def next_after(when: When, moment: datetime) -> datetime | None:
    """The first moment of `when` strictly later than `moment`, aware, in `when.tz`; None when none is left."""
    return when.at if when.at > moment else None


def upcoming(when: When, moment: datetime, count: int) -> list[datetime]:
    """Up to `count` moments strictly later than `moment`, in order."""
    first = next_after(when, moment)
    return [] if first is None else [first][:count]
