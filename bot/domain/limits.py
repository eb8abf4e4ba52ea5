"""Limits: how much one person, or one project, may have at once, so that nobody crowds out the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """The settings' defaults; each is the most that is allowed."""

    previews: int = 50
    """One person's previews that are neither confirmed, discarded nor expired."""
    schedules: int = 200
    """One owner's schedules."""
    project_schedules: int = 2000
    """One project's schedules."""
    runs_a_minute: int = 30
    """Presses of Run now by one person."""


USUAL = Limits()


@dataclass(frozen=True, slots=True)
class FileLimits:
    """Which files people may give to jobs.

    `url` is the address at which Airflow's tasks reach Runbell.
    """

    url: str = ""
    largest: int = 10 * 1024 * 1024
    """Bytes of one file."""
    together: int = 1024 * 1024 * 1024
    """Bytes of all files that are kept at once."""
    life: timedelta = timedelta(hours=24)
    """How long after its run was due a job may fetch its file."""
    why_not: str = ""
    """The setting without which no file is taken; "" where files are taken."""

    @property
    def size(self) -> str:
        """The size of the largest file, as people read it."""
        megabytes = self.largest / 1024 / 1024
        return f"{megabytes:.3g} MB" if megabytes >= 1 else f"{self.largest / 1024:.3g} kB"


NO_FILES = FileLimits(why_not="RUNBELL_FILES_URL")
