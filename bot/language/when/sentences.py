"""What the clauses of `grammar.py` mean."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.language.when import clauses as c
from bot.language.when.phrases import SPANS, UNITS
from bot.language.when.refusal import Refused, impossible_time
from bot.language.when.values import Clock, DayOfSomeMonth, NamedDay, Period
from bot.language.when.vocabulary import PLURAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.language.when.pattern import Found, Token
    from bot.language.when.values import DaySet, Span

_CALENDAR = {"DAY": (1, "DAY"), "WEEK": (1, "WEEK"), "FORTNIGHT": (2, "WEEK"), "MONTH": (1, "MONTH"),
             "QUARTER": (1, "QUARTER"), "YEAR": (1, "YEAR")}  # fmt: skip
_ELAPSED = {"SECONDS": timedelta(seconds=1), "MINUTE": timedelta(minutes=1), "HOUR": timedelta(hours=1)}


def in_zone(found: Found) -> c.InZone:
    return c.InZone(found.one("INZONE"))


def polite(found: Found) -> c.Polite:  # noqa: ARG001  every row gets its words
    return c.Polite()


def only_once(found: Found) -> c.OnlyOnce:  # noqa: ARG001  every row gets its words
    return c.OnlyOnce()


def comma(found: Found) -> c.Comma:  # noqa: ARG001  every row gets its words
    return c.Comma()


def joined(found: Found) -> c.And:  # noqa: ARG001  every row gets its words
    return c.And()


def also(found: Found) -> c.Also:  # noqa: ARG001  every row gets its words
    return c.Also()


def cron_line(found: Found) -> c.CronLine:
    return c.CronLine(found.one("CRON"))


def counted_from(found: Found) -> c.CountedFrom:
    return c.CountedFrom(found.one("DATE"), found.one("TIMEOFDAY"))


# what repeats


def every_other_days(found: Found) -> c.OnDays:
    return c.OnDays(found.one("DAYS"), is_every=True, nth=2)


def every_few_days(found: Found) -> c.OnDays:
    return c.OnDays(found.one("DAYS"), is_every=True, nth=_positive(found.one("NUMBER")))


def every_other(found: Found) -> c.Every | c.EverySpan:
    unit = next(each.kind for each in found.tokens if each.kind in UNITS)
    places = found.one("ORDS")
    if places is not None and (len(places) > 1 or places[0] < 1):
        raise Refused("I do not understand how often that is.", example="every 2 weeks on Monday at 9am")
    return _every(places[0] if places else 2, unit)


def unclear_other(found: Found) -> c.Every:
    raise Refused("I do not understand how often that is.", example="every 2 years on July 1 at 9am")


def every_unit(found: Found) -> c.Every | c.EverySpan:
    return _every(1, next(each.kind for each in found.tokens if each.kind in UNITS))


def adverb(found: Found) -> c.Every | c.EverySpan | list[c.Clause]:
    count, unit = found.one("ADVERB")
    if unit == "NIGHT":
        return [c.Every(1, "DAY"), c.PartOfDay("NIGHT")]
    return _every(count, unit)


def _every(count: int, unit: str) -> c.Every | c.EverySpan:
    _positive(count)
    if unit in _ELAPSED:
        return c.EverySpan(_ELAPSED[unit] * count)
    times, calendar = _CALENDAR[unit]
    return c.Every(count * times, calendar)


def every_span(found: Found) -> c.Every | c.EverySpan:
    span: Span = found.one("SPAN")
    if span.is_elapsed:
        if span.elapsed <= timedelta():
            raise Refused("That is no step at all: it must be more than nothing.", example="every 15 minutes")
        return c.EverySpan(span.elapsed)
    if span.elapsed or (span.months and span.days):
        raise Refused("Days and hours do not mix in one step.", example="every 36 hours")
    if span.months:
        return c.Every(span.months // 12, "YEAR") if span.months % 12 == 0 else c.Every(span.months, "MONTH")
    return c.Every(span.days // 7, "WEEK") if span.is_weeks else c.Every(_positive(span.days), "DAY")


def often(found: Found) -> c.Often:
    count, unit = found.one("OFTEN")
    return c.Often(count, unit)


def _positive(number: int) -> int:
    if number < 1:
        raise Refused("That is no step at all: it must be more than nothing.", example="every 2 days at 9am")
    return number


# days


def on_days(found: Found) -> c.OnDays:
    return c.OnDays(found.one("DAYS"), is_every=found.has("EVERY"))


def from_days(found: Found) -> c.OnDays | c.StartAt:
    days: DaySet = found.one("DAYS")
    if days.is_range:
        return c.OnDays(days)
    return c.StartAt(_single(days))


def on_places(found: Found) -> c.OnPicks:
    return c.OnPicks(_groups(found.tokens), is_every=found.has("EVERY"))


def _groups(tokens: Sequence[Token]) -> tuple[tuple[tuple[int, ...], DaySet | None], ...]:
    groups: list[tuple[tuple[int, ...], DaySet | None]] = []
    for token in tokens:
        if token.kind == "ORDS":
            groups.append((token.value, None))
        elif token.kind == "DAYS":
            groups[-1] = (groups[-1][0], token.value)
    return tuple(groups)


def on_numbers(found: Found) -> c.OnPicks:
    return c.OnPicks(((tuple(found.all("NUMBER")), None),), is_every=True)


def of_every(found: Found) -> c.Every:
    return c.Every(1, next(each.kind for each in found.tokens if each.kind in UNITS))


def edge_of_every(found: Found) -> list[c.Clause]:
    places = (-1,) if found.has("END") else (1,)
    unit = next(each.kind for each in found.tokens if each.kind in UNITS)
    return [c.OnPicks(((places, None),), is_every=True), c.Every(1, unit)]


def every_date(found: Found) -> c.OnDates:
    return c.OnDates(tuple(found.all("DATE")), is_every=True)


def on_dates(found: Found) -> c.OnDates:
    return c.OnDates(tuple(found.all("DATE")), is_every=False)


def in_months(found: Found) -> c.InMonths:
    return c.InMonths(tuple(found.all("MONTHNAME")), is_every=found.has("EVERY"))


def within(found: Found) -> c.Within:
    return c.Within(found.one("PERIOD"))


def in_span(found: Found) -> c.InSpan:
    return c.InSpan(found.one("SPAN"))


# times of day


def at_times(found: Found) -> c.AtTimes:
    return c.AtTimes(shared_half([_clock(each) for each in found.tokens if each.kind in _TIMES]))


def loose_hour(found: Found) -> c.AtTimes:
    return c.AtTimes(tuple(_clock(each) for each in found.tokens if each.kind in _TIMES), is_loose=True)


def past_the_hour(found: Found) -> c.PastTheHour:
    minutes = set(found.all("MARK", "MARK_OF_HOUR"))
    return c.PastTheHour(tuple(sorted(minutes)), says_hour=found.has("MARK_OF_HOUR"))


def every_part(found: Found) -> list[c.Clause]:
    return [c.Every(1, "DAY"), part_of_day(found)]


def every_time(found: Found) -> list[c.Clause]:
    return [c.Every(1, "DAY"), c.AtTimes((found.one("TIMEOFDAY"),))]


def part_of_day(found: Found) -> c.PartOfDay:
    part = next(each for each in found.tokens if each.kind in _PARTS)
    return c.PartOfDay(part.kind, is_plural=part.value == PLURAL)


def between(found: Found) -> c.Between:
    first, last = shared_half([_clock(each) for each in found.tokens if each.kind in _TIMES])
    return c.Between(first, last)


_TIMES = ("TIMEOFDAY", "NUMBER", "YEAR", "DECIMAL")
_PARTS = ("MORNING", "AFTERNOON", "EVENING", "NIGHT")


def _clock(token: Token) -> Clock:
    if token.kind == "TIMEOFDAY":
        assert isinstance(token.value, Clock)
        return token.value
    if token.kind == "DECIMAL":  # 9.30, as the clock is written in much of Europe
        hour, minute = token.value.split(".")
        if len(minute) != 2:  # noqa: PLR2004  minutes have two digits
            raise impossible_time(token.value)
    elif token.kind == "YEAR":  # 2030, as soldiers write it
        hour, minute = divmod(token.value, 100)
    else:
        hour, minute = token.value, 0
    if token.kind == "NUMBER" and 700 <= hour <= 959:  # noqa: PLR2004  930, for 9:30
        hour, minute = divmod(hour, 100)
        return _checked(hour, minute, str(token.value), is_bare=False)
    is_bare = token.kind == "NUMBER" and hour <= 12  # noqa: PLR2004  noon
    return _checked(int(hour), int(minute), str(token.value), is_bare=is_bare)


def _checked(hour: int, minute: int, words: str, *, is_bare: bool) -> Clock:
    if hour > 23 or minute > 59:  # noqa: PLR2004  the clock's own limits
        raise impossible_time(words)
    return Clock(hour, minute, is_bare=is_bare)


def shared_half(clocks: list[Clock]) -> tuple[Clock, ...]:
    """9 and 11am, 2 to 6pm: an hour without a half takes that of the next, where only that makes sense."""
    settled: list[Clock] = []
    for clock in reversed(clocks):
        later = settled[0] if settled else None
        if clock.is_bare and later is not None and later.is_exact and not clock.is_midnight:
            settled.insert(0, _like(clock, later))
        else:
            settled.insert(0, clock)
    return tuple(settled)


def _like(clock: Clock, later: Clock) -> Clock:
    """The bare hour before a time with am or pm."""
    early = Clock(clock.hour % 12, clock.minute, is_exact=True)
    late = Clock(clock.hour % 12 + 12, clock.minute, is_exact=True)
    in_same_half = early if later.hour < 12 else late  # noqa: PLR2004  noon
    usual = late if 1 <= clock.hour <= 6 or clock.hour == 12 else early  # noqa: PLR2004  see `settled`
    if in_same_half.time < later.time and in_same_half != usual:
        if usual.time < later.time and usual == early:
            raise Refused(
                f"Is {clock.hour} in the morning or in the evening?",
                words=str(clock.hour),
                example=f"from {clock.hour}pm to {later.hour - 12 or 12}pm",
            )
        return in_same_half
    return usual if usual.time < later.time or in_same_half.time >= later.time else in_same_half


# bounds


def starting(found: Found) -> c.StartAt:
    return c.StartAt(_ref(found), found.one("TIMEOFDAY"))


def starting_after(found: Found) -> c.StartAt:
    return c.StartAt(_ref(found), is_after=True)


def starting_in(found: Found) -> c.StartAt:
    return c.StartAt(found.one("SPAN"))


def starting_clock(found: Found) -> c.StartAt:
    return c.StartAt(None, found.one("TIMEOFDAY"))


def starting_now(found: Found) -> c.Polite:  # noqa: ARG001  every row gets its words
    return c.Polite()


def from_date_to_date(found: Found) -> list[c.Clause]:
    first, last = found.all("DATE")
    return [c.StartAt(first), c.UntilAt(last)]


def until(found: Found) -> c.UntilAt:
    has_day = found.has("DATE", "PERIOD", "DAYS", "MONTHNAME")
    return c.UntilAt(_until_ref(found) if has_day else None, found.one("TIMEOFDAY"))


def before(found: Found) -> c.UntilAt:
    return c.UntilAt(_ref(found), is_before=True)


def lasting(found: Found) -> c.Lasting:
    return c.Lasting(found.one("SPAN"))


def lasting_period(found: Found) -> c.Lasting | c.Within:
    """For the next month: a month; for this week: that week."""
    period: Period = found.one("PERIOD")
    return c.Lasting(SPANS[period.unit]) if period.ahead == 1 else c.Within(period)


def counted(found: Found) -> c.Counted:
    return c.Counted(_positive(found.one("COUNT") if found.has("COUNT") else 2))


def next_few_days(found: Found) -> list[c.Clause]:
    return [c.OnDays(found.one("DAYS"), is_every=True), c.Counted(_positive(found.one("NUMBER")))]


def excepting(found: Found) -> c.Except:
    """Each thing left out; "Dec 24 to Jan 2" as a pair."""
    left_out: list[Any] = []
    is_pair = False
    for token in found.tokens:
        if token.kind in ("TO", "THROUGH"):
            is_pair = True
        elif token.kind == "DATE":
            left_out.append((left_out.pop(), token.value) if is_pair else token.value)
            is_pair = False
        elif token.kind == "ORDS":
            left_out.append(c.OnPicks(((token.value, None),), is_every=True))
        elif token.kind == "DAYS":
            last = left_out[-1] if left_out else None
            if isinstance(last, c.OnPicks) and _follows(found, token, "ORDS"):
                left_out[-1] = c.OnPicks(((last.places, token.value),), is_every=True)
            else:
                left_out.append(token.value)
        elif token.kind == "MONTHNAME":
            left_out.append(c.InMonths((token.value,), is_every=True))
    return c.Except(tuple(left_out))


def _follows(found: Found, token: Token, kind: str) -> bool:
    place = list(found.tokens).index(token)
    return place > 0 and found.tokens[place - 1].kind == kind


def _ref(found: Found) -> Any:
    if found.has("DAYS"):
        return _single(found.one("DAYS"))
    if found.has("MONTHNAME"):
        return Period("MONTH", month=found.one("MONTHNAME"))
    if found.has("ORDS"):
        return _day_of_month(found.one("ORDS"))
    return found.one("DATE", "PERIOD")


def _until_ref(found: Found) -> Any:
    ref = _ref(found)
    if isinstance(ref, Period) and not found.has("THROUGH"):
        raise Refused(
            "Does that still belong to it or not?",
            example="every weekday at 9am until the end of June",
            words="until",
        )
    return ref


def _day_of_month(places: tuple[int, ...]) -> DayOfSomeMonth:
    if len(places) != 1 or not 1 <= places[0] <= 31:  # noqa: PLR2004  the calendar
        raise Refused("I do not understand that date.", example="starting June 15")
    return DayOfSomeMonth(places[0])


def _single(days: DaySet) -> NamedDay:
    if len(days.weekdays) != 1 or days.is_plural:
        raise Refused("A start or an end is one day.", example="every weekday at 9am starting Monday")
    return NamedDay(days.weekdays[0])
