"""Values that were given to a job, hidden where Airflow or the job repeats them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

from bot.domain.secrets import MASK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SHORTEST_BEGINNING = 6
"""The number of characters from which the beginning of a value, at the end of a line, is what a cut left."""


def without_values(text: str, given: Mapping[str, Any], *, mask: str = MASK) -> str:
    """Return the text with a mask in place of each value, as it was given, quoted, or in an address.

    A value that is cut off at the end of a line is hidden as well.
    """
    for value in sorted(set(_leaves(given)), key=len, reverse=True):
        if value in text:  # in thousands of values that are not, no time is lost
            text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", lambda _: mask, text)
        if value[:SHORTEST_BEGINNING] in text:
            text = "\n".join(_without_beginning(line, value, mask) for line in text.split("\n"))
    return text


def _without_beginning(line: str, value: str, mask: str) -> str:
    for size in range(min(len(value) - 1, len(line)), SHORTEST_BEGINNING - 1, -1):
        if line.endswith(value[:size]):
            return line[:-size] + mask
    return line


def _leaves(value: Any) -> Iterator[str]:
    """Yield each text and number in the value as it may stand in a sentence, a log or an address."""
    match value:
        case dict():
            for each in value.values():
                yield from _leaves(each)
        case list():
            for each in value:
                yield from _leaves(each)
        case bool() | None:
            return
        case str():
            written = [value, " ".join(value.split()), repr(value)[1:-1], json.dumps(value)[1:-1]]
            yield from (each for each in (*written, quote(value, safe=""), quote_plus(value)) if each)
        case _:
            yield str(value)
