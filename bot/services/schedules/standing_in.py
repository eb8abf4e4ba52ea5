"""Absences: while somebody is away, a colleague stands in and gets their alerts as well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.absence import Absence
from bot.domain.announcement import IsBack, StandsIn
from bot.domain.errors import NotFound, NotUnderstood, UserError
from bot.domain.form_field import FormField
from bot.domain.identity import new_id
from bot.domain.project import Place
from bot.rules.absences import may_see
from bot.services.once_more import once_more

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.announcement import Announcement
    from bot.domain.clock import Clock
    from bot.domain.project import Person
    from bot.rules.access import Asker
    from storage.database import Database
    from storage.transaction import Transaction

LONGEST = timedelta(days=366)
MOST_NAMED = 10
"""The number of schedules that one message names."""


@dataclass(frozen=True, slots=True)
class Away:
    """An absence. The stand-in may see `covered` of the person's `owned` schedules."""

    absence: Absence
    covered: int
    owned: int


class StandingIn:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @once_more
    def away(self, asker: Asker, *, until: datetime, stand_in_id: str) -> Away:
        """Let somebody stand in for the asker until then; tell them.

        Raises NotUnderstood for a moment that has passed or is over a year away, UserError if the stand-in
        cannot help.
        """
        now = self._clock.now()
        if not now < until <= now + LONGEST:
            raise NotUnderstood("Choose a time within a year from now.", field=FormField.UNTIL)
        absence = Absence(asker.person.person_id, until, stand_in_id)
        with self._database.transaction() as tx:
            stand_in = self._stand_in(tx, asker, stand_in_id)
            owned = tx.schedules.owned_by(asker.person.workspace_id, asker.person.person_id)
            if not owned:
                raise UserError("You have no schedules, so there are no alerts for a stand-in.")
            covered = [each for each in owned if may_see(tx, stand_in, each.project_id, each.key)]
            if not covered:
                raise UserError(
                    f"<@{stand_in_id}> can see none of your schedules' jobs. Choose somebody in the project.",
                    field=FormField.STAND_IN,
                )
            tx.absences.keep(asker.person.workspace_id, absence)
            numbers = tuple(each.number for each in covered[:MOST_NAMED])
            told = StandsIn(asker.person.person_id, until, asker.person.tz, numbers, len(covered))
            self._tell(tx, stand_in, told, now)
            tx.audit.add(
                asker.person, "away.begin", stand_in_id, at=now, channel_id=asker.channel_id,
                after={"until": until.isoformat()},
            )  # fmt: skip
        return Away(absence, len(covered), len(owned))

    def absence(self, asker: Asker) -> Absence | None:
        """Return the asker's absence. None if they are not away."""
        person = asker.person
        with self._database.reading() as tx:
            now = self._clock.now()
            return tx.absences.now(person.workspace_id, [person.person_id], now).get(person.person_id)

    @once_more
    def back(self, asker: Asker) -> None:
        """End the asker's absence and tell the stand-in. Raises NotFound if they are not away."""
        now = self._clock.now()
        person = asker.person
        with self._database.transaction() as tx:
            absence = tx.absences.now(person.workspace_id, [person.person_id], now).get(person.person_id)
            if absence is None:
                raise NotFound("You are not away: your alerts reach you.")
            tx.absences.end(person.workspace_id, person.person_id)
            stand_in = tx.directory.person(person.workspace_id, absence.stand_in_id)
            if stand_in is not None and stand_in.counts:
                self._tell(tx, stand_in, IsBack(person.person_id), now)
            tx.audit.add(person, "away.end", absence.stand_in_id, at=now, channel_id=asker.channel_id)

    def _stand_in(self, tx: Transaction, asker: Asker, stand_in_id: str) -> Person:
        if stand_in_id == asker.person.person_id:
            raise UserError("Somebody else must stand in for you.", field=FormField.STAND_IN)
        stand_in = tx.directory.person(asker.person.workspace_id, stand_in_id)
        if stand_in is None or not stand_in.counts:
            raise UserError("Choose somebody who is active in Slack.", field=FormField.STAND_IN)
        return stand_in

    def _tell(self, tx: Transaction, who: Person, told: Announcement, now: datetime) -> None:
        place = Place(who.workspace_id, who.person_id)
        tx.outbox.put_words(place, told, subject=new_id(), send_at=now)
