"""Who wants to know that something visible changed: pages over SSE, and a driver that waits."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """`area`: message, gone, sidebar, modal, home, journal. `person` None: whoever can see it."""

    area: str
    person: str | None = None
    channel: str | None = None
    ts: str | None = None


class Changes:
    """Lives on the server's event loop."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[Change]] = set()

    def publish(self, change: Change) -> None:
        for queue in self._queues:
            queue.put_nowait(change)

    def subscribe(self) -> asyncio.Queue[Change]:
        queue: asyncio.Queue[Change] = asyncio.Queue()
        self._queues.add(queue)
        return queue

    def unsubscribe(self, queue: asyncio.Queue[Change]) -> None:
        self._queues.discard(queue)
