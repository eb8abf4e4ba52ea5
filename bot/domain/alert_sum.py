"""Sums of what happened: a digest, a weekly report, and what waited through quiet hours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.domain.alert_rule import How
    from bot.domain.job import JobKey
    from bot.domain.run import RunState


@dataclass(frozen=True, slots=True)
class Tally:
    """How many runs of a job ended in one way; `state` None means that they did not take place.

    `project_id` is None for runs that Airflow started. `last_at` is when the last of them ended, or was due.
    """

    project_id: int | None
    reports_to: str
    person_id: str
    has_schedule: bool
    key: JobKey
    state: RunState | None
    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class JobSum:
    """What came of one job's runs. `still_fails` says that the last of them failed."""

    title: str
    done: int
    failed: int
    missed: int
    still_fails: bool


@dataclass(frozen=True, slots=True)
class Coming:
    """A run that is planned."""

    title: str
    number: int
    at: datetime
    tz: ZoneInfo


@dataclass(frozen=True, slots=True)
class AlertSum:
    """The sum that a place reads. `how` is that of its rule: of quiet hours unless it is a digest or report.

    `project` is "" for a person's rule about everything. `jobs` has the first of `count` jobs, the worst
    first; `coming` the next runs. `reference` is the rule's.
    """

    how: How
    project: str
    since: datetime
    until: datetime
    tz: ZoneInfo
    jobs: tuple[JobSum, ...]
    count: int
    done: int
    failed: int
    missed: int
    coming: tuple[Coming, ...]
    reference: str
