"""Drafts: what people asked for and have not confirmed yet, and what became of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from bot.domain.draft import Draft, Typed
from bot.domain.job import JobKey
from bot.domain.project import Place
from bot.domain.schedule import Policies
from storage.codec import decode_when, encode_when
from storage.tables import drafts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.domain.project import Person


class Drafts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, draft: Draft, *, at: datetime) -> None:
        """Write a draft that nobody has confirmed or discarded yet."""
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
                changes=draft.changes_id,
                changes_version=draft.changes_version,
                policies=None if draft.policies is None else draft.policies.facts(),
                typed=None if draft.typed is None else asdict(draft.typed),
            )
        )

    def lock(self, workspace_id: str, draft_id: str) -> Draft | None:
        """Return the draft, locked: a second press waits until the first one's transaction ends.

        None if it is unknown. An expired or settled draft is returned as well.
        """
        row = self._connection.execute(
            select(drafts)
            .where(drafts.c.draft_id == draft_id, drafts.c.workspace_id == workspace_id)
            .with_for_update()
        ).first()
        return None if row is None else _draft(row)

    def previews(self, person: Person, now: datetime, *, limit: int) -> list[Draft]:
        """Return the person's previews that are neither settled nor expired, the latest first.

        Drafts that wait for a form to be filled in are no previews.
        """
        rows = self._connection.execute(
            select(drafts)
            .where(
                drafts.c.expires_at > now,
                drafts.c.workspace_id == person.workspace_id,
                drafts.c.person_id == person.person_id,
                drafts.c.outcome.is_(None),
                drafts.c.typed.is_(None),
            )
            .order_by(drafts.c.created_at.desc(), drafts.c.draft_id)
            .limit(limit)
        )
        return [_draft(row) for row in rows]

    def end(self, draft_id: str, outcome: str, *, became: str | None = None) -> None:
        """Write what became of the draft. `outcome` is "confirmed" or "discarded".

        `became` is the id of the schedule or firing that was made of it.
        """
        self._connection.execute(
            update(drafts).where(drafts.c.draft_id == draft_id).values(outcome=outcome, became=became)
        )


def _draft(row: Any) -> Draft:
    typed = row.typed
    return Draft(
        draft_id=row.draft_id,
        person_id=row.person_id,
        key=JobKey(row.deployment, row.dag_id),
        inputs=row.inputs,
        when=None if row.when is None else decode_when(row.when),
        project_id=row.project_id,
        place=Place(row.workspace_id, row.reports_to),
        expires_at=row.expires_at,
        changes_id=row.changes,
        changes_version=row.changes_version,
        outcome=row.outcome,
        became_id=row.became,
        policies=None if row.policies is None else Policies.of_facts(row.policies),
        typed=None if typed is None else _typed(typed),
    )


def _typed(kept: dict[str, Any]) -> Typed:
    wrong = {name: tuple(text_and_reason) for name, text_and_reason in kept["wrong"].items()}
    return Typed(kept["when"], now=kept.get("now", False), wrong=wrong)
