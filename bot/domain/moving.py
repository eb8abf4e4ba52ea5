"""The value of an input that moves: words such as "yesterday", worked out anew for each run."""

from __future__ import annotations

from typing import Any

MOVES = "moves with each run of Runbell"
AS = "as"
"""The two keys of the object that stands for such a value: its words, and what they become."""


def moving(words: str, form: str) -> dict[str, str]:
    """Return the value that stands for these words. `form`: "date", "month" or "date-time"."""
    return {MOVES: words, AS: form}


def is_moving(value: Any) -> bool:
    """Return whether a value is worked out for each run."""
    return isinstance(value, dict) and value.keys() == {MOVES, AS}


def moves(value: Any) -> bool:
    """Return whether a value, or an item of a list, is worked out for each run."""
    return is_moving(value) or (isinstance(value, list) and any(map(moves, value)))
