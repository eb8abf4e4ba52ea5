"""Channels of projects: mapped, and followed when Slack changes them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, bindparam, cast, delete, null, select, update

from bot.domain.project import Channel
from storage.directory import roles_query
from storage.tables import (
    alert_rules,
    cards,
    channels,
    closed_places,
    conditions,
    drafts,
    firings,
    incidents,
    late_groups,
    notices,
    projects,
    schedules,
    storms,
)
from storage.upsert import upsert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import BindParameter, CompoundSelect, Connection, Row

    from bot.domain.project import Person


CHANNEL_COLUMNS = (
    channels.c.channel_id,
    alert_rules.c.channel_id,
    projects.c.reports_to,
    drafts.c.reports_to,
    schedules.c.reports_to,
    firings.c.reports_to,
    incidents.c.channel_id,
    storms.c.channel_id,
    conditions.c.channel_id,
    late_groups.c.channel_id,
    notices.c.channel_id,
    cards.c.place_id,
    cards.c.channel_id,
)
"""Every column that holds a channel's id, in the order in which rows are locked.

But for the places where Slack takes nothing just now: the new id is another place. Escalations are JSON.
"""


MAPPED = (
    channels.c.workspace_id,
    channels.c.channel_id,
    channels.c.name,
    channels.c.project_id,
    channels.c.is_shared,
    channels.c.is_private,
    channels.c.is_archived,
)


class Channels:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def map(self, channel: Channel, *, at: datetime) -> None:
        """Give the channel to its project, and keep what Slack says about it."""
        upsert(
            self._connection,
            channels,
            [
                {
                    "workspace_id": channel.workspace_id,
                    "channel_id": channel.channel_id,
                    "project_id": channel.project_id,
                    "name": channel.name,
                    "is_private": channel.is_private,
                    "is_shared": channel.is_shared,
                    "is_archived": channel.is_archived,
                    "mapped_at": at,
                }
            ],
        )

    def get(self, workspace_id: str, channel_id: str) -> Channel | None:
        """Return the channel if it belongs to a project, else None."""
        row = self._connection.execute(
            select(channels).where(
                channels.c.workspace_id == workspace_id, channels.c.channel_id == channel_id
            )
        ).first()
        return None if row is None else _read(row)

    def of_project(self, project_id: int) -> list[Channel]:
        """Return the project's channels by name."""
        rows = self._connection.execute(
            select(channels).where(channels.c.project_id == project_id).order_by(channels.c.name)
        )
        return [_read(row) for row in rows]

    def whereabouts(self, person: Person, channel_id: str) -> tuple[Channel | None, frozenset[str]]:
        """Return the channel if it belongs to a project, and the person's roles in the workspace.

        One query for both, because every request begins with it.
        """
        given = {
            "workspace_id": person.workspace_id, "person_id": person.person_id, "channel_id": channel_id
        }  # fmt: skip
        rows = self._connection.execute(_whereabouts(), given).all()
        mapped = (_read(row) for row in rows if row.role is None)
        return next(mapped, None), frozenset(row.role for row in rows if row.role is not None)

    def all(self, workspace_id: str) -> list[Channel]:
        """Return every mapped channel of the workspace, in no order."""
        rows = self._connection.execute(select(channels).where(channels.c.workspace_id == workspace_id))
        return [_read(row) for row in rows]

    def describe(self, channel: Channel) -> None:
        """Overwrite name and state of a mapped channel with what Slack says now."""
        self._connection.execute(
            update(channels)
            .where(
                channels.c.workspace_id == channel.workspace_id,
                channels.c.channel_id == channel.channel_id,
            )
            .values(name=channel.name, is_shared=channel.is_shared, is_archived=channel.is_archived)
        )

    def change_id(self, workspace_id: str, old: str, new: str) -> None:
        """Replace a channel's id wherever one is kept, except in the audit.

        Slack gives a channel a new id when it becomes shared with another company. The audit keeps the id
        under which things were done.
        """
        for column in CHANNEL_COLUMNS:
            table = column.table
            self._connection.execute(
                update(table)
                .where(table.c.workspace_id == workspace_id, column == old)
                .values({column.name: new})
            )
        self._change_in_escalations(workspace_id, old, new)
        self._connection.execute(
            delete(closed_places).where(
                closed_places.c.workspace_id == workspace_id, closed_places.c.place_id == old
            )
        )

    def _change_in_escalations(self, workspace_id: str, old: str, new: str) -> None:
        found = select(projects.c.project_id, projects.c.escalation).where(
            projects.c.workspace_id == workspace_id, projects.c.escalation.is_not(None)
        )
        for row in self._connection.execute(found).all():
            if row.escalation["place_id"] == old:
                self._connection.execute(
                    update(projects)
                    .where(projects.c.project_id == row.project_id)
                    .values(escalation={**row.escalation, "place_id": new})
                )


@cache
def _whereabouts() -> CompoundSelect[Any]:
    """Return the query for a mapped channel and for roles, built once: building outlasts the answer."""
    workspace_id: BindParameter[str] = bindparam("workspace_id")
    roles = roles_query(workspace_id, bindparam("person_id")).subquery()
    mapped_here = select(*MAPPED, cast(null(), String).label("role")).where(
        channels.c.workspace_id == workspace_id, channels.c.channel_id == bindparam("channel_id")
    )
    return mapped_here.union_all(select(*(cast(null(), each.type) for each in MAPPED), roles.c.role))


def _read(row: Row[Any]) -> Channel:
    return Channel(
        row.workspace_id,
        row.channel_id,
        row.name,
        row.project_id,
        is_shared=row.is_shared,
        is_private=row.is_private,
        is_archived=row.is_archived,
    )
