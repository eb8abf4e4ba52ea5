"""From where a text is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """When and where somebody types: "tomorrow" and "9am" hang on it.

    `now` None: what is typed is kept for later, as in a projects file, and must not hang on today.
    """

    tz: ZoneInfo
    now: datetime | None = None
