"""Choices among several schedules: what was asked for waits behind the buttons until one is pressed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.choice import Choice
from bot.domain.errors import Conflict, NotFound
from bot.domain.identity import new_id
from bot.rules.not_found import NO_SUCH_LIST
from bot.services.once_more import once_more

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.clock import Clock
    from bot.domain.schedule import ScheduleState
    from bot.rules.access import Asker
    from storage.database import Database

CHOICE_LIFE = timedelta(hours=1)


class Choosing:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @once_more
    def offer(
        self,
        asker: Asker,
        state: ScheduleState,
        groups: Sequence[tuple[str, ...]],
        *,
        until: datetime | None,
    ) -> list[Choice]:
        """Write and return a choice for each group of schedule ids.

        Pressing one changes nothing that the person may not change.
        """
        expires_at = self._clock.now() + CHOICE_LIFE
        person = asker.person
        offered = [
            Choice(new_id(), person.workspace_id, person.person_id, state, ids, until, expires_at)
            for ids in groups
        ]
        with self._database.transaction() as tx:
            for each in offered:
                tx.choices.add(each)
        return offered

    def chosen(self, asker: Asker, choice_id: str) -> Choice:
        """Return the choice. Raises NotFound for another person's, Conflict if it is over an hour old."""
        with self._database.transaction() as tx:
            choice = tx.choices.get(asker.person.workspace_id, choice_id)
        if choice is None or choice.person_id != asker.person.person_id:
            raise NotFound(NO_SUCH_LIST)
        if choice.expires_at <= self._clock.now():
            raise Conflict("That list is over an hour old. Type the command again.")
        return choice
