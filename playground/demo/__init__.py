"""`make demo`: a real Airflow, a Slack workspace and the bot, on this machine, until Ctrl-C."""

from __future__ import annotations

import signal
import socket
import time
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import yaml

from playground.airflow import start_airflow
from playground.airflow_clock import AirflowUnderAClock
from playground.demo.bot_process import bot_environment, start_bot, wait_until_ready
from playground.demo.seed import seed
from playground.demo.workspace import ALEX, PEOPLE, WORKSPACE
from playground.errors import CannotStart
from playground.moved_clock import MovedClock
from playground.slack.server import start_workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from playground.slack.server import RunningWorkspace

MANIFEST = Path(__file__).parents[2] / "manifest.yml"

CLOCK = "clock.json"
CLOCK_NOTE = (
    "The bot and the runs in Airflow go along, as if all had been asleep until then: what was due in between "
    "is dealt with as missed. What Airflow was given already, at most a minute ahead, starts when it would "
    "have; Airflow's own pages keep the real time. There is no way back but to begin anew without .data."
)
TO_TYPE = (
    ("Maya Chen", "#finance", "/schedule sales report every weekday at 9:00"),
    ("Tom Okafor", "#finance", "/schedule run sales report with region=us"),
    ("Tom Okafor", "#finance", "/schedule run import orders with fail=once"),
)


def run_demo(folder: Path, port: int) -> int:
    """The exit status. Everything it starts stops with it."""
    began = time.monotonic()

    def progress(step: str) -> None:
        print(f"[{time.monotonic() - began:4.0f} s] {step} …", flush=True)  # noqa: T201  it speaks to a terminal

    stopping = Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stopping.set())
    with ExitStack() as undo:
        try:
            slack = _start(folder, port, progress, undo)
        except CannotStart as error:
            print(f"\nThe demo cannot start: {error}")  # noqa: T201  it speaks to a terminal
            return 1
        print(_welcome(slack, time.monotonic() - began), flush=True)  # noqa: T201  it speaks to a terminal
        while not stopping.wait(0.5):
            pass
        print("\nStopping everything …", flush=True)  # noqa: T201  it speaks to a terminal
    return 0


def _start(folder: Path, port: int, progress: Callable[[str], None], undo: ExitStack) -> RunningWorkspace:
    _check_port(port)
    airflow = start_airflow(folder, progress=progress)
    undo.callback(airflow.stop)
    progress("Opening the Slack workspace")
    clock = MovedClock(folder / CLOCK)
    translator = AirflowUnderAClock(airflow.url, clock)
    undo.callback(translator.stop)
    slack = open_workspace(folder, port, clock)
    undo.callback(slack.stop)
    progress("Setting up two projects, Finance and HR")
    database_url = f"sqlite:///{folder.resolve() / 'runbell.db'}"
    environment = bot_environment(database_url, slack, airflow, admins=ALEX.id, airflow_url=translator.url)
    seed(environment)
    progress("Starting the bot")
    bot = start_bot(folder, environment, folder / CLOCK)
    undo.callback(bot.stop)
    wait_until_ready(bot, environment)
    return slack


def open_workspace(folder: Path, port: int, clock: MovedClock | None = None) -> RunningWorkspace:
    """`port` 0: any that is free. `clock`: one that the bot and Airflow's runs follow."""
    manifest = yaml.safe_load(MANIFEST.read_text())
    return start_workspace(
        WORKSPACE, manifest, port=port, folder=folder / "slack", clock=clock, clock_note=CLOCK_NOTE
    )


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just left is free
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CannotStart(
                f"port {port} is taken. Stop what uses it, or choose another: "
                f".venv/bin/python -m playground --port {port + 1}"
            ) from None


def _welcome(slack: RunningWorkspace, took: float) -> str:
    lines = [
        "",
        f"Ready after {took:.0f} s. Open this page:",
        "",
        f"    {slack.url}",
        "",
        "Act as (choose a name on the page):",
        *(f"    {each.name:<14}{each.title}" for each in PEOPLE),
        "",
        "Three things to type:",
        *(f"    as {who} in {where}:  {text}" for who, where, text in TO_TYPE),
        "",
        "Ctrl-C stops everything; what you did is kept for next time.",
    ]
    return "\n".join(lines)
