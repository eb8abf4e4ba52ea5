"""The demo's projects: projects.yaml, applied by the command line as anywhere else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from playground.demo.bot_process import ROOT
from playground.errors import CannotStart

if TYPE_CHECKING:
    from collections.abc import Mapping

PROJECTS = Path(__file__).with_name("projects.yaml")
WITHIN = 120.0


def seed(environment: Mapping[str, str], projects: Path = PROJECTS) -> None:
    """Apply the file, unless there are projects already: what was changed since is the player's.

    `environment`: the bot's. Raises CannotStart with the command line's own words.
    """
    if (yaml.safe_load(_bot(environment, "export", "--all")) or {}).get("projects"):
        return
    _bot(environment, "apply", str(projects), "--yes", "--to-slack")


def _bot(environment: Mapping[str, str], *command: str) -> str:
    """Return what the bot's command line printed."""
    done = subprocess.run(  # noqa: S603  our own command line
        [sys.executable, "-m", "bot", *command],
        cwd=ROOT,
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=WITHIN,
        check=False,
    )
    if done.returncode:
        raise CannotStart(f"the demo's projects could not be set up: {done.stderr.strip()}")
    return done.stdout
