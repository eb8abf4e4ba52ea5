"""JSON as people type it: read strictly, so that nothing typed is dropped; never deeper than anyone needs."""

from __future__ import annotations

import json
import math
from typing import Any

MOST_DEPTH = 32
"""Levels of brackets. Whoever needs more keeps a file; deeper ones stop what reads them further on."""


class NoJson(Exception):
    """Says what is wrong with a text that was to be JSON."""


def read_json(text: str) -> Any:
    """Read one JSON value. Raises NoJson for what is none, is too deep, or names a key twice."""
    if _depth(text) > MOST_DEPTH:
        raise NoJson(f"it is more than {MOST_DEPTH} levels deep")
    try:
        return json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_number, parse_float=_finite)
    except json.JSONDecodeError as error:
        near = text[error.pos : error.pos + 12].strip()
        where = f"near “{near}”" if near else "at its end"
        raise NoJson(f"it is not right {where} (line {error.lineno}, column {error.colno})") from None
    except ValueError:  # a whole number of thousands of digits
        raise NoJson("it has a number that is too long") from None


def _depth(text: str) -> int:
    """Return the deepest level of brackets, without those in quotes."""
    deepest = depth = 0
    in_quotes = is_escaped = False
    for letter in text:
        if in_quotes:
            in_quotes = is_escaped or letter != '"'
            is_escaped = letter == "\\" and not is_escaped
        elif letter == '"':
            in_quotes = True
        elif letter in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif letter in "]}":
            depth -= 1
    return deepest


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise NoJson(f"it names “{name}” twice")
        found[name] = value
    return found


def _no_number(word: str) -> float:
    raise NoJson(f"{word} is no number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise NoJson(f"{text} is more than a number can be")
    return number
