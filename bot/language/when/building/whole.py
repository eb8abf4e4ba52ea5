"""Puts the clauses of one text together into a When, or refuses what does not fit together."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.when import next_after
from bot.language.when.building.draft import Draft, put
from bot.language.when.building.once import once
from bot.language.when.building.repeats import repeating
from bot.language.when.building.several import is_several, several
from bot.language.when.calendar.zones import ABBREVIATIONS, name_of
from bot.language.when.clauses import clause as c
from bot.language.when.refusal import Refused, contradiction, missing

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.when import When


def built(clauses: list[c.Clause], now: datetime, tz: ZoneInfo) -> tuple[When, datetime]:
    """Return the When of the clauses, and its first moment. Raises Refused if they do not fit together."""
    zone, offset_minutes = _zone(clauses, tz)
    drafts = [
        _draft(strand, Draft(zone, now.astimezone(zone))) for strand in _strands(_with_own_times(clauses))
    ]
    when: When
    if len(drafts) == 1 and is_several(drafts[0]):
        when = several(drafts[0])
    elif len(drafts) > 1 or _is_repeating(drafts[0]):
        when = repeating(drafts)
    else:
        when = once(drafts[0])
    first = next_after(when, now)
    if first is None:
        raise missing("This never happens.", "every weekday at 9am")
    if offset_minutes is not None and first.utcoffset() != timedelta(minutes=offset_minutes):
        names = "|".join(name for name, (key, _) in ABBREVIATIONS.items() if key == zone.key)
        raise Refused(
            f"That abbreviation is an hour off {name_of(zone)} at that time of year. "
            f"Say “{name_of(zone)}” for the time on the clocks there.",
            example=f"tomorrow at 9am {zone.key}",
            instead=((rf"\b(?:{names})\b", name_of(zone)),),
        )
    return when, first


def _with_own_times(clauses: list[c.Clause]) -> list[c.Clause]:
    """Return the clauses with both times of "starting tomorrow at 9am and 5pm" as times of the days."""
    if not any(isinstance(each, _BOUNDS) for each in clauses):
        return clauses
    settled: list[c.Clause] = []
    for clause in clauses:
        before = next(
            (i for i in reversed(range(len(settled))) if not isinstance(settled[i], _JOINING)),
            None,
        )
        bound = settled[before] if before is not None else None
        if isinstance(clause, c.AtTimes) and isinstance(bound, _BOUNDS) and bound.clock and bound.ref:
            assert before is not None
            settled[before:] = [
                replace(bound, clock=None),
                replace(clause, clocks=(bound.clock, *clause.clocks)),
            ]
        else:
            settled.append(clause)
    return settled


def _strands(clauses: list[c.Clause]) -> list[list[c.Clause]]:
    """Return the clauses between one "and also" and the next; each strand has all bounds and exceptions."""
    if not any(isinstance(each, c.Also) for each in clauses):
        return [clauses]
    strands: list[list[c.Clause]] = [[]]
    for clause in clauses:
        if isinstance(clause, c.Also):
            strands.append([])
        elif not isinstance(clause, _SHARED):
            strands[-1].append(clause)
    if any(all(isinstance(each, (*_JOINING, c.InZone)) for each in strand) for strand in strands):
        raise missing("Something is missing after “and also”.", "every day at 9am and 5pm")
    shared: list[c.Clause] = [clause for clause in clauses if isinstance(clause, _SHARED)]
    return [[*strand, *shared] for strand in strands]


_BOUNDS = (c.StartAt, c.UntilAt)
_SHARED = (*_BOUNDS, c.Lasting, c.Counted, c.Except)
_JOINING = (c.And, c.Comma, c.Polite)


def _draft(clauses: list[c.Clause], draft: Draft) -> Draft:
    for clause, following in zip(clauses, [*clauses[1:], None], strict=True):
        put(draft, clause, following)
    return draft


def _zone(clauses: list[c.Clause], tz: ZoneInfo) -> tuple[ZoneInfo, int | None]:
    named = {each.ref for each in clauses if isinstance(each, c.InZone)}
    if len(named) > 1:
        raise contradiction("it names two time zones", "every day at 9am London time")
    ref = next(iter(named), None)
    return (ZoneInfo(ref.name), ref.offset_minutes) if ref is not None else (tz, None)


def _is_repeating(draft: Draft) -> bool:
    if draft.every or draft.step or draft.often or draft.marks or draft.cron:
        return True
    if (draft.months and draft.months.is_every) or any(part.is_plural for part in draft.parts):
        return True
    if draft.count is not None or draft.lasting or len(draft.parts) > 1:
        return True
    return any(_repeats(day, draft) for part in draft.parts for day in part.days)


def _repeats(day: c.OnDays | c.OnPicks | c.OnDates, draft: Draft) -> bool:
    match day:
        case c.OnDays(days):
            is_several = len(days.weekdays) > 1 or days.is_plural or days.is_group
            return (
                day.is_every
                or is_several
                or draft.until is not None
                or draft.start is not None
                or bool(draft.excluded)
            )
        case c.OnPicks():
            is_in_one_month = draft.within is not None or draft.months is not None
            return (
                day.is_every
                or len(day.places) > 1
                or day.is_plural
                or (day.places[0] < 0 and not is_in_one_month)
            )
        case c.OnDates():
            return day.is_every
