"""A schedule as a list shows it, to one person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.absence import Absence
    from bot.domain.job import Job
    from bot.domain.project import Project
    from bot.domain.run import Run
    from bot.domain.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Listed:
    """A schedule in a list.

    `last` is its latest run; `may_…` says what the person who looks may do with it.
    """

    schedule: Schedule
    job: Job
    project: Project
    last: Run | None
    may_change: bool
    may_delete: bool
    """Whether they may delete and edit it."""
    may_run: bool = False
    may_take_over: bool = False
    skipped: tuple[tuple[str, datetime], ...] = ()
    """Skipped moments to come, as (firing's id, moment); only if the schedule is shown alone."""
    absence: Absence | None = None
    """Its owner's absence, if they are away now."""
    next_at: datetime | None = None
    """When it runs next, with skips and pauses counted."""


@dataclass(frozen=True, slots=True)
class Page:
    """Schedules in a list. `count` is how many there are; `is_more` means that there are even more."""

    shown: Sequence[Listed]
    count: int
    is_more: bool = False


@dataclass(frozen=True, slots=True)
class Skipped:
    """A schedule whose moment was skipped. `firing_id` is what an undo names."""

    listed: Listed
    firing_id: str
    due_at: datetime
