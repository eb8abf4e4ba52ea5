"""Turns: threads of their own for what goes on after an acknowledgement."""

from __future__ import annotations

from threading import BoundedSemaphore
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

MOST_WAITING = 200


class Turns:
    """Threads for what goes on after an acknowledgement.

    Slack waits three seconds for the acknowledgement, so the threads that give it do nothing else. Whoever
    waits for a slow Slack or Airflow delays nobody else.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._free = BoundedSemaphore(MOST_WAITING)

    def reserve(self) -> bool:
        """Reserve room for one more.

        Return False if there is none, so that Slack says that nobody answers.
        """
        return self._free.acquire(blocking=False)

    def run(self, converse: Callable[[], None]) -> None:
        """Run the conversation that room was reserved for, as soon as a thread is free."""
        self._executor.submit(converse).add_done_callback(lambda _done: self._free.release())
