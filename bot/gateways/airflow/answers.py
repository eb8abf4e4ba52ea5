"""The bodies of answers, read without trusting their size or their depth."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bot.domain.errors import Unavailable
from bot.domain.storable import storable
from bot.gateways.airflow.cells import NOT_TO_BE_KEPT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from urllib3 import BaseHTTPResponse

MB = 1024 * 1024
CHUNK = 64 * 1024
LARGEST = 32 * MB
LARGEST_LOG = 256 * MB
LONGEST_SIGN_IN = 1 * MB
LONGEST_LINE = 1 * MB
"""Bytes of one line of a log; the rest of the line is dropped."""
ENDS_WITHIN = 60.0
"""Seconds for a whole answer, from its request on."""


def read_whole(answer: BaseHTTPResponse, most: int = LARGEST) -> bytes:
    """Return the unpacked body. Raises Unavailable if it is larger than `most` bytes."""
    read = bytearray()
    for chunk in _chunks(answer, most):
        read += chunk
    return bytes(read)


def lines_of(answer: BaseHTTPResponse) -> Iterator[bytes]:
    """Yield a long answer line by line as it comes."""
    parts: list[bytes] = []
    size = 0
    for chunk in _chunks(answer, LARGEST_LOG):
        first, *others = chunk.split(b"\n")
        parts.append(first[: max(0, LONGEST_LINE - size)])
        size += len(first)
        for each in others:
            yield b"".join(parts)
            parts, size = [each[:LONGEST_LINE]], len(each)
    if size:
        yield b"".join(parts)


def _chunks(answer: BaseHTTPResponse, most: int) -> Iterator[bytes]:
    size = 0
    for chunk in answer.stream(CHUNK):
        size += len(chunk)
        if size > most:
            raise Unavailable("Airflow", f"its answer is larger than {most // MB} MB")
        yield chunk


def in_json(body: bytes) -> Any:
    """Return what the JSON says, without what our tables cannot keep. None for an empty body.

    Raises ValueError for anything but JSON.
    """
    try:
        read = json.loads(body) if body.strip() else None
        return storable(read) if NOT_TO_BE_KEPT.search(body) else read
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
