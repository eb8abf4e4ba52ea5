"""Numbers as people write them: 20, 1,000, 1 000, 2.5, 1e-7."""

from __future__ import annotations

import math
import re

LONGEST_NUMBER = 300
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}([ ,'\u2019_])\d{3}(?:\1\d{3})*(?:\.\d+)?")
_DOTTED = re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+")
_PADDED = re.compile(r"[+-]?0\d")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")


class NoNumber(Exception):
    """Says why a text is no number, or nothing."""


def read_number(text: str, *, whole: bool, one_of_many: bool = False) -> int | float:
    """Read a number. `one_of_many`: an item of a list, whose commas are taken. Raises NoNumber."""
    plain = text.strip().replace("\u2212", "-")
    if len(plain) > LONGEST_NUMBER or (not plain.isascii() and not _GROUPED.fullmatch(plain)):
        raise NoNumber
    if _GROUPED.fullmatch(plain):
        plain = re.sub(r"[ ,'\u2019_]", "", plain)
    elif _DECIMAL_COMMA.fullmatch(plain):
        raise NoNumber(f"Write {plain.replace(',', '.')} with a point, or 1,000 for a thousand.")
    if _DOTTED.fullmatch(plain) and whole:
        raise NoNumber(f"Is {plain} a thousand times more? Write {plain.replace('.', '')} or {plain[0]}.")
    if not _PLAIN.fullmatch(plain) or (one_of_many and _PADDED.match(plain)):
        raise NoNumber
    if re.fullmatch(r"[+-]?\d+", plain):
        return int(plain)
    number = float(plain)
    if not math.isfinite(number):
        raise NoNumber("That is more than a number can be.")
    if whole:
        if not number.is_integer() or abs(number) >= 2**53:
            raise NoNumber
        return int(number)
    return number


def is_plain_number(text: str) -> bool:
    """Return whether a text is a number as JSON writes it, or in thousands; 007 is a word."""
    plain = text.strip()
    return len(plain) <= LONGEST_NUMBER and bool(
        re.fullmatch(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,4})?", plain) or _GROUPED.fullmatch(plain)
    )
