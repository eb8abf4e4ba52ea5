"""Connections to PostgreSQL whose statements let others compute while they wait, as for a row's lock."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Semaphore
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg

from bot.waiting import is_computing, waiting

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from psycopg.abc import PQGen

Answer = TypeVar("Answer")
GIVES_WAY_AFTER = 0.02
"""Seconds. Most statements take a tenth of it, and giving way costs a turn of those who compute."""
MOST_GIVE_WAY = 16
"""Threads at once. Each holds a connection meanwhile, and the pool must have some for everybody else."""
_room = Semaphore(MOST_GIVE_WAY)


class ConnectionGivingWay(psycopg.Connection[Any]):
    """A connection whose thread leaves its place to others during a statement that takes long."""

    def wait(self, gen: PQGen[Answer], interval: float = 0.1, *arguments: Any, **more: Any) -> Answer:
        """Run the steps of a statement to their end; `interval` is how often psycopg looks up meanwhile."""
        if not is_computing():
            return super().wait(gen, interval, *arguments, **more)
        steps = _giving_way(gen)
        try:
            return super().wait(steps, GIVES_WAY_AFTER, *arguments, **more)
        finally:
            steps.close()  # or a place would be taken again whenever Python forgets it


def _giving_way(steps: PQGen[Answer]) -> Generator[Any, Any, Answer]:
    """Pass the steps on, and give way from the first wait that ends with nothing to read or to write."""
    try:
        wanted = next(steps)
        while ready := (yield wanted):
            wanted = steps.send(ready)
        with _others_compute():
            wanted = steps.send(ready)
            while True:
                ready = yield wanted
                wanted = steps.send(ready)
    except StopIteration as end:
        answer: Answer = end.value
        return answer


@contextmanager
def _others_compute() -> Iterator[None]:
    """Leave this thread's place to others for the length of the block, unless too many do already."""
    if not _room.acquire(blocking=False):
        yield
        return
    try:
        with waiting():
            yield
    finally:
        _room.release()
