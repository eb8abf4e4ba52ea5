"""Much that is late in one place at once: one message tells of all of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.announcement import DidNotRun
from bot.domain.condition_told import NeverCame, NotBegun, RunsLong
from bot.domain.storm import OVER_AFTER

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.announcement import Announcement
    from bot.domain.project import Place

LateWords = NotBegun | NeverCame | RunsLong | DidNotRun
"""What is told of a run that is late, long or missed."""


@dataclass(frozen=True, slots=True)
class LateGroup:
    """What is late in a place within half an hour. At most one group is open in a place.

    `began_at` and `last_at` are when its first and its last message are to be sent. `rule` is the reference
    of the alert rule by which the place hears of it.
    """

    group_id: str
    place: Place
    began_at: datetime
    last_at: datetime
    rule: str = ""

    def takes(self, at: datetime) -> bool:
        """Return whether a message that is to be sent then belongs to the group."""
        return self.began_at <= at <= self.last_at + OVER_AFTER


@dataclass(frozen=True, slots=True)
class LateShown:
    """A group as its message shows it: the latest words about each run, the newest first."""

    since: datetime
    words: tuple[LateWords, ...]


def has_ended(told: Announcement | None) -> bool:
    """Return whether the words say that something is late no longer. A missed moment stays missed."""
    match told:
        case NotBegun():
            return told.late is not None or told.is_over
        case NeverCame():
            return bool(told.over)
        case RunsLong():
            return told.ended is not None
        case _:
            return False
