"""What a project's channel is told of a pause of all its schedules, as facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class ProjectPaused:
    """All schedules of a project rest until then. `reason` is in the words of whoever paused it, or ""."""

    project: str
    tz: ZoneInfo
    until: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class KeptBack:
    """A moment of a schedule that did not run. `title` is its job's, in its project's words."""

    title: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class ProjectGoesOn:
    """A project's pause is over. `first` are the first of the `count` runs that it has kept back."""

    project: str
    tz: ZoneInfo
    first: tuple[KeptBack, ...]
    count: int
