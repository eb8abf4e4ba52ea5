"""Everything that went over the wire, newest last, with the rule that was broken where one was."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from playground.slack.changes import Change

if TYPE_CHECKING:
    from playground.slack.changes import Changes
    from playground.slack.clock import Clock

KEPT = 1000
SECRET = ("token", "authorization", "client_secret")


@dataclass(slots=True)
class Entry:
    """`way`: "app → Slack" or "Slack → app". `broke` is empty when all was well."""

    number: int
    at: float
    way: str
    name: str
    request: Any
    answer: Any = None
    broke: str = ""
    seconds: float | None = None


class Journal:
    def __init__(self, clock: Clock, changes: Changes) -> None:
        self._clock = clock
        self._changes = changes
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._count = 0

    def open(self, way: str, name: str, request: Any) -> Entry:
        self._count += 1
        entry = Entry(self._count, self._clock.now(), way, name, _without_secrets(request))
        self._entries.append(entry)
        self._changes.publish(Change("journal"))
        return entry

    def close(self, entry: Entry, answer: Any, broke: str = "") -> None:
        entry.answer, entry.broke = answer, broke
        entry.seconds = self._clock.now() - entry.at
        self._changes.publish(Change("journal"))

    def entries(self, since: int = 0) -> list[dict[str, Any]]:
        there = self._entries.copy()  # at once: a driver reads it while the server's thread goes on writing
        return [asdict(each) for each in there if each.number > since]


def _without_secrets(request: Any) -> Any:
    if not isinstance(request, dict):
        return request
    return {key: value for key, value in request.items() if key not in SECRET}
