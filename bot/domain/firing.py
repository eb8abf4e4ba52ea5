"""A firing: one due moment of a schedule, or one run-now. Only the dispatcher moves it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import TYPE_CHECKING, Any

from bot.domain.errors import Conflict
from bot.domain.run import RUN_ID_PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.domain.job import JobKey
    from bot.domain.project import Place


class FiringState(StrEnum):
    DUE = "due"
    WAITING = "waiting"
    """The firing waits for the end of the schedule's previous run."""
    SENDING = "sending"
    """A POST may be under way. From here on its id is never given to another firing."""
    HANDED_OVER = "handed over"
    WITHDRAWING = "withdrawing"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    MISSED = "missed"
    REJECTED = "rejected"

    @property
    def is_over(self) -> bool:
        """Whether the dispatcher has nothing more to do with it."""
        return self in {_S.HANDED_OVER, _S.CANCELLED, _S.SKIPPED, _S.MISSED, _S.REJECTED}


class Ahead(Enum):
    """What becomes of a firing whose moment is still to come."""

    RUNS = auto()
    IS_PASSED_OVER = auto()
    """The firing was skipped or rejected, or its run has ended: its moment gets no other firing."""
    IS_TAKEN_BACK = auto()
    """The firing is being taken back; its moment is free for another one afterwards."""


class Remedy(Enum):
    """What a person can do about a firing that did not become a run."""

    NONE = auto()
    RUN_NOW = auto()
    FIND_JOB = auto()
    MEND_FILE = auto()
    RESUME_JOB = auto()
    CHANGE_INPUTS = auto()
    GIVE_RIGHT = auto()
    GIVE_GRANT = auto()
    """The right is missing in Airflow, for Runbell's account."""


_S = FiringState
MOVES: Mapping[FiringState, frozenset[FiringState]] = {
    _S.DUE: frozenset({_S.WAITING, _S.SENDING, _S.CANCELLED, _S.SKIPPED, _S.MISSED, _S.REJECTED}),
    _S.WAITING: frozenset({_S.SENDING, _S.CANCELLED, _S.SKIPPED, _S.MISSED, _S.REJECTED}),
    _S.SENDING: frozenset({_S.HANDED_OVER, _S.WITHDRAWING, _S.MISSED, _S.REJECTED}),
    _S.HANDED_OVER: frozenset({_S.WITHDRAWING}),
    _S.WITHDRAWING: frozenset({_S.CANCELLED, _S.SKIPPED, _S.HANDED_OVER, _S.MISSED, _S.REJECTED}),
    _S.CANCELLED: frozenset(),
    _S.SKIPPED: frozenset({_S.CANCELLED}),  # a skip that is undone
    _S.MISSED: frozenset(),
    _S.REJECTED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Firing:
    """Copies what it needs, so that a later edit of its schedule does not change it."""

    firing_id: str
    schedule_id: str | None
    due_at: datetime
    key: JobKey
    inputs: Mapping[str, Any]
    project_id: int
    person_id: str
    """The person in whose name it runs: the schedule's owner, or whoever pressed Run now."""
    place: Place
    state: FiringState = FiringState.DUE
    reason: str = ""
    """Why it did not become a run, in words for people."""
    attempts: int = 0
    leased_until: datetime | None = None
    """The worker that claimed the firing may change it while this moment is unchanged."""
    in_doubt: bool = False
    """A POST of it went out and may have been accepted, or may yet be, without our knowing."""
    interval_start: datetime | None = None
    """The due moment before this one, if the schedule is a repetition."""
    ends_as: FiringState | None = None
    """The state in which a withdrawal ends: CANCELLED or SKIPPED by a person, MISSED, or REJECTED."""

    @property
    def run_id(self) -> str:
        """The id of its run in Airflow.

        It follows from the firing's, so a second POST finds the first run.
        """
        return f"{RUN_ID_PREFIX}{self.firing_id}"


@dataclass(frozen=True, slots=True)
class RunAfterAll:
    """A missed moment that somebody has run since: which one, `by` whom, and `at` which moment.

    `number` is its schedule's, and `tz` the zone in which that one is meant.
    """

    title: str
    number: int
    due_at: datetime
    tz: ZoneInfo
    by: str
    at: datetime


def check_move(before: FiringState, after: FiringState) -> None:
    """Raise Conflict if the table of states does not have the move."""
    if after not in MOVES[before]:
        raise Conflict(f"A firing that is {before} cannot become {after}.")
