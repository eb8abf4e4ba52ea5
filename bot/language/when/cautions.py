"""What a person should know beside an accepted phrase."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain.days import WORKDAYS, DayOfMonth, Monthly, NthOfMonth, Weekly
from bot.domain.wall import exists
from bot.domain.when import At, Calendar, Cron, Interval, Once
from bot.language.when.calendar.dates import MONTH_NAMES, WEEKDAY_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, time
    from zoneinfo import ZoneInfo

    from bot.domain.when import Repeating, Rule, When, Window
    from bot.language.when.pattern import Token

FAR = timedelta(days=120)
SOON = timedelta(days=30)
OFTEN = 20
MORNING = 6
_DAY = timedelta(days=1)
FEBRUARY, LONG_FEBRUARY = 2, 29


def cautions(when: When, first: datetime, now: datetime) -> tuple[str, ...]:
    """Return what people should know about the When, in plain sentences. `first` is its first moment."""
    found = list(_far_away(first, now))
    found += _clock_change(when, first, now)
    if not isinstance(when, Once):
        for rule in when.rules:
            found += [each for each in _of_rule(rule) if each not in found]
    return tuple(found)


def unnamed_nights(tokens: Iterable[Token], when: When) -> tuple[str, ...]:
    """Return a caution for "4:30", which is kept as 04:30 and may have been meant for the afternoon."""
    typed = {_hour_and_minute(each) for each in tokens if each.kind in ("CLOCK", "DECIMAL", "HCLOCK")}
    if not any(at is not None and at[0] < MORNING for at in typed):
        return ()
    early = sorted(at for at in _clock_times(when) if at.hour < MORNING and (at.hour, at.minute) in typed)
    return tuple(f"{at:%H:%M} is at night. For the afternoon write {at.hour}:{at:%M}pm." for at in early)


def _hour_and_minute(token: Token) -> tuple[int, int] | None:
    """Return the hour and minute of a time. None if it says am or begins with a zero."""
    if token.kind == "DECIMAL":
        hour, minute = token.value.split(".")
        return None if hour.startswith("0") else (int(hour), int(minute))
    return None if token.value.is_exact or token.value.is_night else (token.value.hour, token.value.minute)


def _clock_times(when: When) -> set[time]:
    if isinstance(when, Once):
        return {when.at.astimezone(when.tz).time()}
    found: set[time] = set()
    for rule in when.rules:
        if isinstance(rule, Calendar):
            found |= set(rule.clock.times) if isinstance(rule.clock, At) else {rule.clock.first}
    return found


def _far_away(first: datetime, now: datetime) -> Iterator[str]:
    if first - now > FAR:
        yield f"The first time is far away: {_date(first)}."


def _clock_change(when: When, first: datetime, now: datetime) -> Iterator[str]:
    tz = when.tz
    until = first if isinstance(when, Once) else first + SOON
    if first - now > FAR or now.astimezone(tz).utcoffset() == until.astimezone(tz).utcoffset():
        return
    change = _change_between(now, until, tz)
    local = change.astimezone(tz)
    if isinstance(when, Once):
        yield f"The clocks change on {_date(local)} ({tz.key}), before this."
        return
    skipped = next(iter(_skipped(when, local.date(), tz)), None)
    if skipped is not None:
        yield f"The clocks skip {skipped} on {_date(local)} ({tz.key}): it runs just after."
    elif any(isinstance(rule, Calendar) for rule in when.rules):
        yield f"The clocks change on {_date(local)} ({tz.key}); the time on the clock stays the same."
    else:
        yield f"The clocks change on {_date(local)} ({tz.key}); the time between two runs stays the same."


def _change_between(early: datetime, late: datetime, tz: ZoneInfo) -> datetime:
    early, late = early.astimezone(UTC), late.astimezone(UTC)
    offset = early.astimezone(tz).utcoffset()
    while late - early > timedelta(minutes=1):
        middle = early + (late - early) / 2
        early, late = (middle, late) if middle.astimezone(tz).utcoffset() == offset else (early, middle)
    return late


def _skipped(when: Repeating, day: date, tz: ZoneInfo) -> Iterator[str]:
    for rule in when.rules:
        if isinstance(rule, Calendar) and isinstance(rule.clock, At):
            yield from (f"{at:%H:%M}" for at in rule.clock.times if not exists(datetime.combine(day, at), tz))


def _date(day: date) -> str:
    return f"{WEEKDAY_NAMES[day.weekday()][:3]} {day.day} {MONTH_NAMES[day.month - 1][:3]} {day.year}"


def _of_rule(rule: Rule) -> Iterator[str]:
    count = _times_a_day(rule)
    if count > OFTEN:
        yield f"This runs {count} times a day."
    if not isinstance(rule, Calendar):
        return
    days = rule.days
    if isinstance(days, Weekly) and days.weekdays == WORKDAYS:
        yield _NO_HOLIDAYS
    if isinstance(days, Monthly):
        for pick in days.picks:
            yield from _of_pick(pick, days.months)


_NO_HOLIDAYS = "Monday to Friday; holidays are not considered."


def _of_pick(pick: DayOfMonth | NthOfMonth, months: tuple[int, ...]) -> Iterator[str]:
    if isinstance(pick, NthOfMonth):
        if pick.weekdays == WORKDAYS:
            yield _NO_HOLIDAYS
        elif abs(pick.number) == 5:  # noqa: PLR2004  only some months have a fifth
            yield f"Months without a fifth {WEEKDAY_NAMES[pick.weekdays[0]]} are skipped."
    elif months == (FEBRUARY,) and pick.number == LONG_FEBRUARY:
        yield "Feb 29 comes only every four years."
    elif pick.number >= LONG_FEBRUARY and len(months) != 1:
        ending = "st" if pick.number == 31 else "th"  # noqa: PLR2004  31st
        yield f"Months without a {pick.number}{ending} are skipped."


def _times_a_day(rule: Rule) -> int:
    match rule:
        case Interval(step):
            return int(_DAY / step)
        case Calendar(_, clock):
            return len(clock.times) if isinstance(clock, At) else _steps(clock)
        case Cron(line):
            return _firings_a_day(line)


def _firings_a_day(line: str) -> int:
    from croniter import croniter  # noqa: PLC0415  slow to load

    minutes, hours = croniter.expand(line)[0][:2]
    return (60 if minutes == ["*"] else len(minutes)) * (24 if hours == ["*"] else len(hours))


def _steps(window: Window) -> int:
    first = timedelta(hours=window.first.hour, minutes=window.first.minute)
    last = timedelta(hours=window.last.hour, minutes=window.last.minute)
    return int((last - first) % _DAY / window.step) + 1
