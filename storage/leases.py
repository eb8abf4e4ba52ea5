"""Leases: which process runs a loop that only one may run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, update

from storage.tables import firings, leases, notices
from storage.upsert import insert_for, took_effect

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


class Leases:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, name: str, holder: str, *, now: datetime, until: datetime) -> bool:
        """Take the lease, or renew it; return False while another holder has it."""
        insert = insert_for(self._connection, leases).values(name=name, holder=holder, until=until)
        # One statement decides: its holder renews it, and anybody else takes it only after its end.
        taken = insert.on_conflict_do_update(
            index_elements=["name"],
            set_={"holder": holder, "until": until},
            where=or_(leases.c.holder == holder, leases.c.until <= now),
        )
        return took_effect(self._connection, taken)

    def release_all(self, holder: str) -> None:
        """End every lease of this holder, so that another process takes over at once."""
        self._connection.execute(delete(leases).where(leases.c.holder == holder))

    def free_all(self) -> None:
        """End every lease on loops, firings and notices, whoever holds it.

        Only for SQLite as its one process starts: whoever held a lease is dead. On PostgreSQL another process
        may be at work.
        """
        self._connection.execute(delete(leases))
        for table in (firings, notices):
            held = table.c.leased_until.is_not(None)
            self._connection.execute(update(table).where(held).values(leased_until=None))
