"""Requests for access, and their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from bot.domain.access_request import AccessRequest
from bot.domain.job import JobKey
from bot.domain.rights import Role
from storage.tables import access_requests

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row


class AccessRequests:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, request: AccessRequest, *, at: datetime) -> None:
        """Write a request that nobody has answered yet."""
        self._connection.execute(
            access_requests.insert().values(
                request_id=request.request_id,
                workspace_id=request.workspace_id,
                person_id=request.person_id,
                project_id=request.project_id,
                deployment=request.key.deployment if request.key else None,
                dag_id=request.key.dag_id if request.key else None,
                asked_at=at,
            )
        )

    def lock(self, workspace_id: str, request_id: str) -> AccessRequest | None:
        """Return the request, locked: a second manager who answers waits for the first. None if unknown."""
        row = self._connection.execute(
            select(access_requests)
            .where(access_requests.c.request_id == request_id, access_requests.c.workspace_id == workspace_id)
            .with_for_update()
        ).first()
        return None if row is None else request_of_row(row)

    def newest(
        self, workspace_id: str, person_id: str, project_id: int | None, key: JobKey | None
    ) -> AccessRequest | None:
        """Return what the person asked for last of the project and the job. None if they never did."""
        found = access_requests.c
        row = self._connection.execute(
            select(access_requests)
            .where(
                found.workspace_id == workspace_id,
                found.person_id == person_id,
                found.project_id == project_id,
                found.deployment == (key.deployment if key else None),
                found.dag_id == (key.dag_id if key else None),
            )
            .order_by(found.asked_at.desc())
            .limit(1)
        ).first()
        return None if row is None else request_of_row(row)

    def explain(self, request_id: str, reason: str) -> None:
        """Write why the person asks."""
        self._connection.execute(
            update(access_requests).where(access_requests.c.request_id == request_id).values(reason=reason)
        )

    def settle(
        self, request_id: str, *, by: str, allowed: Role | None, answer: str = "", at: datetime
    ) -> None:
        """Write the answer. `allowed` is the role that was given, None if the request was declined.

        `answer` is why it was declined.
        """
        self._connection.execute(
            update(access_requests)
            .where(access_requests.c.request_id == request_id)
            .values(settled_by=by, allowed=allowed, answer=answer, settled_at=at)
        )


def request_of_row(row: Row[Any]) -> AccessRequest:
    """Return the request of a row."""
    return AccessRequest(
        request_id=row.request_id,
        workspace_id=row.workspace_id,
        person_id=row.person_id,
        project_id=row.project_id,
        key=JobKey(row.deployment, row.dag_id) if row.dag_id else None,
        settled_by=row.settled_by,
        allowed=None if row.allowed is None else Role(row.allowed),
        reason=row.reason,
        answer=row.answer,
    )
