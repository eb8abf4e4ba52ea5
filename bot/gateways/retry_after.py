"""Reads the header Retry-After, which names how long to leave a server alone."""

from __future__ import annotations


def read_retry_after(text: str, *, usual: float) -> float:
    """Return the seconds that `text` names; `usual` when it names none: a date, a word, or nothing."""
    return float(text) if text.isascii() and text.isdigit() else usual
