"""One schedule adjusted: its next moment skipped or not, and what becomes of moments that go wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.errors import Conflict, NotUnderstood
from bot.domain.schedule import ScheduleState
from bot.services.scheduling import audit, to_change
from bot.services.withdrawing import next_moment, skip, undo_skip

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.clock import Clock
    from bot.domain.listed import Listed
    from bot.domain.schedule import MissedPolicy, OverlapPolicy
    from bot.services.access import Asker
    from bot.services.scheduling import Scheduling
    from storage.database import Database

LEAST_GRACE, MOST_GRACE = timedelta(minutes=1), timedelta(hours=12)
_FIRES = frozenset({ScheduleState.ACTIVE, ScheduleState.ENDED})
"""Ended: nothing is left to be planned, but the last may be on its way."""


class Adjusting:
    """`wake`: called after a commit that gave the dispatcher something to do."""

    def __init__(
        self, database: Database, clock: Clock, scheduling: Scheduling, wake: Callable[[], None]
    ) -> None:
        self._database = database
        self._clock = clock
        self._scheduling = scheduling
        self._wake = wake

    def skip_next(
        self, asker: Asker, schedule_id: str, *, due_at: datetime | None = None
    ) -> tuple[Listed, datetime]:
        """The next moment, and which it was. `due_at`: only if it is this one. Raises Conflict."""
        now = self._clock.now()
        with self._database.transaction() as tx:
            schedule = to_change(tx, asker, schedule_id)
            coming = next_moment(tx, schedule, now) if schedule.state in _FIRES else None
            if coming is None:
                raise Conflict("Nothing is to come that could be skipped.")
            if due_at is not None and due_at != coming:
                raise Conflict("That time is no longer the next one.")
            skip(tx, schedule, coming, now, reason=f"skipped by <@{asker.person.person_id}>")
            audit(tx, asker, "schedule.skip", schedule, now)
        self._wake()
        return self._scheduling.show(asker, schedule_id), coming

    def undo_skip(self, asker: Asker, schedule_id: str, due_at: datetime) -> Listed:
        """That moment is due again. Raises Conflict once it has passed, or if it was not skipped."""
        now = self._clock.now()
        with self._database.transaction() as tx:
            schedule = to_change(tx, asker, schedule_id)
            if due_at <= now:
                raise Conflict("That time has passed; run it now instead.")
            if not undo_skip(tx, schedule, due_at):
                raise Conflict("That time is not skipped.")
            audit(tx, asker, "schedule.undo_skip", schedule, now)
        self._wake()
        return self._scheduling.show(asker, schedule_id)

    def set_policies(
        self,
        asker: Asker,
        schedule_id: str,
        *,
        missed: MissedPolicy,
        overlap: OverlapPolicy,
        grace: timedelta | None,
    ) -> Listed:
        """`grace` None: as the settings say."""
        if grace is not None and not LEAST_GRACE <= grace <= MOST_GRACE:
            raise NotUnderstood("The grace is between a minute and 12 hours.", field="grace")
        now = self._clock.now()
        with self._database.transaction() as tx:
            schedule = to_change(tx, asker, schedule_id)
            tx.schedules.set_policies(schedule_id, missed=missed, overlap=overlap, grace=grace)
            audit(tx, asker, "schedule.policies", schedule, now)
        return self._scheduling.show(asker, schedule_id)
