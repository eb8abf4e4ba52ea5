"""Values that were given to a job, hidden where Airflow or the job repeats them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

from bot.domain.secrets import MASK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LONG = 6
"""The number of characters from which a value is hidden inside a word and where it is cut off, too."""


def without_values(text: str, given: Mapping[str, Any], *, mask: str = MASK) -> str:
    """Return the text with a mask in place of each value, as it was given, quoted, or in an address.

    A short value is hidden where it stands by itself. A long one is hidden anywhere, and so is its beginning
    at the end of a line, where the text may have been cut.
    """
    for value in sorted(set(_leaves(given)), key=len, reverse=True):
        if len(value) < LONG:
            text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", lambda _: mask, text)
        elif value[:LONG] in text:  # looked for first: there may be thousands of values
            text = text.replace(value, mask)
            text = "\n".join(_without_beginning(line, value, mask) for line in text.split("\n"))
    return text


def _without_beginning(line: str, value: str, mask: str) -> str:
    for size in range(min(len(value) - 1, len(line)), LONG - 1, -1):
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
