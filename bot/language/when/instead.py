"""What refused words could mean, in words that are read: an example to be shown, never what was said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_OFFICE = re.compile(
    r"(?:(?:every hour|hourly)\s+)?(?:(?:in|within|during|at)\s+)?(?:the\s+)?"
    r"(?:office|business|working) hours",
    re.IGNORECASE,
)
_VAGUE = (
    (re.compile(r"(?<!\w)(?<!of )next week(?!\w)", re.IGNORECASE), "Monday next week"),
    (re.compile(r"(?<!\w)(?<!of )next month(?!\w)", re.IGNORECASE), "the 1st of next month"),
    (_OFFICE, "every hour from 9am to 5pm on weekdays"),
)
_DAYS = {
    "montag": "monday", "dienstag": "tuesday", "mittwoch": "wednesday", "donnerstag": "thursday",
    "freitag": "friday", "samstag": "saturday", "sonnabend": "saturday", "sonntag": "sunday",
}  # fmt: skip
_SHORT = {
    "mo": "monday", "di": "tuesday", "mi": "wednesday", "do": "thursday", "fr": "friday", "sa": "saturday",
    "so": "sunday",
}  # fmt: skip
_GERMAN = {
    **_DAYS, **{f"{german}s": f"every {english}" for german, english in _DAYS.items()},
    "jeden": "every", "jede": "every", "tag": "day", "täglich": "every day", "werktag": "weekday",
    "werktags": "every weekday", "wochentags": "every weekday", "stündlich": "hourly", "stunde": "hour",
    "stunden": "hours", "alle": "every", "woche": "week", "um": "at", "und": "and", "bis": "to",
    "heute": "today", "übermorgen": "the day after tomorrow",
}  # fmt: skip
_CLOCK = re.compile(r"(?<![\w.:])(\d{1,2})(?:[.:](\d\d))? ?uhr(?: (\d\d))?(?!\w)", re.IGNORECASE)
_RANGE = re.compile(
    rf"(?<!\w)({'|'.join(_SHORT)})\.?\s*(-|bis|,|und)\s*({'|'.join(_SHORT)})(?!\w)\.?", re.IGNORECASE
)
_SINGLE = re.compile(rf"^({'|'.join(_SHORT)})\.?(?=\s)", re.IGNORECASE)


def in_other_words(text: str) -> Iterator[str]:
    """Yield what a text could mean, the whole text each time. Whether that can be read is for the caller."""
    english = _from_german(text)
    if english != text:
        yield english
    for vague, instead in _VAGUE:
        changed = vague.sub(instead, text, count=1)
        if changed != text:
            yield changed


def _from_german(text: str) -> str:
    changed = _CLOCK.sub(lambda found: f"{found[1]}:{found[2] or found[3] or '00'}", text)
    changed, ranges = _RANGE.subn(
        lambda found: f"{_day(found[1])} {'to' if found[2] in {'-', 'bis'} else 'and'} {_day(found[3])}",
        changed,
    )
    if ranges:
        changed = (
            f"every {changed}" if not re.match(r"(?:every|jeden)\b", changed, re.IGNORECASE) else changed
        )
    elif changed != text:
        changed = _SINGLE.sub(lambda found: _day(found[1]), changed)
    words = re.sub(r"[^\W\d_]+", lambda found: _GERMAN.get(found[0].casefold(), found[0]), changed)
    return " ".join(words.split())


def _day(short: str) -> str:
    return _SHORT[short.casefold()]
