"""Everything that a run's card shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.domain.firing import Firing
    from bot.domain.job import Job
    from bot.domain.reason import DagVersion, Seen
    from bot.domain.run import Run
    from bot.domain.schedule import Schedule

UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class RunCard:
    """What a run's card shows. `firing` is None for a run started in Airflow itself.

    `schedule` is None if it belongs to none, or that one was deleted.
    """

    run: Run
    job: Job
    firing: Firing | None
    schedule: Schedule | None
    url: str
    late_missed: int = 0
    """How many earlier moments of the schedule were missed in a row before this one."""
    seen: Seen | None = None
    """How often the job failed like this within a week, if the run failed."""
    changed: DagVersion | None = None
    """The version of the job's code, if the run failed and the last run that was done had another one."""
    tz: ZoneInfo = UTC
    """The zone of the project in which it is shown, in which a run without a schedule is named."""
    usual: timedelta | None = None
    """How long the job usually takes, if the run goes on."""
