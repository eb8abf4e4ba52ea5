"""Trouble on request: what the next calls and deliveries should suffer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from random import random


@dataclass(frozen=True, slots=True)
class Fault:
    """`error`: a Web API error. `status`: an HTTP status. `seconds`: how long to wait first."""

    error: str | None = None
    status: int = 200
    retry_after: int | None = None
    seconds: float = 0.0
    drop: bool = False


@dataclass(slots=True)
class Faults:
    """Set from a test or the page; read by the Web API, Socket Mode and events."""

    planned: dict[str, list[Fault]] = field(default_factory=dict)
    token_revoked: bool = False
    duplicate_events: bool = False
    ghost_connection: bool = False
    lose_ephemerals: bool = False
    away: bool = False
    """Whether every call is answered 503."""
    limited: float = 0.0
    """The share of calls, from 0 to 1, that are answered 429."""
    unknown_blocks: set[str] = field(default_factory=set)
    """Types of newer blocks that this Slack does not know, as an older one."""

    def plan(self, method: str, fault: Fault, times: int = 1) -> None:
        """`method` "*": whichever call comes next."""
        self.planned.setdefault(method, []).extend([fault] * times)

    async def due(self, method: str) -> Fault | None:
        """The fault this call suffers, after having waited as long as it says."""
        for key in (method, "*"):
            if self.planned.get(key):
                fault = self.planned[key].pop(0)
                await asyncio.sleep(fault.seconds)
                return fault
        if self.away:
            return Fault(error="service_unavailable", status=503)
        return ratelimited() if random() < self.limited else None  # noqa: S311  no secret

    def clear(self) -> None:
        self.planned.clear()
        self.unknown_blocks.clear()
        self.token_revoked = self.duplicate_events = self.ghost_connection = self.lose_ephemerals = False
        self.away, self.limited = False, 0.0


def ratelimited(retry_after: int = 1) -> Fault:
    return Fault(error="ratelimited", status=429, retry_after=retry_after)


def broken() -> Fault:
    return Fault(error="internal_error", status=500)
