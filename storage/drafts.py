"""Drafts: asked for, not confirmed yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from bot.domain.draft import Draft
from bot.domain.job import JobKey
from bot.domain.project import Place
from storage.codec import decode_when, encode_when
from storage.tables import drafts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


class Drafts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, draft: Draft, *, at: datetime) -> None:
        self._connection.execute(
            drafts.insert().values(
                draft_id=draft.draft_id,
                workspace_id=draft.place.workspace_id,
                person_id=draft.person_id,
                project_id=draft.project_id,
                deployment=draft.key.deployment,
                dag_id=draft.key.dag_id,
                inputs=dict(draft.inputs),
                when=None if draft.when is None else encode_when(draft.when),
                reports_to=draft.place.channel_id,
                created_at=at,
                expires_at=draft.expires_at,
                changes=draft.changes,
            )
        )

    def lock(self, workspace_id: str, draft_id: str) -> Draft | None:
        """Whoever asks second waits until the first one's transaction ends."""
        row = self._connection.execute(
            select(drafts)
            .where(drafts.c.draft_id == draft_id, drafts.c.workspace_id == workspace_id)
            .with_for_update()
        ).first()
        if row is None:
            return None
        return Draft(
            draft_id=row.draft_id,
            person_id=row.person_id,
            key=JobKey(row.deployment, row.dag_id),
            inputs=row.inputs,
            when=None if row.when is None else decode_when(row.when),
            project_id=row.project_id,
            place=Place(row.workspace_id, row.reports_to),
            expires_at=row.expires_at,
            changes=row.changes,
            outcome=row.outcome,
            became=row.became,
        )

    def settle(self, draft_id: str, outcome: str, *, became: str | None = None) -> None:
        """`outcome`: "confirmed" or "discarded"."""
        self._connection.execute(
            update(drafts).where(drafts.c.draft_id == draft_id).values(outcome=outcome, became=became)
        )
