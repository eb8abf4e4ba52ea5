"""The housekeeper: forgets what nobody can ask for any more."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.clock import Clock
    from storage.database import Database

PAUSE = 60.0 * 60
KEPT = timedelta(days=1)
"""Drafts and choices end after an hour, and Slack sends nothing again after one."""


class Housekeeper:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def step(self) -> float:
        before = self._clock.now() - KEPT
        with self._database.transaction() as tx:
            tx.drafts.forget(expired_before=before)
            tx.choices.forget(expired_before=before)
            tx.outbox.forget_requests(handled_before=before)
        return PAUSE
