"""The housekeeper: forgets what nobody can ask for any more, a little at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from storage.few import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.clock import Clock
    from storage.database import Database
    from storage.forgetting import Forgetting

PAUSE = 60.0 * 60
BETWEEN_BATCHES = 1.0
LEASE = timedelta(minutes=5)
A_DAY = timedelta(days=1)
"""Longer than the life of drafts, choices and Slack's repetitions, which ends after about an hour."""


@dataclass(frozen=True, slots=True)
class Keeps:
    """How long what is over is kept. None means for ever."""

    history: timedelta | None = timedelta(days=90)
    """Runs with their log tails, firings, cards, requests for access, schedules and jobs that are over."""
    notices: timedelta | None = timedelta(days=7)
    """Notices that were sent or given up."""
    audit: timedelta | None = timedelta(days=730)


USUAL = Keeps()


class Housekeeper:
    def __init__(self, database: Database, clock: Clock, holder: str, keeps: Keeps = USUAL) -> None:
        self._database = database
        self._clock = clock
        self._holder = holder
        self._keeps = keeps

    def step(self) -> float:
        """Delete one batch of each kind, in a transaction each, so that nobody waits for long.

        Return the seconds until the next batch: few while there is more.
        """
        now = self._clock.now()
        with self._database.transaction() as tx:
            if not tx.leases.take("housekeeper", self._holder, now=now, until=now + LEASE):
                return PAUSE
        forgotten = [self._forget(forget, now - kept) for forget, kept in self._kinds() if kept is not None]
        return BETWEEN_BATCHES if max(forgotten) >= AT_ONCE else PAUSE

    def _kinds(self) -> list[tuple[Callable[[Forgetting, datetime], int], timedelta | None]]:
        keeps = self._keeps
        return [
            (lambda rows, before: rows.drafts(before=before), A_DAY),
            (lambda rows, before: rows.choices(before=before), A_DAY),
            (lambda rows, before: rows.looks(before=before), A_DAY),
            (lambda rows, before: rows.homes(before=before), A_DAY),
            (lambda rows, before: rows.files(before=before), timedelta()),
            (lambda rows, before: rows.handled_requests(before=before), A_DAY),
            (lambda rows, before: rows.told_notices(before=before), keeps.notices),
            (lambda rows, before: rows.ended_runs(before=before), keeps.history),
            (lambda rows, before: rows.firings_that_never_ran(before=before), keeps.history),
            (lambda rows, before: rows.schedules_that_are_over(before=before), keeps.history),
            (lambda rows, before: rows.ended_incidents(before=before), keeps.history),
            (lambda rows, before: rows.ended_storms(before=before), keeps.history),
            (lambda rows, before: rows.ended_conditions(before=before), keeps.history),
            (lambda rows, before: rows.ended_late_groups(before=before), keeps.history),
            (lambda rows, before: rows.pages(before=before), keeps.history),
            (lambda rows, before: rows.settled_requests(before=before), keeps.history),
            (lambda rows, before: rows.gone_jobs(before=before), keeps.history),
            (lambda rows, before: rows.own_presets(before=before), keeps.history),
            (lambda rows, before: rows.ended_rules(before=before), A_DAY),
            (lambda rows, before: rows.absences(before=before), A_DAY),
            (lambda rows, before: rows.closed_places(before=before), A_DAY),
            (lambda rows, before: rows.audit(before=before), keeps.audit),
        ]

    def _forget(self, forget: Callable[[Forgetting, datetime], int], before: datetime) -> int:
        with self._database.transaction() as tx:
            return forget(tx.forgetting, before)
