"""A draft: what a person asked for and has not confirmed yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.domain.job import JobKey
    from bot.domain.project import Place
    from bot.domain.schedule import Policies, Schedule
    from bot.domain.when import When


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed before a form opens.

    `when` is as it was typed. `wrong` has, for each input that cannot be read, its text ("" for a secret) and
    why.
    """

    when: str = ""
    now: bool = False
    """Whether it is to run once, now."""
    wrong: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person asked for. `when` None means a run-now.

    Project and place are fixed here, because a modal's payload names no channel.
    """

    draft_id: str
    person_id: str
    key: JobKey
    inputs: Mapping[str, Any]
    when: When | None
    project_id: int
    place: Place
    expires_at: datetime
    outcome: str | None = None
    """None, "confirmed" or "discarded"."""
    became_id: str | None = None
    """The schedule's or the firing's id, once confirmed."""
    changes_id: str | None = None
    """The id of the schedule that is changed. None for a new one."""
    changes_version: int | None = None
    """The version of that schedule which the person saw. None for a new one."""
    policies: Policies | None = None
    """What to do when something goes wrong. None means as usual, or for a change as it is now."""
    typed: Typed | None = None
    """Set if the draft waits for a form. It cannot be confirmed itself: the form makes another draft."""


@dataclass(frozen=True, slots=True)
class Alike:
    """A schedule of the same job that exists already. `may_change` lets the person turn it into this one."""

    schedule: Schedule
    may_change: bool
