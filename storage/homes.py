"""The Homes that people have opened lately, and what has changed since they were looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, delete, func, select, update

from bot.domain.home import OpenHome
from storage.tables import audit, channels, homes, notices
from storage.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row


class OpenHomes:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def opened(self, workspace_id: str, person_id: str, *, at: datetime) -> None:
        """Note that the person looks at their Home, from its first page on. It is to be published."""
        row = {
            "workspace_id": workspace_id,
            "person_id": person_id,
            "opened_at": at,
            "looked_at": at,
            "first_shown": 0,
            "shown": "",
        }
        upsert(self._connection, homes, [row])

    def get(self, workspace_id: str, person_id: str) -> OpenHome | None:
        """Return the person's Home; None if they have not opened it."""
        row = self._connection.execute(select(homes).where(*_whose(workspace_id, person_id))).first()
        return None if row is None else _home(row)

    def turn(self, workspace_id: str, person_id: str, first_shown: int) -> None:
        """Keep which of their schedules the Home begins with. It is to be published."""
        self._connection.execute(
            update(homes).where(*_whose(workspace_id, person_id)).values(first_shown=first_shown, shown="")
        )

    def published(
        self,
        workspace_id: str,
        person_id: str,
        shown: str,
        project_ids: Collection[int],
        *,
        instead_of: str,
        at: datetime,
    ) -> None:
        """Keep when the Home was last drawn, a digest of it, and which projects' changes concern it.

        `instead_of` is the digest that was kept before the drawing. When another is kept now, somebody else
        has published too, and nobody knows whose Home arrived last: it is to be published again.
        """
        # Compare and set, without a lock while Slack is asked.
        surely = case((homes.c.shown == instead_of, shown), else_="")
        self._connection.execute(
            update(homes)
            .where(*_whose(workspace_id, person_id))
            .values(shown=surely, project_ids=sorted(project_ids), looked_at=at)
        )

    def close(self, workspace_id: str, person_id: str) -> None:
        """Forget that the Home is open."""
        self._connection.execute(delete(homes).where(*_whose(workspace_id, person_id)))

    def since(self, moment: datetime) -> list[OpenHome]:
        """Return the Homes opened since that moment, those looked at longest ago first."""
        query = select(homes).where(homes.c.opened_at >= moment)
        rows = self._connection.execute(query.order_by(homes.c.looked_at, homes.c.person_id))
        return [_home(row) for row in rows]

    def last_change(self) -> tuple[int, int]:
        """Return the greatest numbers of the audit and of the notices."""
        row = self._connection.execute(
            select(
                select(func.max(audit.c.audit_id)).scalar_subquery().label("audit"),
                select(func.max(notices.c.notice_id)).scalar_subquery().label("notices"),
            )
        ).one()
        return row.audit or 0, row.notices or 0

    def changed_since(self, last: tuple[int, int]) -> tuple[frozenset[int], frozenset[str]]:
        """Return the projects and the people whom something happened to, after what `last_change` gave."""
        done = self._connection.execute(
            select(audit.c.project_id, audit.c.person_id)
            .where(audit.c.audit_id > last[0], audit.c.allowed.is_(True))
            .distinct()
        ).all()
        here = and_(
            channels.c.workspace_id == notices.c.workspace_id, channels.c.channel_id == notices.c.channel_id
        )
        told = self._connection.execute(
            select(channels.c.project_id, notices.c.channel_id)
            .select_from(notices.outerjoin(channels, here))
            .where(notices.c.notice_id > last[1])
            .distinct()
        ).all()
        project_ids = {row.project_id for row in (*done, *told)} - {None}
        return frozenset(project_ids), frozenset(
            {row.person_id for row in done} | {row.channel_id for row in told}
        )


def _whose(workspace_id: str, person_id: str) -> tuple[ColumnElement[bool], ...]:
    return homes.c.workspace_id == workspace_id, homes.c.person_id == person_id


def _home(row: Row[Any]) -> OpenHome:
    return OpenHome(
        row.workspace_id,
        row.person_id,
        row.opened_at,
        row.looked_at,
        row.first_shown,
        frozenset(row.project_ids),
        row.shown,
    )
