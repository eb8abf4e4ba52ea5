"""Until when a pause lasts: a day means its beginning, a length of time counts from now."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.domain.errors import NotUnderstood
from bot.domain.when import Once
from bot.language.when import looks_like_time, read

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

_SPLIT = re.compile(r"(?:^|\s+)(until|till|til|for)\s+(?=\S)", re.IGNORECASE)
_LENGTH = re.compile(r"(?:\d+\s*|(?:an?|one|two|three|half an)\s+)\w+", re.IGNORECASE)
_PERIODS = {"next week": "monday next week", "next month": "the 1st of next month"}
_REST = re.compile(r"(?:the )?rest of (?:the|this) (week|month)", re.IGNORECASE)


def split_until(text: str) -> tuple[str, str]:
    """Return what is to be paused, and until when; "" if no end is said."""
    for found in reversed(list(_SPLIT.finditer(text))):
        name, ending = text[: found.start()], text[found.end() :]
        if found[1].lower() != "for" and looks_like_time(ending):
            return name, ending
        if found[1].lower() == "for" and _LENGTH.fullmatch(ending):
            return name, f"in {ending}"
        rest = _REST.fullmatch(ending) if found[1].lower() == "for" else None
        if rest:
            return name, f"next {rest[1].lower()}"
    return text, ""


def read_until(text: str, *, now: datetime, tz: ZoneInfo) -> datetime:
    """Return the moment. Raises NotUnderstood unless it is a single moment to come."""
    text = _PERIODS.get(text.casefold().strip(" .!"), text)
    if not text.startswith("in "):
        try:
            midnight = read(f"{text} at 00:00", now=now, tz=tz).when
        except NotUnderstood:
            pass  # a time of day is named already
        else:
            return _moment(midnight)
    try:
        return _moment(read(text, now=now, tz=tz).when)
    except NotUnderstood as error:
        raise NotUnderstood(error.message, words=error.words) from None


def _moment(when: object) -> datetime:
    if isinstance(when, Once):
        return when.at
    raise NotUnderstood("A pause ends once: name one day or one time.")
