"""What a form or message shows of a draft: its preview, and the schedule that it may change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.draft import Alike, Draft
    from bot.domain.history import UnderWay
    from bot.domain.job import Job
    from bot.domain.project import Place, Project
    from bot.domain.schedule import Schedule
    from bot.rules.access import Offer


@dataclass(frozen=True, slots=True)
class Preview:
    """What will happen once a draft is confirmed."""

    draft: Draft
    job: Job
    project: Project
    now: datetime
    """The moment of the preview, in the zone of whoever sees it."""
    times: Sequence[datetime]
    """The next five moments; empty for a run-now."""
    changes: Schedule | None
    """The schedule that the draft changes, as it is now. None for a new one."""
    alike: Alike | None
    """A schedule like this one that exists already. None if there is none."""
    may_save: bool = False
    """Whether the person may keep its inputs as a preset for everybody in the project."""
    under_way: UnderWay | None = None
    """A run of the same job that has not ended, if the draft is to run now. None if there is none."""


@dataclass(frozen=True, slots=True)
class Editable:
    """A schedule, and the places where it may report, each with its label."""

    schedule: Schedule
    offer: Offer
    places: Sequence[tuple[Place, str]]
