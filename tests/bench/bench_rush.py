"""Rush: 1,000 schedules due at one instant on a real Airflow: through the bot, and by raw HTTP.

In each turn, one after the other: posted raw ahead of time with run_after (the floor), through the bot,
and posted raw at the due time. Lateness is Airflow's own start_date after due_at; median of the turns.
Run: .venv/bin/python tests/bench/bench_rush.py [schedules] [turns]
"""

from __future__ import annotations

import http.client
import json
import logging
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psycopg
import structlog

from bot.domain.clock import SystemClock
from bot.domain.identity import new_id
from bot.domain.job import Job, JobKey
from bot.domain.project import Place
from bot.domain.rights import Action, Role
from bot.domain.schedule import Schedule, ScheduleState
from bot.domain.when import Once
from bot.gateways.airflow import PasswordTokens, RestAirflow
from bot.workers.dispatcher import Dispatcher, Timing
from bot.workers.loop import Loop
from playground.airflow import start_airflow
from storage.database import Database
from tests.bench.bench_dispatch import MAYA, TEAM
from tests.world import BERLIN

if TYPE_CHECKING:
    from playground.airflow import RunningAirflow

KEY = JobKey("default", "rush")
DAGS = Path(__file__).parents[1] / "airflow_dags"
AHEAD, SENDERS = timedelta(seconds=60), 4


class Poster:
    """Open connections, bodies ready: what no client can beat."""

    def __init__(self, airflow: RunningAirflow, token: str) -> None:
        self._address = urlsplit(airflow.url)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._local = threading.local()

    def post(self, run_id: str, run_after: datetime | None) -> None:
        if not hasattr(self._local, "connection"):
            self._local.connection = http.client.HTTPConnection(self._address.hostname, self._address.port)
        body = {"dag_run_id": run_id, "logical_date": None, "conf": {}, "note": ""}
        if run_after is not None:
            body["run_after"] = run_after.isoformat()
        self._local.connection.request("POST", "/api/v2/dags/rush/dagRuns", json.dumps(body), self._headers)
        answer = self._local.connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status


def raw(poster: Poster, count: int, *, ahead: bool) -> tuple[str, datetime]:
    due_at = SystemClock().now() + AHEAD
    mark = new_id()[:8]
    if not ahead:
        time.sleep((due_at - SystemClock().now()).total_seconds())
    with ThreadPoolExecutor(SENDERS) as pool:
        for _ in pool.map(
            lambda number: poster.post(f"{mark}_{number}", due_at if ahead else None), range(count)
        ):
            pass
    return f"{mark}_%", due_at


def through_the_bot(database: Database, loop: Loop, project_id: int, count: int) -> tuple[str, datetime]:
    now = SystemClock().now()
    due_at = now + AHEAD
    with database.transaction() as tx:
        for _ in range(count):
            schedule = Schedule(
                schedule_id=new_id(),
                number=tx.schedules.next_number(TEAM),
                key=KEY,
                inputs={},
                when=Once(due_at, BERLIN),
                project_id=project_id,
                owner_id=MAYA.person_id,
                place=Place(TEAM, MAYA.person_id),
                state=ScheduleState.ACTIVE,
                reason="",
                next_due_at=due_at,
            )
            tx.schedules.add(schedule, at=now)
    loop.wake()
    return "runbell__%", due_at


def lateness(airflow: RunningAirflow, like: str, due_at: datetime, count: int) -> list[float]:
    """Once all have begun."""
    query = "SELECT start_date FROM dag_run WHERE dag_id='rush' AND run_id LIKE %s AND run_after >= %s"
    while True:
        with psycopg.connect(
            host=str(airflow.postgresql.socket), user="postgres", dbname="airflow"
        ) as connection:
            since = due_at - timedelta(seconds=1)
            begun = [row[0] for row in connection.execute(query, (like, since)).fetchall() if row[0]]
        if len(begun) == count:
            return sorted((each - due_at).total_seconds() for each in begun)
        time.sleep(2)


def compare(airflow: RunningAirflow, database: Database, count: int, turns: int) -> None:
    tokens = PasswordTokens(airflow.url, airflow.username, airflow.password)
    poster, project_id = Poster(airflow, tokens.current()), project_in(database)
    dispatcher = Dispatcher(
        database,
        SystemClock(),
        {"default": RestAirflow(airflow.url, tokens)},
        Timing(),
        senders=SENDERS,
    )
    loop = Loop("dispatcher", dispatcher)
    loop.start()
    ways = {
        "raw, ahead (the floor)": lambda: raw(poster, count, ahead=True),
        "the bot": lambda: through_the_bot(database, loop, project_id, count),
        "raw, at the due time": lambda: raw(poster, count, ahead=False),
    }
    measured: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for turn in range(turns):
        for name, way in ways.items():
            late = lateness(airflow, *way(), count)
            measured[name].append((late[count // 2], late[count * 99 // 100]))
            p50, p99 = measured[name][-1]
            print(f"turn {turn + 1}, {name}: p50 {p50:.2f} s, p99 {p99:.2f} s", flush=True)
    medians = {name: median(each[0] for each in pairs) for name, pairs in measured.items()}
    worst = {name: median(each[1] for each in pairs) for name, pairs in measured.items()}
    floor, bot, at_due = ways
    for name, figures in (("p50", medians), ("p99", worst)):
        print(
            f"{name}: the bot is {figures[bot] / figures[floor]:.2f} × the floor, "
            f"at the due time {figures[at_due] / figures[bot]:.2f} × the bot"
        )
    loop.ask_to_stop()
    loop.wait(10)
    dispatcher.stop()


def project_in(database: Database) -> int:
    database.migrate()
    now = SystemClock().now()
    with database.transaction() as tx:
        tx.directory.keep_people([MAYA], at=now)
        tx.jobs.keep("default", [Job(KEY, "Rush", max_active_runs=5000)], at=now)
        project_id = tx.projects.create(TEAM, "Rush", "Europe/Berlin", reports_to=MAYA.person_id, at=now)
        tx.projects.add_member(project_id, TEAM, Role.RUNNER, person_id=MAYA.person_id)
        tx.shares.add(project_id, "default", Action, at=now, dag_id="rush")
    return project_id


def main() -> None:
    given = [int(each) for each in sys.argv[1:]]
    count, turns = (*given, 1000, 3)[:2] if len(given) != 1 else (given[0], 3)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory(prefix="runbell-rush-") as folder:
        airflow = start_airflow(Path(folder), progress=print, dags=DAGS)
        try:
            airflow.wait_for_jobs({"rush"})
            database = Database(airflow.postgresql.url_for("runbell", "psycopg"))
            compare(airflow, database, count, turns)
            database.close()
        finally:
            airflow.stop()


if __name__ == "__main__":
    main()
