"""Days that are counted from each run, by their words: yesterday, last Friday, the last day of last month."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.domain.days import MONDAY, SUNDAY
from bot.language.inputs.days import which_name
from bot.language.say import WEEKDAYS
from bot.language.when.calendar.dates import days_of, months_later
from bot.language.when.values import Period

if TYPE_CHECKING:
    from collections.abc import Callable

THE_DAY, THE_WORKDAY_BEFORE = "the day it runs", "the workday before it runs"
_AWAY = {THE_DAY: 0, "yesterday": -1, "tomorrow": 1}
_ALSO = {
    **dict.fromkeys(("today", "the day of the run", "day of the run", "run day", "the run day"), THE_DAY),
    "the day before": "yesterday",
    "the day after": "tomorrow",
    "the day before yesterday": "2 days ago",
    "the day after tomorrow": "in 2 days",
    **dict.fromkeys(
        (f"{which} {what}" for which in ("last", "previous", "the last", "the previous")
         for what in ("workday", "working day", "business day")),
        THE_WORKDAY_BEFORE,
    ),
    **dict.fromkeys(("the workday before", "the working day before", "the business day before"),
                    THE_WORKDAY_BEFORE),
}  # fmt: skip
_COUNT = r"(?P<count>\d{1,4}|an?|one|two|three)"
_AGO = re.compile(rf"{_COUNT} (?P<unit>hour|minute|day|week|month|year)s? (?:ago|earlier|before)")
_AHEAD = re.compile(rf"in {_COUNT} (?P<unit>hour|minute|day|week|month|year)s?")
_AFTER = re.compile(rf"{_COUNT} (?P<unit>hour|minute|day|week|month|year)s? (?:later|after)")
_BEFORE_IT_RUNS = re.compile(r" (?:it runs|the run)$")
_LAST_WEEKDAY = re.compile(r"(?:the )?last ([a-z]{3,9})")
_OF_WEEK = re.compile(r"(?:the )?(?P<weekday>[a-z]{3,9}) of (?:the )?(?P<which>last|previous|this|next) week")
_EDGE = re.compile(
    r"(?:the )?(?P<edge>first|last|start|beginning|end)(?: day)? of (?:the )?"
    r"(?P<which>last|previous|this|next)? ?(?P<unit>week|month|quarter|year)"
)
_NTH = re.compile(
    r"(?:the )?(?P<day>\d{1,2})(?:st|nd|rd|th) of (?:the )?(?P<which>last|previous|this|next) month"
)
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3}
_WHICH = {"last": -1, "previous": -1, "this": 0, None: 0, "next": 1}
_EVERY_MONTH_HAS = 28
_SOME_DAY = date(2026, 6, 15)


@dataclass(frozen=True, slots=True)
class MovingDay:
    """A day by its words, as they are kept, and the date that it is on a day."""

    words: str
    seen_from: Callable[[date], date]


def without_the_run(words: str) -> str:
    """Return "3 days before" for "3 days before it runs"."""
    return _BEFORE_IT_RUNS.sub("", words)


def moving_day(plain: str) -> MovingDay | None:
    """Return the day that a text in small letters counts from a run; None for any other text."""
    before = without_the_run(plain) if "before" in plain or "after" in plain else plain
    words = _ALSO.get(before, _ALSO.get(plain, plain))
    if words in _AWAY:
        return MovingDay(words, lambda day: day + timedelta(days=_AWAY[words]))
    if words == THE_WORKDAY_BEFORE:
        return MovingDay(words, _workday_before)
    for read in (_counted_day, _last_weekday, _of_week, _edge, _nth):
        found = read(without_the_run(words))
        if found is not None:
            return found
    return None


def away_of(plain: str) -> tuple[int, str] | None:
    """Return how many of which unit a text is away: -3, "day" for "3 days ago"."""
    ago, ahead = _AGO.fullmatch(plain), _AHEAD.fullmatch(plain) or _AFTER.fullmatch(plain)
    found = ago or ahead
    if found is None:
        return None
    count = _COUNTS.get(found["count"]) or int(found["count"])
    return -count if ago else count, found["unit"]


def counted_words(count: int, unit: str) -> str:
    """Return "3 days ago" for -3 and "day"."""
    many = f"{abs(count)} {unit}{'' if abs(count) == 1 else 's'}"
    return f"{many} ago" if count < 0 else f"in {many}"


def _counted_day(plain: str) -> MovingDay | None:
    away = away_of(plain)
    if away is None or away[1] in {"hour", "minute"}:
        return None
    count, unit = away
    if unit in {"month", "year"}:
        seen_from = months_away(count, unit)
    else:

        def seen_from(day: date) -> date:
            return day + timedelta(days=count * (7 if unit == "week" else 1))

    return MovingDay(counted_words(count, unit), seen_from) if is_within_calendar(seen_from) else None


def months_away(count: int, unit: str) -> Callable[[date], date]:
    """Return what goes so many months or years on from a day, to the end of a shorter month at most."""
    return lambda day: months_later(day, count * (12 if unit == "year" else 1))


def is_within_calendar(seen_from: Callable[[date], date]) -> bool:
    """Return whether the calendar goes that far."""
    try:
        seen_from(_SOME_DAY)
    except (ValueError, OverflowError):
        return False
    return True


def _workday_before(day: date) -> date:
    return day - timedelta(days={MONDAY: 3, SUNDAY: 2}.get(day.weekday(), 1))


def _last_weekday(plain: str) -> MovingDay | None:
    found = _LAST_WEEKDAY.fullmatch(plain)
    weekday = which_name(found[1], WEEKDAYS) if found else None
    if weekday is None:
        return None
    name = WEEKDAYS[weekday]
    return MovingDay(f"last {name}", lambda day: day - timedelta(days=(day.weekday() - weekday - 1) % 7 + 1))


def _of_week(plain: str) -> MovingDay | None:
    found = _OF_WEEK.fullmatch(plain)
    weekday = which_name(found["weekday"], WEEKDAYS) if found else None
    if found is None or weekday is None:
        return None
    ahead = _WHICH[found["which"]]

    def seen_from(day: date) -> date:
        return day + timedelta(days=weekday - day.weekday() + 7 * ahead)

    return MovingDay(f"the {WEEKDAYS[weekday]} of {_which(ahead)} week", seen_from)


def _edge(plain: str) -> MovingDay | None:
    found = _EDGE.fullmatch(plain)
    if found is None:
        return None
    ahead, unit = _WHICH[found["which"]], found["unit"]
    is_last = found["edge"] in {"last", "end"}

    def seen_from(day: date) -> date:
        return days_of(Period(unit.upper(), ahead=ahead), datetime.combine(day, time()))[is_last]

    return MovingDay(f"the {'last' if is_last else 'first'} day of {_which(ahead)} {unit}", seen_from)


def _nth(plain: str) -> MovingDay | None:
    found = _NTH.fullmatch(plain)
    if found is None or not 1 <= int(found["day"]) <= _EVERY_MONTH_HAS:
        return None
    number, ahead = int(found["day"]), _WHICH[found["which"]]
    if number == 1:
        return _edge(f"the first day of {_which(ahead)} month")

    def seen_from(day: date) -> date:
        return months_later(day.replace(day=1), ahead).replace(day=number)

    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number // 10 != 1 else 0, "th")
    return MovingDay(f"the {number}{ending} of {_which(ahead)} month", seen_from)


def _which(ahead: int) -> str:
    return {-1: "last", 0: "this", 1: "next"}[ahead]
