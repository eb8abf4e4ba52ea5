"""Hand-over rate: the gateway's start() beside raw keep-alive POSTs of the same bodies, on a real Airflow.

Both in one run, turn by turn, median of three; the runs are dated a year ahead, so that nothing executes
meanwhile. Run: .venv/bin/python tests/bench/bench_airflow.py [posts a turn]
"""

from __future__ import annotations

import http.client
import json
import sys
import tempfile
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from bot.gateways.airflow import PasswordTokens, RestAirflow
from playground.airflow import RunningAirflow, start_airflow

TURNS = 3
THREADS = (1, 4)
RUN_AFTER = datetime.now(UTC) + timedelta(days=365)
CONF = {"month": "2026-05"}


class Raw:
    """What no client can beat: one open connection a thread, the body ready but for its id."""

    def __init__(self, airflow: RunningAirflow, token: str) -> None:
        self._address = urlsplit(airflow.url)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._local = threading.local()

    def post(self, run_id: str) -> None:
        if not hasattr(self._local, "connection"):
            self._local.connection = http.client.HTTPConnection(self._address.hostname, self._address.port)
        body = {
            "dag_run_id": run_id,
            "logical_date": None,
            "run_after": RUN_AFTER.isoformat(),
            "conf": CONF,
            "note": "",
        }
        connection = self._local.connection
        connection.request("POST", "/api/v2/dags/payroll/dagRuns", json.dumps(body), self._headers)
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        answer.read()


def rate(post, threads: int, count: int) -> float:
    """Posts a second."""
    ids = [f"runbell__{uuid.uuid4().hex}" for _ in range(count)]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(post, ids[:threads]))  # opens the connections
        begun = time.perf_counter()
        list(pool.map(post, ids[threads:]))
        return (count - threads) / (time.perf_counter() - begun)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with tempfile.TemporaryDirectory(prefix="runbell-bench-") as folder:
        airflow = start_airflow(Path(folder), progress=print)
        try:
            compare(airflow, count)
        finally:
            airflow.stop()


def compare(airflow: RunningAirflow, count: int) -> None:
    tokens = PasswordTokens(airflow.url, airflow.username, airflow.password)
    gateway, raw = RestAirflow(airflow.url, tokens), Raw(airflow, tokens.current())

    def through_gateway(run_id: str) -> None:
        gateway.start("payroll", run_id, run_after=RUN_AFTER, conf=CONF, note="")

    ways = {"raw": raw.post, "gateway": through_gateway}
    for threads in THREADS:
        measured: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(TURNS):
            for name, post in ways.items():
                measured[name].append(rate(post, threads, count))
        rates = {name: median(each) for name, each in measured.items()}
        print(
            f"{threads} thread(s), {count} posts: raw {rates['raw']:.0f}/s, gateway {rates['gateway']:.0f}/s,"
            f" ratio {rates['gateway'] / rates['raw']:.2f}"
        )


if __name__ == "__main__":
    main()
