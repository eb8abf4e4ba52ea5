"""How many events an app gets in an hour, and when it gets none: one that takes none is sent no more."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.slack.clock import Clock, Timing

HOUR, MINUTE = 3600.0, 60.0


class EventLimits:
    """`disabled`: until somebody turns the subscriptions on again in the app's settings."""

    def __init__(self, clock: Clock, timing: Timing) -> None:
        self.disabled = False
        self._clock, self._timing = clock, timing
        self._sent: deque[float] = deque()
        self._attempts: deque[tuple[float, bool]] = deque()
        self._told_at = float("-inf")

    def take(self) -> bool:
        """Whether one more event may be sent within this hour."""
        now = self._clock.now()
        while self._sent and self._sent[0] <= now - HOUR:
            self._sent.popleft()
        if len(self._sent) >= self._timing.events_an_hour:
            return False
        self._sent.append(now)
        return True

    def minute_to_tell(self) -> int | None:
        """The minute of which the app must be told that it is limited; once for each."""
        minute = self._clock.now() // MINUTE * MINUTE
        if minute == self._told_at:
            return None
        self._told_at = minute
        return int(minute)

    def attempted(self, *, taken: bool) -> None:
        now = self._clock.now()
        self._attempts.append((now, taken))
        while self._attempts[0][0] <= now - HOUR:
            self._attempts.popleft()
        failed = sum(not each for _, each in self._attempts)
        judged = len(self._sent) >= self._timing.events_judged_from
        self.disabled |= judged and failed > self._timing.failing_share * len(self._attempts)

    def enable(self) -> None:
        self.disabled = False
        self._attempts.clear()
