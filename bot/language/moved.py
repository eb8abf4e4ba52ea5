"""A time of day alone, said of something that is scheduled: it keeps its days and runs at another time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.days import Daily
from bot.domain.errors import NotUnderstood
from bot.domain.wall import moment_at
from bot.domain.when import At, Calendar, Once, Repeating
from bot.language.say import say
from bot.language.when import read

if TYPE_CHECKING:
    from datetime import time

    from bot.domain.when import When


def moved(text: str, when: When, *, now: datetime) -> When | None:
    """Return the same days at the times of day that the text names; None if it names more than these.

    Raises NotUnderstood if it is not clear which of its times would move.
    """
    times = _times_of_day(text, when, now)
    if times is None:
        return None
    if isinstance(when, Once):
        at = datetime.combine(when.at.astimezone(when.tz).date(), times[0])
        return replace(when, at=moment_at(at, when.tz).astimezone(when.tz))
    clocks = {each.clock if isinstance(each, Calendar) else None for each in when.rules}
    (clock,) = clocks if len(clocks) == 1 else (None,)
    if not isinstance(clock, At) or len(clock.times) != len(times) or when.times is not None:
        raise NotUnderstood(
            f"It runs {say(when)}: I can't tell which of that becomes “{text}”. Say the whole new time.",
            words=text,
            example="every weekday at 9am",
        )
    rules = tuple(replace(each, clock=At(times)) for each in when.rules if isinstance(each, Calendar))
    return replace(when, rules=rules)


def _times_of_day(text: str, when: When, now: datetime) -> tuple[time, ...] | None:
    """Return the times that the text names, if it names nothing else."""
    try:
        daily = read(f"every day at {text.removeprefix('at ')}", now=now, tz=when.tz).when
    except NotUnderstood:
        return None
    match daily:
        case Repeating(rules=(Calendar(days=Daily(every=1, months=()), clock=At(times)),)):
            is_plain = daily == Repeating(daily.rules, when.tz)
            return times if is_plain else None
        case _:
            return None
