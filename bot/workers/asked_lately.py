"""About which conditions the alert rules were asked lately: what nobody wants to hear of is asked seldom."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.condition import ConditionKind

ASKS_AGAIN_AFTER = timedelta(minutes=1)
"""How long a rule that changes waits at most for what happened before it changed."""


class AskedLately:
    """Conditions of which the rules were asked lately, in memory: a process that forgets them asks again.

    A condition that somebody was told of is open in the database, and the rules are asked no more.
    """

    def __init__(self) -> None:
        self._asked_at: dict[tuple[ConditionKind, str], datetime] = {}

    def note(self, kind: ConditionKind, subject: str, now: datetime) -> None:
        """Note that the rules are asked about the subject now."""
        self._asked_at[kind, subject] = now

    def is_lately(self, kind: ConditionKind, subject: str) -> bool:
        """Return whether the rules were asked about the subject so lately that they are not asked now."""
        return (kind, subject) in self._asked_at

    def forget_old(self, now: datetime) -> None:
        """Forget what was asked long ago, or later than now because the clock was put back."""
        self._asked_at = {
            each: at for each, at in self._asked_at.items() if timedelta() <= now - at < ASKS_AGAIN_AFTER
        }
