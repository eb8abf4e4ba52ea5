"""The clock of the database server: one time for all processes that share a database."""

from __future__ import annotations

import time
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import func, select

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from storage.database import Database

READ_EVERY = 10.0


def _since_boot() -> float:
    """Return seconds that also pass while the machine sleeps, where the system counts such."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class ServerClock:
    """Tells PostgreSQL's time, so that leases, due moments and pauses mean the same to every process.

    It is read every ten seconds, by a loop of its own, and counted on from there by a stopwatch, also while
    the database is away. The clock of the machine, which may be wrong or be moved, is not asked.
    """

    def __init__(self, database: Database, stopwatch: Callable[[], float] = _since_boot) -> None:
        self._database = database
        self._stopwatch = stopwatch
        self._reading = Lock()
        self._read = self._ask()

    def now(self) -> datetime:
        """Return PostgreSQL's time, counted on from the last reading. Needs no database."""
        with self._reading:
            at, moment = self._read
        return moment + timedelta(seconds=self._stopwatch() - at)

    def step(self) -> float:
        """Read the server's clock again; return seconds until the next time. Raises Unavailable."""
        read = self._ask()
        with self._reading:
            self._read = read
        return READ_EVERY

    def _ask(self) -> tuple[float, datetime]:
        """Return the stopwatch and the server's time at one moment, half-way through the round trip."""
        with self._database.transaction() as tx:
            before = self._stopwatch()
            moment: datetime = tx.connection.execute(select(func.clock_timestamp())).scalar_one()
            after = self._stopwatch()
        # The server read its clock somewhere between; half-way is wrong by at most half of the round trip.
        return (before + after) / 2, moment
