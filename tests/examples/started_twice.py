"""Airflow's example DAGs, each started through Slack and once more as Airflow's own page does; compared.

AIRFLOW_PYTHON names the interpreter of the Airflow. `make examples` does it for every version, and prints the
table. Run: .venv/bin/python tests/examples/started_twice.py REPORT.json
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import urllib3
import yaml

from bot.gateways.airflow import PasswordTokens
from playground.airflow import RunningAirflow, start_airflow
from playground.demo import open_workspace
from playground.demo.bot_process import bot_environment, start_bot, wait_until_ready
from playground.demo.seed import seed
from playground.demo.workspace import ALEX
from playground.slack.driver_seen import NotSeenError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.slack.driver import Person

WITHIN = 240.0
"""Seconds that a DAG's two runs may take; what is open then is compared as it stands."""
ALL_WITHIN = float(os.environ.get("EXAMPLES_WITHIN", "3600"))
DAGS_AT_ONCE, TASKS_AT_ONCE = 8, "8"
SLOW = ("virtualenv", "example_python", "branch_python", "branch_operator", "branch_dop", "sensor")
"""In the names of those that take long, which come last."""
QUIET = 20.0
"""Seconds without a new DAG: Airflow has read them all."""
LEFT_OUT = {
    "example_dag_decorator": "asks httpbin.org",
    "tutorial_objectstorage": "asks an S3 bucket and a web service",
    "example_analytics": "needs DataFusion and its files",
    "example_kubernetes_executor": "needs Kubernetes",
    "example_local_kubernetes_executor": "needs Kubernetes",
}
TYPED = {"example_params_ui_tutorial": ' with required_field="typed by hand"'}
GIVEN = {"example_params_ui_tutorial": {"required_field": "typed by hand"}}
LIMITS = {"RUNBELL_MOST_RUNS_A_MINUTE": "1000", "RUNBELL_MOST_PREVIEWS": "1000"}
OVER = {"success", "failed"}


@dataclass(frozen=True, slots=True)
class Row:
    """`verdict`: alike, other, open (in both), left out, not tried. `ended`: how the run from Slack ended."""

    verdict: str
    ended: str = ""
    why: str = ""


@dataclass(slots=True)
class Started:
    """A DAG's two runs: an id, or "" with why it was not started."""

    dag_id: str
    slack: str = ""
    airflow: str = ""
    refused: dict[str, str] = field(default_factory=dict)
    at: float = field(default_factory=time.monotonic)


class Api:
    """Airflow's REST API, without anything of the bot's between."""

    def __init__(self, airflow: RunningAirflow) -> None:
        self._url = f"{airflow.url}/api/v2"
        self._tokens = PasswordTokens(airflow.url, airflow.username, airflow.password)
        self._pool = urllib3.PoolManager()

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self._tokens.current()}"}
        for pause in (2, 5, 10):  # an Airflow that is busy with all this answers 500 now and then
            answer = self._pool.request(method, self._url + path, headers=headers, json=body, timeout=60)
            if answer.status < 500:
                break
            time.sleep(pause)
        return answer.status, json.loads(answer.data)

    def listed(self, path: str, name: str) -> list[Any]:
        rows: list[Any] = []
        while True:
            _, page = self.ask("GET", f"{path}{'&' if '?' in path else '?'}limit=100&offset={len(rows)}")
            rows += page[name]
            if not page[name] or len(rows) >= page["total_entries"]:
                return rows


def main(report: Path) -> None:
    python = Path(os.environ.get("AIRFLOW_PYTHON", sys.executable))
    with tempfile.TemporaryDirectory(prefix="runbell-examples-") as folder:
        say("starting Airflow")
        airflow = start_airflow(
            Path(folder),
            progress=say,
            python=python,
            dags=of_providers(python, Path(folder)),
            environment=SETTINGS,
        )
        rows: dict[str, dict[str, str]] = {}
        try:
            for dag_id, row in compared(Path(folder), airflow):
                rows[dag_id] = asdict(row)
                report.write_text(json.dumps(rows, indent=1))  # each time: what comes later may break down
        finally:
            airflow.stop()


SETTINGS = {
    "AIRFLOW__CORE__LOAD_EXAMPLES": "True",
    "AIRFLOW__CORE__PARALLELISM": TASKS_AT_ONCE,
    "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "3600",
    "AIRFLOW__DAG_PROCESSOR__STALE_DAG_THRESHOLD": "7200",
}


def of_providers(python: Path, folder: Path) -> Path | None:
    """The examples of the standard provider, where Airflow (before 3.2) does not load them by itself.

    A file that needs a newer Airflow ends its whole dag-processor: it is left out.
    """
    site = python.parent.parent / "lib" / f"python3.{sys.version_info.minor}" / "site-packages" / "airflow"
    if "_add_provider_example_dags" in (site / "dag_processing/bundles/manager.py").read_text():
        return None
    asks_people = (site / "models/hitl.py").exists()
    left_out = () if asks_people else ("example_hitl_operator.py",)
    copied = folder / "provider_examples"
    shutil.copytree(
        site / "providers/standard/example_dags", copied, ignore=shutil.ignore_patterns(*left_out)
    )
    return copied


def compared(folder: Path, airflow: RunningAirflow) -> Iterator[tuple[str, Row]]:
    api = Api(airflow)
    dags = all_dags(api)
    say(f"{len(dags)} DAGs, {api.ask('GET', '/importErrors')[1]['total_entries']} files that cannot be read")
    for each in api.listed("/importErrors", "import_errors"):
        say(f"  cannot be read: {each['filename']}: {each['stack_trace'].strip().splitlines()[-1]}")
    wanted = sorted(dags - LEFT_OUT.keys(), key=lambda each: (any(slow in each for slow in SLOW), each))
    yield from ((each, Row("left out", why=why)) for each, why in LEFT_OUT.items() if each in dags)
    with playing(folder, airflow, wanted) as tom:
        for dag_id, row in all_of(tom, api, wanted):
            say(f"{dag_id:60} {row.verdict:9} {row.ended} {row.why}")
            yield dag_id, row


def all_dags(api: Api) -> set[str]:
    """Once no more come."""
    found: set[str] = set()
    since = time.monotonic()
    while time.monotonic() - since < QUIET or len(found) < 40:
        now = {each["dag_id"] for each in api.listed("/dags", "dags")}
        if now != found:
            found, since = now, time.monotonic()
        time.sleep(1)
    return found - {each.stem for each in (Path(__file__).parents[2] / "playground/dags").glob("*.py")}


@contextmanager
def playing(folder: Path, airflow: RunningAirflow, jobs: list[str]) -> Iterator[Person]:
    """Somebody in a Slack workspace whose bot runs: they may run these jobs."""
    with ExitStack() as undo:
        slack = open_workspace(folder, 0)
        undo.callback(slack.stop)
        database = f"sqlite:///{folder}/runbell.db"
        environment = bot_environment(database, slack, airflow, admins=ALEX.id) | LIMITS
        seed(environment, projects_file(folder, jobs))
        bot = start_bot(folder, environment)
        undo.callback(bot.stop)
        wait_until_ready(bot, environment)
        yield slack.driver.as_person("Tom Okafor")


def projects_file(folder: Path, wanted: list[str]) -> Path:
    shares = [{"job": each, "actions": ["see", "run"]} for each in wanted]
    project = {
        "time_zone": "Europe/Berlin",
        "channels": ["#finance"],
        "reports_to": "#finance",
        "managers": ["@Maya Chen"],
        "runners": ["@Tom Okafor"],
        "shares": shares,
    }
    file = folder / "projects.yaml"
    file.write_text(yaml.safe_dump({"admins": ["@Alex Novak"], "projects": {"Finance": project}}))
    return file


def both(tom: Person, api: Api, dag_id: str) -> Started:
    started = Started(dag_id)
    try:
        pressed(tom, dag_id)
    except NotSeenError as error:
        started.refused["slack"] = str(error)[:200]
    body = {"logical_date": datetime.now(UTC).isoformat(), "conf": GIVEN.get(dag_id, {})}
    status, answer = api.ask("POST", f"/dags/{dag_id}/dagRuns", body)
    if status == 200:
        started.airflow = answer["dag_run_id"]
    else:
        started.refused["airflow"] = f"{status}: {answer.get('detail')}"[:200]
    return started


def pressed(tom: Person, dag_id: str) -> None:
    before = tom.messages("#finance")
    tom.type("#finance", f"/schedule run {dag_id}{TYPED.get(dag_id, '')}")
    card = tom.see("#finance", ephemeral=True, after=before[-1] if before else None)
    if "Run now" not in card.buttons:
        raise NotSeenError(f"no Run now: {card.text}")
    tom.press("Run now", in_=card)


def all_of(tom: Person, api: Api, wanted: list[str]) -> Iterator[tuple[str, Row]]:
    """Each DAG as its two runs are over, or have had their time; a few at once, so that all get on."""
    left, going = list(wanted), list[Started]()
    deadline = time.monotonic() + ALL_WITHIN
    while (left or going) and time.monotonic() < deadline:
        while left and len(going) < DAGS_AT_ONCE:
            going.append(both(tom, api, left.pop(0)))
        time.sleep(2)
        for each in [each for each in going if has_had_its_time(api, each)]:
            going.remove(each)
            yield each.dag_id, row_of(api, each)
    for dag_id in [*(each.dag_id for each in going), *left]:
        yield dag_id, Row("not tried", why="no time was left")


def has_had_its_time(api: Api, started: Started) -> bool:
    """Whether both runs are over; the one from Slack has no id before it is there."""
    runs = {each["dag_run_id"]: each for each in api.listed(f"/dags/{started.dag_id}/dagRuns", "dag_runs")}
    ours = [run_id for run_id in runs if run_id.startswith("runbell__")]
    started.slack = next(iter(ours), "")
    wanted = [runs[each] for each in (started.slack, started.airflow) if each]
    is_there = bool(started.slack) or "slack" in started.refused
    age = time.monotonic() - started.at
    return (is_there and all(each["state"] in OVER for each in wanted)) or age > WITHIN


def row_of(api: Api, started: Started) -> Row:
    here, there = (outcome(api, started.dag_id, each) for each in (started.slack, started.airflow))
    here, there = here or started.refused.get("slack", "no run came"), there or started.refused["airflow"]
    if not started.slack and not started.airflow:
        return Row("alike", "refused", f"{here} | in Airflow: {there}")
    state, _, tasks = here.partition(": ")
    if state not in OVER and state == there.partition(": ")[0]:
        return Row("open", state, f"{tasks} | in Airflow: {there}")
    if here != there:
        return Row("other", here, f"in Airflow: {there}")
    return Row("alike", state, tasks)


def outcome(api: Api, dag_id: str, run_id: str) -> str:
    """The run's state, and the tasks that failed, or that it waits for."""
    if not run_id:
        return ""
    _, run = api.ask("GET", f"/dags/{dag_id}/dagRuns/{run_id}")
    tasks = api.listed(f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances", "task_instances")
    return f"{run['state']}: {', '.join(sorted(set(told(tasks, run['state']))))}"


def told(tasks: list[Any], state: str) -> Iterator[str]:
    for each in tasks:
        index = f"[{each['map_index']}]" if each["map_index"] >= 0 else ""
        if each["state"] == "failed" or (
            state not in OVER and each["end_date"] is None and each["start_date"]
        ):
            yield f"{each['task_id']}{index} {each['state']}"


def say(words: str) -> None:
    print(f"[{time.monotonic() - BEGAN:5.0f} s] {words}", flush=True)


BEGAN = time.monotonic()

if __name__ == "__main__":
    main(Path(sys.argv[1]))
