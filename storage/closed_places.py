"""Places where Slack lets Runbell post nothing, for a while: an archived channel, somebody who has left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from storage.tables import closed_places
from storage.upsert import upsert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.domain.project import Place


class ClosedPlaces:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def close(self, place: Place, code: str, *, until: datetime) -> None:
        """Note that nothing can be posted there, with Slack's word for why. Then it is tried again."""
        row = {"workspace_id": place.workspace_id, "place_id": place.channel_id, "code": code, "until": until}
        upsert(self._connection, closed_places, [row])

    def now(self, workspace_id: str, now: datetime) -> dict[str, str]:
        """Return the ids of the places that are closed now, each with Slack's word for why."""
        rows = self._connection.execute(
            select(closed_places.c.place_id, closed_places.c.code).where(
                closed_places.c.workspace_id == workspace_id, closed_places.c.until > now
            )
        )
        return {row.place_id: row.code for row in rows}
