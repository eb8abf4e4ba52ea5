"""The playground's own clock: seconds since the epoch, replaceable in tests."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


class Clock(Protocol):
    def now(self) -> float: ...


@runtime_checkable
class Movable(Protocol):
    """A clock that can be put forward. Whoever gives one to a workspace says that the app goes along."""

    def jump_to(self, moment: float) -> None:
        """ValueError when that is not ahead."""
        ...


class SystemClock:
    def now(self) -> float:
        return time.time()  # noqa: TID251  the playground may not import the bot's Clock; this is its own


@dataclass(slots=True)
class ManualClock:
    """Stands still until told; a test jumps over half an hour in no time."""

    moment: float = 1_767_258_000.0

    def now(self) -> float:
        return self.moment

    def forward(self, seconds: float) -> None:
        self.moment += seconds

    def jump_to(self, moment: float) -> None:
        if moment <= self.moment:
            raise ValueError("a clock can only be put forward")
        self.moment = moment


@dataclass(frozen=True, slots=True)
class Timing:
    """Slack's deadlines, in seconds. `None` for the refresh: connections are never recycled by themselves."""

    ack: float = 3.0
    trigger: float = 3.0
    response_url: float = 1800.0
    response_url_uses: int = 5
    event_retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    refresh_after: float | None = 4 * 3600.0
    refresh_warning: float = 10.0
    ping: float = 10.0
    signature_age: float = 300.0
    events_an_hour: int = 30_000
    events_judged_from: int = 1000
    failing_share: float = 0.95
