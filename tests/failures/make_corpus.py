"""Runs the jobs of `dags/` on a real Airflow and keeps their logs in `logs/`.

`python tests/failures/make_corpus.py [DAG_ID …]`: of these jobs, else of all.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from bot.domain.run import TaskState
from bot.gateways.airflow import PasswordTokens, RestAirflow
from playground.airflow import start_airflow

HERE = Path(__file__).parent
DAG_IDS = ("failures_corpus", "more_failures")
TASKS_ARE_LOST_AFTER = {"AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "20"}
LONGEST = 600.0
IN_EVERY_ONE = {"dag_id", "run_id", "task_id", "ti_id", "map_index", "try_number", "bundle_prepare_ms"}


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="runbell-failures-") as folder:
        running = start_airflow(
            Path(folder), progress=print, dags=HERE / "dags", environment=TASKS_ARE_LOST_AFTER
        )
        try:
            running.wait_for_jobs({*DAG_IDS, "failures_child"})
            tokens = PasswordTokens(running.url, running.username, running.password)
            airflow = RestAirflow(running.url, tokens, timeout=30.0)
            for dag_id in sys.argv[1:] or DAG_IDS:
                keep(airflow, dag_id, folder)
        finally:
            running.stop()


def keep(airflow: RestAirflow, dag_id: str, folder: str) -> None:
    run_id = f"corpus_{int(time.time())}"
    airflow.start(dag_id, run_id, run_after=None, conf={}, note="")
    deadline = time.monotonic() + LONGEST
    while not airflow.run(dag_id, run_id).state.is_over and time.monotonic() < deadline:
        time.sleep(3)
    (HERE / "logs").mkdir(exist_ok=True)
    for each in airflow.tasks(dag_id, run_id):
        if each.state is not TaskState.FAILED:
            print(f"{each.task_id} is {each.state}: no failure of it was kept", file=sys.stderr)
            continue
        lines = [shortened(line, folder) for line in airflow.log_of(dag_id, run_id, each)]
        (HERE / "logs" / f"{each.task_id}.ndjson").write_text("\n".join(lines) + "\n")


def shortened(line: bytes, folder: str) -> str:
    """One event, without what stands in every one and paths of this machine; of a traceback, its end."""
    own = {str(HERE / "dags"): "/opt/dags", folder: "/opt", sys.prefix: "/usr"}
    text = line.decode()
    for here, there in own.items():
        text = text.replace(here, there)
    event = json.loads(text)
    for each in event.get("error_detail") or ():
        each["frames"] = each["frames"][-2:]
    kept = {name: value for name, value in event.items() if name not in IN_EVERY_ONE}
    return json.dumps(kept, ensure_ascii=False)


if __name__ == "__main__":
    main()
