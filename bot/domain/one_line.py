"""Names as people give them, on one line: nothing in them may pretend to be a line, or an order, of ours."""

from __future__ import annotations

import unicodedata

_JOINERS = "\u200c\u200d"
"""Unseen characters that scripts and emoji need between their letters."""
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


def one_line(text: str) -> str:
    """Return the name without line breaks, controls, and whatever turns or hides the letters beside it."""
    if not text.isprintable():  # what is printable has nothing unseen, and is most of what there is
        text = "".join(
            each if each in _JOINERS or unicodedata.category(each) not in _UNSEEN else " " * each.isspace()
            for each in text
        )
    return " ".join(text.split()).strip(_JOINERS)
