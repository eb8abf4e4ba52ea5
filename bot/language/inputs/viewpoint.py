"""From where a text is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """When and where somebody types, on which "tomorrow" and "9am" depend.

    `now` is None for texts that are kept, as in a projects file: they must not depend on the day of reading.
    """

    tz: ZoneInfo
    now: datetime | None = None
