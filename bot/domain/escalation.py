"""Escalation: what happens to a failure that nobody claims."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

SHORTEST_MINUTES, LONGEST_MINUTES = 1, 24 * 60


@dataclass(frozen=True, slots=True)
class Escalation:
    """A project's escalation: so many minutes after a failure that nobody has claimed.

    `place_id` is the channel or the person that hears it then, "" for none. `pager` is the name of a routing
    key in the settings, with which PagerDuty is told, "" for none.
    """

    minutes: int
    place_id: str = ""
    pager: str = ""

    @property
    def after(self) -> timedelta:
        """How long a failure may go unclaimed."""
        return timedelta(minutes=self.minutes)

    def __str__(self) -> str:
        whom = " and ".join(each for each in (self.place_id, self.pager and f"pager {self.pager}") if each)
        return f"after {self.minutes} minutes: {whom}"


class Signal(StrEnum):
    """What a pager is told of an incident; each is told once, in this order."""

    TRIGGER = "trigger"
    ACKNOWLEDGE = "acknowledge"
    """Somebody has claimed it."""
    RESOLVE = "resolve"
    """It works again."""


@dataclass(frozen=True, slots=True)
class Page:
    """An incident of which a pager is told. `signalled` is what it was told last, None before the first.

    `pager` is the name of the routing key.
    """

    page_id: str
    incident_id: str
    workspace_id: str
    project_id: int
    pager: str
    signalled: Signal | None = None
    attempts: int = 0
    leased_until: datetime | None = None

    @property
    def dedup_key(self) -> str:
        """The key by which the pager knows the incident; however often it is told, it rings once."""
        return f"runbell-{self.page_id}"


@dataclass(frozen=True, slots=True)
class PagerEvent:
    """What a pager is told. Only a trigger has words: neither inputs nor errors, which may be private."""

    signal: Signal
    dedup_key: str
    summary: str = ""
    source: str = ""
    component: str = ""
    group: str = ""
    at: datetime | None = None
    link: str = ""
