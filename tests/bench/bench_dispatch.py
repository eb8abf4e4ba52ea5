"""Hand-over rate: firings a second through the dispatcher beside the best raw keep-alive POSTs, in one run.

Turn by turn, median of seven; the runs are due in a year, so that nothing executes meanwhile.
Run: .venv/bin/python tests/bench/bench_dispatch.py [firings a turn] [sqlite | postgresql]
"""

from __future__ import annotations

import logging
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import structlog

from bot.domain.clock import SystemClock
from bot.domain.firing import Firing
from bot.domain.identity import new_id
from bot.domain.job import Job, JobKey
from bot.domain.project import Person, Place
from bot.domain.rights import Action, Role
from bot.gateways.airflow import PasswordTokens, RestAirflow
from bot.workers.dispatcher import Dispatcher, Timing
from playground.airflow import start_airflow
from storage.database import Database
from tests.bench.bench_airflow import Raw, rate
from tests.world import BERLIN

if TYPE_CHECKING:
    from playground.airflow import RunningAirflow

TURNS = 7
THREADS = (1, 2, 4)
DUE_AT = datetime.now(UTC) + timedelta(days=365)
TEAM, KEY = "T1", JobKey("default", "payroll")
MAYA = Person(TEAM, "U0MAYA", "Maya", BERLIN)


def project_in(database: Database) -> int:
    database.migrate()
    now = SystemClock().now()
    with database.transaction() as tx:
        tx.directory.keep_people([MAYA], at=now)
        tx.jobs.keep("default", [Job(KEY, "Payroll", tags=frozenset({"hr"}), max_active_runs=16)], at=now)
        project_id = tx.projects.create(TEAM, "HR", "Europe/Berlin", reports_to=MAYA.person_id, at=now)
        tx.projects.add_member(project_id, TEAM, Role.RUNNER, person_id=MAYA.person_id)
        tx.shares.add(project_id, "default", Action, at=now, tag="hr")
    return project_id


def through_the_bot(database: Database, dispatcher: Dispatcher, project_id: int, count: int) -> float:
    """Firings a second from due to handed over, all of the deciding and writing included."""
    place = Place(TEAM, MAYA.person_id)
    now = SystemClock().now()
    with database.transaction() as tx:
        for _ in range(count):
            firing = Firing(new_id(), None, DUE_AT, KEY, {}, project_id, MAYA.person_id, place)
            tx.firings.add(firing, act_at=now, at=now)
    began = time.perf_counter()
    while dispatcher.step() == 0.0 or dispatcher._under_way:
        pass
    return count / (time.perf_counter() - began)


def compare(airflow: RunningAirflow, database: Database, count: int) -> None:
    tokens = PasswordTokens(airflow.url, airflow.username, airflow.password)
    gateway, raw = RestAirflow(airflow.url, tokens), Raw(airflow, tokens.current())
    project_id = project_in(database)
    dispatcher = Dispatcher(database, SystemClock(), {"default": gateway}, Timing())
    through_the_bot(database, dispatcher, project_id, 8)  # opens the connections
    measured: dict[str, list[float]] = {}
    for _ in range(TURNS):
        for threads in THREADS:
            measured.setdefault(f"raw, {threads} thread(s)", []).append(rate(raw.post, threads, count))
        measured.setdefault("the bot", []).append(through_the_bot(database, dispatcher, project_id, count))
    rates = {name: median(each) for name, each in measured.items()}
    best = max(value for name, value in rates.items() if name.startswith("raw"))
    print("; ".join(f"{name} {value:.0f}/s" for name, value in rates.items()))
    print(f"the bot / the best raw: {rates['the bot'] / best:.2f}")
    dispatcher.stop()


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    kind = sys.argv[2] if len(sys.argv) > 2 else "postgresql"
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory(prefix="runbell-bench-") as folder:
        airflow = start_airflow(Path(folder), progress=print)
        try:
            url = f"sqlite:///{folder}/runbell.db"
            if kind == "postgresql":
                url = airflow.postgresql.url_for("runbell", "psycopg")
            database = Database(url)
            compare(airflow, database, count)
            database.close()
        finally:
            airflow.stop()


if __name__ == "__main__":
    main()
