"""Absences: who is away, until when, and who stands in for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from bot.domain.absence import Absence
from storage.tables import absences
from storage.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection


class Absences:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def now(self, workspace_id: str, person_ids: Iterable[str], now: datetime) -> dict[str, Absence]:
        """Return the absences that go on now, by person; whoever is here is left out."""
        rows = self._connection.execute(
            select(absences).where(
                absences.c.workspace_id == workspace_id,
                absences.c.person_id.in_(list(person_ids)),
                absences.c.until > now,
            )
        )
        return {row.person_id: Absence(row.person_id, row.until, row.stand_in_id) for row in rows}

    def keep(self, workspace_id: str, absence: Absence) -> None:
        """Write the absence; it replaces the one that the person has already."""
        row = {
            "workspace_id": workspace_id,
            "person_id": absence.person_id,
            "until": absence.ends_at,
            "stand_in_id": absence.stand_in_id,
        }
        upsert(self._connection, absences, [row])

    def end(self, workspace_id: str, person_id: str) -> None:
        """Delete the person's absence. Does nothing if they have none."""
        self._connection.execute(
            delete(absences).where(absences.c.workspace_id == workspace_id, absences.c.person_id == person_id)
        )
