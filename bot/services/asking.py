"""Somebody with whom nothing is shared asks for access: managers of where they ask, or admins, hear it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks import help as blocks
from bot.domain.errors import Conflict, NotAllowed
from bot.domain.identity import new_id
from bot.domain.project import Place
from bot.services.access import Access

if TYPE_CHECKING:
    from bot.domain.clock import Clock
    from bot.services.access import Asker
    from storage.database import Database

MOST_TOLD = 10


class Asking:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def ask(self, asker: Asker) -> None:
        """Once a day from each channel. What is said back never tells whether the channel has a project."""
        now = self._clock.now()
        person = asker.person
        if not person.counts:
            raise NotAllowed("Runbell is for people who are active in Slack.")
        with self._database.transaction() as tx:
            access = Access(tx, person, asker.channel_id)
            if access.offers():
                raise Conflict("Jobs are shared with you here already: `/schedule jobs` shows them.")
            request = f"access {person.person_id} {asker.channel_id[:20]} {now:%Y-%m-%d}"
            if not tx.outbox.first_time(person.workspace_id, request, at=now):
                raise Conflict("You have asked today already. Whoever can allow it has been told.")
            project = tx.projects.get(access.channel.project_id) if access.channel else None
            told = tx.projects.managers(project.project_id) if project else []
            told = told or sorted(tx.standings.workspace_roles(person.workspace_id)["admin"])
            if not told:
                raise NotAllowed("Runbell has no admin yet who could allow it: ask whoever set it up.")
            name, where = (project.name, asker.channel_id) if project else ("", None)
            message = blocks.asks_for_access(person.person_id, name, where)
            for person_id in told[:MOST_TOLD]:
                place = Place(person.workspace_id, person_id)
                tx.outbox.put_words(place, message, subject=new_id(), send_at=now)
            tx.audit.add(person, "access.ask", name, at=now, channel_id=asker.channel_id)
