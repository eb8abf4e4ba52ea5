"""A clock that stands until it is told to go on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class FakeClock:
    def __init__(self, now: datetime = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)) -> None:
        self._now = now
        self.before_moving: Callable[[], None] = lambda: None
        """Waits for what is under way, where the test does not do everything itself."""

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        self.before_moving()
        self._now += by

    def set(self, now: datetime) -> None:
        """Also backwards, as real clocks do."""
        self.before_moving()
        self._now = now
