"""The audit: who did what, from where, and who was refused. Secrets never."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from storage.tables import audit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

    from bot.domain.project import Person


class Audit:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        person: Person,
        action: str,
        subject: str,
        *,
        at: datetime,
        channel_id: str = "",
        allowed: bool = True,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        self._connection.execute(
            audit.insert().values(
                at=at,
                workspace_id=person.workspace_id,
                person_id=person.person_id,
                channel_id=channel_id,
                action=action,
                subject=subject,
                allowed=allowed,
                before=None if before is None else dict(before),
                after=None if after is None else dict(after),
            )
        )

    def denied_since(self, person: Person, since: datetime) -> int:
        """How many attempts of this person were refused and written down."""
        counted = select(func.count()).where(
            audit.c.at > since,
            audit.c.workspace_id == person.workspace_id,
            audit.c.person_id == person.person_id,
            audit.c.allowed.is_(False),
        )
        return int(self._connection.execute(counted).scalar_one())

    def latest(self, workspace_id: str, *, count: int) -> list[RowMapping]:
        """Newest first."""
        return list(
            self._connection.execute(
                select(audit)
                .where(audit.c.workspace_id == workspace_id)
                .order_by(audit.c.audit_id.desc())
                .limit(count)
            ).mappings()
        )
