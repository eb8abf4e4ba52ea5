"""What clients really send, made plain: full-width digits, smart quotes, odd spaces and dashes."""

from __future__ import annotations

import re
import unicodedata

from bot.language.when.refusal import Refused

MAX_LENGTH = 1000

_PLAIN = str.maketrans({
    "‘": "'", "’": "'", "‚": "'", "′": "'", "`": " ", "´": "'",
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-",
    "\u200b": None, "\u200c": None, "\u200d": None, "\ufeff": None, "\u00ad": None, "\u2060": None,
})  # fmt: skip
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SPACES = re.compile(r"\s+")


def tidied(text: str) -> str:
    """In lower case, with plain spaces, quotes and dashes; refuses what nobody types on purpose."""
    if len(text) > MAX_LENGTH:
        raise Refused("This is too long to be a time.", example="every weekday at 9am")
    if text.isascii():
        return _trimmed(text.replace("`", " "))
    if _BIDI.search(text):
        raise Refused(
            "There are invisible characters in this that change what one sees. Please type it anew."
        )
    return _trimmed(unicodedata.normalize("NFKC", text.translate(_PLAIN)).translate(_PLAIN))


def _trimmed(text: str) -> str:
    plain = _SPACES.sub(" ", text).strip().strip("\"' ").rstrip(".! ").strip("\"' ")
    return plain.casefold()
