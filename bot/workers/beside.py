"""What is read beside a worker's step: an answer of Airflow that hangs keeps nothing else waiting."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

AT_ONCE = 8
"""The threads that read; as many requests go to Airflow at the same time."""
PATIENCE = 1.5
"""Seconds for which a step waits for what it reads ahead."""

Answer = TypeVar("Answer")
Which = tuple[str, str]
"""What an answer is about: the DAG's id, and the run's."""


class Beside(Generic[Answer]):
    """Reads in a few threads; for one worker, whose thread alone calls the methods."""

    def __init__(self) -> None:
        self._readers = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="reader")
        self._reading: dict[Which, Future[Answer]] = {}
        self._late: dict[Which, Future[Answer]] = {}

    def read_ahead(self, wanted: Mapping[Which, Callable[[], Answer]]) -> None:
        """Begin to read these, and wait until all are read, or for as long as PATIENCE.

        While everything that is being read hangs, nothing is waited for.
        """
        for which, read in wanted.items():
            self._late.pop(which, None)  # of an earlier end of the run: read anew
            if which not in self._reading:
                self._reading[which] = self._readers.submit(read)
        if not self._hangs():
            wait([self._reading[which] for which in wanted], timeout=PATIENCE)

    def read_late(self, which: Which, read: Callable[[], Answer]) -> None:
        """Begin to read it; its answer comes late."""
        self._late[which] = self._readers.submit(read)

    def is_read_late(self, which: Which) -> bool:
        """Return whether an answer about that comes late, and has not been returned yet."""
        return which in self._late

    def is_read_ahead(self, which: Which) -> bool:
        """Return whether that is being read ahead, or has been."""
        return which in self._reading

    def take(self, which: Which) -> Future[Answer] | None:
        """Return its answer if that has come; one that is being read comes late from now on.

        None for one that has not begun because others are read first: ask for it again.
        """
        found = self._reading.pop(which)
        if not found.done():
            if not self._hangs() and found.cancel():
                return None
            self._late[which] = found
        return found

    def arrived(self) -> dict[Which, Future[Answer]]:
        """Return what has come late since the last call."""
        found = {which: each for which, each in self._late.items() if each.done()}
        for which in found:
            del self._late[which]
        return found

    def _hangs(self) -> bool:
        return sum(not each.done() for each in self._late.values()) >= AT_ONCE
