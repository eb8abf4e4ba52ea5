"""Clocks that differ: this machine's, compared with those of Slack, Airflow and the database."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.domain.ports import AirflowHealth

MOST = timedelta(seconds=30)
"""Half of the shortest lease. Beyond it, another process would take over what is still held."""
SCHEDULER_BEATS_WITHIN = timedelta(seconds=30)
"""After a longer silence, Airflow itself calls its scheduler unhealthy."""


def differing(now: datetime, told: Mapping[str, datetime | None]) -> list[str]:
    """Return a sentence for each clock in `told` (by name) that differs from this machine's, `now`."""
    return [
        f"The clock of {name} is {_apart(at - now)} this machine's. Let both be set by NTP: due runs start "
        "early or late, and several processes may do the same twice"
        for name, at in told.items()
        if at is not None and abs(at - now) > MOST
    ]


def clock_of_airflow(health: AirflowHealth, now: datetime) -> datetime | None:
    """Return about what time it is by Airflow's clock. None if its last heartbeat does not tell."""
    beat = health.heartbeat_at
    if beat is None or not health.scheduler:
        return None
    return beat if beat > now else min(now, beat + SCHEDULER_BEATS_WITHIN)


def _apart(span: timedelta) -> str:
    seconds = round(abs(span.total_seconds()))
    return f"{seconds} s {'ahead of' if span > timedelta(0) else 'behind'}"
