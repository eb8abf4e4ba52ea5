"""Repetitions: how often they are, on which days, at which times."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain.wall import TICK
from bot.domain.when import At, Calendar, Interval, Repeating, next_after
from bot.language.when.building.bounds import ended, start_of_draft
from bot.language.when.building.clocks import NINE, clocks_of, wall_moment
from bot.language.when.building.cron_rules import rules_of_line
from bot.language.when.building.day_rules import days_of_part, rule_from_start
from bot.language.when.building.draft import Part
from bot.language.when.building.elapsed import elapsed_rules
from bot.language.when.building.exclusions import without
from bot.language.when.calendar.dates import date_of
from bot.language.when.clauses import clause as c
from bot.language.when.refusal import Refused, contradiction, missing

if TYPE_CHECKING:
    from bot.domain.days import Days
    from bot.domain.when import Rule
    from bot.language.when.building.draft import Draft

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def repeating(drafts: list[Draft]) -> Repeating:
    """Return the repetition. Several drafts are the strands of one text, and share their bounds."""
    rules: list[Rule] = []
    for draft in drafts:
        if draft.in_span is not None or draft.is_only_once:
            raise contradiction("it is both once and again and again", "every 2 hours")
        _resolve_often(draft)
        _resolve_one_date(draft)
        rules += _rules(draft)
    main = drafts[-1]
    start = start_of_draft(main)
    when = Repeating(tuple(rules), main.zone, start)
    if main.excluded:
        when = without(when, main.excluded, main.now)
    if any(_needs_anchor(rule) for rule in when.rules):
        when = replace(when, rules=tuple(_anchored(rule, when, main.now) for rule in when.rules))
    return ended(when, main, start)


def _rules(draft: Draft) -> list[Rule]:
    if draft.cron is not None:
        beside = (draft.every, draft.step, draft.marks, draft.window, draft.months, draft.since, draft.often)
        if any(beside) or draft.parts != [Part()]:
            raise contradiction("a cron line says all of it", "0 9 * * 1-5")
        return rules_of_line(draft.cron)
    rules = elapsed_rules(draft) if draft.step or draft.marks else _calendar(draft)
    return [_since(rule, draft) for rule in rules] if draft.since is not None else rules


def _since(rule: Rule, draft: Draft) -> Rule:
    """Return the rule, counted from a day, or for elapsed time from a moment. Raises Refused."""
    assert draft.since is not None
    day = date_of(draft.since.ref, draft.now)
    if isinstance(rule, Calendar) and draft.since.clock is None:
        return replace(rule, days=replace(rule.days, since=day))
    if isinstance(rule, Interval) and draft.since.clock is not None:
        return replace(rule, since=wall_moment(day, draft.since.clock, draft.zone).astimezone(draft.zone))
    raise missing("Counted from what?", "every 2 weeks on Monday at 9am, counted from June 1")


_COUNTED = r"(?:twice|(?:\d+|two|three) times)"
_TIMES_OF = {2: " at 9am and 5pm", 3: " at 9am, 1pm and 5pm"}


def _resolve_often(draft: Draft) -> None:
    """Settle "once a day", which is every day, and "three times a week", which must name three days."""
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
        if each.count not in (1, named):
            raise Refused(
                f"{each.count} times a {each.unit.lower()}, but when?",
                words="twice" if each.count == 2 else f"{each.count} times",  # noqa: PLR2004  said so
                example="every day at 9am and 5pm",
                instead=(
                    (rf"^{_COUNTED} (?=every|each|on)(.*)$", rf"\1{_TIMES_OF.get(each.count, '')}"),
                    (rf"^{_COUNTED} (?:a|per) day$", f"every day{_TIMES_OF.get(each.count, '')}"),
                ),
            )
        if each.unit not in ("DAY", "WEEK", "MONTH", "YEAR"):
            raise missing("How often is that?", "every 20 minutes")
        if draft.every is None and not (each.unit == "DAY" and any(part.days for part in draft.parts)):
            draft.every = c.Every(1, each.unit)


def _resolve_one_date(draft: Draft) -> None:
    """Settle "every 10 minutes tomorrow": the date is where it begins and ends."""
    days = draft.parts[0].days
    if draft.every is not None and draft.every.unit == "YEAR":
        return
    if not draft.step or len(days) != 1 or not isinstance(days[0], c.OnDates) or days[0].is_every:
        return
    if len(days[0].dates) != 1 or draft.start or draft.until:
        raise contradiction("it names several dates")
    draft.start, draft.until = c.StartAt(days[0].dates[0]), c.UntilAt(days[0].dates[0])
    draft.every = draft.every or c.Every(1, "DAY")
    days.clear()


def _calendar(draft: Draft) -> list[Rule]:
    if draft.window and draft.window.minutes_to:
        draft.parts[-1].times.append(c.AtTimes((draft.window.minutes_to,)))
    elif draft.window:
        question, example = "How often between those times?", "every hour between 9am and 5pm on weekdays"
        raise missing(question, example, (r"^(?:every |each )?", "every hour on "), (r"^", "every hour "))
    _resolve_clock_of_bounds(draft)
    start = start_of_draft(draft)
    rules: list[Rule] = []
    for part in draft.parts:
        clocks = clocks_of(part, is_repeating=draft.every is not None)
        if not clocks and len(draft.parts) > 1:
            raise contradiction("it names days twice", "every Tuesday and Friday at 9am")
        at = At(tuple(sorted(clock.time for clock in clocks or [NINE])))
        if (
            not part.days
            and start is not None
            and draft.every
            and draft.every.unit != "DAY"
            and not draft.months
        ):
            days: tuple[Days, ...] = (rule_from_start(draft.every, start.astimezone(draft.zone).date()),)
        else:
            days = days_of_part(part, draft)
        rules += [Calendar(each, at) for each in days]
    if len(set(rules)) != len(rules):
        raise contradiction("it says the same twice")
    return rules


def _resolve_clock_of_bounds(draft: Draft) -> None:
    """Settle "every day until Friday at 9am": the time is that of the days if they have none."""
    if any(part.times or part.part_of_day for part in draft.parts):
        return
    for bound in (draft.start, draft.until):
        is_only_an_end = isinstance(bound, c.UntilAt) and bound.ref is None
        if bound is not None and bound.clock is not None and not is_only_an_end:
            draft.parts[-1].times.append(c.AtTimes((bound.clock,)))
            if isinstance(bound, c.UntilAt):
                draft.until = replace(bound, clock=None)
            else:
                draft.start = replace(bound, clock=None) if bound.ref is not None else None
            return


def _anchored(rule: Rule, when: Repeating, now: datetime) -> Rule:
    """Return the rule of "every other Tuesday", which counts from the coming one."""
    if not isinstance(rule, Calendar) or not _needs_anchor(rule):
        return rule
    plain = replace(when, rules=tuple(_each_time(each) for each in when.rules))
    first = next_after(plain, now if when.start is None else when.start.astimezone(UTC) - TICK)
    if first is None:
        raise missing("This never happens.", "every other Tuesday at 9am")
    return replace(rule, days=replace(rule.days, since=first.date()))


def _needs_anchor(rule: Rule) -> bool:
    return isinstance(rule, Calendar) and rule.days.every > 1 and rule.days.since is None


def _each_time(rule: Rule) -> Rule:
    return replace(rule, days=replace(rule.days, every=1)) if isinstance(rule, Calendar) else rule
