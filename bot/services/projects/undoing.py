"""What somebody took away from a project, found again in the audit, so that they can give it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.errors import Conflict, NotFound
from bot.domain.whole_number import whole_number
from bot.rules.access import NO_SUCH_THING
from bot.rules.bringing_back import UNDO_FOR
from bot.rules.bringing_back_setups import TAKEN_AWAY

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.clock import Clock
    from bot.domain.entry import Entry
    from bot.rules.access import Asker
    from storage.database import Database

MOST_AFTER = 50
"""The number of entries among which what was taken away just now is looked for."""


class Undoing:
    """Finds what may be undone. Whether the person still may is asked as it is done, as for every change."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def latest(self, asker: Asker, project_id: int, *, since: datetime) -> Entry | None:
        """Return what the asker took away from the project last, if that was since then."""
        with self._database.reading() as tx:
            found = tx.audit.entries(
                asker.person.workspace_id,
                project_ids=[project_id],
                person_id=asker.person.person_id,
                kinds=sorted({each.partition(".")[0] for each in TAKEN_AWAY}),
                limit=MOST_AFTER,
            )
        return next((each for each in found if each.action in TAKEN_AWAY and each.at >= since), None)

    def entry(self, asker: Asker, reference: str) -> Entry:
        """Return what the asker took away within a day. Raises NotFound, and Conflict if it is too late."""
        audit_id = whole_number(reference)
        with self._database.reading() as tx:
            found = None if audit_id is None else tx.audit.entry(asker.person.workspace_id, audit_id)
        if found is None or found.person_id != asker.person.person_id or found.action not in TAKEN_AWAY:
            raise NotFound(NO_SUCH_THING)
        if self._clock.now() - found.at > UNDO_FOR:
            raise Conflict("That was taken away over a day ago. Add it anew.")
        return found
