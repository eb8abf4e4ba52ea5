"""History: what is under way before a moment, with a thousand and with 200,000 firings of other schedules.

Beside it the same query without the words by which SQLite finds the index of a schedule's moments.
Run: PYTHONPATH=. .venv/bin/python tests/bench/bench_history.py [many]
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from statistics import median
from unittest.mock import patch

from sqlalchemy import insert, select, true

from bot.domain.identity import new_id
from storage import firings as firings_module
from storage.database import Database
from storage.tables import firings
from tests.world import NINE, World

FEW, MANY = 1_000, 200_000
ASKED = 200


def main() -> None:
    many = int(sys.argv[1]) if len(sys.argv) > 1 else MANY
    with tempfile.TemporaryDirectory(prefix="runbell-history-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'runbell.db'}")
        database.migrate()
        world = World(database)
        ours = world.schedule("every weekday at 9am")
        other = world.schedule("every day at 10am")
        world.go_to(NINE - timedelta(seconds=40))
        before = 0
        for count in (FEW, many):
            fill(database, other.schedule_id, before, count)
            before = count
            by_index = asked(database, ours.schedule_id)
            with patch.object(firings_module, "STANDING", true()):
                by_reading = asked(database, ours.schedule_id)
            print(f"{count} others: {by_index:.2f} ms by the index, {by_reading:.2f} ms by reading them all")
        database.close()


def fill(database: Database, schedule_id: str, first: int, last: int) -> None:
    """One firing each minute, long ago and over."""
    with database.transaction() as tx:
        like = tx.connection.execute(select(firings).limit(1)).one()
        row = dict(like._mapping)
        rows = [
            row | {
                "firing_id": new_id(),
                "schedule_id": schedule_id,
                "due_at": NINE - timedelta(days=1, minutes=number),
                "state": "missed",
                "act_at": None,
                "request_id": None,
                "inputs": {},
            }
            for number in range(first, last)
        ]  # fmt: skip
        tx.connection.execute(insert(firings), rows)


def asked(database: Database, schedule_id: str) -> float:
    """Milliseconds, in the middle of many."""
    took = []
    with database.transaction() as tx:
        firing = tx.firings.at_moment(schedule_id, NINE)
        assert firing is not None
        for _ in range(ASKED):
            began = time.perf_counter()
            tx.moments.previous_under_way(firing)
            took.append(1000 * (time.perf_counter() - began))
    return median(took)


if __name__ == "__main__":
    main()
