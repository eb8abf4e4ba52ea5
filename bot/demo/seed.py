"""The demo's projects: projects.yaml, applied by the command line as anywhere else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.demo.bot_process import ROOT
from bot.demo.workspace import WORKSPACE
from bot.playground.errors import CannotStart
from bot.wiring import database_of

if TYPE_CHECKING:
    from collections.abc import Mapping

PROJECTS = Path(__file__).with_name("projects.yaml")
WITHIN = 120.0


def seed(environment: Mapping[str, str]) -> None:
    """Only once: what was changed since is the player's. Raises CannotStart. `environment`: as the bot's."""
    if _is_set_up(environment["RUNBELL_DATABASE_URL"]):
        return
    done = subprocess.run(  # noqa: S603  our own command line
        [sys.executable, "-m", "bot", "apply", str(PROJECTS), "--yes", "--to-slack"],
        cwd=ROOT,
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=WITHIN,
        check=False,
    )
    if done.returncode:
        raise CannotStart(f"the demo's projects could not be set up: {done.stderr.strip()}")


def _is_set_up(database_url: str) -> bool:
    database = database_of(database_url)
    database.migrate()
    with database.transaction() as tx:
        found = tx.projects.of_workspace(WORKSPACE.team.id)
    database.close()
    return bool(found)
