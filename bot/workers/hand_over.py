"""A firing becomes a run: decided once more, then POSTed under its own id until Airflow answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog

from bot.domain.errors import Fault, Forbidden, Rejected, Unavailable
from bot.domain.firing import Firing, FiringState, Remedy
from bot.domain.limits import NO_FILES
from bot.domain.notice import NoticeKind
from bot.rules.alert_routing import Routing
from bot.rules.files import NO_URL, with_addresses
from bot.rules.suspending import suspend
from bot.workers import announcing, in_bulk
from bot.workers.answered import without_inputs
from bot.workers.decision import Decision, Verdict, decide, grace_of
from bot.workers.facts import Facts
from bot.workers.in_bulk import LATE_ENOUGH_TO_ASK, Sending, card_at, date_of, run_of, sent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.domain.clock import Clock
    from bot.domain.limits import FileLimits
    from bot.domain.ports import Airflow
    from bot.workers.facts import Rights
    from storage.database import Database
    from storage.transaction import Transaction

LEASE = timedelta(seconds=30)
"""Shorter than the usual lead: what a dead process held is still handed over before it is due."""
RETRY_AFTER = (1, 2, 5, 10, 20, 30)
"""Seconds between attempts to hand a firing over; the last holds for all that follow."""
IMPORT_ERRORS, NO_MANUAL_RUNS = "has import errors", "does not allow manual runs"
"""Airflow's words in a 400, the code that it also gives for inputs that do not fit."""
HEALTH_HOLDS_FOR = timedelta(seconds=5)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Timing:
    """How long before its due moment a firing is handed over, and how late it may start."""

    lead: timedelta = timedelta(seconds=45)
    grace: timedelta = timedelta(minutes=10)


class HandOver:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        airflows: Mapping[str, Airflow],
        timing: Timing,
        files: FileLimits = NO_FILES,
    ) -> None:
        self._database = database
        self._clock = clock
        self._airflows = airflows
        self._timing = timing
        self._files = files
        self._health: dict[str, tuple[datetime, bool]] = {}
        self._rights: Rights = {}

    def begin(self, tx: Transaction, claimed: Sequence[Firing], now: datetime) -> dict[str, Sending]:
        """Mark as being sent what needs no closer look; return it by firing id.

        Rights are read afresh in every step.
        """
        self._rights = {}
        known = [each for each in claimed if each.key.deployment in self._airflows]
        return in_bulk.begin(
            tx, known, now, grace=self._timing.grace, leased_until=now + LEASE, rights=self._rights
        )

    def __call__(self, firing: Firing) -> Sending | None:
        """Decide about one firing and send it. Return it if Airflow accepted it, else None."""
        airflow = self._airflows.get(firing.key.deployment)
        if airflow is None:
            unknown = Unavailable("Airflow", f"“{firing.key.deployment}” is not connected", not_done=True)
            self.try_later(firing, unknown)
            return None
        sending = self._decide(firing, starts=self._starts(airflow, firing))
        return None if sending is None else self.post(sending)

    def post(self, sending: Sending) -> Sending | None:
        """Post the run. Return it for the caller to write if Airflow accepted it; else write why not."""
        firing = sending.firing
        assert firing.leased_until is not None
        if self._clock.now() >= firing.leased_until:  # it waited for a sender: others may have it
            slow = Unavailable("Airflow", "it answers too slowly", not_done=True)
            self.try_later(firing, slow)
            return None
        # Without `run_after` Airflow begins at once, as a run by hand and a late one should.
        ahead = firing.schedule_id is not None and firing.due_at > self._clock.now()
        try:
            self._airflows[firing.key.deployment].start(
                firing.key.dag_id,
                firing.run_id,
                run_after=firing.due_at if ahead else None,
                date=sending.date,
                conf=self.conf(firing),
                note=sending.note,
            )
        except Rejected as error:
            if error.code == "404" or IMPORT_ERRORS in error.detail:  # it may come back within the grace
                self.try_later(firing, error)
            else:
                self._rejected(firing, error)
        except Unavailable as error:
            if isinstance(error, Forbidden) and self._clock.now() >= firing.due_at:
                self._rejected(firing, error)
            else:
                self.try_later(firing, error)
        else:
            return sending
        return None

    def conf(self, firing: Firing) -> dict[str, Any]:
        """Return the inputs as Airflow is given them: secrets opened, and an address for each file.

        Raises Rejected if a file has no address.
        """
        secrets = self._database.secrets
        return with_addresses(secrets, self._files, secrets.open(firing.inputs), firing.due_at)

    def _without_values(self, error: Fault, firing: Firing) -> str:
        """Return the error's words without what was sent: neither secrets nor addresses of files."""
        if isinstance(error, Rejected) and error.code == NO_URL:
            return error.detail
        sent = self.conf(firing) if not self._files.why_not else self._database.secrets.open(firing.inputs)
        return without_inputs(error, sent)

    def write_back(self, taken: Sequence[Sending]) -> None:
        """Write that Airflow accepted these, and queue their cards."""
        with self._database.transaction() as tx:
            in_bulk.write_back(tx, taken, self._clock.now())

    def _decide(self, firing: Firing, *, starts: bool) -> Sending | None:
        """Mark the firing as being sent and return it, or move it to what was decided and return None."""
        with self._database.transaction() as tx:
            now = self._clock.now()
            # The schedule first, because suspending it below locks it, and everybody locks schedules before
            # firings.
            locked = tx.firings.lock_with_schedule(firing)
            if locked is None or not is_still_ours(locked, firing):
                return None
            facts = Facts(tx, self._rights)
            decision = decide(facts, locked, now, self._timing.grace, starts=starts)
            if decision.verdict is Verdict.SEND:
                tx.firings.begin_sending(locked, now=now, leased_until=now + LEASE)
                grace = grace_of(facts.schedule(locked), self._timing.grace)
                job = facts.job(locked)
                return Sending(sent(facts, locked, now + LEASE), date_of(locked, job), decision.note, grace)
            if decision.verdict is Verdict.LOOK_AGAIN:
                tx.firings.look_again(locked, decision.look_at)
                return None
            if locked.in_doubt:  # an earlier POST may have arrived: Airflow must be asked what became of it
                ends_as = _BECOMES[decision.verdict]
                tx.firings.move(
                    locked, FiringState.WITHDRAWING, reason=decision.said, act_at=now, ends_as=ends_as
                )
                return None
            tx.firings.move(locked, _BECOMES[decision.verdict], reason=decision.said, act_at=decision.look_at)
            if decision.suspends and locked.schedule_id is not None:
                suspend(tx, locked.schedule_id, reason=decision.said, now=now)
            if decision.tells:
                announcing.not_run(tx, locked, decision, now)
            return None

    def _starts(self, airflow: Airflow, firing: Firing) -> bool:
        """Return whether Airflow starts runs. Late runs are not given to an Airflow that is down."""
        now = self._clock.now()
        if firing.state is FiringState.SENDING or now <= firing.due_at + LATE_ENOUGH_TO_ASK:
            return True
        asked_at, starts = self._health.get(airflow.deployment, (None, False))
        if asked_at is None or abs(now - asked_at) > HEALTH_HOLDS_FOR:
            try:
                starts = airflow.health().scheduler
            except Fault:
                starts = False
            self._health[airflow.deployment] = (now, starts)
        return starts

    def handed_over(self, firing: Firing) -> None:
        """Write that Airflow has the firing, also if it was found there after a lost answer."""
        now = self._clock.now()
        with self._database.transaction() as tx:
            locked = tx.firings.lock(firing.firing_id)
            # Compare and set: nobody held the row while Airflow was asked.
            if locked is None or locked.state is not firing.state:
                return  # a cancel came during the POST: it is being withdrawn
            schedule = tx.schedules.get(firing.schedule_id) if firing.schedule_id else None
            grace = grace_of(schedule, self._timing.grace)
            tx.firings.move(locked, FiringState.HANDED_OVER, act_at=firing.due_at + grace)
            run = run_of(firing)
            if tx.runs.add(run, at=now) and Routing(tx, now).shows_card(firing):
                tx.outbox.put(firing.place, NoticeKind.CARD, run.run_key, send_at=card_at(firing, now))

    def try_later(self, firing: Firing, error: Fault) -> None:
        """Let the firing be looked at later in its state, unless somebody else has changed it since."""
        why = self._without_values(error, firing)
        log.warning("firing.delayed", firing=firing.firing_id, dag=firing.key.dag_id, why=why)
        # Where nothing was done for sure, the doubt is again as before this attempt; after any other error
        # the run may exist.
        certain = isinstance(error, Rejected) or (isinstance(error, Unavailable) and error.not_done)
        with self._database.transaction() as tx:
            locked = tx.firings.lock(firing.firing_id)
            if locked is None or not is_still_ours(locked, firing):
                return
            wait = RETRY_AFTER[min(locked.attempts, len(RETRY_AFTER) - 1)]
            is_sending = locked.state is FiringState.SENDING
            tx.firings.look_again(
                locked,
                self._clock.now() + timedelta(seconds=wait),
                failed=True,
                reason=why if is_sending else "",
                in_doubt=firing.in_doubt if is_sending and certain else None,
            )

    def _rejected(self, firing: Firing, error: Rejected | Forbidden) -> None:
        """Reject the firing for good, unless Airflow accepted an earlier POST.

        That happens if the answer was lost, and the inputs have stopped fitting since.
        """
        airflow = self._airflows[firing.key.deployment]
        try:
            if firing.in_doubt and airflow.run(firing.key.dag_id, firing.run_id) is not None:
                self.handed_over(firing)
                return
        except Fault as unknown:
            self.try_later(firing, unknown)
            return
        now = self._clock.now()
        with self._database.transaction() as tx:
            locked = tx.firings.lock_with_schedule(firing)
            if locked is None or not is_still_ours(locked, firing):
                return
            why = self._without_values(error, firing)
            refused = _refusal(error, why)
            tx.firings.move(locked, FiringState.REJECTED, reason=refused.said)
            announcing.not_run(tx, locked, refused, now)


def _refusal(error: Rejected | Forbidden, why: str) -> Decision:
    """Return what people are told of a run that Airflow refused. `why` is its words without what was sent."""
    if isinstance(error, Forbidden):
        needs = f"it needs {error.needs}" if error.needs else why
        reason = "Airflow does not let Runbell's account start this job"
        return Decision(Verdict.REJECT, reason=reason, detail=needs, remedy=Remedy.GIVE_GRANT)
    if isinstance(error, Rejected) and error.code == NO_URL:
        return Decision(Verdict.REJECT, reason="Runbell cannot give the job its file", detail=why)
    remedy = Remedy.NONE if NO_MANUAL_RUNS in error.detail else Remedy.CHANGE_INPUTS
    return Decision(Verdict.REJECT, reason="Airflow refused it", detail=why, remedy=remedy)


def is_still_ours(locked: Firing, claimed: Firing) -> bool:
    """Return whether the firing is unchanged since it was claimed.

    Whoever changed it has also set when to look at it again.
    """
    return locked.state is claimed.state and locked.leased_until == claimed.leased_until


_BECOMES = {
    Verdict.WAIT: FiringState.WAITING,
    Verdict.SKIP: FiringState.SKIPPED,
    Verdict.MISS: FiringState.MISSED,
    Verdict.REJECT: FiringState.REJECTED,
}
