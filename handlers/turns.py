"""Turns: threads of their own for what goes on after an acknowledgement."""

from __future__ import annotations

from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from bot.waiting import computing

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

MOST_WAITING = 200
MOST_COMPUTING = 8
"""Fewer than the threads: the others wait for Slack or Airflow, or for their turn."""


class Turns:
    """Threads for what goes on after an acknowledgement.

    Slack waits three seconds for the acknowledgement, so the threads that give it do nothing else. Whoever
    waits for a slow Slack or Airflow delays nobody else.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._free = BoundedSemaphore(MOST_WAITING)
        self._computing = BoundedSemaphore(MOST_COMPUTING)

    def reserve(self) -> bool:
        """Reserve room for one more.

        Return False if there is none: then nothing may be begun.
        """
        return self._free.acquire(blocking=False)

    def run(self, converse: Callable[[], None]) -> None:
        """Run the conversation that room was reserved for, as soon as a thread is free."""
        self._executor.submit(self._compute, converse).add_done_callback(lambda _done: self._free.release())

    def take_in(self, learn: Callable[[], None]) -> None:
        """Take in what Slack tells of people and channels, for which nobody waits and room is never short."""
        self._executor.submit(self._compute, learn)

    def _compute(self, act: Callable[[], None]) -> None:
        with computing(self._computing):
            act()
