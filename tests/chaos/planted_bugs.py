"""Is the machine any good? Bugs planted one by one in the dispatcher; each must make it fail.

Run: .venv/bin/python -m tests.chaos.planted_bugs [most examples for each] [seed] [a word of their names]
"""

from __future__ import annotations

import logging
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import structlog
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import update

from bot.domain.errors import Rejected, Unavailable
from bot.domain.firing import FiringState
from bot.domain.identity import new_id
from bot.domain.when import next_after
from bot.services import adjusting, scheduling
from bot.services.withdrawing import firing_of
from bot.workers import hand_over, withdrawal
from bot.workers.dispatcher import Dispatcher
from bot.workers.hand_over import HandOver
from bot.workers.withdrawal import Withdrawal
from storage.firings import Firings
from storage.hand_overs import HandOvers
from storage.tables import firings
from tests.fakes.airflow import FakeAirflow
from tests.properties.dispatching import Dispatching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Bug = "Callable[[], ExitStack]"


def planted(*patches: Any) -> Callable[[], ExitStack]:
    def plant() -> ExitStack:
        stack = ExitStack()
        for each in patches:
            stack.enter_context(each)
        return stack

    return plant


def under_a_new_id(tx: Any, firing_id: str) -> None:
    """As if it had never been posted."""
    tx.connection.execute(
        update(firings)
        .where(firings.c.firing_id == firing_id)
        .values(firing_id=new_id(), state=FiringState.DUE, in_doubt=False, leased_until=None)
    )


def no_lease_is_looked_at() -> Any:
    return planted(
        patch.object(hand_over, "is_still_ours", lambda *_: True),
        patch.object(withdrawal, "is_still_ours", lambda *_: True),
    )


def a_conflict_is_a_rejection() -> Any:
    start = FakeAirflow.start

    def refuse(self: Any, dag_id: str, run_id: str, **named: Any) -> Any:
        if (dag_id, run_id) in self._runs:
            raise Rejected("Airflow", "409: Unique constraint violation", "409")
        return start(self, dag_id, run_id, **named)

    def rejected(self: Any, firing: Any, error: Any) -> None:
        with self._database.transaction() as tx:
            locked = tx.firings.lock(firing.firing_id)
            if locked is not None and locked.state is FiringState.SENDING:
                tx.firings.move(locked, FiringState.REJECTED, reason=error.detail)

    return planted(patch.object(FakeAirflow, "start", refuse), patch.object(HandOver, "_rejected", rejected))


def a_lost_answer_is_posted_under_a_new_id() -> Any:
    later = HandOver.try_later

    def again(self: Any, firing: Any, error: Any) -> None:
        later(self, firing, error)
        if isinstance(error, Unavailable) and firing.state is FiringState.SENDING:
            with self._database.transaction() as tx:
                locked = tx.firings.lock(firing.firing_id)
                if locked is not None and locked.state is FiringState.SENDING:
                    under_a_new_id(tx, firing.firing_id)

    return planted(patch.object(HandOver, "try_later", again))


def what_a_dead_process_was_sending_gets_a_new_id() -> Any:
    claim = Firings.claim

    def afresh(self: Any, now: Any, **named: Any) -> Any:
        found = []
        for each in claim(self, now, **named):
            if each.state is not FiringState.SENDING:
                found.append(each)
                continue
            fresh = replace(each, firing_id=new_id(), state=FiringState.DUE, in_doubt=False)
            self._connection.execute(
                update(firings)
                .where(firings.c.firing_id == each.firing_id)
                .values(firing_id=fresh.firing_id, state=FiringState.DUE, in_doubt=False)
            )
            found.append(fresh)
        return found

    return planted(patch.object(Firings, "claim", afresh))


def withdrawn_by_delete() -> Any:
    def stop(_self: Any, airflow: Any, firing: Any, _there: Any) -> bool:
        tasks = airflow.tasks(firing.key.dag_id, firing.run_id)
        airflow._airflow._forget((firing.key.dag_id, firing.run_id))
        return any(task.started_at is not None for task in tasks)

    return planted(patch.object(Withdrawal, "_stop", stop))


def a_withdrawal_leaves_its_id_free() -> Any:
    return planted(patch.object(Withdrawal, "_take_its_id", lambda *_: None))


def no_post_leaves_a_doubt() -> Any:
    begin, begin_all = Firings.begin_sending, HandOvers.begin

    def certain(self: Any, ids: Any) -> None:
        self._connection.execute(update(firings).where(firings.c.firing_id.in_(ids)).values(in_doubt=False))

    def one(self: Any, firing: Any, **named: Any) -> None:
        begin(self, firing, **named)
        certain(self, [firing.firing_id])

    def many(self: Any, ids: Any, **named: Any) -> None:
        begin_all(self, ids, **named)
        certain(self, list(ids))

    return planted(patch.object(Firings, "begin_sending", one), patch.object(HandOvers, "begin", many))


def a_cancel_during_the_post_is_overwritten() -> Any:
    return planted(patch.object(HandOvers, "lock_sending", lambda _self, ids: frozenset(ids)))


def planning_is_two_transactions() -> Any:
    """First the schedule moves on, then its firing is written: what dies in between loses a moment."""

    def plan(self: Any) -> bool:
        horizon = self._clock.now() + self._timing.lead
        with self._database.transaction() as tx:
            due = tx.schedules.claim_due(horizon, limit=100)
            for each in due:
                tx.schedules.advance(each.schedule_id, next_after(each.when, each.next_due_at))
        with self._database.transaction() as tx:
            for each in due:
                firing = firing_of(each, each.next_due_at)
                act_at = each.next_due_at - self._lead(tx, each.key)
                tx.firings.add(firing, act_at=act_at, at=self._clock.now())
        return False

    return planted(patch.object(Dispatcher, "_plan", plan))


def an_undone_skip_does_not_wait_for_its_withdrawal() -> Any:
    def undo(tx: Any, schedule: Any, firing_id: str, due_at: Any) -> bool:
        gone = {"state": FiringState.CANCELLED, "act_at": None, "reason": "a skip was undone"}
        tx.connection.execute(update(firings).where(firings.c.firing_id == firing_id).values(**gone))
        if schedule.next_due_at is not None and due_at < schedule.next_due_at:
            tx.schedules.advance(schedule.schedule_id, due_at)
        return True

    return planted(patch.object(adjusting, "undo_skip", undo))


def a_pause_takes_nothing_back() -> Any:
    return planted(patch.object(scheduling, "withdraw", lambda *_, **__: None))


def an_edit_takes_nothing_back() -> Any:
    from bot.services import editing  # noqa: PLC0415  beside the others it would be taken for one of them

    return planted(patch.object(editing, "withdraw_what_is_ahead", lambda *_, **__: None))


def a_skip_is_forgotten() -> Any:
    """The schedule passes over the moment, and nothing is written of it."""

    def skip(tx: Any, schedule: Any, due_at: Any, _now: Any, *, reason: str) -> str:
        tx.schedules.advance(schedule.schedule_id, next_after(schedule.when, due_at))
        return f"none, {reason}"

    return planted(patch.object(adjusting, "skip", skip))


BUGS = (
    no_lease_is_looked_at,
    a_conflict_is_a_rejection,
    a_lost_answer_is_posted_under_a_new_id,
    what_a_dead_process_was_sending_gets_a_new_id,
    withdrawn_by_delete,
    a_withdrawal_leaves_its_id_free,
    no_post_leaves_a_doubt,
    a_cancel_during_the_post_is_overwritten,
    planning_is_two_transactions,
    an_undone_skip_does_not_wait_for_its_withdrawal,
    a_pause_takes_nothing_back,
    an_edit_takes_nothing_back,
    a_skip_is_forgotten,
)


@contextmanager
def counted() -> Iterator[list[int]]:
    """How many examples have begun."""
    count = [0]
    begin = Dispatching.__init__

    def counting(self: Any) -> None:
        count[0] += 1
        begin(self)

    with patch.object(Dispatching, "__init__", counting):
        yield count


def hunt(most: int, number: int) -> tuple[int, str]:
    """Examples until it failed, and how; "" when it did not."""
    machine = seed(number)(type("Hunting", (Dispatching,), {}))
    found = settings(
        max_examples=most,
        stateful_step_count=30,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    with counted() as count:
        try:
            run_state_machine_as_test(machine, settings=found)
        except BaseException as failure:  # noqa: BLE001  whatever shows it
            return count[
                0
            ], f"{type(failure).__name__}: {str(failure).splitlines()[0] if str(failure) else ''}"
    return count[0], ""


def main() -> None:
    given = dict(enumerate(sys.argv[1:]))
    most, number, word = int(given.get(0, 150)), int(given.get(1, 1)), given.get(2, "")
    bugs = [each for each in BUGS if word in each.__name__]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)
    escaped = []
    for bug in bugs:
        began = time.perf_counter()
        with bug()():
            examples, how = hunt(most, number)
        took = time.perf_counter() - began
        verdict = (
            f"caught after {examples} examples, {took:.0f} s: {how[:90]}" if how else f"ESCAPED {examples}"
        )
        escaped += [] if how else [bug.__name__]
        _say(f"{bug.__name__.replace('_', ' ')}: {verdict}")
    examples, how = hunt(most, number)
    _say(f"none planted: {how or f'nothing found in {examples} examples'}")
    _say(f"{len(bugs) - len(escaped)} of {len(bugs)} caught")
    sys.exit(bool(escaped or how))


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  its verdicts are what it is for


if __name__ == "__main__":
    main()
