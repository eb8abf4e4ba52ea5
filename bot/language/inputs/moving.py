"""Days, months and moments that are counted from each run: yesterday, the last day of last month at 18:00.

Their words are read and kept; what they mean is worked out for each run, on the wall clock of a zone.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.domain.moving import AS, MOVES, is_moving, moving
from bot.domain.wall import moment_at
from bot.language.inputs.days import names_a_day
from bot.language.inputs.moments import LONGEST_MOMENT, say_clock, time_of_day
from bot.language.inputs.moving_days import (
    THE_DAY,
    THE_WORKDAY_BEFORE,
    MovingDay,
    away_of,
    counted_words,
    is_within_calendar,
    months_away,
    moving_day,
    without_the_run,
)
from bot.language.inputs.schema import takes_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from bot.domain.job import Input, Job

THE_MONTH, THE_MOMENT = "the month it runs", "the moment it runs"
OFFERED: Mapping[str, tuple[str, ...]] = {
    "date": (
        "yesterday",
        THE_DAY,
        "tomorrow",
        THE_WORKDAY_BEFORE,
        "last Friday",
        "the first day of this month",
        "the last day of this month",
        "the first day of last month",
        "the last day of last month",
        "the first day of this week",
        "the first day of last week",
        "7 days ago",
    ),
    "month": ("last month", THE_MONTH, "next month"),
    "date-time": (
        THE_MOMENT,
        "1 hour ago",
        "24 hours ago",
        "yesterday at 00:00",
        f"{THE_DAY} at 00:00",
        "the first day of last month at 00:00",
        "the first day of this month at 00:00",
    ),
}
"""What a form offers for each kind of input, the usual ones first."""

_ALSO_MONTHS = {
    "this month": THE_MONTH,
    "the month of the run": THE_MONTH,
    "the previous month": "last month",
    "previous month": "last month",
    "the month before": "last month",
    "the month before last": "2 months ago",
    "the last month": "last month",
    "the next month": "next month",
}
_ALSO_MOMENTS = {
    "now": THE_MOMENT,
    "right now": THE_MOMENT,
    "the time it runs": THE_MOMENT,
    "when it runs": THE_MOMENT,
    "the moment of the run": THE_MOMENT,
}
SOME_MOMENT = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
"""Where only the form of a moving value matters, it is worked out for this moment."""


def read_moving(text: str, form: str) -> dict[str, str] | None:
    """Return what a text that is counted from each run is kept as; None for any other text.

    `form` is that of the input: "date", "month" or "date-time".
    """
    plain = " ".join(text.casefold().split())
    if not plain or len(plain) > LONGEST_MOMENT:
        return None
    read = {"date": _date_words, "month": _month_words, "date-time": _moment_words}.get(form)
    words = read(plain) if read is not None else None
    return None if words is None else moving(words, form)


def worked_out(value: Any, at: datetime, tz: ZoneInfo) -> Any:
    """Return a value as it is for the run of a moment, in a zone. One that does not move is returned."""
    if isinstance(value, list):
        return [worked_out(each, at, tz) for each in value]
    if not is_moving(value):
        return value
    local, words = at.astimezone(tz), value[MOVES]
    match value[AS]:
        case "date":
            return _the_day(words, local.date()).isoformat()
        case "month":
            return f"{_the_month(words, local.date()):%Y-%m}"
        case _:
            return _the_moment(words, local, tz).isoformat()


def all_worked_out(inputs: Mapping[str, Any], at: datetime, tz: ZoneInfo) -> dict[str, Any]:
    """Return the inputs as they are for the run of a moment, in a zone."""
    return {name: worked_out(value, at, tz) for name, value in inputs.items()}


def fitting(each: Input, value: Any, moments: Iterable[datetime], tz: ZoneInfo) -> dict[str, str] | None:
    """Return the moving value that gives this fixed one at one of the moments; if none does, a usual one.

    None if the input takes nothing that moves.
    """
    form = takes_of(each).format
    offered = [moving(words, form) for words in OFFERED.get(form, ())]
    fits = (one for at in moments for one in offered if worked_out(one, at, tz) == value)
    return next(fits, offered[0] if offered else None)


def moving_instead(
    job: Job, inputs: Mapping[str, Any], moments: Sequence[datetime], tz: ZoneInfo
) -> dict[str, dict[str, str]]:
    """Return, for each input with a fixed day, what could stand there and move with each run."""
    days = {each.name: each for each in job.inputs if names_a_day(each, inputs.get(each.name))}
    found = {name: fitting(each, inputs[name], moments, tz) for name, each in days.items()}
    return {name: value for name, value in found.items() if value is not None}


def _date_words(plain: str) -> str | None:
    found = moving_day(plain)
    return None if found is None else found.words


def _month_words(plain: str) -> str | None:
    plain = without_the_run(plain) if plain.endswith((" before it runs", " before the run")) else plain
    words = _ALSO_MONTHS.get(plain, plain)
    away = away_of(words)
    if away is not None and away[1] in {"month", "year"} and is_within_calendar(months_away(*away)):
        return counted_words(*away)
    return words if words in {THE_MONTH, "last month", "next month"} else None


def _moment_words(plain: str) -> str | None:
    words = _ALSO_MOMENTS.get(plain, plain)
    if words == THE_MOMENT:
        return words
    away = away_of(without_the_run(words))
    if away is not None and away[1] in {"hour", "minute"}:
        return counted_words(*away)
    split = _split(plain)
    return None if split is None else f"{split[0].words} at {say_clock(split[1])}"


def _split(plain: str) -> tuple[MovingDay, str] | None:
    """Return the day and the time of day, HH:MM:SS, of a text that has both, in either order."""
    words = plain.replace(",", " ").split()
    for end in range(len(words) - 1, 0, -1):
        first, second = " ".join(words[:end]), " ".join(words[end:])
        for day_text, time_text in ((first, second), (second, first)):
            day = moving_day(day_text.removesuffix(" at").removeprefix("on "))
            clock = None if day is None else time_of_day(time_text.removeprefix("at "))
            if day is not None and clock is not None:
                return day, f"{clock:%H:%M:%S}"
    return None


def _the_day(words: str, today: date) -> date:
    found = moving_day(words.casefold())
    assert found is not None
    return found.seen_from(today)


def _the_month(words: str, today: date) -> date:
    away = away_of(words) or ({"last month": -1, "next month": 1}.get(words, 0), "month")
    return months_away(*away)(today.replace(day=1))


def _the_moment(words: str, local: datetime, tz: ZoneInfo) -> datetime:
    whole = local.replace(microsecond=0)
    if words == THE_MOMENT:
        return whole
    away = away_of(words)
    if away is not None:
        span = timedelta(**{f"{away[1]}s": away[0]})
        return (whole.astimezone(UTC) + span).astimezone(tz)
    split = _split(words.casefold())
    assert split is not None
    day, clock = split
    wall = datetime.combine(day.seen_from(local.date()), datetime.strptime(clock, "%H:%M:%S").time())  # noqa: DTZ007
    return moment_at(wall, tz).astimezone(tz)
