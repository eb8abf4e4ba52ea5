"""Clauses that say how often, and the small words: every other Tuesday, hourly, twice a day, please."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.language.when.clauses import clause as c
from bot.language.when.phrases.spans import UNITS, positive
from bot.language.when.refusal import Refused, misplaced, too_few

if TYPE_CHECKING:
    from bot.language.when.pattern import Found
    from bot.language.when.values import Span

_CALENDAR = {"DAY": (1, "DAY"), "WEEK": (1, "WEEK"), "FORTNIGHT": (2, "WEEK"), "MONTH": (1, "MONTH"),
             "QUARTER": (1, "QUARTER"), "YEAR": (1, "YEAR")}  # fmt: skip
_ELAPSED = {"SECONDS": timedelta(seconds=1), "MINUTE": timedelta(minutes=1), "HOUR": timedelta(hours=1)}


def in_zone(found: Found) -> c.InZone:
    """Read "London time"."""
    return c.InZone(found.one("INZONE"))


def polite(found: Found) -> c.Polite:  # noqa: ARG001  every row gets its words
    """Read "please", which says nothing."""
    return c.Polite()


def only_once(found: Found) -> c.OnlyOnce:  # noqa: ARG001  every row gets its words
    """Read "once"."""
    return c.OnlyOnce()


def comma(found: Found) -> c.Comma:  # noqa: ARG001  every row gets its words
    """Read a comma."""
    return c.Comma()


def joined(found: Found) -> c.And:  # noqa: ARG001  every row gets its words
    """Read "and"."""
    return c.And()


def also(found: Found) -> c.Also:  # noqa: ARG001  every row gets its words
    """Read "and also"."""
    return c.Also()


def dash(found: Found) -> c.Dash:
    """Read a dash of any length. The word "to" says something else."""
    if found.one("TO") is None:
        raise misplaced("to")
    return c.Dash()


def often_on_days(found: Found) -> list[c.Clause]:
    """Read "twice every Monday": on each of them, at two times."""
    count = found.one("COUNT") if found.has("COUNT") else 2
    return [c.Often(positive(count), "DAY"), c.OnDays(found.one("DAYS"), is_every=True)]


def unclear_twice(found: Found) -> c.Counted:  # noqa: ARG001  every row gets its words
    """Refuse "twice", which could be twice a day or twice in all."""
    raise Refused(
        "Twice a day, or twice and then no more?", words="twice", example="every day at 9am and 5pm"
    )


def cron_line(found: Found) -> c.CronLine:
    """Read "cron 0 9 * * 1-5"."""
    return c.CronLine(found.one("CRON"))


def counted_from(found: Found) -> c.CountedFrom:
    """Read "counted from June 1"."""
    return c.CountedFrom(found.one("DATE"), found.one("TIMEOFDAY"))


def every_other_days(found: Found) -> c.OnDays:
    """Read "every other Tuesday"."""
    return c.OnDays(found.one("DAYS"), is_every=True, nth=2)


def every_few_days(found: Found) -> c.OnDays:
    """Read "every 2 Tuesdays"."""
    return c.OnDays(found.one("DAYS"), is_every=True, nth=positive(found.one("NUMBER")))


def every_other(found: Found) -> c.Every | c.EverySpan:
    """Read "every other week", "every 3rd day"."""
    unit = next(each.kind for each in found.tokens if each.kind in UNITS)
    places = found.one("ORDS")
    if places is not None and (len(places) > 1 or places[0] < 1):
        raise Refused("I do not understand how often that is.", example="every 2 weeks on Monday at 9am")
    return _every(places[0] if places else 2, unit)


def unclear_other(found: Found) -> c.Every:  # noqa: ARG001  every row gets its words
    """Refuse "every other July 1"."""
    raise Refused("I do not understand how often that is.", example="every 2 years on July 1 at 9am")


def every_unit(found: Found) -> c.Every | c.EverySpan:
    """Read "every hour"."""
    return _every(1, next(each.kind for each in found.tokens if each.kind in UNITS))


def adverb(found: Found) -> c.Every | c.EverySpan | list[c.Clause]:
    """Read "daily", "nightly"."""
    count, unit = found.one("ADVERB")
    if unit == "NIGHT":
        return [c.Every(1, "DAY"), c.PartOfDay("NIGHT")]
    return _every(count, unit)


def _every(count: int, unit: str) -> c.Every | c.EverySpan:
    positive(count)
    if unit in _ELAPSED:
        return c.EverySpan(_ELAPSED[unit] * count)
    times, calendar = _CALENDAR[unit]
    return c.Every(count * times, calendar)


def every_span(found: Found) -> c.Every | c.EverySpan:
    """Read "every 2 weeks", "every 15 minutes"."""
    span: Span = found.one("SPAN")
    if span.is_elapsed:
        if span.elapsed <= timedelta():
            raise too_few("every 15 minutes")
        return c.EverySpan(span.elapsed)
    if span.elapsed or (span.months and span.days):
        raise Refused("Days and hours do not mix in one step.", example="every 36 hours")
    if span.months:
        return c.Every(span.months // 12, "YEAR") if span.months % 12 == 0 else c.Every(span.months, "MONTH")
    return c.Every(span.days // 7, "WEEK") if span.is_weeks else c.Every(positive(span.days), "DAY")


def often(found: Found) -> c.Often:
    """Read "three times a week"."""
    count, unit = found.one("OFTEN")
    return c.Often(count, unit)


def of_every(found: Found) -> c.Every:
    """Read "of the month", "of each month"."""
    return c.Every(1, next(each.kind for each in found.tokens if each.kind in UNITS), is_of=True)
