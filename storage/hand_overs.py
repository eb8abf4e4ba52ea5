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
        """Mark the firings as sent and in doubt before their POSTs, like `Firings.begin_sending`.

        The caller has locked them and found them DUE or SENDING.
        """
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
        """Lock and return those of the firings that are still SENDING.

        Somebody may have begun to withdraw the others while they were posted.
        """
        rows = self._connection.execute(
            select(firings.c.firing_id)
            .where(firings.c.firing_id.in_(list(firing_ids)), firings.c.state == FiringState.SENDING)
            # In the order in which everybody locks several firings, or two processes would wait in a circle.
            .order_by(firings.c.schedule_id, firings.c.firing_id)
            .with_for_update()
        )
        return frozenset(rows.scalars())

    def done(self, look_at: Mapping[str, datetime]) -> None:
        """Mark locked firings as handed over. `look_at`: when to look whether each of them has begun."""
        if not look_at:
            return
        self._connection.execute(
            update(firings)
            .where(firings.c.firing_id == bindparam("of_firing"))
            .values(state=FiringState.HANDED_OVER, act_at=bindparam("at"), attempts=0, leased_until=None),
            [{"of_firing": firing_id, "at": at} for firing_id, at in look_at.items()],
        )
