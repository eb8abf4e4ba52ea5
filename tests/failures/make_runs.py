"""Runs each job of `dags/whole_runs.py` on a real Airflow and keeps what it says of the run in `runs/`.

`python tests/failures/make_runs.py`. A log alone does not say which of several tasks a person would look at.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from bot.domain.run import TaskState
from bot.gateways.airflow import PasswordTokens, RestAirflow
from playground.airflow import start_airflow
from tests.failures.make_corpus import HERE, LONGEST, shortened

DAG_IDS = (
    "failures_mapped", "failures_grouped", "failures_mapped_group", "failures_upstream",
    "failures_watched", "failures_torn_down", "failures_sqlite", "failures_own_memory",
)  # fmt: skip


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="runbell-failures-") as folder:
        running = start_airflow(Path(folder), progress=print, dags=HERE / "dags")
        try:
            running.wait_for_jobs({*DAG_IDS})
            tokens = PasswordTokens(running.url, running.username, running.password)
            airflow = RestAirflow(running.url, tokens, timeout=30.0)
            for dag_id in sys.argv[1:] or DAG_IDS:
                keep(airflow, dag_id, folder, HERE / "runs")
        finally:
            running.stop()


def keep(airflow: RestAirflow, dag_id: str, folder: str, kept_in: Path) -> None:
    """Write the tasks of a new run, and the logs of those that failed."""
    run_id = f"corpus_{int(time.time())}"
    airflow.start(dag_id, run_id, run_after=None, conf={}, note="")
    deadline = time.monotonic() + LONGEST
    while not airflow.run(dag_id, run_id).state.is_over and time.monotonic() < deadline:
        time.sleep(3)
    tasks = airflow.tasks(dag_id, run_id)
    logs = {
        f"{each.task_id} {each.map_index}": [
            json.loads(shortened(line, folder)) for line in airflow.log_of(dag_id, run_id, each)
        ]
        for each in tasks
        if each.state is TaskState.FAILED
    }
    kept_in.mkdir(exist_ok=True)
    text = json.dumps({"tasks": [asdict(each) for each in tasks], "logs": logs}, indent=1, default=str)
    (kept_in / f"{dag_id.removeprefix('failures_')}.json").write_text(f"{text}\n")


if __name__ == "__main__":
    main()
