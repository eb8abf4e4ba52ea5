"""Rights in a company, beside a bare indexed SELECT in the same run. What people wait for: bench_doors.

Run: .venv/bin/python tests/bench/bench_rights.py [sqlite | postgresql]
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import event, select

from bot.domain.job import JobKey
from bot.domain.rights import Action
from bot.rules.access import Access
from playground.postgresql import start_postgresql
from storage.database import Database
from storage.tables import memberships, people
from tests.bench.company import ADMIN, FULL, fill, person
from tests.world import TEAM

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.transaction import Transaction

TIMES = 300


def measure(
    database: Database, name: str, act: Callable[[Transaction, int], object], times: int = TIMES
) -> None:
    """Each in a transaction of its own, as a press or a command is."""
    queries = [0]
    event.listen(database._engine, "before_cursor_execute", lambda *_: queries.__setitem__(0, queries[0] + 1))
    took = []
    with database.transaction() as tx:
        act(tx, 2)
    for number in range(times):
        with database.transaction() as tx:
            queries[0] = 0
            began = time.perf_counter()
            act(tx, 2 + number * 13 % (FULL.people - 2))
            took.append(1000 * (time.perf_counter() - began))
    took.sort()
    print(
        f"  {name:<44} p50 {took[len(took) // 2]:7.2f} ms   p95 {took[int(0.95 * len(took))]:7.2f} ms   "
        f"{queries[0]} queries",
        flush=True,
    )


def run(kind: str, database: Database) -> None:
    began = time.perf_counter()
    ids = fill(database, FULL)
    print(f"{kind} ({time.perf_counter() - began:.0f} s to fill)", flush=True)

    with database.transaction() as tx:
        rows = tx.connection.execute(select(memberships).where(memberships.c.person_id.is_not(None)))
        ids_of = {int(row.person_id[1:]): row.project_id for row in rows}

    def bare(tx: Transaction, number: int) -> object:
        wanted = (people.c.workspace_id == TEAM, people.c.person_id == person(number).person_id)
        return tx.connection.execute(select(people.c.name).where(*wanted)).scalar_one()

    def decide(tx: Transaction, number: int) -> object:
        project_id = ids_of[number]
        key = JobKey("default", f"job_{number % FULL.jobs}")
        return Access(tx, person(number), f"C{ids.index(project_id):04}").actions(project_id, key)

    measure(database, "a bare SELECT by primary key", bare)
    measure(database, "one decision, in a mapped channel", decide)
    measure(database, "the list of one person, elsewhere", lambda tx, n: Access(tx, person(n)).offers())
    measure(
        database, "the list in a mapped channel",
        lambda tx, n: Access(tx, person(n), f"C{n % FULL.projects:04}").offers(Action.SCHEDULE),
    )  # fmt: skip
    measure(
        database, "the list of an admin: all there is", lambda tx, _: Access(tx, person(ADMIN)).offers(), 5
    )


def main() -> None:
    kinds = sys.argv[1:] or ["sqlite", "postgresql"]
    print(FULL)
    for kind in kinds:
        with tempfile.TemporaryDirectory(prefix="runbell-rights-") as folder:
            server = start_postgresql(Path(folder) / "pg") if kind == "postgresql" else None
            database = Database(
                server.url_for("runbell", "psycopg") if server else f"sqlite:///{folder}/runbell.db"
            )
            try:
                database.migrate()
                run(kind, database)
            finally:
                database.close()
                if server:
                    server.stop()


if __name__ == "__main__":
    main()
