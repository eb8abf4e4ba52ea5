"""Turns: threads of their own for what goes on after an acknowledgement."""

from __future__ import annotations

from threading import BoundedSemaphore
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

MOST_WAITING = 200


class Turns:
    """Slack waits three seconds for an acknowledgement. So the threads that give it do nothing else: whoever
    waits for a slow Slack or Airflow holds up no other person's."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._free = BoundedSemaphore(MOST_WAITING)

    def reserve(self) -> bool:
        """Return whether there is room for one more; if not, let Slack say that nobody answers."""
        return self._free.acquire(blocking=False)

    def run(self, converse: Callable[[], None]) -> None:
        """Run what room was reserved for, as soon as a thread is free."""
        self._executor.submit(converse).add_done_callback(lambda _done: self._free.release())
