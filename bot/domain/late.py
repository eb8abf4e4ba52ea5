"""Much that is late in one place at once, or many jobs that stop running: one message tells of all of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.domain.announcement import DidNotRun, JobChanged
from bot.domain.condition_told import NeverCame, NotBegun, RunsLong
from bot.domain.storm import OVER_AFTER

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.announcement import Announcement
    from bot.domain.project import Place

LateWords = NotBegun | NeverCame | RunsLong | DidNotRun
"""What is told of a run that is late, long or missed."""
GroupedWords = LateWords | JobChanged


class About(StrEnum):
    """What a group tells of: runs that are late, or jobs that stopped running or can run again."""

    RUNS = "runs"
    JOBS = "jobs"


@dataclass(frozen=True, slots=True)
class LateGroup:
    """What is late in a place within half an hour, or happens to jobs. Of each, one may be open in a place.

    `began_at` and `last_at` are when its first and its last message are to be sent. `rule` is the reference
    of the alert rule by which the place hears of it.
    """

    group_id: str
    place: Place
    began_at: datetime
    last_at: datetime
    rule: str = ""
    about: About = About.RUNS

    def takes(self, at: datetime) -> bool:
        """Return whether a message that is to be sent then belongs to the group."""
        return self.began_at <= at <= self.last_at + OVER_AFTER


@dataclass(frozen=True, slots=True)
class LateShown:
    """A group as its message shows it: the latest words about each run or job, the newest first."""

    since: datetime
    words: tuple[GroupedWords, ...]


def has_ended(told: Announcement | None) -> bool:
    """Return whether the words say that something is over. A missed moment stays missed."""
    match told:
        case JobChanged():
            return told.trouble is None
        case NotBegun():
            return told.late is not None or told.is_over
        case NeverCame():
            return bool(told.over)
        case RunsLong():
            return told.ended is not None
        case _:
            return False


def is_news(told: GroupedWords) -> bool:
    """Return whether the words are a message of their own, and do not only put an earlier one right."""
    return not isinstance(told, JobChanged) or told.over_at is None


def latest_of(told: GroupedWords, subject: str) -> str:
    """Return what has one line in a group: a job, whose latest words count, or else the message's subject."""
    return told.job if isinstance(told, JobChanged) and told.job else subject


def about(told: GroupedWords) -> About:
    """Return which kind of group may tell of this."""
    return About.JOBS if isinstance(told, JobChanged) else About.RUNS
