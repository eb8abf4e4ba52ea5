"""Cron lines of five fields: when they fire next, on the wall clock of a zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from bot.domain.wall import LONGEST_SHIFT, TICK, exists, moment_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

_SKIPPABLE = 500
"""Wall times of one line that may fall into one gap."""


def next_of_line(line: str, tz: ZoneInfo, moment: datetime) -> datetime | None:
    """The first firing strictly after `moment` (UTC), in UTC.

    A line that names its hours keeps to the wall clock: once on the long night, not skipped on the short one.
    A line that runs in every hour runs through both hours of the long night, and its gap has no times.
    """
    if line.split()[1] in ("*", "*/1"):
        return _next_of_every_hour(line, tz, moment)
    return _next_of_named_hours(line, tz, moment)


def _next_of_named_hours(line: str, tz: ZoneInfo, moment: datetime) -> datetime | None:
    wall = _wall(moment, tz)
    shifted = _offset(moment, tz) != _offset(moment - LONGEST_SHIFT, tz)
    best: datetime | None = None
    for candidate in _walls(line, wall - LONGEST_SHIFT if shifted else wall):
        if best is not None and candidate > _wall(best, tz):
            break
        found = moment_at(candidate, tz)
        if found > moment and (best is None or found < best):
            best = found
    return best


def _next_of_every_hour(line: str, tz: ZoneInfo, moment: datetime) -> datetime | None:
    offset = _offset(moment, tz)
    wall = _wall(moment, tz)
    first = next(_walls(line, wall), None)
    if first is None:
        return None
    moment_of_first = first.replace(tzinfo=UTC) - offset
    near = min(moment_of_first, moment + LONGEST_SHIFT)
    if _offset(near, tz) != offset:
        return _first_from(line, tz, _shift_between(tz, moment, near))
    if near == moment_of_first:
        return moment_of_first
    candidates = islice(_walls(line, wall), _SKIPPABLE)
    return next((moment_at(each, tz) for each in candidates if exists(each, tz)), None)


def _first_from(line: str, tz: ZoneInfo, shift: datetime) -> datetime | None:
    """The first firing at or after a shift of the clocks."""
    wall = _wall(shift, tz)
    first = next(_walls(line, wall - TICK), None)
    return None if first is None else shift + (first - wall)


def _shift_between(tz: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first moment with another offset than `before`, to the second."""
    offset = _offset(before, tz)
    early, late = before.replace(microsecond=0), after
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
        early, late = (middle, late) if _offset(middle, tz) == offset else (early, middle)
    return late


def _offset(moment: datetime, tz: ZoneInfo) -> timedelta:
    return moment.astimezone(tz).utcoffset() or timedelta()


def _wall(moment: datetime, tz: ZoneInfo) -> datetime:
    return moment.astimezone(tz).replace(tzinfo=None, fold=0)


def _walls(line: str, after: datetime) -> Iterator[datetime]:
    """The naive times of the line after `after`; croniter's own zones would fire twice in the autumn."""
    from croniter import CroniterBadDateError, croniter  # noqa: PLC0415  slow to load, seldom needed

    _expanded(line)
    times = croniter(line, after, ret_type=datetime)
    try:
        while True:
            yield times.get_next(datetime)
    except CroniterBadDateError:
        return


@lru_cache(maxsize=512)
def _expanded(line: str) -> object:
    """Refuses what croniter would, once a line."""
    from croniter import croniter  # noqa: PLC0415  slow to load, seldom needed

    return croniter.expand(line)
