"""Leases: which process runs a loop that only one may run."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, or_, update

from storage.tables import firings, leases, notices
from storage.upsert import insert_into

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Connection


@cache
def _taking(dialect: str) -> Any:
    """Return the one statement that decides: a holder renews its lease; others take it only after its end."""
    insert = insert_into(leases, dialect)
    return insert.on_conflict_do_update(
        index_elements=["name"],
        set_={"holder": insert.excluded.holder, "until": insert.excluded.until},
        # By the caller's clock, which on PostgreSQL is the database's for all processes.
        where=or_(leases.c.holder == insert.excluded.holder, leases.c.until <= bindparam("now")),
    ).returning(leases.c.name)


class Leases:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, name: str, holder: str, *, now: datetime, until: datetime) -> bool:
        """Take the lease, or renew it; return False while another holder has it."""
        wanted = {"name": name, "holder": holder, "until": until, "now": now}
        return self._connection.execute(_taking(self._connection.dialect.name), wanted).first() is not None

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
