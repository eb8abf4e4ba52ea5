"""Limits: how much one person, or one project, may have at once, so that nobody crowds out the others."""

from __future__ import annotations

from dataclasses import dataclass


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
