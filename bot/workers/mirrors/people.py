"""The directory: Slack's people, user groups and channels -> our tables: no right needs a network call."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.rules.mirroring import mirror_people
from bot.services.once_more import once_more
from bot.services.slack.channels import Channels
from bot.services.slack.groups import Groups

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.clock import Clock
    from bot.domain.ports import Slack
    from bot.domain.project import Person
    from storage.database import Database

log = structlog.get_logger()
PAUSE = 60.0
GROUPS_LEASE = timedelta(seconds=180)
LEASE = timedelta(minutes=10)
"""Longer than a read of the lists, during which Slack may ask for several rests of a minute."""
PEOPLE_EVERY = timedelta(hours=1)
"""The time between two full readings; events report changes in between."""


class GroupMirror:
    """The mirror of user groups, with one request a minute for all.

    It is a loop of its own: a right by user group counts for five minutes after Slack last described the
    group, and must not wait until thousands of people and channels are read.
    """

    def __init__(self, database: Database, clock: Clock, slack: Slack, holder: str) -> None:
        self._database = database
        self._clock = clock
        self._groups = Groups(database, clock, slack)
        self._holder = holder

    def step(self) -> float:
        """Read all user groups, if this process holds the lease. Return the seconds until the next time."""
        now = self._clock.now()
        with self._database.transaction() as tx:
            is_ours = tx.leases.take("user groups", self._holder, now=now, until=now + GROUPS_LEASE)
        if is_ours:
            self._groups.refresh()
        return PAUSE


class DirectoryMirror:
    """The mirror of people and channels, once an hour."""

    def __init__(self, database: Database, clock: Clock, slack: Slack, holder: str) -> None:
        self._database = database
        self._clock = clock
        self._slack = slack
        self._channels = Channels(database, clock, slack)
        self._holder = holder
        self._people_at: datetime | None = None
        self._channels_at: datetime | None = None

    def step(self) -> float:
        """Read people and channels if an hour has passed. Return the seconds until the next look."""
        now = self._clock.now()
        with self._database.transaction() as tx:
            if not tx.leases.take("directory", self._holder, now=now, until=now + LEASE):
                return PAUSE
        if _is_over(self._people_at, now):
            self._mirror_people()
            self._people_at = now
        if _is_over(self._channels_at, now):
            channels = {each.channel_id: each for each in self._slack.channels()}
            self._channels.follow_all(self._slack.workspace_id(), channels)
            self._channels_at = now
        return PAUSE

    def _mirror_people(self) -> None:
        people, workspace_id = self._slack.people(), self._slack.workspace_id()
        if not self._keep_people(workspace_id, people):
            log.error("admins.none", advice="name one who is active in Slack in RUNBELL_ADMINS")

    @once_more  # or thousands of people would be asked for again
    def _keep_people(self, workspace_id: str, people: Sequence[Person]) -> bool:
        """Write the people; return whether an active admin is among them."""
        with self._database.transaction() as tx:
            mirror_people(tx, people, now=self._clock.now())
            return bool(tx.directory.admins(workspace_id))


def _is_over(read_at: datetime | None, now: datetime) -> bool:
    return read_at is None or abs(now - read_at) >= PEOPLE_EVERY
