"""dateparser, asked last and on a tight rein: for one-off dates that the grammar does not itself read.

What it guesses is found out by asking twice, as seen from two moments: a date that is written out is the same
from both, and a length of time moves with the moment. Whatever does neither was guessed, and is refused.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.domain.wall import moment_at
from bot.domain.when import Once

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

MAX_LENGTH = 60
"""Letters, because dateparser takes a second on long texts."""
_NINE = 9
_LATER = timedelta(days=400, hours=26, minutes=17)
_WORD = re.compile(r"[^\W\d_]{2,}")
_NUMERIC_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}([./-]\d{2,4})?")


def read_date(text: str, now: datetime, tz: ZoneInfo, locale: str | None) -> Once | None:
    """Return the moment. None for whatever is not certain, past, or not understood."""
    if len(text) > MAX_LENGTH or not _WORD.search(text) or _NUMERIC_DATE.search(text):
        return None
    base = now.astimezone(tz).replace(tzinfo=None, second=0, microsecond=0)
    found, has_time = _parsed(text, base, locale)
    later, _ = _parsed(text, base + _LATER, locale)
    if found is None or later is None:
        return None
    if (
        found != later
        and found - base != later - (base + _LATER)
        and not _same_day_and_clock(found, later, base)
    ):
        return None
    if not has_time:
        found = found.replace(hour=_NINE, minute=0)
    at = moment_at(found, tz)
    is_shifted = (
        found - base == later - (base + _LATER)
        and at.astimezone(tz).utcoffset() != now.astimezone(tz).utcoffset()
    )
    if at <= now or is_shifted:
        return None
    return Once(at.astimezone(tz), tz)


def _same_day_and_clock(found: datetime, later: datetime, base: datetime) -> bool:
    """Return whether both readings are as many days after their base, at the same time of day."""
    days = (found.date() - base.date()).days
    days_later = (later.date() - (base + _LATER).date()).days
    return found.time() == later.time() and days == days_later


def _parsed(text: str, base: datetime, locale: str | None) -> tuple[datetime | None, bool]:
    return _parser(locale).parsed(text, base)


class _Parser:
    def __init__(self, languages: list[str]) -> None:
        from dateparser.date import DateDataParser  # noqa: PLC0415  takes a quarter of a second to load

        self._make: Any = DateDataParser
        self._languages = languages

    def parsed(self, text: str, base: datetime) -> tuple[datetime | None, bool]:
        settings = {
            "RELATIVE_BASE": base,
            "PREFER_DATES_FROM": "future",
            "RETURN_TIME_AS_PERIOD": True,
            "REQUIRE_PARTS": ["day", "month"],
            "STRICT_PARSING": False,
            "PARSERS": ["relative-time", "absolute-time"],
        }
        parser = self._make(languages=self._languages, settings=settings)
        found = parser.get_date_data(text)
        moment = found.date_obj
        if moment is None or moment.tzinfo is not None:
            return None, False
        return moment.replace(second=0, microsecond=0), found.period == "time"


_PARSERS: dict[str | None, _Parser] = {}


def _parser(locale: str | None) -> _Parser:
    if locale not in _PARSERS:
        language = (locale or "en").split("-")[0].split("_")[0].casefold()
        _PARSERS[locale] = _Parser(["en"] if language == "en" else [language, "en"])
    return _PARSERS[locale]


def warm() -> None:
    """Load dateparser and its English words."""
    _parsed("10 october 2030 10:00", datetime(2030, 1, 1, tzinfo=UTC).replace(tzinfo=None), None)
