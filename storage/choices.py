"""Choices: buttons among several schedules that fit, each with what was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.domain.choice import Choice
from bot.domain.schedule import ScheduleState
from storage.tables import choices

if TYPE_CHECKING:
    from sqlalchemy import Connection


class Choices:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, choice: Choice) -> None:
        """Write the question that the buttons of one message ask."""
        self._connection.execute(
            choices.insert().values(
                choice_id=choice.choice_id,
                workspace_id=choice.workspace_id,
                person_id=choice.person_id,
                state=choice.state,
                schedule_ids=list(choice.schedule_ids),
                until=choice.until,
                expires_at=choice.expires_at,
            )
        )

    def get(self, workspace_id: str, choice_id: str) -> Choice | None:
        """Return the choice, also one that has expired. None if unknown."""
        row = self._connection.execute(
            select(choices).where(choices.c.choice_id == choice_id, choices.c.workspace_id == workspace_id)
        ).first()
        if row is None:
            return None
        return Choice(
            choice_id=row.choice_id,
            workspace_id=row.workspace_id,
            person_id=row.person_id,
            state=ScheduleState(row.state),
            schedule_ids=tuple(row.schedule_ids),
            until=row.until,
            expires_at=row.expires_at,
        )
