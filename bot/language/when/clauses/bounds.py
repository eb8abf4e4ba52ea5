"""Clauses that bound a repetition: starting, until, for 3 weeks, 10 times, except."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.days import WORKDAYS
from bot.language.when.clauses import clause as c
from bot.language.when.phrases.spans import SPANS, positive
from bot.language.when.refusal import Refused
from bot.language.when.values import DayOfSomeMonth, DaysAway, NamedDay, Period

if TYPE_CHECKING:
    from bot.language.when.pattern import Found, Token
    from bot.language.when.values import DaySet


def starting(found: Found) -> c.StartAt:
    """Read "from June 1", "starting Monday at 9am"."""
    return c.StartAt(_ref(found), found.one("TIMEOFDAY"))


def starting_after(found: Found) -> c.StartAt:
    """Read "after Friday": the start is a day later."""
    return c.StartAt(_ref(found), is_after=True)


def starting_in(found: Found) -> c.StartAt:
    """Read "starting in 2 hours"."""
    return c.StartAt(found.one("SPAN"))


def starting_clock(found: Found) -> c.StartAt:
    """Read "starting at 9am"."""
    return c.StartAt(None, found.one("TIMEOFDAY"))


def starting_now(found: Found) -> c.Polite:  # noqa: ARG001  every row gets its words
    """Read "starting now", which says nothing."""
    return c.Polite()


def starting_today(found: Found) -> c.StartAt:  # noqa: ARG001  every row gets its words
    """Read "from now on"."""
    return c.StartAt(DaysAway(0))


def from_date_to_date(found: Found) -> list[c.Clause]:
    """Read "from Oct 1 to Oct 20"."""
    first, last = found.all("DATE")
    return [c.StartAt(first), c.UntilAt(last)]


def until(found: Found) -> c.UntilAt:
    """Read "until Dec 31", "through Friday", "until 5pm"."""
    has_day = found.has("DATE", "PERIOD", "DAYS", "MONTHNAME", "ORDS")
    return c.UntilAt(_until_ref(found) if has_day else None, found.one("TIMEOFDAY"))


def before(found: Found) -> c.UntilAt:
    """Read "before June 1": the end is a day earlier."""
    return c.UntilAt(_ref(found), is_before=True)


def lasting(found: Found) -> c.Lasting:
    """Read "for 3 weeks"."""
    return c.Lasting(found.one("SPAN"))


def rest_of(found: Found) -> c.UntilAt:
    """Read "for the rest of this week"."""
    return c.UntilAt(found.one("RESTOF"))


def lasting_period(found: Found) -> c.Lasting | c.Within:
    """Read "for the next month", a month, and "for this week", that week."""
    period: Period = found.one("PERIOD")
    return c.Lasting(SPANS[period.unit]) if period.ahead == 1 else c.Within(period)


def lasting_one(found: Found) -> c.Lasting:
    """Read "for the next hour"."""
    return c.Lasting(SPANS[found.tokens[-1].kind])


def counted(found: Found) -> c.Counted:
    """Read "10 times"."""
    return c.Counted(positive(found.one("COUNT", "NUMBER") if found.has("COUNT", "NUMBER") else 2))


def next_few_days(found: Found) -> list[c.Clause]:
    """Read "the next 4 weekends", eight days, and "the next 5 weekdays", five."""
    days: DaySet = found.one("DAYS")
    each = 1 if days.weekdays == WORKDAYS else len(days.weekdays)
    number = positive(found.one("NUMBER"))
    return [c.OnDays(days, is_every=True), c.Counted(number * each, whole=max(1, each))]


def excepting(found: Found) -> c.Except:
    """Read "except Fridays": each thing left out, "Dec 24 to Jan 2" as a pair."""
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
        return single_day(found.one("DAYS"))
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


def single_day(days: DaySet) -> NamedDay:
    """Return the one day of a start or an end. Raises Refused for several days."""
    if len(days.weekdays) != 1 or days.is_plural:
        raise Refused("A start or an end is one day.", example="every weekday at 9am starting Monday")
    return NamedDay(days.weekdays[0])
