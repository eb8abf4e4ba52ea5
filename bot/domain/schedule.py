"""A schedule: a job + inputs + when, in one project, asked for by a person, reporting to a place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bot.domain.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.domain.job import JobKey
    from bot.domain.project import Place
    from bot.domain.when import When


class ScheduleState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    SUSPENDED = "suspended"
    """Stopped by Runbell: a right was lost, the job is gone, its inputs do not fit, it failed too often."""
    ENDED = "ended"
    """Nothing is left to fire."""


_S = ScheduleState
MOVES: Mapping[ScheduleState, frozenset[ScheduleState]] = {
    _S.ACTIVE: frozenset({_S.PAUSED, _S.SUSPENDED, _S.ENDED}),
    _S.PAUSED: frozenset({_S.ACTIVE, _S.SUSPENDED, _S.ENDED}),
    _S.SUSPENDED: frozenset({_S.ACTIVE, _S.PAUSED, _S.ENDED}),
    _S.ENDED: frozenset({_S.ACTIVE}),
}


class MissedPolicy(StrEnum):
    """What becomes of moments that passed while Runbell or Airflow was down for longer than the grace."""

    LATEST = "latest"
    NONE = "none"
    ALL = "all"


class OverlapPolicy(StrEnum):
    """What becomes of a moment that comes while the schedule's previous run goes on."""

    WAIT = "wait"
    SKIP = "skip"
    ALLOW = "allow"


@dataclass(frozen=True, slots=True)
class Policies:
    """What a schedule is called, and what happens when something goes wrong. The defaults are the usual."""

    missed: MissedPolicy = MissedPolicy.LATEST
    overlap: OverlapPolicy = OverlapPolicy.WAIT
    grace: timedelta | None = None
    most_failures: int | None = None
    nickname: str = ""

    def facts(self) -> dict[str, Any]:
        """Return the policies as JSON holds them."""
        return {
            "missed": str(self.missed),
            "overlap": str(self.overlap),
            "grace_seconds": None if self.grace is None else int(self.grace.total_seconds()),
            "most_failures": self.most_failures,
            "nickname": self.nickname,
        }

    @classmethod
    def of_facts(cls, facts: Mapping[str, Any]) -> Policies:
        """Return the policies that `facts` gave."""
        seconds = facts["grace_seconds"]
        return cls(
            missed=MissedPolicy(facts["missed"]),
            overlap=OverlapPolicy(facts["overlap"]),
            grace=None if seconds is None else timedelta(seconds=seconds),
            most_failures=facts["most_failures"],
            nickname=facts["nickname"],
        )


@dataclass(frozen=True, slots=True)
class Schedule:
    schedule_id: str
    number: int
    """The number that people use: #12."""
    key: JobKey
    inputs: Mapping[str, Any]
    when: When
    project_id: int
    owner_id: str
    place: Place
    state: ScheduleState
    reason: str
    """Why it is suspended, in words for people."""
    next_due_at: datetime | None
    missed: MissedPolicy = MissedPolicy.LATEST
    overlap: OverlapPolicy = OverlapPolicy.WAIT
    nickname: str = ""
    grace: timedelta | None = None
    """How late a run may start without a word. None means as the settings say."""
    most_failures: int | None = None
    """After how many failures in a row it waits for its owner. None means that it goes on."""
    resumes_at: datetime | None = None
    """When it goes on by itself, if it is paused."""
    paused_by: str = ""
    """Who paused it, if it is paused."""
    version: int = 0
    """How often people have changed its times, inputs, place, policies or nickname."""

    @property
    def policies(self) -> Policies:
        """Return its nickname and what happens when something goes wrong."""
        return Policies(self.missed, self.overlap, self.grace, self.most_failures, self.nickname)


def check_move(before: ScheduleState, after: ScheduleState) -> None:
    """Raise Conflict if the table of states does not have the move."""
    if after not in MOVES[before]:
        raise Conflict(f"This schedule is {before} already." if before is after else f"It is {before}.")
