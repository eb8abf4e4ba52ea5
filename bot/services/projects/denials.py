"""Denied attempts, recorded in one place: who, from which channel, with which button or command, on what."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import structlog

from bot.domain.errors import NotAllowed, NotFound, RunbellError
from bot.domain.project import Person
from bot.rules.not_found import NOT_FOUND
from bot.services.once_more import once_more

if TYPE_CHECKING:
    from bot.domain.clock import Clock
    from bot.domain.errors import UserError
    from storage.database import Database

WITHIN = timedelta(hours=1)
MOST = 30
"""The most audit entries about one person and project within that time.

Many attempts must not fill the table. Further ones are counted in one more entry for each door, and every
attempt is in the log, so that many harmless ones hide none.
"""
log = structlog.get_logger()


class Denials:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def note(
        self, workspace_id: str, person_id: str, channel_id: str, *, door: str, on: str, error: UserError
    ) -> None:
        """Write a denied attempt to the audit; errors that deny nothing are ignored.

        `on` is the opaque id that was pressed, never what was typed. If writing fails, the log says so and
        the person still gets their answer.
        """
        if not _is_denial(error):
            return
        try:
            self._write(
                Person(workspace_id, person_id, person_id, ZoneInfo("UTC")), channel_id, door, on, error
            )
        except RunbellError:
            log.exception("denial.not_written", person=person_id, door=door)

    @once_more
    def _write(self, person: Person, channel_id: str, door: str, on: str, error: UserError) -> None:
        now = self._clock.now()
        attempt = error.attempt
        subject = attempt.subject if attempt else on
        facts = {"answer": "not found" if isinstance(error, NotFound) else "not allowed"}
        if attempt:
            facts |= {"needs": attempt.action, "project": str(attempt.project_id)}
        project_id = attempt.project_id or None if attempt else None
        with self._database.transaction() as tx:
            if tx.audit.denied_since(person, project_id, now - WITHIN) < MOST:
                tx.audit.add(
                    person, door[:64], subject, at=now, channel_id=channel_id, project_id=project_id,
                    allowed=False, after=facts,
                )  # fmt: skip
                return
            tx.audit.count_denied(person, project_id, door=door[:64], at=now, since=now - WITHIN)
        log.warning("denial.counted", person=person.person_id, door=door, on=on, channel=channel_id, **facts)


def _is_denial(error: UserError) -> bool:
    """Return whether the error denies something. A word that fits no visible thing is no attempt."""
    return isinstance(error, NotAllowed) or (
        isinstance(error, NotFound) and (error.attempt is not None or error.message in NOT_FOUND)
    )
