"""Scale: a dispatcher's step with 1,000 and with 1,000,000 active schedules; 10,000 due in a minute.

Run: .venv/bin/python tests/bench/bench_scale.py [sqlite | postgresql] [many]
"""

from __future__ import annotations

import json
import logging
import os
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import event, text

from bot.domain.days import Daily
from bot.domain.identity import new_id
from bot.domain.when import At, Calendar, Repeating
from bot.workers.dispatcher import Dispatcher, Timing
from playground.postgresql import start_postgresql
from storage.codec import encode_when
from storage.database import Database
from tests.world import MAYA, TEAM, World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fakes.clock import FakeClock

NOW = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
DUE_AT = NOW + timedelta(days=1)
FEW, MANY, AT_ONCE = 1_000, 1_000_000, 10_000
STEPS = 50
COLUMNS = (
    "schedule_id", "workspace_id", "number", "project_id", "deployment", "dag_id", "inputs", "when", "tz",
    "owner_id", "reports_to", "state", "missed", "overlap", "next_due_at", "created_at",
)  # fmt: skip


def rows(first: int, count: int, project_id: int, due_at: datetime) -> Iterator[tuple[object, ...]]:
    """Due one after the other, half a second apart."""
    when = Repeating((Calendar(Daily(), At((due_at.time(),))),), ZoneInfo("UTC"))
    encoded = json.dumps(encode_when(when))
    for number in range(first, first + count):
        at = due_at + timedelta(milliseconds=6 * (number - first))
        yield (
            new_id(), TEAM, number, project_id, "default", "sales_report", "{}", encoded, "UTC",
            MAYA.person_id, MAYA.person_id, "active", "latest", "wait", at, NOW,
        )  # fmt: skip


def insert(database: Database, made: Iterator[tuple[object, ...]]) -> None:
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    with database.transaction() as tx:
        raw = tx.connection.connection.driver_connection
        assert raw is not None
        if database.is_sqlite:
            marks = ", ".join("?" * len(COLUMNS))
            plain = (
                [f"{v:%Y-%m-%d %H:%M:%S.%f}" if isinstance(v, datetime) else v for v in row] for row in made
            )
            raw.executemany(f"INSERT INTO schedules ({names}) VALUES ({marks})", plain)
            return
        with raw.cursor() as cursor, cursor.copy(f"COPY schedules ({names}) FROM STDIN") as copy:
            for row in made:
                copy.write_row(row)
    with database.transaction() as tx:
        tx.connection.execute(text("ANALYZE schedules"))


def _plain(value: object) -> object:
    return f"{value:%Y-%m-%d %H:%M:%S.%f}" if isinstance(value, datetime) else value


def resident() -> float:
    """MB of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure_steps(name: str, database: Database, dispatcher: Dispatcher, clock: FakeClock) -> None:
    queries = [0]
    event.listen(database._engine, "before_cursor_execute", lambda *_: queries.__setitem__(0, queries[0] + 1))
    dispatcher.step()
    queries[0] = 0
    took, cpu = [], time.process_time()
    for _ in range(STEPS):
        clock.advance(timedelta(seconds=1))
        began = time.perf_counter()
        dispatcher.step()
        took.append(1000 * (time.perf_counter() - began))
    cpu = 1000 * (time.process_time() - cpu) / STEPS
    print(
        f"{name}: a step with nothing due p50 {median(took):.2f} ms, max {max(took):.1f} ms, "
        f"CPU {cpu:.2f} ms, {queries[0] / STEPS:.1f} queries, process {resident():.0f} MB",
        flush=True,
    )


def measure_rush(database: Database, clock: FakeClock, dispatcher: Dispatcher) -> None:
    """10,000 due within one minute: planned, claimed, and handed to a fake Airflow."""
    clock.set(DUE_AT + timedelta(minutes=1))
    began = time.perf_counter()
    while dispatcher._plan():
        pass
    planned = time.perf_counter() - began
    with database.transaction() as tx:
        count = tx.connection.execute(text("SELECT count(*) FROM firings")).scalar_one()
    began = time.perf_counter()
    claimed = 0
    while True:
        with database.transaction() as tx:
            now = clock.now()
            found = tx.firings.claim(now, leased_until=now + timedelta(seconds=30), limit=100)
        if not found:
            break
        claimed += len(found)
    took = time.perf_counter() - began
    print(
        f"{count} due in one minute: {count / planned:.0f} rows/s inserted, "
        f"{claimed / took:.0f} rows/s claimed",
        flush=True,
    )


def main() -> None:
    kind = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    many = int(sys.argv[2]) if len(sys.argv) > 2 else MANY
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory(prefix="runbell-scale-") as folder:
        server = start_postgresql(Path(folder) / "pg") if kind == "postgresql" else None
        url = server.url_for("runbell", "psycopg") if server else f"sqlite:///{folder}/runbell.db"
        database = Database(url)
        try:
            database.migrate()
            world = World(database, now=NOW)
            project_id = world.projects["Finance"]
            airflows = {world.airflow.deployment: world.airflow}
            dispatcher = Dispatcher(database, world.clock, airflows, Timing())
            insert(database, rows(1, FEW, project_id, DUE_AT + timedelta(days=1)))
            measure_steps(f"{kind}, {FEW:,} schedules", database, dispatcher, world.clock)
            began = time.perf_counter()
            insert(database, rows(FEW + 1, AT_ONCE, project_id, DUE_AT))
            later = DUE_AT + timedelta(days=2)
            insert(database, rows(FEW + AT_ONCE + 1, many - FEW - AT_ONCE, project_id, later))
            print(f"({many - FEW:,} more written in {time.perf_counter() - began:.0f} s)", flush=True)
            measure_steps(f"{kind}, {many:,} schedules", database, dispatcher, world.clock)
            measure_rush(database, world.clock, dispatcher)
            dispatcher.stop()
        finally:
            database.close()
            if server:
                server.stop()


if __name__ == "__main__":
    main()
