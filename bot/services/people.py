"""Who it is that asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.errors import NotAllowed

if TYPE_CHECKING:
    from bot.domain.clock import Clock
    from bot.domain.ports import Slack
    from bot.domain.project import Person
    from storage.database import Database


class People:
    def __init__(self, database: Database, clock: Clock, slack: Slack) -> None:
        self._database = database
        self._clock = clock
        self._slack = slack

    def find(self, workspace_id: str, person_id: str) -> Person:
        """From our tables; somebody new is asked for once. Raises NotAllowed for whom Slack does not know."""
        with self._database.transaction() as tx:
            known = tx.directory.person(workspace_id, person_id)
        if known is not None:
            return known
        person = self.refresh(person_id)
        if person is None:
            raise NotAllowed("Slack does not say who you are, so Runbell cannot either.")
        return person

    def refresh(self, person_id: str) -> Person | None:
        """As Slack knows them now."""
        person = self._slack.person(person_id)
        if person is not None:
            with self._database.transaction() as tx:
                tx.directory.keep_people([person], at=self._clock.now())
        return person
