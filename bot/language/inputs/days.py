"""Days as people write them: 2026-05-01, 1 May 2026, tomorrow, yesterday, 3 days ago, last Friday."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from bot.domain.errors import NotUnderstood
from bot.language.inputs.schema import takes_of
from bot.language.say import MONTHS, WEEKDAYS
from bot.language.when import read
from bot.language.when.calendar.dates import days_of, months_later
from bot.language.when.values import Period

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
_AGO = re.compile(r"(?P<count>\d{1,4}|an?|one|two|three) (?P<unit>day|week|month|year)s? ago")
_LAST_WEEKDAY = re.compile(r"last ([a-z]{3,9})")
_EDGE = re.compile(
    r"(?:the )?(?P<edge>first|last|start|beginning|end)(?: day)? of (?:the )?"
    r"(?P<which>last|previous|this|next)? ?(?P<unit>week|month|quarter|year)"
)
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3}
_AHEAD = {"last": -1, "previous": -1, "this": 0, None: 0, "next": 1}
_LATE = time(23, 59)


def read_day(text: str, seen: Viewpoint) -> date | None:
    """Return the day that a text names in one way only, or None. 1/5/2026 is two days, and none here."""
    plain = " ".join(text.casefold().split())
    if not plain or len(plain) > LONGEST_DAY:
        return None
    return _written_out(plain) or (None if seen.now is None else _seen_from(plain, seen.now, seen))


def names_a_day(each: Input, value: Any) -> bool:
    """Return whether an input's value is one day or moment, or a list of them, written out."""
    found = takes_of(each)
    form = found.items.format if found.items is not None and isinstance(value, list) else found.format
    values = value if isinstance(value, list) else [value]
    return form in {"date", "date-time"} and bool(values) and all(map(_is_written_out, values))


def _is_written_out(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value[:10]))
    except ValueError:  # a template, for example
        return False


def _written_out(plain: str) -> date | None:
    numbers = _YEAR_FIRST.fullmatch(plain)
    if numbers:
        return _date(int(numbers[1]), int(numbers[3]), int(numbers[4]))
    found = _DAY_MONTH.fullmatch(plain) or _MONTH_DAY.fullmatch(plain)
    if found is None:
        return None
    month = _index(found["month"], MONTHS)
    day = None if month is None else _date(int(found["year"]), month + 1, int(found["day"]))
    if day is not None and found["weekday"] and _index(found["weekday"], WEEKDAYS) != day.weekday():
        return None
    return day


def _seen_from(plain: str, now: datetime, seen: Viewpoint) -> date | None:
    local = now.astimezone(seen.tz)
    today = local.date()
    away = {"today": 0, "now": 0, "tomorrow": 1, "yesterday": -1, "the day before yesterday": -2}.get(plain)
    if away is not None:
        return today + timedelta(days=away)
    ago = _AGO.fullmatch(plain)
    if ago:
        return _days_ago(today, _COUNTS.get(ago["count"]) or int(ago["count"]), ago["unit"])
    last = _LAST_WEEKDAY.fullmatch(plain)
    weekday = _index(last[1], WEEKDAYS) if last else None
    if weekday is not None:
        return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
    edge = _EDGE.fullmatch(plain)
    if edge:
        first, final = days_of(Period(edge["unit"].upper(), ahead=_AHEAD[edge["which"]]), local)
        return final if edge["edge"] in {"last", "end"} else first
    return _coming(plain, now, seen)


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


def _days_ago(today: date, count: int, unit: str) -> date | None:
    try:
        if unit in {"month", "year"}:
            return months_later(today, -count * (12 if unit == "year" else 1))
        return today - timedelta(days=count * (7 if unit == "week" else 1))
    except (ValueError, OverflowError):
        return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _index(word: str, names: tuple[str, ...]) -> int | None:
    """Return which of some names a word is, in full or by its first three letters, also "Sept" and "Tues"."""
    return next(
        (place for place, name in enumerate(names) if len(word) >= 3 and name.casefold().startswith(word)),  # noqa: PLR2004
        None,
    )
