"""The list of runs with 100,000 runs of 50 jobs: what a page takes, and how many statements.

Run: PYTHONPATH=. .venv/bin/python tests/bench/bench_runs.py [sqlite | postgresql] [many]
"""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import event, insert, select, text

from bot.domain.history import RunFilter
from bot.domain.identity import new_id
from bot.domain.job import JobTitle
from bot.domain.rights import Action
from bot.domain.run import RunState
from bot.rules.access import Asker
from storage.tables import firings, jobs, runs
from tests.databases import databases_of
from tests.world import LENA, MAYA, NINE, SAM, TOM, World

if TYPE_CHECKING:
    from storage.database import Database

MANY, JOBS, TIMES = 100_000, 50, 20
FAILED_ONE_IN = 500


def main() -> None:
    kind = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    many = int(sys.argv[2]) if len(sys.argv) > 2 else MANY
    with databases_of(kind) as databases, databases.fresh() as database:
        world = World(database)
        world.run_now(dag_id="import_orders", fail="always")
        world.go_to(NINE)
        fill(world, many)
        if kind == "postgresql":
            with database.transaction() as tx:
                tx.connection.execute(text("ANALYZE"))
        job = world.airflow.job("import_orders")
        assert job is not None
        history = world.services().history
        yesterday = NINE - timedelta(days=1)
        print(f"{kind}, {many} runs")
        for name, who, wanted in (
            ("all", TOM, RunFilter()),
            ("of who sees nothing", SAM, RunFilter()),
            ("failed", TOM, RunFilter(state=RunState.FAILED)),
            ("stopped, of which there are none", TOM, RunFilter(state=RunState.STOPPED)),
            ("of a job with one run", TOM, RunFilter(jobs=(JobTitle(job.key, job.title),))),
            (
                "failed in the last day",
                TOM,
                RunFilter(state=RunState.FAILED, begins=yesterday),
            ),
            ("in the last day", LENA, RunFilter(begins=yesterday)),
            ("of somebody who started one, long ago", TOM, RunFilter(person_id=TOM.person_id)),
            ("of somebody who started all the others", TOM, RunFilter(person_id=MAYA.person_id)),
            ("of somebody who started none", TOM, RunFilter(person_id=LENA.person_id)),
        ):
            measure(database, name, lambda who=who, wanted=wanted: history.first(Asker(who), wanted))


def measure(database: Database, name: str, act: Any) -> None:
    """Print the middle of some, and the statements of one."""
    statements = [0]
    event.listen(
        database._engine, "before_cursor_execute", lambda *_: statements.__setitem__(0, statements[0] + 1)
    )
    took = []
    for _ in range(TIMES):
        statements[0] = 0
        began = time.perf_counter()
        found = act()
        took.append(1000 * (time.perf_counter() - began))
    took.sort()
    middle, rows = took[len(took) // 2], len(found.rows)
    print(f"  {name:<40} {middle:7.1f} ms, {statements[0]} statements, {rows} rows", flush=True)


def fill(world: World, many: int) -> None:
    """Newer than the one that is there: one a minute, asked for by Maya, of jobs of their own."""
    with world.database.transaction() as tx:
        run = dict(tx.connection.execute(select(runs)).one()._mapping)
        firing = dict(tx.connection.execute(select(firings)).one()._mapping)
        job = dict(tx.connection.execute(select(jobs).where(jobs.c.dag_id == "import_orders")).one()._mapping)
        names = [f"job_{number}" for number in range(JOBS)]
        tx.connection.execute(insert(jobs), [job | {"dag_id": each, "title": each} for each in names])
        for each in names:
            tx.shares.add(world.projects["Finance"], "default", Action, at=NINE, dag_id=each)
    for first in range(0, many, 10_000):
        new_runs, new_firings = [], []
        for number in range(first, min(first + 10_000, many)):
            began = NINE - timedelta(minutes=many - number)
            dag_id, firing_id = names[number % JOBS], new_id()
            failed = number % FAILED_ONE_IN == 0
            new_firings.append(
                firing
                | {"firing_id": firing_id, "dag_id": dag_id, "due_at": began, "request_id": None}
                | {"person_id": "U0MAYA", "inputs": {}, "act_at": None}
            )
            new_runs.append(
                run
                | {"id": new_id(), "dag_id": dag_id, "run_id": f"r{number}", "firing_id": firing_id}
                | {"due_at": began, "started_at": began, "ended_at": began + timedelta(minutes=1)}
                | {"state": "failed" if failed else "done", "failure": run["failure"] if failed else None}
            )
        with world.database.transaction() as tx:
            tx.connection.execute(insert(firings), new_firings)
            tx.connection.execute(insert(runs), new_runs)


if __name__ == "__main__":
    main()
