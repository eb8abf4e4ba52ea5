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
"""The wall times of one line that can fall into one gap."""


def next_of_line(line: str, tz: ZoneInfo, moment: datetime) -> datetime | None:
    """Return the first firing strictly after `moment`, both in UTC. None if there is none.

    A line that names its hours keeps to the wall clock: it fires once on the long night and is not left out
    on the short one. A line for every hour fires in both hours of the long night, and has no times in the
    gap.
    """
    if line.split()[1] in ("*", "*/1"):
        return _next_of_every_hour(line, tz, moment)
    return _next_of_named_hours(line, tz, moment)


def _next_of_named_hours(line: str, tz: ZoneInfo, moment: datetime) -> datetime | None:
    wall = _wall(moment, tz)
    # Shortly after a shift, an earlier wall time may be a later moment, so the walk begins further back.
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
    # Up to the next shift, wall time and elapsed time go alike. At the shift the line begins anew.
    if _offset(near, tz) != offset:
        return _first_from(line, tz, _shift_between(tz, moment, near))
    if near == moment_of_first:
        return moment_of_first
    candidates = islice(_walls(line, wall), _SKIPPABLE)
    return next((moment_at(each, tz) for each in candidates if exists(each, tz)), None)


def _first_from(line: str, tz: ZoneInfo, shift: datetime) -> datetime | None:
    """Return the first firing at or after a shift of the clocks."""
    wall = _wall(shift, tz)
    first = next(_walls(line, wall - TICK), None)
    return None if first is None else shift + (first - wall)


def _shift_between(tz: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Return the first moment whose offset is not that of `before`, to the second."""
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
    """Yield the line's naive times after `after`.

    Naive, because croniter with a zone fires twice on the long night.
    """
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
    """Let croniter check the line, once for each line. Raises what croniter raises."""
    from croniter import croniter  # noqa: PLC0415  slow to load, seldom needed

    return croniter.expand(line)
