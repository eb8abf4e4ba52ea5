"""Looks: pages of lists that somebody may turn to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.domain.history import Look, RunFilter
from bot.domain.job import JobKey, JobTitle
from bot.domain.run import RunState
from storage.tables import looks
from storage.tagged import Tagged

if TYPE_CHECKING:
    from sqlalchemy import Connection

WANTED = Tagged({"RunFilter": RunFilter, "RunState": RunState, "JobTitle": JobTitle, "JobKey": JobKey})


class Looks:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, look: Look) -> None:
        """Insert the look."""
        self._connection.execute(
            looks.insert().values(
                look_id=look.look_id,
                workspace_id=look.workspace_id,
                person_id=look.person_id,
                wanted=WANTED.encode(look.wanted),
                page=look.page,
                expires_at=look.expires_at,
            )
        )

    def get(self, workspace_id: str, look_id: str) -> Look | None:
        """Return the look of this id; None if there is none."""
        row = self._connection.execute(
            select(looks).where(looks.c.look_id == look_id, looks.c.workspace_id == workspace_id)
        ).first()
        if row is None:
            return None
        return Look(
            look_id=row.look_id,
            workspace_id=row.workspace_id,
            person_id=row.person_id,
            wanted=WANTED.decode(row.wanted),
            page=row.page,
            expires_at=row.expires_at,
        )
