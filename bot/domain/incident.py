"""An incident: from a job's first failure until it works again. If it flaps, that is said only once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING

from bot.domain.run import RunState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.domain.run import Run

OVER_AFTER = timedelta(minutes=30)
"""Without a failure: what fails after that is another incident."""
TOLD_TIMES = 2
"""Failures of one incident that are told, each with its recovery; from the next on it is said to flap."""
STEADY_AFTER = 5
"""Runs in a row that end alike: then what flapped is steady."""


class Told(Enum):
    """What people hear of a run's end."""

    FAILURE = auto()
    RECOVERY = auto()
    FLAPS = auto()


@dataclass(frozen=True, slots=True)
class Incident:
    """From a first failure on. `times`: how often the job has failed after it had worked, the first included.

    `failed_at`, `failed_due_at`: of the last run that failed. `alike`: how many runs in a row have ended as
    the last did.
    """

    began_at: datetime
    failed_at: datetime
    failed_due_at: datetime | None
    is_failing: bool = True
    times: int = 1
    alike: int = 1
    flaps: bool = False


def after(ended: Iterable[Run]) -> tuple[Incident | None, Told | None]:
    """Return the incident after these runs of one job, if one goes on, and what the last of them is told as.

    `ended`: oldest end first.
    """
    incident: Incident | None = None
    told: Told | None = None
    for run in ended:
        incident, told = _follow(incident, run)
    return incident, told


def _follow(before: Incident | None, run: Run) -> tuple[Incident | None, Told | None]:
    assert run.ended_at is not None
    failed = run.state is RunState.FAILED
    begins = Incident(run.ended_at, run.ended_at, run.due_at)
    if before is None:
        return (begins, Told.FAILURE) if failed else (None, None)
    if not failed and _is_of_an_earlier_day(run, before):
        return before, None  # a backfill of last week mends nothing of today
    is_over = not before.is_failing and run.ended_at - before.failed_at > OVER_AFTER
    if is_over:
        if failed:
            return begins, Told.FAILURE
        return None, Told.RECOVERY if before.flaps else None
    has_changed = failed != before.is_failing
    now = replace(
        before,
        failed_at=run.ended_at if failed else before.failed_at,
        failed_due_at=run.due_at if failed else before.failed_due_at,
        is_failing=failed,
        times=before.times + (has_changed and failed),
        alike=1 if has_changed else before.alike + 1,
    )
    return _while_it_flaps(now) if before.flaps else _told(now, has_changed=has_changed)


def _told(now: Incident, *, has_changed: bool) -> tuple[Incident | None, Told | None]:
    if has_changed and now.is_failing:
        if now.times > TOLD_TIMES:
            return replace(now, flaps=True), Told.FLAPS
        return now, Told.FAILURE
    return now, Told.RECOVERY if has_changed else None


def _while_it_flaps(now: Incident) -> tuple[Incident | None, Told | None]:
    """Say nothing until the job is steady, and then that it works, or that it fails each time."""
    if now.alike < STEADY_AFTER:
        return now, None
    return (replace(now, flaps=False, times=1), Told.FAILURE) if now.is_failing else (None, Told.RECOVERY)


def _is_of_an_earlier_day(run: Run, before: Incident) -> bool:
    return run.due_at is not None and before.failed_due_at is not None and run.due_at < before.failed_due_at
