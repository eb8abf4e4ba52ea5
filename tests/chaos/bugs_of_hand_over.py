"""Bugs to be planted in what gives firings to Airflow: their ids, doubts, leases and batches."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from sqlalchemy import select, update

from bot.domain.errors import Rejected, Unavailable
from bot.domain.firing import FiringState
from bot.domain.identity import new_id
from bot.workers import dispatcher, hand_over, withdrawal
from bot.workers.hand_over import HandOver
from storage.firings import Firings, firing_of_row
from storage.hand_overs import HandOvers
from storage.moments import Moments
from storage.tables import firings
from tests.chaos.planting import Bug, planted
from tests.fakes.airflow import FakeAirflow


def under_a_new_id(tx: Any, firing_id: str) -> None:
    """As if it had never been posted."""
    tx.connection.execute(
        update(firings)
        .where(firings.c.firing_id == firing_id)
        .values(firing_id=new_id(), state=FiringState.DUE, in_doubt=False, leased_until=None)
    )


def no_lease_is_looked_at() -> Bug:
    return planted(
        patch.object(hand_over, "is_still_ours", lambda *_: True),
        patch.object(withdrawal, "is_still_ours", lambda *_: True),
    )


def a_conflict_is_a_rejection() -> Bug:
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


def a_lost_answer_is_posted_under_a_new_id() -> Bug:
    later = HandOver.try_later

    def again(self: Any, firing: Any, error: Any) -> None:
        later(self, firing, error)
        if isinstance(error, Unavailable) and firing.state is FiringState.SENDING:
            with self._database.transaction() as tx:
                locked = tx.firings.lock(firing.firing_id)
                if locked is not None and locked.state is FiringState.SENDING:
                    under_a_new_id(tx, firing.firing_id)

    return planted(patch.object(HandOver, "try_later", again))


def what_a_dead_process_was_sending_gets_a_new_id() -> Bug:
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


def no_post_leaves_a_doubt() -> Bug:
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


def a_cancel_during_the_post_is_overwritten() -> Bug:
    return planted(patch.object(HandOvers, "lock_sending", lambda _self, ids: frozenset(ids)))


def a_lease_lasts_an_hour() -> Bug:
    hour = timedelta(hours=1)
    return planted(patch.object(dispatcher, "LEASE", hour), patch.object(hand_over, "LEASE", hour))


def a_claim_is_not_written() -> Bug:
    def claim(self: Any, now: Any, *, leased_until: Any, limit: int) -> Any:
        free = firings.c.leased_until.is_(None) | (firings.c.leased_until <= now)
        rows = self._connection.execute(select(firings).where(firings.c.act_at <= now, free).limit(limit))
        return [replace(firing_of_row(row), leased_until=leased_until) for row in rows]

    return planted(patch.object(Firings, "claim", claim))


def what_is_begun_by_the_hundred_is_never_looked_at_again() -> Bug:
    begin = HandOvers.begin

    def once(self: Any, ids: Any, **named: Any) -> None:
        begin(self, ids, **named)
        self._connection.execute(
            update(firings).where(firings.c.firing_id.in_(list(ids))).values(act_at=None)
        )

    return planted(patch.object(HandOvers, "begin", once))


def a_batch_is_posted_before_it_is_written() -> Bug:
    return planted(
        patch.object(HandOvers, "begin", lambda *_, **__: None),
        patch.object(HandOvers, "lock_sending", lambda _self, ids: frozenset(ids)),
    )


def one_refusal_rejects_its_batch() -> Bug:
    rejected = HandOver._rejected

    def all_of_them(self: Any, firing: Any, error: Any) -> None:
        rejected(self, firing, error)
        batch = (firings.c.leased_until == firing.leased_until) & (firings.c.state == FiringState.SENDING)
        gone = {"state": FiringState.REJECTED, "reason": error.detail, "act_at": None}
        with self._database.transaction() as tx:
            tx.connection.execute(update(firings).where(batch).values(**gone))

    return planted(patch.object(HandOver, "_rejected", all_of_them))


def a_batch_looks_at_no_overlap() -> Bug:
    return planted(patch.object(Moments, "under_way_of", lambda *_: {}))


BUGS = (
    no_lease_is_looked_at,
    a_conflict_is_a_rejection,
    a_lost_answer_is_posted_under_a_new_id,
    what_a_dead_process_was_sending_gets_a_new_id,
    no_post_leaves_a_doubt,
    a_cancel_during_the_post_is_overwritten,
    a_lease_lasts_an_hour,
    a_claim_is_not_written,
    what_is_begun_by_the_hundred_is_never_looked_at_again,
    a_batch_is_posted_before_it_is_written,
    one_refusal_rejects_its_batch,
    a_batch_looks_at_no_overlap,
)
