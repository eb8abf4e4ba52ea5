"""Quotas: how much one person, or one project, has at the moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, select

from bot.domain.announcement import SampleAlert
from bot.domain.schedule import ScheduleState
from storage.announcements import ANNOUNCEMENTS
from storage.tables import drafts, firings, notices, schedules

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.domain.project import Person, Place

_LIVING = (schedules.c.deleted_at.is_(None), schedules.c.state != ScheduleState.ENDED)


class Quotas:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open_drafts(self, person: Person, now: datetime) -> int:
        """Return how many previews of the person are open."""
        return self._count(
            select(func.count()).where(
                drafts.c.expires_at > now,
                drafts.c.workspace_id == person.workspace_id,
                drafts.c.person_id == person.person_id,
                drafts.c.outcome.is_(None),
            )
        )

    def schedules_of(self, person: Person) -> int:
        """Return how many schedules the person owns that have not ended."""
        return self._count(
            select(func.count()).where(
                schedules.c.workspace_id == person.workspace_id,
                schedules.c.owner_id == person.person_id,
                *_LIVING,
            )
        )

    def schedules_in(self, project_id: int) -> int:
        """Return how many schedules the project has that have not ended."""
        return self._count(select(func.count()).where(schedules.c.project_id == project_id, *_LIVING))

    def runs_started_by(self, person: Person, *, since: datetime) -> int:
        """Return how often the person has pressed Run now since then."""
        return self._count(
            select(func.count()).where(
                firings.c.created_at > since,
                firings.c.schedule_id.is_(None),
                firings.c.workspace_id == person.workspace_id,
                firings.c.person_id == person.person_id,
            )
        )

    def sample_alerts(self, place: Place, *, since: datetime) -> int:
        """Return how many sample alerts were to be sent to the place since then."""
        rows = self._connection.execute(
            select(notices.c.message).where(
                notices.c.channel_id == place.channel_id,
                notices.c.wanted_at > since,
                notices.c.message.is_not(None),
                notices.c.workspace_id == place.workspace_id,
            )
        )
        return sum(isinstance(ANNOUNCEMENTS.decode(row.message), SampleAlert) for row in rows)

    def _count(self, query: Select[Any]) -> int:
        return int(self._connection.execute(query).scalar_one())
