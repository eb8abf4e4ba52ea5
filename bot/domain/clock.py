"""The clock: the only place that asks the operating system for the time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        """Return the time of the operating system."""
        return datetime.now(UTC)  # noqa: TID251  this is the Clock everybody asks
