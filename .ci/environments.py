"""Environments with other Airflows: one a version in .compat/, made by uv from .ci/airflows/<version>.txt.

The newest stands beside the bot in .venv.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
KEPT = ROOT / ".compat"
BESIDE_THE_BOT = version("apache-airflow")


def versions() -> list[str]:
    """Return every version that Runbell is for, the oldest first."""
    return [*sorted(each.stem for each in (HERE / "airflows").glob("*.txt")), BESIDE_THE_BOT]


def python_of(airflow: str) -> Path:
    """Return the interpreter that has this Airflow, installed unless it is there already."""
    if airflow == BESIDE_THE_BOT:
        return Path(sys.executable)
    pins = HERE / "airflows" / f"{airflow}.txt"
    place = KEPT / airflow
    python, done = place / "bin" / "python", place / "made-of.txt"
    if not (done.exists() and done.read_text() == pins.read_text()):
        uv = [sys.executable, "-m", "uv"]
        _run(*uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(place))
        _run(*uv, "pip", "install", "--quiet", "--python", str(python), "--requirements", str(pins))
        done.write_text(pins.read_text())
    return python


def _run(*command: str) -> None:
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)  # noqa: S603  our own
    if ended.returncode:
        sys.exit(f"Installing it failed: {' '.join(command[3:6])} …\n{ended.stderr.strip()[-2000:]}")
