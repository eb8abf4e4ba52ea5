"""The usual firings by the hundred: begun in one transaction, written back in another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.firing import Firing, FiringState
from bot.domain.identity import new_id
from bot.domain.moving import moves
from bot.domain.run import Run, RunState
from bot.domain.run_date import RunDate
from bot.language.inputs import all_worked_out
from bot.rules.alert_routing import Routing
from bot.workers.decision import Verdict, decide, grace_of
from bot.workers.facts import Facts
from bot.workers.loop import on_its_own

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.domain.job import Job, JobKey
    from bot.workers.facts import Rights
    from storage.transaction import Transaction

LATE_ENOUGH_TO_ASK = timedelta(minutes=1)
"""How late a firing is before Airflow is asked whether it starts anything.

What is on time is handed over in any case.
"""

CARD_AFTER = timedelta(seconds=15)
"""How long a scheduled run's card waits. If the run is over by then, its first message says how it ended."""


@dataclass(frozen=True, slots=True)
class Sending:
    """A firing that is marked as being sent. Its `in_doubt` is as before this attempt."""

    firing: Firing
    date: RunDate
    note: str
    grace: timedelta


def begin(
    tx: Transaction,
    claimed: Iterable[Firing],
    now: datetime,
    *,
    grace: timedelta,
    leased_until: datetime,
    rights: Rights,
) -> dict[str, Sending]:
    """Mark as being sent what needs no closer look; return it by firing id.

    All others are decided one by one.

    A firing that raises something unforeseen here is left out as well: it will raise again where it can stop
    nobody else. If the database itself raised, nothing of this step is decided in bulk.
    """
    plain = [each for each in claimed if is_on_time(each, now)]
    if not plain:
        return {}
    # A savepoint: if the database refuses one of a hundred, the leases that were claimed before it stay.
    with on_its_own("bulk", firings=len(plain)), tx.part():
        facts = Facts(tx, rights)
        facts.read_ahead(plain)
        found = _decided(facts, plain, now, grace=grace, leased_until=leased_until)
        tx.hand_overs.begin(found, now=now, leased_until=leased_until)
        return found
    return {}


def _decided(
    facts: Facts, plain: Iterable[Firing], now: datetime, *, grace: timedelta, leased_until: datetime
) -> dict[str, Sending]:
    found: dict[str, Sending] = {}
    # Several schedules of one DAG may be due at the same moment, and Airflow allows one run for each date.
    taken: set[tuple[JobKey, datetime]] = set()
    for each in plain:
        with on_its_own("firing", firing=each.firing_id, dag=each.key.dag_id):
            decision = decide(facts, each, now, grace)
            if decision.verdict is not Verdict.SEND:
                continue
            own_grace = grace_of(facts.schedule(each), grace)
            job, moment = facts.job(each), (each.key, each.due_at)
            date = date_of(each, job, is_taken=moment in taken)
            found[each.firing_id] = Sending(sent(facts, each, leased_until), date, decision.note, own_grace)
            taken.add(moment)
    return found


def is_on_time(firing: Firing, now: datetime) -> bool:
    """Return whether the firing is on time, or being sent already: then Airflow need not be asked first."""
    return firing.state is FiringState.SENDING or (
        firing.state is FiringState.DUE and now <= firing.due_at + LATE_ENOUGH_TO_ASK
    )


def write_back(tx: Transaction, taken: Sequence[Sending], now: datetime) -> None:
    """Write that Airflow accepted these, except those that somebody began to withdraw during their POST."""
    if not taken:
        return
    # Firings before runs and notices, as everywhere. What is no longer SENDING belongs to its withdrawal.
    locked = tx.hand_overs.lock_sending([each.firing.firing_id for each in taken])
    kept = [each for each in taken if each.firing.firing_id in locked]
    tx.hand_overs.done({each.firing.firing_id: each.firing.due_at + each.grace for each in kept})
    runs = {run.run_key: (run, each.firing) for each in kept for run in [run_of(each.firing)]}
    new = tx.runs.add_all([run for run, _ in runs.values()], at=now)
    routing = Routing(tx, now)
    # Only for new runs: a process that died after writing them has queued their cards as well.
    shown = [(runs[key][1], key) for key in runs if key in new and routing.shows_card(runs[key][1])]
    tx.outbox.put_new_cards([(firing.place, key, card_at(firing, now)) for firing, key in shown])


def card_at(firing: Firing, now: datetime) -> datetime:
    """Return when the card of its run is posted, unless the run ends before: at once for one by hand."""
    shown_at = firing.due_at + (timedelta() if firing.schedule_id is None else CARD_AFTER)
    return max(now, shown_at)


def sent(facts: Facts, firing: Firing, leased_until: datetime) -> Firing:
    """Return the firing as Airflow is given it: with the inputs that the project lets people set now.

    What the project fixes may move: it is worked out as the schedule's own inputs are.
    """
    job = facts.job(firing)
    conf = firing.inputs if job is None else job.conf(firing.inputs)
    has_moving = any(map(moves, conf.values()))
    inputs = all_worked_out(conf, firing.due_at, facts.zone(firing)) if has_moving else conf
    return replace(firing, inputs=inputs, state=FiringState.SENDING, leased_until=leased_until)


def date_of(firing: Firing, job: Job | None, *, is_taken: bool = False) -> RunDate:
    """Return the date that the run carries. `is_taken` says that a run of the same DAG is due then.

    A DAG with a schedule of its own in Airflow has its own intervals, and its runs need their dates.
    """
    has_own_schedule = job is not None and job.airflow_schedule is not None
    return RunDate(
        due_at=firing.due_at,
        interval_start=None if has_own_schedule else firing.interval_start,
        is_wanted_by_others=has_own_schedule or is_taken,
    )


def run_of(firing: Firing, state: RunState = RunState.WAITING, ended_at: datetime | None = None) -> Run:
    """Return a new run of the firing. It is not written yet."""
    return Run(
        run_key=new_id(),
        key=firing.key,
        run_id=firing.run_id,
        state=state,
        firing_id=firing.firing_id,
        due_at=firing.due_at,
        started_at=None,
        ended_at=ended_at,
    )
