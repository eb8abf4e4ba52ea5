"""What somebody's Home shows: what needs them, what they have scheduled, what ran, what they look after."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.domain.announcement import AccessAsked
    from bot.domain.card import RunCard
    from bot.domain.history import RunRow
    from bot.domain.incident import Incident
    from bot.domain.job import Job
    from bot.domain.listed import Coming, Listed, Page
    from bot.domain.project import Project
    from bot.domain.rights import Action, Role
    from bot.domain.run import RunState


HOME_ROWS = 6
"""The number of their own schedules that a Home shows at once."""


@dataclass(frozen=True, slots=True)
class OpenHome:
    """A Home that somebody has opened lately.

    `first_shown` is how many of their schedules stand before those shown. `shown` is a digest of what Slack
    has got, "" if nothing yet. `project_ids` are the projects whose changes concern it.
    """

    workspace_id: str
    person_id: str
    opened_at: datetime
    looked_at: datetime
    first_shown: int = 0
    project_ids: frozenset[int] = frozenset()
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Failing:
    """Something that fails in a project of the person's. `count` is how many of its runs have failed."""

    incident: Incident
    last: RunCard
    count: int
    may_run: bool


@dataclass(frozen=True, slots=True)
class ProjectWeek:
    """The last seven days of a project. `fails_most` has jobs' titles and how many runs of each failed."""

    project: Project
    done: int
    failed: int
    fails_most: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Upkeep:
    """How Runbell itself is, for admins.

    `waiting` messages are due and not sent, the oldest since `oldest_at`. `read_at` is when Airflow's jobs
    were last read, None if never. The others count jobs that no project has, schedules that are suspended,
    and schedules whose owner has left.
    """

    waiting: int
    oldest_at: datetime | None
    read_at: datetime | None
    unshared: int
    suspended: int
    ownerless: int


@dataclass(frozen=True, slots=True)
class Home:
    """Everything that a Home shows. `may` is what the person may do with at least one job.

    `failing_count` and `waiting_count` count also those that are not shown. `strips` has by schedule's id how
    its last runs ended, oldest first. `weeks` are of the projects that the person manages, `upkeep` is None
    for all but admins.
    """

    person_id: str
    tz: ZoneInfo
    now: datetime
    may: frozenset[Action]
    example: str
    """The title of a job that the person may schedule; "" if there is none."""
    failing: Sequence[Failing]
    failing_count: int
    suspended: Sequence[Listed]
    waiting: Sequence[AccessAsked]
    waiting_count: int
    mine: Page
    strips: Mapping[str, tuple[RunState, ...]]
    ahead: Coming
    by_themselves: Sequence[Job]
    runs: Sequence[RunRow]
    to_run: Sequence[tuple[str, str]]
    """Jobs that the person may run, those first that they ran by hand last; each by reference and title."""
    projects: Sequence[tuple[Project, Role]]
    weeks: Sequence[ProjectWeek]
    upkeep: Upkeep | None


def digest_of(view: Mapping[str, Any]) -> str:
    """Return a text that differs for another view."""
    return hashlib.blake2b(json.dumps(view, sort_keys=True).encode(), digest_size=16).hexdigest()
