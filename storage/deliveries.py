"""Deliveries that were handled, so that a second one of the same is not."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from storage.tables import handled
from storage.upsert import insert_new

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

LONGEST = 64
"""PostgreSQL refuses what is longer than its column; SQLite does not."""


class Deliveries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def first_time(self, workspace_id: str, request_id: str, *, at: datetime) -> bool:
        """Note that this event or request is handled. Return False if it was handled before."""
        row = {
            "workspace_id": workspace_id,
            "request_id": _fitting(request_id),
            "handled_at": at,
        }
        return insert_new(self._connection, handled, row)


def _fitting(request_id: str) -> str:
    """Return an id that fits into its column, whatever Slack's words or other ids are in it."""
    if len(request_id) <= LONGEST:
        return request_id
    return blake2b(request_id.encode(), digest_size=LONGEST // 2).hexdigest()
