"""The limits of one person and one project, said in words when they are reached."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.errors import Conflict

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.limits import Limits
    from bot.domain.project import Person, Place
    from storage.transaction import Transaction

A_MINUTE = timedelta(minutes=1)
MOST_TESTS = 3
"""Sample alerts for one place within a minute."""
MORE = "Whoever runs Runbell can allow more."


def check_drafts(tx: Transaction, person: Person, limits: Limits, now: datetime) -> None:
    """Raise Conflict if the person has too many open previews."""
    if tx.quotas.open_drafts(person, now) >= limits.previews:
        raise Conflict(
            f"You have {limits.previews} previews open, which is the limit. Confirm or discard some of "
            "them first; each ends by itself after an hour."
        )


def check_schedules(tx: Transaction, person: Person, project_id: int, limits: Limits) -> None:
    """Raise Conflict if the person, or the project, has as many schedules as allowed."""
    if tx.quotas.schedules_of(person) >= limits.schedules:
        raise Conflict(
            f"You have {limits.schedules} schedules, which is the limit. `/schedule list` shows them: "
            f"delete what is no longer needed. {MORE}"
        )
    if tx.quotas.schedules_in(project_id) >= limits.project_schedules:
        raise Conflict(
            f"This project has {limits.project_schedules} schedules, which is the limit. Delete what is no "
            f"longer needed. {MORE}"
        )


def check_tests(tx: Transaction, place: Place, now: datetime) -> None:
    """Raise Conflict if the place has got too many sample alerts within the last minute."""
    if tx.quotas.sample_alerts(place, since=now - A_MINUTE) >= MOST_TESTS:
        raise Conflict(
            f"{MOST_TESTS} tests went there within a minute, which is the limit. Wait a minute, then press "
            "again."
        )


def check_runs(tx: Transaction, person: Person, limits: Limits, now: datetime) -> None:
    """Raise Conflict if the person has started too many runs within the last minute."""
    if tx.quotas.runs_started_by(person, since=now - A_MINUTE) >= limits.runs_a_minute:
        raise Conflict(
            f"You have started {limits.runs_a_minute} runs within a minute, which is the limit. Wait a "
            f"minute, then press again. {MORE}"
        )
