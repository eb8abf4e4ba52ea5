"""Exchanges over HTTP that end within a time of ours, from the request to the last byte of the answer.

A timeout, of urllib3 and of the standard library alike, bounds each wait for more. A server that sends one
byte every few seconds would hold its thread for ever, with the head of its answer as well as with the body.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from http.client import HTTPConnection, HTTPResponse
from io import BufferedReader, RawIOBase
from time import monotonic
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from socket import socket

_END: ContextVar[float | None] = ContextVar("end", default=None)
"""When the answer to what is asked now must have ended."""


@contextmanager
def ends_within(seconds: float) -> Iterator[None]:
    """Let the answers to what the block asks end within so many seconds; TimeoutError is raised at the end.

    Of two blocks, one in the other, the earlier end counts. An answer that is read after the block keeps it.
    """
    end, around = monotonic() + seconds, _END.get()
    before = _END.set(end if around is None else min(end, around))
    try:
        yield
    finally:
        _END.reset(before)


class _Answer(HTTPResponse):
    """An answer whose head and body must have come by the end of the block that asked for it."""

    def __init__(self, sock: socket, *arguments: Any, **more: Any) -> None:
        super().__init__(sock, *arguments, **more)
        end = _END.get()
        if end is not None:
            self.fp = BufferedReader(_UntilEnd(self.fp, sock, end))


class _UntilEnd(RawIOBase):
    """What comes from a socket, until the end; each wait is no longer than what is left until then."""

    def __init__(self, unbounded: BufferedReader, sock: socket, end: float) -> None:
        self._unbounded = unbounded
        self._sock = sock
        self._end = end

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        usual = self._sock.gettimeout()
        try:
            left = self._left()
            self._sock.settimeout(left if usual is None else min(left, usual))
            found = self._unbounded.raw.readinto(buffer)
        except TimeoutError:
            self._unbounded.close()  # Slack's SDK leaves an answer open when reading it fails
            raise
        self._sock.settimeout(usual)  # the connection may be used again
        return found

    def _left(self) -> float:
        left = self._end - monotonic()
        if left <= 0:
            raise TimeoutError("its answer did not end in time")
        return left

    def close(self) -> None:
        self._unbounded.close()
        super().close()


HTTPConnection.response_class = _Answer
"""For the whole process: Slack's SDK lets nobody choose its own. Outside of a block nothing changes."""
