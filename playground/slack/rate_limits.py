"""Slack's rate limits: per method and minute, and about one message a second per channel."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.slack.clock import Clock

WINDOW = 60.0
PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100, 5: 300}
"""Tier 5 is Slack's "special": assumed generous, as `auth.test` is ("hundreds per minute")."""

BURST = 10
"""Assumed: Slack says "short bursts are tolerated" and no figure."""


class RateLimits:
    """Each check answers None, or the whole seconds to wait (Retry-After)."""

    def __init__(self, clock: Clock) -> None:
        self.enforced = True
        self._clock = clock
        self._calls: dict[str, deque[float]] = {}
        self._buckets: dict[str, tuple[float, float]] = {}

    def check_method(self, method: str, tier: int) -> int | None:
        now = self._clock.now()
        calls = self._calls.setdefault(method, deque())
        while calls and calls[0] <= now - WINDOW:
            calls.popleft()
        if self.enforced and len(calls) >= PER_MINUTE[tier]:
            return max(1, math.ceil(calls[0] + WINDOW - now))
        calls.append(now)
        return None

    def check_posting(self, place: str) -> int | None:
        """One per second and place (a channel, or a response_url), with a burst."""
        now = self._clock.now()
        level, at = self._buckets.get(place, (float(BURST), now))
        level = min(float(BURST), level + (now - at))
        if self.enforced and level < 1:
            self._buckets[place] = (level, now)
            return max(1, math.ceil(1 - level))
        self._buckets[place] = (level - 1, now)
        return None
