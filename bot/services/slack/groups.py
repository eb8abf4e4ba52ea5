"""User groups as Slack knows them now; events say only that something has changed."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from bot.rules.mirroring import mirror_groups
from bot.services.once_more import once_more

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.clock import Clock
    from bot.domain.ports import Slack, UserGroup
    from storage.database import Database


class Groups:
    def __init__(self, database: Database, clock: Clock, slack: Slack) -> None:
        self._database = database
        self._clock = clock
        self._slack = slack
        self._next = Lock()
        self._asking = Lock()

    def refresh(self) -> None:
        """Ask Slack for all user groups and write them.

        Callers who come while a request is under way share the next one, because Slack allows some twenty a
        minute. Only one of them waits for it; the others return at once, so that a burst of events does not
        take all threads on which people wait for answers.
        """
        if not self._next.acquire(blocking=False):
            return
        # `_next` is held only while waiting for `_asking`: from here on, the next caller may wait in turn.
        with self._asking:
            self._next.release()
            asked_at = self._clock.now()
            workspace_id = self._slack.workspace_id()
            groups = self._slack.user_groups()
            self._keep(workspace_id, groups, asked_at)

    @once_more
    def _keep(self, workspace_id: str, groups: Sequence[UserGroup], asked_at: datetime) -> None:
        with self._database.transaction() as tx:
            mirror_groups(tx, workspace_id, groups, asked_at=asked_at, now=self._clock.now())
