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
"""In the order in which rows are locked."""


class Channels:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def map(self, channel: Channel, *, at: datetime) -> None:
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
        """Every channel of every project."""
        rows = self._connection.execute(select(channels).where(channels.c.workspace_id == workspace_id))
        return [read_channel(row) for row in rows]

    def describe(self, channel: Channel) -> None:
        """As Slack has it now."""
        self._connection.execute(
            update(channels)
            .where(
                channels.c.workspace_id == channel.workspace_id,
                channels.c.channel_id == channel.channel_id,
            )
            .values(name=channel.name, is_shared=channel.is_shared, is_archived=channel.is_archived)
        )

    def change_id(self, workspace_id: str, old: str, new: str) -> None:
        """Wherever it is named: as a project's channel, as a place that something reports to, and of cards.

        The audit keeps the id by which things were done.
        """
        for column in CHANNEL_COLUMNS:
            table = column.table
            self._connection.execute(
                update(table)
                .where(table.c.workspace_id == workspace_id, column == old)
                .values({column.name: new})
            )
