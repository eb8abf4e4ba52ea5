"""Days and months as people write them, each the same for every run: 2026-05-01, 1 May 2026, 24 December."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from bot.domain.errors import NotUnderstood
from bot.language.inputs.schema import takes_of
from bot.language.say import MONTHS, WEEKDAYS
from bot.language.when import read

if TYPE_CHECKING:
    from bot.domain.job import Input
    from bot.language.inputs.viewpoint import Viewpoint

LONGEST_DAY = 60
_DAY_MONTH = re.compile(
    r"(?:(?P<weekday>[a-z]{3,9})\.?,? )?(?P<day>\d{1,2})(?:st|nd|rd|th)?\.? "
    r"(?:of )?(?P<month>[a-z]{3,9})\.?,? (?P<year>\d{4})"
)
_MONTH_DAY = re.compile(
    r"(?:(?P<weekday>[a-z]{3,9})\.?,? )?(?P<month>[a-z]{3,9})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? "
    r"(?P<year>\d{4})"
)
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_MONTH_YEAR = re.compile(r"(?P<month>[a-z]{3,9})\.?,? (?P<year>\d{4})")
_MONTH_NUMBERS = re.compile(r"(?:(\d{4})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{4}))")
_LATE = time(23, 59)


def read_day(text: str, seen: Viewpoint) -> date | None:
    """Return the day that a text names in one way only, or None. 1/5/2026 is two days, and none here."""
    plain = " ".join(text.casefold().split())
    if not plain or len(plain) > LONGEST_DAY:
        return None
    return _written_out(plain) or (None if seen.now is None else _coming(plain, seen.now, seen))


def read_month(text: str) -> str | None:
    """Return the month that a text names, as 2026-05; None for any other text."""
    plain = " ".join(text.casefold().split())
    numbers, named = _MONTH_NUMBERS.fullmatch(plain), _MONTH_YEAR.fullmatch(plain)
    if numbers:
        first = _date(int(numbers[1] or numbers[4]), int(numbers[2] or numbers[3]), 1)
    else:
        month = which_name(named["month"], MONTHS) if named else None
        first = None if named is None or month is None else _date(int(named["year"]), month + 1, 1)
    return None if first is None else f"{first:%Y-%m}"


def names_a_day(each: Input, value: Any) -> bool:
    """Return whether an input's value is one day or moment, or a list of them, written out."""
    found = takes_of(each)
    form = found.items.format if found.items is not None and isinstance(value, list) else found.format
    values = value if isinstance(value, list) else [value]
    return form in {"date", "date-time", "month"} and bool(values) and all(map(_is_written_out, values))


def _is_written_out(value: object) -> bool:
    try:
        whole = f"{value}-01" if isinstance(value, str) and len(value) == len("2026-05") else value
        return isinstance(whole, str) and bool(date.fromisoformat(whole[:10]))
    except ValueError:  # a template, for example
        return False


def _written_out(plain: str) -> date | None:
    numbers = _YEAR_FIRST.fullmatch(plain)
    if numbers:
        return _date(int(numbers[1]), int(numbers[3]), int(numbers[4]))
    found = _DAY_MONTH.fullmatch(plain) or _MONTH_DAY.fullmatch(plain)
    if found is None:
        return None
    month = which_name(found["month"], MONTHS)
    day = None if month is None else _date(int(found["year"]), month + 1, int(found["day"]))
    if day is not None and found["weekday"] and which_name(found["weekday"], WEEKDAYS) != day.weekday():
        return None
    return day


def _coming(plain: str, now: datetime, seen: Viewpoint) -> date | None:
    """Read a day by the language of times: Friday, 24 December, the 20th, in 3 days."""
    try:
        when = read(f"{plain} at {_LATE:%H:%M}", now=now, tz=seen.tz).when
    except NotUnderstood:
        return None
    at = getattr(when, "at", None)
    if not isinstance(at, datetime) or at.astimezone(seen.tz).time() != _LATE:
        return None
    return at.astimezone(seen.tz).date()


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def which_name(word: str, names: tuple[str, ...]) -> int | None:
    """Return which of some names a word is, in full or by its first three letters, also "Sept" and "Tues"."""
    return next(
        (place for place, name in enumerate(names) if len(word) >= 3 and name.casefold().startswith(word)),  # noqa: PLR2004
        None,
    )
