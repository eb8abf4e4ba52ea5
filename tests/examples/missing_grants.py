"""Airflow behind FAB, the grants of docs/operating.md taken from the account one by one: what is said.

For each: what `python -m bot check` says, and what people in Slack read who run, stop, retry and pause.
AIRFLOW_PYTHON names the interpreter of an Airflow that has apache-airflow-providers-fab.
Run: AIRFLOW_PYTHON=… .venv/bin/python tests/examples/missing_grants.py [a part of a grant's name]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import urllib3

from bot.gateways.airflow import PasswordTokens
from playground import airflow as starting
from playground.demo import open_workspace
from playground.demo.bot_process import ROOT, bot_environment, start_bot, wait_until_ready
from playground.demo.seed import seed
from playground.demo.workspace import ALEX
from playground.postgresql import start_postgresql
from playground.slack.driver_seen import NotSeenError
from tests.conftest import TEST_DAGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playground.airflow import RunningAirflow
    from playground.slack.driver import Person

GRANTS = (
    ("DAG Runs", "can_read"),
    ("DAG Runs", "can_create"),
    ("DAG Runs", "can_edit"),
    ("Task Instances", "can_read"),
    ("Task Instances", "can_edit"),
    ("Task Logs", "can_read"),
    ("XComs", "can_read"),
    ("ImportError", "can_read"),
    ("DAGs", "can_edit"),
    ("DAGs", "can_read"),
)
SETTINGS = {
    "AIRFLOW__CORE__AUTH_MANAGER": "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
    "AIRFLOW__FAB__CACHE_TTL": "1",
}
ACCOUNT, PASSWORD = "runbell", "a-password-of-its-own"
WAITS = 60.0
"""Seconds in which a run that is started reaches its end, and its card says so."""


class Fab:
    """The roles, changed by an admin of Airflow."""

    def __init__(self, airflow: RunningAirflow) -> None:
        self._url = f"{airflow.url}/auth/fab/v1"
        self._tokens = PasswordTokens(airflow.url, airflow.username, airflow.password)

    def send(self, method: str, path: str, body: Mapping[str, Any]) -> None:
        headers = {"Authorization": f"Bearer {self._tokens.current()}"}
        answer = urllib3.request(method, self._url + path, headers=headers, json=body, timeout=30)
        assert answer.status < 300, f"{answer.status} {answer.data!r}"

    def role(self, grants: tuple[tuple[str, str], ...], *, is_new: bool = False) -> None:
        actions = [{"action": {"name": action}, "resource": {"name": each}} for each, action in grants]
        body = {"name": ACCOUNT, "actions": actions}
        self.send("POST" if is_new else "PATCH", "/roles" if is_new else f"/roles/{ACCOUNT}", body)
        time.sleep(3)  # FAB remembers rights for a second, and the bot's catalogue looks every fifteen

    def account(self) -> None:
        names = {"first_name": "R", "last_name": "B", "email": "r@example.com", "username": ACCOUNT}
        self.send("POST", "/users", {**names, "password": PASSWORD, "roles": [{"name": ACCOUNT}]})


def main(wanted: str) -> None:
    python = Path(os.environ["AIRFLOW_PYTHON"])
    with tempfile.TemporaryDirectory(prefix="runbell-fab-") as name, ExitStack() as undo:
        folder = Path(name)
        airflow = start_with_fab(folder, python, undo)
        fab = Fab(airflow)
        fab.role(GRANTS, is_new=True)
        fab.account()
        slack = open_workspace(folder, 0)
        undo.callback(slack.stop)
        own = {"RUNBELL_AIRFLOW_USERNAME": ACCOUNT, "RUNBELL_AIRFLOW_PASSWORD": PASSWORD}
        environment = bot_environment(f"sqlite:///{folder}/runbell.db", slack, airflow, admins=ALEX.id) | own
        seed(environment)
        bot = start_bot(folder, environment)
        undo.callback(bot.stop)
        wait_until_ready(bot, environment)
        maya = slack.driver.as_person("Maya Chen")
        for missing in (None, *GRANTS):
            if missing is None or wanted in " ".join(missing):
                tried(fab, maya, environment, missing)


def start_with_fab(folder: Path, python: Path, undo: ExitStack) -> RunningAirflow:
    """As the playground starts it, with its admin made before anything asks for a token."""
    home = folder / "airflow"
    home.mkdir()
    postgresql = start_postgresql(folder / "postgresql")
    undo.callback(postgresql.stop)
    port = starting._any_free_port()
    airflow = starting._describe(home, port, postgresql, dags=TEST_DAGS, environment=SETTINGS, python=python)
    undo.callback(airflow.stop_components)
    starting._migrate(airflow, print)
    make = ("users", "create", "-u", airflow.username, "-p", airflow.password, "-r", "Admin")
    made = starting._run_airflow((*make, "-f", "A", "-l", "B", "-e", "a@example.com"), "users", airflow)
    assert made.wait() == 0, made.log.read_text()
    starting._start_components(airflow, print)
    return airflow


def tried(fab: Fab, maya: Person, environment: Mapping[str, str], missing: tuple[str, str] | None) -> None:
    print(f"\n=== missing: {' '.join(missing) if missing else 'nothing'}", flush=True)
    seen = Texts(maya)
    asked = {
        each: maya_asks(maya, f"/schedule run {each}") for each in ("build_warehouse", "nightly_cleanup")
    }
    fab.role(tuple(each for each in GRANTS if each != missing))
    for line in check(environment):
        print(f"check: {line}")
    press(maya, "Run now", asked["build_warehouse"])
    press(maya, "Run now", maya_asks(maya, "/schedule run sales report"))
    press(maya, "Run now", maya_asks(maya, "/schedule run import orders with fail=always"))
    maya_asks(maya, "/schedule pause job nightly cleanup")
    for label in ("Pause for everyone", "Resume for everyone"):
        if label.startswith("Resume"):
            maya_asks(maya, "/schedule resume job nightly cleanup")
        press(maya, label, newest(maya, label))
    time.sleep(WAITS)
    press(maya, "Stop", newest(maya, "Stop", title="Build warehouse"))
    press(maya, "Retry", newest(maya, "Retry", title="Import orders"))
    time.sleep(6)
    for text in seen.new():
        print(f"slack: {text}")
    fab.role(GRANTS)
    time.sleep(20)  # what waited goes on
    for text in seen.new():
        print(f"after: {text}")


class Texts:
    """What a channel shows that it did not before, each message as it is now."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self._known = {each.ts: each.text for each in person.messages("#finance")}

    def new(self) -> Iterator[str]:
        for each in self._person.messages("#finance"):
            if self._known.get(each.ts) != each.text:
                self._known[each.ts] = each.text
                yield " | ".join(each.text.splitlines())[:420]


def maya_asks(person: Person, text: str) -> Any:
    before = person.messages("#finance")
    person.type("#finance", text)
    return person.see("#finance", after=before[-1] if before else None, ephemeral=True)


def newest(person: Person, label: str, *, title: str = "") -> Any:
    shown = [each for each in person.messages("#finance") if label in each.buttons and title in each.text]
    return shown[-1] if shown else None


def press(person: Person, label: str, message: Any) -> None:
    if message is None or label not in message.buttons:
        print(f"       (no {label} to press)")
        return
    try:
        person.press(label, in_=message)
    except NotSeenError as error:
        print(f"       ({label}: {error})")


def check(environment: Mapping[str, str]) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "check"],
        cwd=ROOT,
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    lines = done.stdout.splitlines()
    return [each for place, each in enumerate(lines) if "Airflow" in each or "Airflow" in lines[place - 1]]


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
