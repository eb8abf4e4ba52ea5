"""What a look at Airflow costs beside 100,000 old runs: the watcher's requests, and a bare one.

Each figure is the median of many, turn by turn. AIRFLOW_PYTHON names the interpreter of another Airflow.
Run: .venv/bin/python tests/bench/bench_poll.py [old runs]
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import psycopg
import urllib3

from bot.gateways.airflow import PasswordTokens, RestAirflow
from playground.airflow import RunningAirflow, start_airflow

if TYPE_CHECKING:
    from collections.abc import Callable

OLD = 100_000
OPEN = 100
MINUTE = timedelta(minutes=1)
TURNS = 7
LATER = datetime.now(UTC) + timedelta(days=365)
MOVED = ("run_after", "queued_at", "start_date", "end_date", "updated_at")


def main() -> None:
    old = int(sys.argv[1]) if len(sys.argv) > 1 else OLD
    python = os.environ.get("AIRFLOW_PYTHON")
    with tempfile.TemporaryDirectory(prefix="runbell-bench-") as folder:
        airflow = start_airflow(Path(folder), progress=print, python=Path(python) if python else None)
        try:
            compare(airflow, old)
        finally:
            airflow.stop()


def compare(airflow: RunningAirflow, old: int) -> None:
    tokens = PasswordTokens(airflow.url, airflow.username, airflow.password)
    gateway = RestAirflow(airflow.url, tokens, timeout=60)
    print(f"Airflow {gateway.health().version}")
    keys = [("payroll", f"runbell__{uuid.uuid4().hex}") for _ in range(OPEN)]
    for dag_id, run_id in keys:
        gateway.start(dag_id, run_id, run_after=LATER, conf={}, note="")
    pool = urllib3.PoolManager()
    bare = {"Authorization": f"Bearer {tokens.current()}"}

    def one() -> None:
        address = f"{airflow.url}/api/v2/dags/payroll/dagRuns/{keys[0][1]}"
        assert pool.request("GET", address, headers=bare).status == 200

    def since(ended: timedelta, limit: int) -> int:
        """How many runs a bare request for the list of ended ones tells."""
        body = {
            "states": ["failed", "success"],
            "end_date_gte": (datetime.now(UTC) - ended).isoformat(),
            "order_by": "end_date",
            "page_limit": limit,
        }
        answer = pool.request("POST", f"{airflow.url}/api/v2/dags/~/dagRuns/list", headers=bare, json=body)
        assert answer.status == 200
        return len(answer.json()["dag_runs"])

    now = datetime.now(UTC)
    gone = [(dag_id, f"{run_id}-gone") for dag_id, run_id in keys[:10]]
    looks: dict[str, Callable[[], object]] = {
        "a bare request for one run": one,
        "1 open run": lambda: gateway.runs(keys[:1]),
        "4 open runs": lambda: gateway.runs(keys[:4]),
        "20 open runs": lambda: gateway.runs(keys[:20]),
        f"{OPEN} open runs": lambda: gateway.runs(keys),
        "20 runs of which 10 are gone": lambda: gateway.runs([*keys[:10], *gone]),
        "bare list, nothing ended": lambda: since(timedelta(0), 100),
        "bare list, one of the last minute": lambda: since(MINUTE, 1),
        "bare list, the last minute": lambda: since(MINUTE, 100),
        "what ended in the last minute": lambda: gateway.finished(
            ended_since=datetime.now(UTC) - MINUTE, run_after_since=now - timedelta(days=2)
        ),
        "the same, the wide poll": lambda: gateway.finished(ended_since=datetime.now(UTC) - MINUTE),
        "what ended in the last 5 s": lambda: gateway.finished(
            ended_since=datetime.now(UTC) - timedelta(seconds=5)
        ),
    }
    before = measured(looks)
    print(f"Adding {old:,} old runs", flush=True)
    add_old_runs(airflow, gateway, old)
    after = measured(looks)
    print(f"{'p50 in ms, and rows':36}{OPEN:>18,}{old:>18,} runs in Airflow")
    for name in looks:
        print(f"{name:36}" + "".join(f"{took:>12.1f}{rows:>6}" for took, rows in (before[name], after[name])))


def measured(looks: dict[str, Callable[[], object]]) -> dict[str, tuple[float, str]]:
    """The median of each, in ms; and how many rows the last one told."""
    rows: dict[str, str] = {}
    taken: dict[str, list[float]] = {name: [] for name in looks}
    for turn in range(TURNS + 1):
        for name, look in looks.items():
            begun = time.perf_counter()
            told = look()
            if turn:  # the first opens connections
                taken[name].append((time.perf_counter() - begun) * 1000)
            rows[name] = str(told if isinstance(told, int) else len(told) if isinstance(told, list) else "")
    return {name: (median(each), rows[name]) for name, each in taken.items()}


def add_old_runs(airflow: RunningAirflow, gateway: RestAirflow, count: int) -> None:
    """Copies of one that is done, a second apart, whatever columns this version has."""
    run_id = f"bench__{uuid.uuid4().hex}"
    gateway.start("payroll", run_id, run_after=None, conf={}, note="")
    deadline = time.monotonic() + 120
    while not gateway.run("payroll", run_id).state.is_over:
        assert time.monotonic() < deadline
        time.sleep(0.5)
    database = airflow.postgresql.url_for("airflow", "psycopg").replace("+psycopg", "")
    with psycopg.connect(database, autocommit=True) as connection:
        found = connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'dag_run' AND "
            "column_name <> 'id'"
        ).fetchall()
        names = [name for (name,) in found]
        values = [_value(name) for name in names]
        connection.execute(
            f"INSERT INTO dag_run ({', '.join(names)}) SELECT {', '.join(values)} "
            "FROM dag_run, generate_series(1, %(count)s) AS number WHERE run_id = %(run_id)s",
            {"count": count, "run_id": run_id},
        )
        connection.execute("ANALYZE dag_run")


def _value(column: str) -> str:
    if column == "run_id":
        return "'old__' || number"
    if column == "logical_date":
        return "NULL"
    return f"{column} - number * interval '1 second'" if column in MOVED else column


if __name__ == "__main__":
    main()
