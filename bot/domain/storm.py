"""A storm: so many failures in one place at once that one message tells of all of them, by their errors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.reason import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.domain.incident import Alert
    from bot.domain.project import Place

WITHIN = timedelta(minutes=5)
BEGINS_WITH, BEGINS_WITH_FOR_ONE = 6, 2
"""So many incidents within that time are a storm: in a channel, and in one person's direct messages.

Fewer are enough for one person, because each direct message makes a sound.
"""
OVER_AFTER = timedelta(minutes=30)
"""A storm is over when nothing has failed in it for so long."""


@dataclass(frozen=True, slots=True)
class Storm:
    """A storm in a place, as it is stored. `failed_at` is when its last failure ended."""

    storm_id: str
    place: Place
    began_at: datetime
    failed_at: datetime
    ended_at: datetime | None = None

    def is_quiet(self, now: datetime) -> bool:
        """Return whether nothing has failed in it for half an hour."""
        return now - self.failed_at > OVER_AFTER


@dataclass(frozen=True, slots=True)
class Group:
    """Incidents with one fingerprint. `task` and `error` are those of the first incident."""

    task: str
    error: str
    alerts: tuple[Alert, ...]


@dataclass(frozen=True, slots=True)
class StormShown:
    """A storm with the alerts of its incidents, as its messages show it."""

    storm: Storm
    alerts: tuple[Alert, ...]

    @property
    def failing(self) -> tuple[Alert, ...]:
        """Return the alerts of incidents that are still open."""
        return tuple(each for each in self.alerts if each.incident.ended_at is None)


def begins_with(place: Place) -> int:
    """Return how many incidents within five minutes are a storm in that place."""
    return BEGINS_WITH_FOR_ONE if place.is_direct else BEGINS_WITH


def grouped(alerts: Iterable[Alert]) -> Sequence[Group]:
    """Return the alerts by their errors, the error with most incidents first."""
    found: dict[str, list[Alert]] = {}
    for each in alerts:
        failure = each.last.run.failure
        kind = "" if failure is None else fingerprint(failure.task_id, failure.error)
        found.setdefault(kind, []).append(each)
    groups = []
    for these in found.values():
        failure = these[0].last.run.failure
        groups.append(
            Group(failure.task_id if failure else "", failure.error if failure else "", tuple(these))
        )
    return sorted(groups, key=lambda group: -len(group.alerts))
