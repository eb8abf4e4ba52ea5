"""A schedule as a list shows it, to one person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.absence import Absence
    from bot.domain.history import Ended
    from bot.domain.job import Job, JobKey
    from bot.domain.project import Project
    from bot.domain.run import Run
    from bot.domain.schedule import Schedule, ScheduleState


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
    """The absence of the schedule's owner, if they are away now."""
    next_at: datetime | None = None
    """When it runs next, with skips and pauses counted."""
    past: tuple[Ended, ...] = ()
    """Its last runs that have ended, oldest first; only if the schedule is shown alone."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which schedules a list is limited to; without a word, the person's own.

    `owner_ids` limits it to these people's, if there are any. `called` limits it to schedules whose nickname,
    title or DAG id begins so; `numbers`, `keys` and `states` to those with one of these. `has_failed` means
    that the last run failed. `due` limits it to schedules that run from the first moment on and before the
    second.
    """

    everyones: bool = False
    owner_ids: frozenset[str] = frozenset()
    called: str = ""
    numbers: tuple[int, ...] = ()
    keys: frozenset[JobKey] = frozenset()
    states: frozenset[ScheduleState] = frozenset()
    has_failed: bool = False
    due: tuple[datetime, datetime] | None = None

    @property
    def is_by_what_becomes(self) -> bool:
        """Return whether each has to be looked at by itself."""
        return self.has_failed or self.due is not None


@dataclass(frozen=True, slots=True)
class Page:
    """Schedules in a list, by when they run next.

    `shown` are those of this page, `count` is how many there are in all; `is_more` says that there are even
    more than that. `first_shown` is how many come before this page. `also` are jobs that Airflow runs by
    itself, where a list names them.
    """

    shown: Sequence[Listed]
    count: int
    is_more: bool = False
    first_shown: int = 0
    also: Sequence[Job] = ()


@dataclass(frozen=True, slots=True)
class Coming:
    """Runs to come, in order. `is_more`: there are more schedules than were looked at."""

    runs: Sequence[tuple[datetime, Listed]]
    is_more: bool
    resting: Sequence[Project] = ()
    """The projects among them whose schedules all rest now."""


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """A schedule whose deletion was undone. `passed` are the first moments that passed without a run."""

    listed: Listed
    passed: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A schedule whose moment was skipped. `firing_id` is what an undo names."""

    listed: Listed
    firing_id: str
    due_at: datetime
