"""What clients really send, made plain: full-width digits, smart quotes, odd spaces and dashes."""

from __future__ import annotations

import unicodedata

from bot.language.marks import plain_characters
from bot.language.when.refusal import Refused
from bot.language.when.words.shorthand import written_out

MAX_LENGTH = 1000

_JOINERS = str.maketrans({"\u200c": None, "\u200d": None})


def tidied(text: str) -> str:
    """Return the text in lower case, with plain spaces, quotes and dashes.

    Raises Refused if it is too long.
    """
    if len(text) > MAX_LENGTH:
        raise Refused("This is too long to be a time.", example="every weekday at 9am")
    if text.isascii():
        return _trimmed(text.replace("`", " "))
    plain = plain_characters(text).translate(_JOINERS)
    return _trimmed(plain_characters(unicodedata.normalize("NFKC", plain)).replace("`", " "))


def _trimmed(text: str) -> str:
    plain = " ".join(text.split()).strip("\"' ").rstrip(".! ").strip("\"' ")
    return written_out(plain.casefold())
