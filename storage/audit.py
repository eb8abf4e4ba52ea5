"""The audit: who did what, from where, and who was refused. Secrets never."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select

from bot.domain.entry import COUNTED, Entry
from storage.tables import audit

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from bot.domain.project import Person


LONGEST_SUBJECT = 300


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
        project_id: int | None = None,
        allowed: bool = True,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Write one entry. `channel_id` is where it was done, "" outside of any channel.

        `allowed=False` stands for a refused attempt. `before` and `after` hold no secrets: the caller leaves
        them out. A subject longer than LONGEST_SUBJECT is cut.
        """
        self._connection.execute(
            audit.insert().values(
                at=at,
                workspace_id=person.workspace_id,
                person_id=person.person_id,
                channel_id=channel_id,
                action=action,
                subject=subject[:LONGEST_SUBJECT],
                project_id=project_id,
                allowed=allowed,
                before=None if before is None else dict(before),
                after=None if after is None else dict(after),
            )
        )

    def entries(
        self,
        workspace_id: str,
        *,
        project_ids: Collection[int] | None = None,
        person_id: str = "",
        kinds: Collection[str] = (),
        refused: bool = False,
        before: int | None = None,
        limit: int,
    ) -> list[Entry]:
        """Return entries, newest first.

        `project_ids` None means every entry of the workspace, also those of no project. `kinds` are the words
        with which actions begin: "schedule", "share". `refused` keeps only attempts that were denied,
        `before` only entries with a smaller id.
        """
        query = select(audit).where(audit.c.workspace_id == workspace_id)
        if project_ids is not None:
            query = query.where(audit.c.project_id.in_(project_ids))
        if person_id:
            query = query.where(audit.c.person_id == person_id)
        if kinds:
            query = query.where(
                or_(*(audit.c.action.startswith(f"{each}.", autoescape=True) for each in kinds))
            )
        if refused:
            query = query.where(audit.c.allowed.is_(False))
        if before is not None:
            query = query.where(audit.c.audit_id < before)
        rows = self._connection.execute(query.order_by(audit.c.audit_id.desc()).limit(limit)).mappings()
        return [Entry(**row) for row in rows]

    def entry(self, workspace_id: str, audit_id: int) -> Entry | None:
        """Return one entry. None if the workspace has none with this id."""
        query = select(audit).where(audit.c.workspace_id == workspace_id, audit.c.audit_id == audit_id)
        row = self._connection.execute(query).mappings().first()
        return None if row is None else Entry(**row)

    def denied_since(self, person: Person, project_id: int | None, since: datetime) -> int:
        """Return how many refusals of this person in this project are written down one by one."""
        written = _denied(person, project_id, since)
        counted = select(func.count()).where(*written, audit.c.action != COUNTED)
        return int(self._connection.execute(counted).scalar_one())

    def count_denied(
        self, person: Person, project_id: int | None, *, door: str, at: datetime, since: datetime
    ) -> None:
        """Count one more refusal in the entry that counts them since then, which begins with the first."""
        counting = (
            select(audit.c.audit_id, audit.c.after)
            .where(*_denied(person, project_id, since), audit.c.action == COUNTED)
            .order_by(audit.c.audit_id.desc())
            .limit(1)
            .with_for_update()
        )
        row = self._connection.execute(counting).first()
        doors = {} if row is None else dict(row.after)
        doors[door] = doors.get(door, 0) + 1
        subject = f"and {sum(doors.values())} more within an hour"
        if row is None:
            self.add(person, COUNTED, subject, at=at, project_id=project_id, allowed=False, after=doors)
            return
        changed = audit.update().where(audit.c.audit_id == row.audit_id)
        self._connection.execute(changed.values(subject=subject, after=doors))


def _denied(person: Person, project_id: int | None, since: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        audit.c.at > since,
        audit.c.workspace_id == person.workspace_id,
        audit.c.person_id == person.person_id,
        audit.c.allowed.is_(False),
        audit.c.project_id.is_not_distinct_from(project_id),
    )
