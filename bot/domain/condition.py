"""A condition: something that is not as it should be, from when people are told of it until it is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.project import Place

ENOUGH = 5
"""The least number of good runs that say when a run of the job takes too long."""
LONGER, SPREADS = timedelta(minutes=1), 5
"""A run takes too long that takes longer than usual by this, by half, and by so many times the spread."""


class ConditionKind(StrEnum):
    LONG_RUN = "long run"
    """A run goes on for longer than its job usually takes. The subject is the run's key."""
    NOT_BEGUN = "not begun"
    """A run has not begun long after its time. The subject is the run's key."""
    STOPPED = "stopped"
    """A schedule waits for its owner, because it failed too often. The subject is the schedule's id."""
    NEVER_CAME = "never came"
    """Airflow has not started what its own schedule says. The subject is the job's DAG id."""
    AWAY = "away"
    """Airflow, a part of it, or Slack does not answer. The subject is its name."""


@dataclass(frozen=True, slots=True)
class Condition:
    """An open condition, in one place. At most one of a kind and subject is open there.

    `began_at` is since when it is so, which may be before people were told.
    """

    condition_id: str
    kind: ConditionKind
    subject: str
    place: Place
    began_at: datetime


@dataclass(frozen=True, slots=True)
class Usual:
    """How long a job's last good runs took: the middle one, and how far the others are from it."""

    took: timedelta
    spread: timedelta
    """The median distance from `took`."""
    runs: int

    @property
    def too_long(self) -> timedelta | None:
        """After how long a run takes longer than usual. None if there were too few runs to say."""
        if self.runs < ENOUGH:
            return None
        return self.took + max(LONGER, self.took / 2, SPREADS * self.spread)


def usual_of(took: Sequence[timedelta]) -> Usual:
    """Return what is usual among these times, of which there is at least one."""
    seconds = [each.total_seconds() for each in took]
    middle = median(seconds)
    spread = median(abs(each - middle) for each in seconds)
    return Usual(timedelta(seconds=middle), timedelta(seconds=spread), len(took))
