"""The backlog: messages that could not be sent for long, and what is said in place of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.card import RunCard
    from bot.domain.incident import Alert
    from bot.domain.notice import Notice

SUMMED_UP_AFTER = timedelta(minutes=15)
"""How long messages must have waited in a place to be summed up there."""
LOOKS_BACK = timedelta(days=7)
"""How far back messages count that were given up."""
MOST_NAMED = 5
SEVERAL = 2
"""How many messages must have waited for so long."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much waits in the outbox. `oldest_at` is None if nothing does.

    `undeliverable` counts the messages of the last week that were given up, by Slack's reason.
    """

    waiting: int
    oldest_at: datetime | None
    undeliverable: tuple[tuple[str, int], ...] = ()

    def worth_a_look(self, now: datetime) -> list[str]:
        """Return a sentence for each thing that somebody should see to; none if all goes as it should."""
        said = []
        if self.age(now) >= SUMMED_UP_AFTER:
            waiting = "1 message waits" if self.waiting == 1 else f"{self.waiting} messages wait"
            minutes = int(self.age(now).total_seconds() // 60)
            said.append(f"{waiting} for Slack, the oldest for {minutes} minutes: alerts are late")
        count = sum(each for _, each in self.undeliverable)
        if count:
            named = ", ".join(f"{why} ({each})" for why, each in self.undeliverable[:MOST_NAMED])
            given_up = "1 message was" if count == 1 else f"{count} messages were"
            said.append(f"{given_up} given up within a week, because Slack takes them nowhere: {named}")
        return said

    def age(self, now: datetime) -> timedelta:
        """Return how long the oldest message has waited."""
        return timedelta() if self.oldest_at is None else max(timedelta(), now - self.oldest_at)


@dataclass(frozen=True, slots=True)
class BacklogShown:
    """What happened while nothing could be said in a place, as one message tells it.

    `alerts` are incidents, `runs` the runs that belong to none, `words` what was to be said once; each of
    them with the newest first. `count` is the number of messages, and `left_out` of those that were not read.
    """

    since: datetime
    count: int
    alerts: tuple[Alert, ...]
    runs: tuple[RunCard, ...]
    words: tuple[Notice, ...]
    left_out: int = 0
