"""Slack may deliver an event or request twice; it is answered once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.services.once_more import once_more

if TYPE_CHECKING:
    from bot.domain.clock import Clock
    from storage.database import Database


class Requests:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @once_more
    def first_time(self, workspace_id: str, request_id: str) -> bool:
        """Note that this delivery is handled. Return False if it was handled before."""
        with self._database.transaction() as tx:
            return tx.deliveries.first_time(workspace_id, request_id, at=self._clock.now())
