"""The directory: Slack's people, user groups and channels -> our tables: no right needs a network call."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.services.channels import Channels
from bot.services.groups import Groups
from bot.services.mirroring import mirror_people

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.clock import Clock
    from bot.domain.ports import Slack
    from storage.database import Database

log = structlog.get_logger()
PAUSE = 60.0
LEASE = timedelta(seconds=180)
PEOPLE_EVERY = timedelta(hours=1)
"""Events tell of changes in between."""


class DirectoryMirror:
    """One request a minute for all groups; people and channels, which change less, by the hour."""

    def __init__(
        self, database: Database, clock: Clock, slack: Slack, workspace_id: str, holder: str
    ) -> None:
        self._database = database
        self._clock = clock
        self._slack = slack
        self._workspace_id = workspace_id
        self._channels = Channels(database, clock, slack)
        self._groups = Groups(database, clock, slack, workspace_id)
        self._holder = holder
        self._people_at: datetime | None = None

    def step(self) -> float:
        now = self._clock.now()
        with self._database.transaction() as tx:
            if not tx.leases.take("directory", self._holder, now=now, until=now + LEASE):
                return PAUSE
        self._groups.refresh()
        if self._people_at is None or abs(now - self._people_at) >= PEOPLE_EVERY:
            people = self._slack.people()
            channels = {each.channel_id: each for each in self._slack.channels()}
            with self._database.transaction() as tx:
                mirror_people(tx, people, now=self._clock.now())
                admins = tx.directory.admins(self._workspace_id)
            self._channels.follow_all(self._workspace_id, channels)
            if not admins:
                log.error("admins.none", advice="name one who is active in Slack in RUNBELL_ADMINS")
            self._people_at = now
        return PAUSE
