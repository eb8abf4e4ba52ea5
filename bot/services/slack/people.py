"""The person who asks, as Slack describes them, and events about people."""

from __future__ import annotations

from dataclasses import replace
from threading import Semaphore
from typing import TYPE_CHECKING, Any

import structlog

from bot.domain.errors import Fault, NotAllowed, Unavailable
from bot.domain.rights import TRUSTED_BY_REQUESTS
from bot.rules.mirroring import mirror_people
from bot.services.once_more import once_more

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.clock import Clock
    from bot.domain.ports import Slack
    from bot.domain.project import Person
    from storage.database import Database

ASKED_AT_ONCE = 4
"""The number of events that may ask Slack at once.

They share their threads with what people type and press, which must be answered within three seconds.
"""
log = structlog.get_logger()


class People:
    def __init__(self, database: Database, clock: Clock, slack: Slack) -> None:
        self._database = database
        self._clock = clock
        self._slack = slack
        self._asking = Semaphore(ASKED_AT_ONCE)

    def find(self, workspace_id: str, person_id: str) -> Person:
        """Return the person from our tables; ask Slack about somebody new.

        Raises NotAllowed if unknown there.

        The person's rights count user groups only while Slack has described them lately.
        """
        with self._database.reading() as tx:
            known = tx.directory.person(workspace_id, person_id)
        person = known or self.refresh(person_id)
        if person is None:
            raise NotAllowed("Slack did not tell Runbell who you are. Try again in a minute.")
        return replace(person, groups_since=self._clock.now() - TRUSTED_BY_REQUESTS)

    def know(self, workspace_id: str, person_id: str) -> None:
        """Ask Slack about the person if they are new, before somebody gives them a role."""
        with self._database.transaction() as tx:
            known = tx.directory.person(workspace_id, person_id)
        if known is None:
            self.refresh(person_id)

    def refresh(self, person_id: str) -> Person | None:
        """Ask Slack about the person and write the answer; return them. None if Slack does not know them."""
        person = self._slack.person(person_id)
        if person is not None:
            self._keep(person)
        return person

    def changed(self, workspace_id: str, user: Mapping[str, Any]) -> None:
        """Handle an event about a person: ask Slack if it concerns anything that we keep.

        Most events are about a new status, and at the full hour a thousand meetings begin. If Slack does not
        answer, or is asked enough already, the event itself is believed only if the person left; the hourly
        mirror brings the rest.
        """
        told = self._slack.described(user, workspace_id)
        with self._database.reading() as tx:
            known = tx.directory.person(workspace_id, told.person_id)
        if told == known:
            return
        try:
            self._ask(told.person_id)
        except Fault as error:
            log.warning("people.not_refreshed", person=told.person_id, why=error.detail)
            if known is not None and told.is_deactivated:
                self._keep(replace(known, is_deactivated=True))

    def _ask(self, person_id: str) -> None:
        if not self._asking.acquire(blocking=False):
            raise Unavailable("Slack", "it is being asked about others")
        try:
            self.refresh(person_id)
        finally:
            self._asking.release()

    @once_more
    def _keep(self, person: Person) -> None:
        with self._database.transaction() as tx:
            mirror_people(tx, [person], now=self._clock.now())
