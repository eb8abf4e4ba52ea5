"""Repetitions by elapsed time: every 15 minutes, all day long, in a window, or on some days."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.domain.wall import moment_at
from bot.domain.when import Calendar, Interval, Window
from bot.language.when.building.bounds import start_of_draft
from bot.language.when.building.clocks import clocks_of, whole_minute, window_of
from bot.language.when.building.day_rules import days_of_part
from bot.language.when.clauses import clause as c
from bot.language.when.refusal import Refused, contradiction, missing
from bot.language.when.values import Clock, DaysAway, Span

if TYPE_CHECKING:
    from bot.domain.days import Days
    from bot.domain.when import Rule
    from bot.language.when.building.draft import Draft, Part

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_WHOLE_DAY = (Clock(0), Clock(23, 59))


def elapsed_rules(draft: Draft) -> list[Rule]:
    """Return the rules of "every 15 minutes", all day, in a window, or on some days."""
    step = draft.step or HOUR
    part = _only_part(draft)
    _check_step(draft, step, part)
    is_on_days = bool(part.days or draft.every or draft.months or draft.within)
    if not is_on_days and draft.window is None:
        return _intervals(draft, step, part)
    if part.times:
        raise contradiction("it says both how often and at what time", "every hour from 9am to 5pm")
    if draft.every and draft.every.unit not in ("DAY", "WEEK") and not part.days:
        raise contradiction("it says twice how often", "every hour from 9am to 5pm on weekdays")
    if step >= DAY:
        raise contradiction("the step is longer than a day", "every day at 9am")
    first, last = window_of(draft.window.first, draft.window.last) if draft.window else _WHOLE_DAY
    windows = [Window(first.time, last.time, step)]
    if draft.marks:
        windows = [Window(_next_mark(first.time, minute), last.time, step) for minute in draft.marks]
    days = days_of_part(part, draft) if part.days or draft.every else _all_days(draft)
    return [Calendar(each, window) for each in days for window in windows]


def _check_step(draft: Draft, step: timedelta, part: Part) -> None:
    if step < timedelta(minutes=1):
        raise Refused("More often than once a minute is too often.", example="every 5 minutes")
    if step % timedelta(minutes=1):
        raise Refused("Seconds are finer than I run: whole minutes, please.", example="every 90 minutes")
    if part.part_of_day:
        raise missing("From when to when?", "every hour from 9am to 5pm")
    if draft.step is None and not draft.marks_say_hour:
        raise missing("How often?", "every hour at :15")
    if draft.marks and step != HOUR:
        raise contradiction("minutes past the hour go with every hour", "every hour at :15")


def _all_days(draft: Draft) -> tuple[Days, ...]:
    draft.every = c.Every(1, "DAY")
    return days_of_part(draft.parts[0], draft)


def _next_mark(first: time, minute: int) -> time:
    hour = first.hour + (minute < first.minute)
    return time(hour % 24, minute)


def _intervals(draft: Draft, step: timedelta, part: Part) -> list[Rule]:
    start = start_of_draft(draft)
    now = whole_minute(draft.now)
    if draft.marks:
        after = start or now
        local = after.astimezone(draft.zone).replace(second=0)
        walls = [local.replace(minute=minute).astimezone(UTC) for minute in draft.marks]
        return [
            Interval(step, each if each > after or (start and each == after) else each + HOUR)
            for each in walls
        ]
    clocks = clocks_of(part)
    if len(clocks) > 1 or (clocks and draft.start is None):
        raise contradiction("it says both how often and at what time", "every hour from 9am to 5pm")
    if draft.start is None or draft.since is not None:
        return [Interval(step, _first_from_now(now, step, draft))]
    assert start is not None
    if isinstance(draft.start.ref, Span) or draft.start.clock is not None:
        return [Interval(step, start)]
    if not clocks and draft.start.ref != DaysAway(0):
        raise missing("At what time does it begin?", "every 2 hours starting tomorrow at 9am")
    if not clocks:
        return [Interval(step, _first_from_now(now, step, draft))]
    day = start.astimezone(draft.zone).date()
    return [
        Interval(step, moment_at(datetime.combine(day, clocks[0].time), draft.zone).astimezone(draft.zone))
    ]


def _first_from_now(now: datetime, step: timedelta, draft: Draft) -> datetime:
    """Return when the steps begin: hours on the hour, others at the minute at which they are asked for."""
    if step != HOUR:
        return (now + step).astimezone(draft.zone)
    local = draft.now.astimezone(draft.zone).replace(minute=0, second=0, microsecond=0)
    return (local.astimezone(UTC) + HOUR).astimezone(draft.zone)


def _only_part(draft: Draft) -> Part:
    if len(draft.parts) > 1:
        raise contradiction("it names days twice", "every Tuesday and Friday at 9am")
    return draft.parts[0]
