"""Runs as a list shows them to one person: which were asked for, and what may be done with each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from bot.domain.card import RunCard
    from bot.domain.job import JobTitle
    from bot.domain.run import RunState


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs are wanted: of these jobs (all if empty), in this state, of this person, in this span."""

    jobs: tuple[JobTitle, ...] = ()
    state: RunState | None = None
    person_id: str = ""
    begins: datetime | None = None
    ends: datetime | None = None
    """The end of the span, exclusive; None means now."""
    made_at: datetime | None = None
    """Runs that began later are left out, so that pages do not shift while somebody turns them."""


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run in a list. `may_run` says whether the person who looks may retry it."""

    card: RunCard
    may_run: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """How the latest runs of one job ended, oldest first."""

    title: str
    states: tuple[RunState, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended, and how long it took."""

    state: RunState
    took: timedelta


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A run that has not ended. `person_id` is "" for one that was started in Airflow itself."""

    since: datetime
    person_id: str


@dataclass(frozen=True, slots=True)
class Look:
    """A page that somebody may turn to. `look_id` is what its button carries."""

    look_id: str
    workspace_id: str
    person_id: str
    wanted: RunFilter
    page: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class History:
    """One page of runs, newest first. `newer` and `older` lead to the pages beside it."""

    wanted: RunFilter
    page: int
    rows: Sequence[RunRow]
    strips: Sequence[Strip] = ()
    newer: str | None = None
    older: str | None = None
