"""Room: how many people may wait for Airflow at the same time."""

from __future__ import annotations

from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from bot.domain.errors import Conflict
from bot.waiting import waiting

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_AT_AIRFLOW = 10
"""Fewer than the threads on which people are answered, so that a slow Airflow never takes them all."""


class Room:
    def __init__(self, most: int = MOST_AT_AIRFLOW) -> None:
        self._free = BoundedSemaphore(most)

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Take one of the places for the length of the block. Raises Conflict if all are taken."""
        if not self._free.acquire(blocking=False):
            raise Conflict("Airflow is slow just now, and several people wait for it. Try again in a minute.")
        try:
            with waiting():
                yield
        finally:
            self._free.release()
