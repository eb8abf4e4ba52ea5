"""Inputs that move: their words read back, and give what another library's calendar gives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dateutil import tz as other_zones
from dateutil.relativedelta import FR, MO, SU, relativedelta
from hypothesis import given
from hypothesis import strategies as some

from bot.language.inputs import (
    OFFERED,
    field_text,
    fitting,
    read_field,
    read_moving,
    read_typed,
    show_value,
    typed_text,
    worked_out,
)
from tests.params import SEEN, an_input
from tests.properties.whens import ALL_ZONES, moments

if TYPE_CHECKING:
    from collections.abc import Callable

DAY = an_input(None, type="string", format="date")
MONTH = an_input(None, type="string", pattern="^[0-9]{4}-(0[1-9]|1[0-2])$")
MOMENT = an_input(None, type=["string", "null"], format="date-time")
DAYS = an_input(None, type="array", items={"type": "string", "format": "date"})
INPUTS = {"date": DAY, "month": MONTH, "date-time": MOMENT}

one_of_week = some.sampled_from(
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
)
edges = some.builds(
    "the {} day of {} {}".format,
    some.sampled_from(["first", "last"]),
    some.sampled_from(["last", "this", "next"]),
    some.sampled_from(["week", "month", "quarter", "year"]),
)
counted = some.builds(
    "{} {}s ago".format, some.integers(2, 900), some.sampled_from(["day", "week", "month", "year"])
)
days = some.one_of(
    some.sampled_from(OFFERED["date"]),
    edges,
    counted,
    some.builds("last {}".format, one_of_week),
    some.builds("the {} of {} week".format, one_of_week, some.sampled_from(["last", "this", "next"])),
    some.builds(
        "the {}th of {} month".format, some.integers(4, 20), some.sampled_from(["last", "this", "next"])
    ),
)
clocks = some.times().map(lambda at: f"{at:%H:%M}")
phrases = some.one_of(
    days.map(lambda words: ("date", words)),
    some.sampled_from(OFFERED["month"]).map(lambda words: ("month", words)),
    some.builds("{} at {}".format, days, clocks).map(lambda words: ("date-time", words)),
    some.sampled_from(OFFERED["date-time"]).map(lambda words: ("date-time", words)),
)


@given(phrases)
def test_the_words_of_what_moves_read_back_however_they_are_given(drawn: tuple[str, str]):
    form, words = drawn
    value = read_moving(words, form)
    each = INPUTS[form]

    assert value is not None
    assert show_value(each, value) == words
    assert read_field(each, show_value(each, value), SEEN) == value
    assert read_field(each, field_text(each, value), SEEN) == value
    assert read_typed(each, typed_text(each, value), SEEN) == value


@given(some.lists(days, min_size=1, max_size=4))
def test_a_list_may_hold_days_that_move(drawn: list[str]):
    value = read_field(DAYS, ", ".join(drawn), SEEN)

    assert read_field(DAYS, field_text(DAYS, value), SEEN) == value
    assert read_typed(DAYS, typed_text(DAYS, value), SEEN) == value


QUARTER: Callable[[date], date] = lambda day: date(day.year, (day.month - 1) // 3 * 3 + 1, 1)  # noqa: E731
ORACLE: dict[str, Callable[[date], date]] = {
    "yesterday": lambda day: day + relativedelta(days=-1),
    "tomorrow": lambda day: day + relativedelta(days=+1),
    "the day it runs": lambda day: day,
    "the day before yesterday": lambda day: day + relativedelta(days=-2),
    "45 days ago": lambda day: day + relativedelta(days=-45),
    "in 3 weeks": lambda day: day + relativedelta(weeks=+3),
    "5 months ago": lambda day: day + relativedelta(months=-5),
    "a year ago": lambda day: day + relativedelta(years=-1),
    "last Friday": lambda day: day + relativedelta(days=-1, weekday=FR(-1)),
    "the first day of this week": lambda day: day + relativedelta(weekday=MO(-1)),
    "the last day of this week": lambda day: day + relativedelta(weekday=SU(+1)),
    "the first day of last week": lambda day: day + relativedelta(weekday=MO(-1), weeks=-1),
    "the Friday of next week": lambda day: day + relativedelta(weekday=MO(-1)) + relativedelta(days=11),
    "the first of last month": lambda day: day + relativedelta(months=-1, day=1),
    "the last day of last month": lambda day: day + relativedelta(months=-1, day=31),
    "the last day of this month": lambda day: day + relativedelta(day=31),
    "the 15th of next month": lambda day: day + relativedelta(months=+1, day=15),
    "the first day of this quarter": QUARTER,
    "the last day of last quarter": lambda day: QUARTER(day) + relativedelta(days=-1),
    "the first day of this year": lambda day: day + relativedelta(month=1, day=1),
    "the last day of last year": lambda day: day + relativedelta(years=-1, month=12, day=31),
    "the workday before it runs": lambda day: next(
        one for one in (day - timedelta(days=away) for away in (1, 2, 3)) if one.isoweekday() < 6
    ),
}


def local_to(moment: datetime, zone: str) -> datetime:
    """What clocks there show, by a library other than Runbell's."""
    found = other_zones.gettz(zone)
    assert found is not None
    return moment.astimezone(found)


@given(some.sampled_from(sorted(ORACLE)), moments, some.sampled_from(ALL_ZONES))
def test_a_moving_day_is_the_calendars_in_the_zone(words: str, at: datetime, zone: str):
    today = local_to(at, zone).date()

    found = worked_out(read_moving(words, "date"), at, ZoneInfo(zone))

    assert found == ORACLE[words](today).isoformat()


@given(
    some.sampled_from(["this month", "last month", "next month", "14 months ago"]),
    moments,
    some.sampled_from(ALL_ZONES),
)
def test_a_moving_month_is_the_calendars_in_the_zone(words: str, at: datetime, zone: str):
    away = {"this month": 0, "last month": -1, "next month": 1, "14 months ago": -14}[words]
    first = local_to(at, zone).date().replace(day=1)

    found = worked_out(read_moving(words, "month"), at, ZoneInfo(zone))

    assert found == f"{first + relativedelta(months=away):%Y-%m}"


@given(some.sampled_from(sorted(ORACLE)), clocks, moments, some.sampled_from(ALL_ZONES))
def test_a_moving_moment_is_on_the_wall_clock_of_the_zone(words: str, clock: str, at: datetime, zone: str):
    today = local_to(at, zone).date()
    wall = datetime.fromisoformat(f"{ORACLE[words](today).isoformat()}T{clock}")
    zone_there = other_zones.gettz(zone)
    there = other_zones.resolve_imaginary(wall.replace(tzinfo=zone_there))

    found = datetime.fromisoformat(
        worked_out(read_moving(f"{words} at {clock}", "date-time"), at, ZoneInfo(zone))
    )

    assert found.astimezone(UTC) == there.astimezone(UTC)


@given(some.integers(1, 500), some.sampled_from(["hour", "minute"]), moments, some.sampled_from(ALL_ZONES))
def test_hours_and_minutes_are_counted_by_the_clock_that_never_changes(
    count: int, unit: str, at: datetime, zone: str
):
    value = read_moving(f"{count} {unit}s ago", "date-time")

    found = datetime.fromisoformat(worked_out(value, at, ZoneInfo(zone)))

    assert at - found == timedelta(**{f"{unit}s": count})


@given(moments, some.sampled_from(ALL_ZONES), some.sampled_from(OFFERED["date"]))
def test_the_words_that_are_proposed_for_a_fixed_day_give_that_day(at: datetime, zone: str, words: str):
    tz = ZoneInfo(zone)
    fixed = worked_out(read_moving(words, "date"), at, tz)

    proposed = fitting(DAY, fixed, [at], tz)

    assert worked_out(proposed, at, tz) == fixed
