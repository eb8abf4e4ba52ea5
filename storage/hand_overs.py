"""Firings by the hundred on their way to Airflow: written before and after their POSTs, all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from bot.domain.firing import FiringState
from storage.tables import firings

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import Connection


class HandOvers:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, firing_ids: Collection[str], *, now: datetime, leased_until: datetime) -> None:
        """Of those that the caller has locked, and found DUE or SENDING; as `Firings.begin_sending`."""
        if not firing_ids:
            return
        self._connection.execute(
            update(firings)
            .where(
                firings.c.firing_id.in_(list(firing_ids)),
                firings.c.state.in_([FiringState.DUE, FiringState.SENDING]),
            )
            .values(state=FiringState.SENDING, act_at=now, leased_until=leased_until, in_doubt=True)
        )

    def lock_sending(self, firing_ids: Collection[str]) -> frozenset[str]:
        """Those of them that nobody has begun to withdraw meanwhile."""
        rows = self._connection.execute(
            select(firings.c.firing_id)
            .where(firings.c.firing_id.in_(list(firing_ids)), firings.c.state == FiringState.SENDING)
            .order_by(firings.c.schedule_id, firings.c.firing_id)
            .with_for_update()
        )
        return frozenset(rows.scalars())

    def done(self, look_at: Mapping[str, datetime]) -> None:
        """Of those that are locked: Airflow has them. `look_at`: when to see whether each has begun."""
        if not look_at:
            return
        self._connection.execute(
            update(firings)
            .where(firings.c.firing_id == bindparam("of_firing"))
            .values(state=FiringState.HANDED_OVER, act_at=bindparam("at"), attempts=0, leased_until=None),
            [{"of_firing": firing_id, "at": at} for firing_id, at in look_at.items()],
        )
