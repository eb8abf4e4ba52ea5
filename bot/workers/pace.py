"""How fast Slack may be spoken to: about a message a second in each channel, and edits 50 a minute in all."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.errors import LONGEST_RETRY_AFTER

PER_CHANNEL = timedelta(seconds=1)
PER_PROGRESS = timedelta(seconds=2)
"""After any edit, before one that only shows progress."""
LONGEST_REST = timedelta(seconds=LONGEST_RETRY_AFTER)
"""What would rest for longer does so by a clock that has been put back."""

ALL_EDITS, PROGRESS = "chat.update", "progress"
"""Beside the ids of channels, which look otherwise."""


class Pace:
    """What rests, and until when. Slack's own word (429 and Retry-After) goes beyond our own caution."""

    def __init__(self) -> None:
        self._free_at: dict[str, datetime] = {}

    def resting(self, now: datetime) -> set[str]:
        """Channels' ids, ALL_EDITS, PROGRESS: those that are to be left alone now."""
        self._free_at = {each: at for each, at in self._free_at.items() if now < at <= now + LONGEST_REST}
        return set(self._free_at)

    def rest(self, what: str, now: datetime, span: timedelta) -> None:
        self._free_at[what] = now + min(span, LONGEST_REST)
