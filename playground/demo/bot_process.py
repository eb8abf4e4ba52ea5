"""The bot as a process of its own, as it runs anywhere else: by settings in its environment."""

from __future__ import annotations

import os
import socket
import sys
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

from playground.errors import CannotStart
from playground.leash import Leashed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playground.airflow import RunningAirflow
    from playground.slack.server import RunningWorkspace

ROOT = Path(__file__).parents[2]
DEPLOYMENT = "default"
READY_WITHIN = 60.0


def bot_environment(
    database_url: str,
    slack: RunningWorkspace,
    airflow: RunningAirflow,
    *,
    admins: str = "",
    airflow_url: str | None = None,
) -> dict[str, str]:
    """What `serve` needs to know of the playground. `airflow_url`: of what stands before Airflow."""
    port = _free_port()
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("RUNBELL_")},
        "RUNBELL_SLACK_BOT_TOKEN": slack.bot_token,
        "RUNBELL_SLACK_APP_TOKEN": slack.app_token,
        "RUNBELL_SLACK_API_URL": slack.api_url,
        "RUNBELL_AIRFLOW_URL": airflow_url or airflow.url,
        "RUNBELL_AIRFLOW_PUBLIC_URL": airflow.url,
        "RUNBELL_AIRFLOW_USERNAME": airflow.username,
        "RUNBELL_AIRFLOW_PASSWORD": airflow.password,
        "RUNBELL_DEPLOYMENT": DEPLOYMENT,
        "RUNBELL_DATABASE_URL": database_url,
        "RUNBELL_ADMINS": admins,
        "RUNBELL_HEALTH_PORT": str(port),
        "RUNBELL_FILES_URL": f"http://127.0.0.1:{port}",
    }


def start_bot(folder: Path, environment: Mapping[str, str], clock: Path | None = None) -> Leashed:
    """Start the bot as a process. `clock`: the file of a clock that can be moved; None is the real time."""
    entry = ["playground.demo.moved_bot", str(clock.resolve())] if clock else ["bot", "serve"]
    return Leashed(
        [sys.executable, "-m", *entry],
        log=folder / "bot.log",
        environment=environment,
        folder=ROOT,
    )


def wait_until_ready(bot: Leashed, environment: Mapping[str, str]) -> None:
    """Until its own health answer says so. Raises CannotStart with its last words."""
    address = f"http://127.0.0.1:{environment['RUNBELL_HEALTH_PORT']}/readyz"
    deadline = time.monotonic() + READY_WITHIN
    while not _is_ready(address):
        if not bot.is_running or time.monotonic() > deadline:
            lines = bot.log.read_text(errors="replace").strip().splitlines() or ["it said nothing"]
            raise CannotStart(f"the bot did not become ready: {lines[-1]} (its log: {bot.log})")
        time.sleep(0.1)


def _is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310  our own, on loopback
            return bool(answer.status == 200)  # noqa: PLR2004  HTTP's own number
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
