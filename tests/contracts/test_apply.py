"""`apply` and `export` as processes: on SQLite, the playground's Slack and an Airflow that lists jobs."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from playground.demo.seed import PROJECTS
from playground.demo.workspace import ALEX, WORKSPACE
from playground.slack.server import start_workspace
from tests.fakes.http_server import Answer, HttpServer, Request
from tests.manifest import MANIFEST, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

JOBS = {
    "sales_report": "finance",
    "payroll": "hr",
    "count_stock": "finance",
    "list_warehouses": "finance",
}
INPUTS = {"count_stock": ("country", "warehouse")}


@dataclass(frozen=True, slots=True)
class Terminal:
    folder: Path
    environment: dict[str, str]

    def run(self, *arguments: str, types: str = "") -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=self.folder,
            env=self.environment,
            input=types,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    def write(self, text: str) -> str:
        (self.folder / "projects.yaml").write_text(text)
        return "projects.yaml"


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    slack = start_workspace(WORKSPACE, MANIFEST)
    with HttpServer(_airflow) as airflow:
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "RUNBELL_SLACK_BOT_TOKEN": slack.bot_token,
            "RUNBELL_SLACK_APP_TOKEN": slack.app_token,
            "RUNBELL_SLACK_API_URL": slack.api_url,
            "RUNBELL_AIRFLOW_URL": airflow.url,
            "RUNBELL_AIRFLOW_TOKEN": "made-up",
            "RUNBELL_DATABASE_URL": f"sqlite:///{tmp_path / 'runbell.db'}",
            "RUNBELL_ADMINS": ALEX.id,
        }
        yield Terminal(tmp_path, environment)
    slack.stop()


def test_a_file_is_shown_applied_and_written_back(terminal: Terminal):
    code, shown, told = terminal.run("apply", str(PROJECTS), types="n\n")
    assert code == 1, told
    assert "+ project Finance (Europe/Berlin)\n+     channel #finance\n" in shown
    assert "+     Tom Okafor: runner\n" in shown
    assert "projects: {}" in terminal.run("export")[1], "what was not confirmed was not done"

    assert terminal.run("apply", str(PROJECTS), "--yes")[0] == 0
    assert terminal.run("apply", str(PROJECTS))[1] == "Nothing to change.\n"

    code, exported, _ = terminal.run("export")
    assert code == 0
    assert "      - U0TOM  # Tom Okafor\n" in exported
    assert terminal.run("apply", terminal.write(exported))[1] == "Nothing to change.\n"


def test_what_is_wrong_is_told_with_its_place_and_nothing_is_done(terminal: Terminal):
    text = PROJECTS.read_text().replace("Tom Okafor", "Tom Okafur").replace("tag: hr", "tag: hrr")

    code, shown, told = terminal.run("apply", terminal.write(text), "--yes")

    assert (code, shown) == (1, "")
    lines = text.splitlines()
    tom, tag = (next(i for i, line in enumerate(lines, 1) if word in line) for word in ("Okafur", "tag: hrr"))
    unknown = "Slack has no person and no user group @Tom Okafur; did you mean @Tom Okafor?"
    assert told.splitlines() == [
        "Error: nothing was changed.",
        f"projects.yaml:{tom}:15: {unknown}",
        f"projects.yaml:{tag}:14: no job in Airflow has the tag hrr; did you mean hr?",
    ]
    assert "projects: {}" in terminal.run("export")[1]


def test_an_airflow_that_does_not_answer_is_told_in_words(terminal: Terminal):
    terminal.environment["RUNBELL_AIRFLOW_URL"] = "http://127.0.0.1:1"

    code, _, told = terminal.run("apply", str(PROJECTS), "--yes")

    assert code == 1
    assert told.startswith("Error: Airflow: ")


def _airflow(request: Request) -> Answer:
    if not request.path.startswith("/api/v2/dags"):
        return Answer(404, {"detail": "not here"})
    if request.path.endswith("/details"):
        dag_id = request.path.split("/")[-2]
        params = {each: {"value": None, "schema": {"type": "string"}} for each in INPUTS.get(dag_id, ())}
        details = {**_dag(dag_id, JOBS[dag_id]), "params": params}
        return Answer(200, details, {"Content-Type": "application/json"})
    dags = [_dag(dag_id, tag) for dag_id, tag in JOBS.items()]
    return Answer(200, {"dags": dags, "total_entries": len(dags)}, {"Content-Type": "application/json"})


def _dag(dag_id: str, tag: str) -> dict[str, Any]:
    return {
        "dag_id": dag_id,
        "dag_display_name": dag_id,
        "is_paused": False,
        "is_stale": False,
        "has_import_errors": False,
        "has_task_concurrency_limits": False,
        "max_active_tasks": 16,
        "max_active_runs": 16,
        "max_consecutive_failed_dag_runs": 0,
        "fileloc": f"/dags/{dag_id}.py",
        "file_token": "x",
        "owners": [],
        "tags": [{"name": tag, "dag_id": dag_id, "dag_display_name": dag_id}],
        "bundle_name": None,
    }
