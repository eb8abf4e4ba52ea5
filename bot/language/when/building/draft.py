"""The clauses of one text by what they say; refuses what is said twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.language.when.clauses import clause as c
from bot.language.when.refusal import Refused, contradiction, misplaced

if TYPE_CHECKING:
    from datetime import datetime, timedelta
    from zoneinfo import ZoneInfo

    from bot.language.when.values import Period, Span


@dataclass(slots=True)
class Part:
    """One "on these days at these times" of a text; most texts have one."""

    days: list[c.OnDays | c.OnPicks | c.OnDates] = field(default_factory=list)
    times: list[c.AtTimes] = field(default_factory=list)
    part_of_day: str | None = None
    is_plural: bool = False
    """Whether the text says "mornings"."""


@dataclass(slots=True)
class Draft:
    """The clauses of a text by what they say."""

    zone: ZoneInfo
    now: datetime
    """The moment of reading, on the wall clock of `zone`."""
    parts: list[Part] = field(default_factory=lambda: [Part()])
    every: c.Every | None = None
    step: timedelta | None = None
    often: list[c.Often] = field(default_factory=list)
    window: c.Between | None = None
    marks: tuple[int, ...] = ()
    marks_say_hour: bool = False
    months: c.InMonths | None = None
    start: c.StartAt | None = None
    until: c.UntilAt | None = None
    within: Period | None = None
    lasting: Span | None = None
    count: int | None = None
    excluded: list[Any] = field(default_factory=list)
    in_span: Span | None = None
    since: c.CountedFrom | None = None
    cron: str | None = None
    is_only_once: bool = False
    is_every_year: bool = False
    is_joined: bool = False
    """Whether the last word was "and" or a comma, so that another part may begin."""

    @property
    def is_plainly_once(self) -> bool:
        """Whether nothing says how often, from when, or until when."""
        bounds = (self.start, self.until, self.within, self.lasting, self.count, self.excluded, self.since)
        return not any((self.every, self.often, self.months, self.cron, *bounds))


_JOINING = (c.And, c.Comma, c.Dash)
_SAYS_NO_TIME = (c.Polite, c.InZone)


def put(draft: Draft, clause: c.Clause, following: c.Clause | None) -> None:
    """Put a clause into the draft. Raises Refused if it contradicts what is there."""
    if isinstance(clause, c.Dash) and draft == Draft(draft.zone, draft.now):
        raise misplaced("-")
    if isinstance(clause, _JOINING):
        draft.is_joined = True
        if following is None and not isinstance(clause, c.Comma):
            sign = "and" if isinstance(clause, c.And) else "-"
            raise Refused(f"Something is missing after “{sign}”.", example="every day at 9am and 5pm")
        if isinstance(clause, c.Dash):
            _check_dash(draft, following)
        return
    _put(draft, clause)
    draft.is_joined = draft.is_joined and isinstance(clause, _SAYS_NO_TIME)


def _check_dash(draft: Draft, following: c.Clause | None) -> None:
    """Raise Refused for "June 1 - 15", in which 15 is no time of day."""
    days = draft.parts[-1].days
    is_loose = isinstance(following, c.AtTimes) and following.is_loose
    if is_loose and days and not isinstance(days[-1], c.OnDays):
        raise misplaced("-")


def _put(draft: Draft, clause: c.Clause) -> None:  # noqa: C901  one line a kind of clause
    match clause:
        case c.InZone() | c.Polite():
            return
        case c.OnlyOnce():
            draft.is_only_once = True
        case c.OnDays() | c.OnPicks() | c.OnDates():
            _part_for(draft, "days").days.append(clause)
        case c.AtTimes():
            _part_for(draft, "times").times.append(clause)
        case c.PartOfDay(part, is_plural):
            last = draft.parts[-1]
            last.is_plural = is_plural
            if last.part_of_day not in (None, part):
                raise contradiction("it names two parts of the day")
            last.part_of_day = part
        case c.Often():
            draft.often.append(clause)
        case c.Except(what):
            draft.excluded += what
        case c.Counted(whole=whole) if whole > 1:
            _check_whole(draft)
            _put_once(draft, clause)
        case c.PastTheHour(says_hour=True) if not draft.marks_say_hour:
            draft.marks_say_hour = True
            _put_once(draft, clause)
        case c.Every():
            _every(draft, clause)
        case _:
            _put_once(draft, clause)


def _put_once(draft: Draft, clause: c.Clause) -> None:
    name, attribute = _PLACES[type(clause)]
    if getattr(draft, name):
        raise contradiction(f"it says twice {_SAID_TWICE.get(name, 'the same kind of thing')}")
    setattr(draft, name, getattr(clause, attribute) if attribute else clause)


_PLACES: dict[type, tuple[str, str]] = {
    c.EverySpan: ("step", "step"),
    c.Between: ("window", ""),
    c.PastTheHour: ("marks", "minutes"),
    c.InMonths: ("months", ""),
    c.StartAt: ("start", ""),
    c.UntilAt: ("until", ""),
    c.Within: ("within", "period"),
    c.Lasting: ("lasting", "span"),
    c.Counted: ("count", "count"),
    c.InSpan: ("in_span", "span"),
    c.CountedFrom: ("since", ""),
    c.CronLine: ("cron", "line"),
}
"""The draft's field for each kind of clause that may be said once, and the clause's field that goes there.

An empty name stands for the whole clause.
"""
_SAID_TWICE = {
    "step": "how often",
    "start": "when to start",
    "until": "when to end",
    "window": "between which hours",
}


def _check_whole(draft: Draft) -> None:
    """Raise Refused for "the next 4 weekends" on a Saturday: nobody knows whether this one counts."""
    days = draft.parts[-1].days
    if days and isinstance(days[-1], c.OnDays) and draft.now.weekday() in days[-1].days.weekdays:
        raise Refused("Does today belong to them?", example="every weekend at 9am starting tomorrow, 8 times")


def _every(draft: Draft, clause: c.Every) -> None:
    """Put a step into the draft: "every month of every year" is every month."""
    before = draft.every
    if before is None:
        draft.every = clause
        return
    if before.unit == clause.unit and (before.is_of or clause.is_of) and 1 in (before.count, clause.count):
        draft.every = clause if before.is_of else before
        return
    unit = clause.unit
    pair = {before.unit: before, unit: clause}
    if len(pair) == 1 or "YEAR" not in pair or not {"DAY", "MONTH"} & set(pair):
        raise contradiction("it says twice how often")
    shorter = pair.get("DAY") or pair["MONTH"]
    if shorter.count != 1 or (shorter.unit == "DAY" and pair["YEAR"].count != 1):
        raise contradiction("it says twice how often")
    draft.every = pair["YEAR"] if shorter.unit == "MONTH" else shorter
    draft.is_every_year = True


def _part_for(draft: Draft, kind: str) -> Part:
    """Return the part that the clause belongs to: a new one if the last has days and times already."""
    last = draft.parts[-1]
    if not getattr(last, kind):
        return last
    is_a_date = kind == "days" and last.days and isinstance(last.days[-1], c.OnDates) and not last.times
    if (draft.is_joined and is_a_date) or (last.days and last.times and draft.is_joined):
        draft.parts.append(Part())
        return draft.parts[-1]
    if kind == "times":
        raise contradiction("it names two times", "every day at 9am and 5pm")
    raise contradiction("it names days twice", "every Tuesday and Friday at 9am")
