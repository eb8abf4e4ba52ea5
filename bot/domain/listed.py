"""A schedule as a list shows it, to one person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.absence import Absence
    from bot.domain.job import Job
    from bot.domain.project import Project
    from bot.domain.run import Run
    from bot.domain.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Listed:
    """`last`: its latest run; `may_…`: what the one who looks may do with it."""

    schedule: Schedule
    job: Job
    project: Project
    last: Run | None
    may_change: bool
    may_delete: bool
    may_take_over: bool = False
    absence: Absence | None = None
    """Of its owner, where they are away now."""
