"""What people are told of a condition that has its own facts: a run, a job or a system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta
    from zoneinfo import ZoneInfo

    from bot.domain.run import RunState


@dataclass(frozen=True, slots=True)
class RunsLong:
    """A run goes on for longer than its job usually takes, or may; or it did, and has ended (`ended`).

    `took` is how long it has taken so far. `usual` is how long it usually takes, or how long it may if
    `is_limit`. `run_key` is the run's.
    """

    title: str
    run_key: str
    took: timedelta
    usual: timedelta
    url: str
    ended: RunState | None = None
    is_limit: bool = False


@dataclass(frozen=True, slots=True)
class NotBegun:
    """A run has not begun, though Airflow has it. `late` is by how much it began late; None if it has not.

    `is_over` says that it never will begin.
    """

    title: str
    run_key: str
    due_at: datetime
    tz: ZoneInfo
    url: str
    late: timedelta | None = None
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class NeverCame:
    """Airflow has not started what its own schedule says. `over` is why that is over; "" while it is so."""

    title: str
    due_at: datetime
    tz: ZoneInfo
    over: str = ""


@dataclass(frozen=True, slots=True)
class Away:
    """A system does not answer; `until` is when it did again. For admins."""

    system: str
    since: datetime
    until: datetime | None = None
