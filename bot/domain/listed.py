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
    """`last`: its latest run; `may_…`: what the one who looks may do with it.

    `skipped`: moments to come that are passed over, each with its firing's id; only of one shown alone.
    """

    schedule: Schedule
    job: Job
    project: Project
    last: Run | None
    may_change: bool
    may_delete: bool
    """And edit it."""
    may_run: bool = False
    may_take_over: bool = False
    skipped: tuple[tuple[str, datetime], ...] = ()
    """Moments to come that are passed over: the firing's id, and when."""
    absence: Absence | None = None
    """Of its owner, where they are away now."""
    next_at: datetime | None = None
    """When it runs next: skips and pauses count."""


@dataclass(frozen=True, slots=True)
class Page:
    """Schedules in a list: those shown, and how many there are; `is_more`: more than that even."""

    shown: Sequence[Listed]
    count: int
    is_more: bool = False


@dataclass(frozen=True, slots=True)
class Skipped:
    """`firing_id`: of the moment that is passed over, which is what an undo names."""

    listed: Listed
    firing_id: str
    due_at: datetime
