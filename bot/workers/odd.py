"""The end of a firing that raised something unforeseen, with a reason, so that it stops no other."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.firing import Firing, FiringState
from bot.rules.suspending import suspend
from bot.workers import announcing
from bot.workers.decision import Decision, Verdict
from bot.workers.hand_over import is_still_ours
from bot.workers.loop import on_its_own

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.clock import Clock
    from storage.database import Database
    from storage.transaction import Transaction

TRIES = 6
TRIED_AGAIN_AFTER = timedelta(seconds=20)
"""The time between tries for a firing that Airflow may have; all tries take two minutes."""


class Odd:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def end(self, firing: Firing, reference: str) -> None:
        """End a firing that raised something unforeseen: reject it, or withdraw it if Airflow may have it.

        `firing` is as it was claimed; `reference` is that of the error in the log. The schedule is suspended,
        because its next moment would meet the same error.
        """
        now = self._clock.now()
        reason = f"something went wrong on Runbell's side (reference {reference})"
        with self._database.transaction() as tx:
            locked = tx.firings.lock_with_schedule(firing)
            if locked is None or not is_still_ours(locked, firing):
                return
            if locked.state in {FiringState.WITHDRAWING, FiringState.HANDED_OVER}:
                self._try_again(tx, locked, reason, now)
                return
            if locked.state is FiringState.SENDING:
                ends_as = FiringState.REJECTED
                tx.firings.move(locked, FiringState.WITHDRAWING, reason=reason, act_at=now, ends_as=ends_as)
            else:
                tx.firings.move(locked, FiringState.REJECTED, reason=reason)
            if locked.schedule_id is not None:
                with on_its_own("schedule", schedule=locked.schedule_id), tx.part():
                    suspend(tx, locked.schedule_id, reason=reason, now=now)
            if locked.state is not FiringState.SENDING:
                rejected(tx, locked, reason, now)

    def _try_again(self, tx: Transaction, locked: Firing, reason: str, now: datetime) -> None:
        """Look at the firing again later; after several tries, leave it as it is said to end."""
        if locked.attempts < TRIES:
            tx.firings.look_again(locked, now + TRIED_AGAIN_AFTER, failed=True)
        elif locked.state is FiringState.HANDED_OVER:
            tx.firings.look_again(locked, None)
        else:
            ends_as = locked.ends_as or FiringState.CANCELLED
            tx.firings.move(locked, ends_as, reason=locked.reason or reason)
            if ends_as in {FiringState.REJECTED, FiringState.MISSED}:
                rejected(tx, locked, locked.reason or reason, now)


def rejected(tx: Transaction, firing: Firing, reason: str, now: datetime) -> None:
    """Tell the owner and the managers that the firing did not run."""
    announcing.not_run(tx, firing, Decision(Verdict.REJECT, reason=reason, suspends=True), now)
