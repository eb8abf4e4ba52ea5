"""The pace of messages: about one a second in each channel, and 50 edits a minute in all."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from bot.domain.errors import LONGEST_RETRY_AFTER

RETRY_AFTER = (1, 2, 5, 10, 30, 60)
"""Seconds from one try of a message to the next; from then on the last."""
PER_CHANNEL = timedelta(seconds=1)
PER_PROGRESS = timedelta(seconds=2)
"""The rest after any edit before one that only shows progress."""
LONGEST_REST = timedelta(seconds=LONGEST_RETRY_AFTER)
"""The longest rest. Whatever rests longer does so because a clock was put back."""

ALL_EDITS, PROGRESS = "chat.update", "progress"
"""Names of what rests besides channels, whose ids look different."""


EDITS_A_MINUTE, A_MINUTE = 45, timedelta(minutes=1)
"""Slack takes about fifty edits a minute; the others are left for another process."""


def rest_after(attempts: int) -> timedelta:
    """Return how long a message rests that was tried so often."""
    return timedelta(seconds=RETRY_AFTER[min(attempts, len(RETRY_AFTER) - 1)])


class Pace:
    """What rests, and until when. Slack's Retry-After goes beyond our own caution."""

    def __init__(self) -> None:
        self._free_at: dict[str, datetime] = {}
        self._edited_at: deque[datetime] = deque(maxlen=EDITS_A_MINUTE)
        self._spoke_at: datetime | None = None

    def resting(self, now: datetime) -> set[str]:
        """Return what must be left alone now: channels' ids, ALL_EDITS, PROGRESS."""
        self._free_at = {each: at for each, at in self._free_at.items() if now < at <= now + LONGEST_REST}
        return set(self._free_at)

    def edited(self, now: datetime) -> None:
        """Count an edit. After EDITS_A_MINUTE within a minute, all edits rest until the minute is over."""
        self.spoke(now)
        self._edited_at.append(now)
        oldest = self._edited_at[0]
        # A clock that was put back makes the oldest edit one to come: then nothing rests.
        if len(self._edited_at) == EDITS_A_MINUTE and timedelta() <= now - oldest < A_MINUTE:
            self.rest(ALL_EDITS, now, oldest + A_MINUTE - now)

    def rest(self, what: str, now: datetime, span: timedelta) -> None:
        """Let a channel, ALL_EDITS or PROGRESS rest for so long, at most LONGEST_REST."""
        self._free_at[what] = now + min(span, LONGEST_REST)

    def spoke(self, now: datetime) -> None:
        """Note that Slack has taken something."""
        self._spoke_at = now

    def spoke_lately(self, now: datetime) -> bool:
        """Return whether Slack has taken anything within the last two minutes."""
        return self._spoke_at is not None and self._spoke_at > now - 2 * A_MINUTE
