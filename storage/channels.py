"""Channels of projects: mapped, and followed when Slack changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from storage.projects import read_channel
from storage.tables import cards, channels, drafts, firings, notices, projects, schedules
from storage.upsert import upsert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.domain.project import Channel


CHANNEL_COLUMNS = (
    channels.c.channel_id,
    projects.c.reports_to,
    drafts.c.reports_to,
    schedules.c.reports_to,
    firings.c.reports_to,
    notices.c.channel_id,
    cards.c.place_id,
    cards.c.channel_id,
)
"""Every column that holds a channel's id, in the order in which rows are locked."""


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

    def all(self, workspace_id: str) -> list[Channel]:
        """Return every mapped channel of the workspace, in no order."""
        rows = self._connection.execute(select(channels).where(channels.c.workspace_id == workspace_id))
        return [read_channel(row) for row in rows]

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
