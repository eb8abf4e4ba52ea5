"""Times of day: which hour a bare number is, and the moment a time of day stands for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain.wall import moment_at, repeats
from bot.language.when.phrases.clocks import with_part
from bot.language.when.refusal import Refused, contradiction, missing, which_half
from bot.language.when.values import Clock

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.language.when.building.draft import Part

NINE = Clock(9, is_exact=True)
"""The time of a day that is named without one, as in Slack's own reminders."""


def wall_moment(day: date, clock: Clock, tz: ZoneInfo) -> datetime:
    """Return the moment in UTC; the second showing of a time on the long night if the text says so."""
    wall = datetime.combine(day, clock.time)
    if clock.is_again and repeats(wall, tz):
        return wall.replace(tzinfo=tz, fold=1).astimezone(UTC)
    return moment_at(wall, tz)


def whole_minute(moment: datetime) -> datetime:
    """Return the next whole minute in UTC, so that nothing comes too early."""
    floor = moment.astimezone(UTC).replace(second=0, microsecond=0)
    return floor if floor == moment else floor + timedelta(minutes=1)


def clocks_of(part: Part, *, is_repeating: bool = False) -> list[Clock]:
    """Return the times of a part.

    Raises Refused for an hour that could be in the morning or the afternoon.
    """
    if len(part.times) > 1:
        raise contradiction("it names two times")
    if not part.times:
        if part.part_of_day is None:
            return []
        if part.part_of_day == "MORNING":
            return [NINE]
        name = part.part_of_day.lower()
        raise _which_time(name)
    times = part.times[0]
    if times.is_loose and not part.days and not part.part_of_day and not is_repeating:
        raise missing("Is that number a time?", f"at {times.clocks[0].hour}:00")
    clocks = [with_part(each, part.part_of_day) if part.part_of_day else each for each in times.clocks]
    for clock in clocks:
        if clock.is_bare and (clock.hour < 7):  # noqa: PLR2004  from 7 to 12 people mean the morning
            raise which_half(clock.hour)
    if len({clock.time for clock in clocks}) != len(clocks):
        raise contradiction("it names a time twice")
    return clocks


def _which_time(part: str) -> Refused:
    """Return the refusal for "in the afternoon", whose example keeps what is said about days."""
    at = {"afternoon": "at 3pm", "evening": "at 7pm", "night": "at 10pm"}[part]
    return missing(
        f"At which time in the {part}?",
        f"every day {at}",
        (rf"\b(?:every|each) {part}\b|\b{part}ly\b", f"every day {at}"),
        (rf"\bthis {part}\b|\btonight\b", f"today {at}"),
        (rf"(.*)\b(?:in the |at )?{part}s\b", rf"every \g<1>{at}"),
        (rf"\b(?:in the |at )?{part}\b", at),
    )


def window_of(first: Clock, last: Clock) -> tuple[Clock, Clock]:
    """Return the hours that people mean by "from 9 to 5", "from 2 to 6", "from 22 to 6"."""
    if first.is_bare and last.is_bare and 0 not in (first.hour, last.hour):
        first, last = _office_hour(first), _office_hour(last)
        if first.time >= last.time:
            raise Refused(
                "Are these hours in the morning or in the evening?", example="every hour from 6am to 10am"
            )
    elif last.is_bare:
        later = _plus_12(last)
        last = later if last.time <= first.time < later.time and last.hour else last
    elif first.is_bare and 1 <= first.hour < 7:  # noqa: PLR2004  see _office_hour
        if _plus_12(first).time >= last.time:
            raise Refused(
                "Is the first hour in the morning or in the evening?", example="every hour from 6am to 10am"
            )
        first = _plus_12(first)
    if first.time == last.time:
        raise contradiction("it begins when it ends", "every hour from 9am to 5pm")
    return first, last


def _office_hour(clock: Clock) -> Clock:
    return clock if 7 <= clock.hour <= 12 else _plus_12(clock)  # noqa: PLR2004  people mean 7:00 to 18:00


def _plus_12(clock: Clock) -> Clock:
    return Clock((clock.hour + 12) % 24, clock.minute) if clock.hour < 12 else clock  # noqa: PLR2004  noon
