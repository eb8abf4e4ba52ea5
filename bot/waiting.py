"""Waiting: few threads compute at the same time, and whoever waits for a slow answer is not one of them.

Python computes on one thread at a time. Each thread that wants to compute waits for a turn of all others, so
forty that draw answers would keep one that only acknowledges from its turn.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from threading import Semaphore

_PLACES: ContextVar[Semaphore | None] = ContextVar("places", default=None)
"""Of which this thread holds one."""


@contextmanager
def computing(places: Semaphore) -> Iterator[None]:
    """Hold one of the places for the length of the block, but for the times in which it waits."""
    with places:
        before = _PLACES.set(places)
        try:
            yield
        finally:
            _PLACES.reset(before)


def is_computing() -> bool:
    """Return whether this thread holds a place, which others could have while it waits."""
    return _PLACES.get() is not None


@contextmanager
def waiting() -> Iterator[None]:
    """Let another thread compute for the length of the block, if this one holds a place."""
    places = _PLACES.get()
    if places is None:
        yield
        return
    places.release()
    held = _PLACES.set(None)
    try:
        yield
    finally:
        _PLACES.reset(held)
        places.acquire()
