"""Repetitions: their rules, where they begin and end, and what they leave out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from bot.domain.wall import TICK, moment_at, start_of
from bot.domain.when import At, Calendar, Interval, Repeating, Window, limited, next_after
from bot.language.when import clauses as c
from bot.language.when.clocks import NINE, clocks_of, wall_moment, window_of
from bot.language.when.cron_rules import rules_of_line
from bot.language.when.dates import date_of, days_of, months_later
from bot.language.when.day_rules import days_of_part, rule_from_start
from bot.language.when.draft import Part
from bot.language.when.exclusions import without
from bot.language.when.refusal import Refused, contradiction, missing, past
from bot.language.when.values import Clock, DaysAway, NamedDay, Period, Span

if TYPE_CHECKING:
    from bot.domain.days import Days
    from bot.domain.when import Rule
    from bot.language.when.draft import Draft

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
MAX_TIMES = 1000
_WHOLE_DAY = (Clock(0), Clock(23, 59))


def repeating(drafts: list[Draft]) -> Repeating:
    """Several drafts are the strands of one text, and share their bounds."""
    rules: list[Rule] = []
    for draft in drafts:
        if draft.in_span is not None or draft.is_only_once:
            raise contradiction("it is both once and again and again", "every 2 hours")
        _settle_often(draft)
        _settle_one_date(draft)
        rules += _rules(draft)
    main = drafts[-1]
    start = _start(main)
    when = Repeating(tuple(rules), main.zone, start)
    when = without(when, main.excluded, main.now)
    when = replace(when, rules=tuple(_anchored(rule, when, main.now) for rule in when.rules))
    return _ended(when, main, start)


def _rules(draft: Draft) -> list[Rule]:
    if draft.cron is not None:
        beside = (draft.every, draft.step, draft.marks, draft.window, draft.months, draft.since, draft.often)
        if any(beside) or draft.parts != [Part()]:
            raise contradiction("a cron line says all of it", "0 9 * * 1-5")
        return rules_of_line(draft.cron)
    rules = _elapsed(draft) if draft.step or draft.marks else _calendar(draft)
    return [_since(rule, draft) for rule in rules] if draft.since is not None else rules


def _since(rule: Rule, draft: Draft) -> Rule:
    """Counted from a day, or for elapsed time from a moment."""
    assert draft.since is not None
    day = date_of(draft.since.ref, draft.now)
    if isinstance(rule, Calendar) and draft.since.clock is None:
        return replace(rule, days=replace(rule.days, since=day))
    if isinstance(rule, Interval) and draft.since.clock is not None:
        return replace(rule, since=wall_moment(day, draft.since.clock, draft.zone).astimezone(draft.zone))
    raise missing("Counted from what?", "every 2 weeks on Monday at 9am, counted from June 1")


# how often


def _settle_often(draft: Draft) -> None:
    """Once a day is every day; three times a week must name three days."""
    for each in draft.often:
        if each.unit in ("HOUR", "MINUTE") and each.count == 1:
            draft.step = draft.step or (HOUR if each.unit == "HOUR" else timedelta(minutes=1))
            continue
        named = 0
        if each.unit == "DAY":
            named = sum(len(times.clocks) for part in draft.parts for times in part.times)
        elif each.unit == "WEEK":
            named = sum(
                len(day.days.weekdays) for p in draft.parts for day in p.days if isinstance(day, c.OnDays)
            )
        elif each.unit == "MONTH":
            named = sum(len(day.places) for p in draft.parts for day in p.days if isinstance(day, c.OnPicks))
        if each.count != 1 and named != each.count:
            raise missing(f"{each.count} times a {each.unit.lower()}, but when?", "every day at 9am and 5pm")
        if each.unit not in ("DAY", "WEEK", "MONTH", "YEAR"):
            raise missing("How often is that?", "every 20 minutes")
        if draft.every is None:
            draft.every = c.Every(1, each.unit)


def _settle_one_date(draft: Draft) -> None:
    """Every 10 minutes tomorrow: the date is where it begins and ends."""
    days = draft.parts[0].days
    if not draft.step or len(days) != 1 or not isinstance(days[0], c.OnDates) or days[0].is_every:
        return
    if len(days[0].dates) != 1 or draft.start or draft.until:
        raise contradiction("it names several dates")
    draft.start, draft.until = c.StartAt(days[0].dates[0]), c.UntilAt(days[0].dates[0])
    draft.every = draft.every or c.Every(1, "DAY")
    days.clear()


# the rules


def _elapsed(draft: Draft) -> list[Rule]:
    """Every 15 minutes: through the night and the day, or in a window, or on some days."""
    step = draft.step or HOUR
    if step < timedelta(minutes=1):
        raise Refused("More often than once a minute is too often.", example="every 5 minutes")
    part = _only_part(draft)
    if part.part_of_day:
        raise missing("From when to when?", "every hour from 9am to 5pm")
    if draft.step is None and not draft.marks_say_hour:
        raise missing("How often?", "every hour at :15")
    if draft.marks and step != HOUR:
        raise contradiction("minutes past the hour go with every hour", "every hour at :15")
    is_on_days = bool(part.days or draft.every or draft.months or draft.within)
    if not is_on_days and draft.window is None:
        return _intervals(draft, step, part)
    if part.times:
        raise contradiction("it says both how often and at what time", "every hour from 9am to 5pm")
    first, last = window_of(draft.window.first, draft.window.last) if draft.window else _WHOLE_DAY
    if draft.every and draft.every.unit not in ("DAY", "WEEK") and not part.days:
        raise contradiction("it says twice how often", "every hour from 9am to 5pm on weekdays")
    if step >= DAY:
        raise contradiction("the step is longer than a day", "every day at 9am")
    windows = [Window(first.time, last.time, step)]
    if draft.marks:
        windows = [Window(_next_mark(first.time, minute), last.time, step) for minute in draft.marks]
    days = days_of_part(part, draft) if part.days or draft.every else _all_days(draft)
    return [Calendar(each, window) for each in days for window in windows]


def _all_days(draft: Draft) -> tuple[Days, ...]:
    draft.every = c.Every(1, "DAY")
    return days_of_part(draft.parts[0], draft)


def _next_mark(first: time, minute: int) -> time:
    hour = first.hour + (minute < first.minute)
    return time(hour % 24, minute)


def _intervals(draft: Draft, step: timedelta, part: Part) -> list[Rule]:
    start = _start(draft)
    now = draft.now.astimezone(UTC).replace(microsecond=0)
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
        return [Interval(step, (now + step).astimezone(draft.zone))]
    assert start is not None
    if isinstance(draft.start.ref, Span) or draft.start.clock is not None:
        return [Interval(step, start)]
    if not clocks and draft.start.ref != DaysAway(0):
        raise missing("At what time does it begin?", "every 2 hours starting tomorrow at 9am")
    if not clocks:
        return [Interval(step, (now + step).astimezone(draft.zone))]
    day = start.astimezone(draft.zone).date()
    return [
        Interval(step, moment_at(datetime.combine(day, clocks[0].time), draft.zone).astimezone(draft.zone))
    ]


def _calendar(draft: Draft) -> list[Rule]:
    if draft.window:
        raise missing("How often between those times?", "every hour between 9am and 5pm on weekdays")
    _settle_clock_of_bounds(draft)
    start = _start(draft)
    rules: list[Rule] = []
    for part in draft.parts:
        clocks = clocks_of(part)
        if not clocks and len(draft.parts) > 1:
            raise contradiction("it names days twice", "every Tuesday and Friday at 9am")
        at = At(tuple(sorted(clock.time for clock in clocks or [NINE])))
        if not part.days and start is not None and draft.every and draft.every.unit != "DAY" and not draft.months:
            days: tuple[Days, ...] = (rule_from_start(draft.every, start.astimezone(draft.zone).date()),)
        else:
            days = days_of_part(part, draft)
        rules += [Calendar(each, at) for each in days]
    if len(set(rules)) != len(rules):
        raise contradiction("it says the same twice")
    return rules


def _settle_clock_of_bounds(draft: Draft) -> None:
    """Every day until Friday at 9am: the time is that of the days when they have no other."""
    if any(part.times or part.part_of_day for part in draft.parts):
        return
    for bound in (draft.start, draft.until):
        if bound is not None and bound.clock is not None:
            draft.parts[-1].times.append(c.AtTimes((bound.clock,)))
            if isinstance(bound, c.UntilAt):
                draft.until = replace(bound, clock=None)
            else:
                draft.start = replace(bound, clock=None) if bound.ref is not None else None
            return


def _only_part(draft: Draft) -> Part:
    if len(draft.parts) > 1:
        raise contradiction("it names days twice", "every Tuesday and Friday at 9am")
    return draft.parts[0]


def _anchored(rule: Rule, when: Repeating, now: datetime) -> Rule:
    """Every other Tuesday: the first is the coming one, and the others count from it."""
    if not isinstance(rule, Calendar) or rule.days.every == 1 or rule.days.since is not None:
        return rule
    plain = replace(when, rules=tuple(_each_time(each) for each in when.rules))
    first = next_after(plain, now if when.start is None else when.start.astimezone(UTC) - TICK)
    if first is None:
        raise missing("This never happens.", "every other Tuesday at 9am")
    return replace(rule, days=replace(rule.days, since=first.date()))


def _each_time(rule: Rule) -> Rule:
    return replace(rule, days=replace(rule.days, every=1)) if isinstance(rule, Calendar) else rule


# where it begins and ends


def _start(draft: Draft) -> datetime | None:
    """In the zone."""
    start = draft.start
    if draft.within is not None:
        if start is not None:
            raise contradiction("it says twice when to start")
        return start_of(days_of(draft.within, draft.now)[0], draft.zone).astimezone(draft.zone)
    if start is None:
        return None
    if isinstance(start.ref, Span):
        begin = _plus(draft.now.replace(microsecond=0), start.ref, draft).astimezone(draft.zone)
        is_a_day = start.ref.elapsed == timedelta() and not (draft.step or draft.marks)
        return start_of(begin.date(), draft.zone).astimezone(draft.zone) if is_a_day else begin
    if start.ref is None:
        if not (draft.step or draft.marks):
            return None
        assert start.clock is not None
        today = moment_at(datetime.combine(draft.now.date(), start.clock.time), draft.zone)
        is_over = today < draft.now.astimezone(UTC)
        tomorrow = moment_at(datetime.combine(draft.now.date() + DAY, start.clock.time), draft.zone)
        return (tomorrow if is_over else today).astimezone(draft.zone)
    day = _last_day(start.ref, draft.now) if start.is_after else date_of(start.ref, draft.now)
    if start.clock is not None and not start.is_after:
        return wall_moment(day, start.clock, draft.zone).astimezone(draft.zone)
    return start_of(day + DAY if start.is_after else day, draft.zone).astimezone(draft.zone)


def _last_day(ref: Any, now: datetime) -> date:
    return days_of(ref, now)[1] if isinstance(ref, Period) else date_of(ref, now)


def _ended(when: Repeating, draft: Draft, start: datetime | None) -> Repeating:
    ends = [each for each in (_until(draft, start), _lasting(when, draft)) if each is not None]
    if len(ends) > 1:
        raise contradiction("it says twice when to end")
    if ends:
        when = replace(when, end=ends[0].astimezone(draft.zone))
        if ends[0] <= draft.now.astimezone(UTC):
            raise past("Its end")
        if next_after(when, draft.now) is None:
            raise missing("It would end before it begins.", "every Monday at 9am until Dec 31")
    if draft.count is None:
        return when
    if draft.count > MAX_TIMES:
        raise Refused(f"At most {MAX_TIMES} times.", example="every day at 9am, 10 times")
    return limited(when, draft.count, draft.now)


def _until(draft: Draft, start: datetime | None) -> datetime | None:
    if draft.within is not None:
        if draft.until is not None:
            raise contradiction("it says twice when to end")
        return start_of(days_of(draft.within, draft.now)[1] + DAY, draft.zone) - TICK
    until = draft.until
    if until is None:
        return None
    after = max(draft.now, start) if start is not None else draft.now
    if until.ref is None:
        assert until.clock is not None
        if not draft.step or draft.every or draft.window or draft.parts[0].days:
            raise missing("Until which day?", "every hour from 9am to 5pm")
        return moment_at(datetime.combine(after.date(), until.clock.time), draft.zone)
    seen_from = after if isinstance(until.ref, NamedDay) else draft.now
    day = date_of(until.ref, seen_from) if until.is_before else _last_day(until.ref, seen_from)
    if start is not None and day < start.date():
        raise missing("It would end before it begins. If that is another year, say it.", "every day at 9am until Dec 31")
    if until.clock is not None:
        return wall_moment(day, until.clock, draft.zone)
    return start_of(day if until.is_before else day + DAY, draft.zone) - TICK


def _lasting(when: Repeating, draft: Draft) -> datetime | None:
    """For 3 weeks: what falls into three weeks from the first time."""
    if draft.lasting is None:
        return None
    first = next_after(when, draft.now)
    if first is None:
        return None
    end = _plus(first, draft.lasting, draft)
    day = end.astimezone(draft.zone).date()
    times = [
        at
        for rule in when.rules
        if isinstance(rule, Calendar) and isinstance(rule.clock, At)
        for at in rule.clock.times
    ]
    is_before_all = len(times) >= len(when.rules) and end <= moment_at(
        datetime.combine(day, min(times)), draft.zone
    )
    return start_of(day, draft.zone) - TICK if is_before_all else end - SECOND


def _plus(moment: datetime, span: Span, draft: Draft) -> datetime:
    """In UTC: days and months on the wall clock, the rest elapsed."""
    if span.is_elapsed:
        return moment.astimezone(UTC) + span.elapsed
    wall = moment.astimezone(draft.zone).replace(tzinfo=None)
    day = months_later(wall.date() + timedelta(days=span.days), span.months)
    return moment_at(datetime.combine(day, wall.time()), draft.zone) + span.elapsed
