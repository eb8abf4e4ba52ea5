"""response_url: five uses within thirty minutes; answers, replaces or deletes what it came from."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.slack.clock import Clock, Timing


class ResponseUrlError(Exception):
    """Its text is what the caller reads, with HTTP 404. Assumed: no source gives text or status."""


@dataclass(slots=True)
class ResponseUrl:
    """Where an answer goes. `ts`: the message it came from, None for a command's or a form's."""

    channel: str
    person: str
    ts: str | None
    made_at: float
    uses: int = 0
    thread_ts: str | None = None


class ResponseUrls:
    """`origin` is the server's own address, known once it listens."""

    def __init__(self, clock: Clock, timing: Timing) -> None:
        self.origin = ""
        self._clock, self._timing = clock, timing
        self._made: dict[str, ResponseUrl] = {}

    def new(self, channel: str, person: str, ts: str | None = None, thread_ts: str | None = None) -> str:
        key = secrets.token_urlsafe(24)
        self._made[key] = ResponseUrl(channel, person, ts, self._clock.now(), thread_ts=thread_ts)
        return f"{self.origin}/actions/{key}"

    def use(self, key: str) -> ResponseUrl:
        found = self._made.get(key)
        if found is None:
            raise ResponseUrlError("invalid_url")
        if self._clock.now() - found.made_at > self._timing.response_url:
            raise ResponseUrlError("expired_url")
        if found.uses >= self._timing.response_url_uses:
            raise ResponseUrlError("used_url")
        found.uses += 1
        return found
