"""Moments: strictly later, sorted, once a day on every wall clock, as an independent expansion has them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

import pytest
from dateutil import rrule
from dateutil import tz as dateutil_tz
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.domain.days import WORKDAYS, Daily, DayOfMonth, Monthly, NthOfMonth, Weekly
from bot.domain.when import At, Calendar, Cron, Interval, Once, Repeating, Window, next_after, upcoming
from bot.domain.when_before import last_before
from tests.properties.whens import ALL_ZONES, clocks, days, moments, repetitions, whens, zones

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.when import When

DAY = timedelta(days=1)


@given(whens, moments)
def test_the_next_moment_is_strictly_later_and_in_the_zone(when: When, moment: datetime) -> None:
    following = next_after(when, moment)
    if following is not None:
        assert following.astimezone(UTC) > moment
        assert following.tzinfo is when.tz


@given(repetitions(), moments)
def test_upcoming_of_a_union_is_sorted_and_unique(when: Repeating, moment: datetime) -> None:
    found = [each.astimezone(UTC) for each in upcoming(when, moment, 12)]
    assert found == sorted(set(found))


@given(repetitions(), moments)
def test_a_union_has_the_moments_of_its_rules_and_no_others(when: Repeating, moment: datetime) -> None:
    apart = [Repeating((rule,), when.tz, when.start, when.end, excluded=when.excluded) for rule in when.rules]
    expected = sorted({each.astimezone(UTC) for rule in apart for each in upcoming(rule, moment, 8)})
    assert [each.astimezone(UTC) for each in upcoming(when, moment, 8)] == expected[:8]


@given(repetitions(), moments, st.integers(1, 5))
def test_what_is_next_does_not_depend_on_where_one_looks_from(
    when: Repeating, moment: datetime, n: int
) -> None:
    found = upcoming(when, moment, n)
    assume(len(found) == n)
    between = found[-1].astimezone(UTC) - timedelta(microseconds=1)
    assert next_after(when, max(between, moment)) == found[-1]


TIJUANA = ZoneInfo("America/Tijuana")
FIRST = datetime(2032, 3, 14, 17, tzinfo=TIJUANA)
"""A step of 14:01 before this, the clocks there went forward."""


LATER = Interval(timedelta(minutes=1), datetime(2026, 1, 1, 0, 9, tzinfo=UTC))
"""Begins between two moments of another rule."""


@example(Repeating((Interval(timedelta(hours=14, minutes=1), FIRST),), TIJUANA), FIRST)
@example(Repeating((Cron("*/7 * * * *"), LATER), ZoneInfo("UTC")), datetime(2026, 1, 1, tzinfo=UTC))
@given(whens, moments)
def test_the_moment_before_is_the_one_that_this_one_follows(when: When, moment: datetime) -> None:
    found = upcoming(when, moment, 2)
    assume(len(found) == 2 and not isinstance(when, Once))
    assert last_before(when, found[1]) == found[0]


@given(days(), clocks, zones, moments)
def test_upcoming_equals_an_expansion_by_dateutil(rule, clock, tz: ZoneInfo, moment: datetime) -> None:
    expected = list(islice(_expanded(rule, clock, tz, moment), 6))
    found = upcoming(Repeating((Calendar(rule, clock),), tz), moment, 6)
    assert [each.astimezone(UTC) for each in found[: len(expected)]] == expected


def _expanded(
    rule: Daily | Weekly | Monthly, clock: At | Window, tz: ZoneInfo, moment: datetime
) -> Iterator[datetime]:
    """Day by day through dateutil's recurrence rules, over six years."""
    begin = moment.astimezone(tz).date() - 2 * DAY
    dates = sorted(set(_dates(rule, max(begin, rule.since) if rule.since else begin)))
    found: set[datetime] = set()
    for day in dates:
        ready = {each for each in found if each.astimezone(tz).date() < day - DAY}
        yield from sorted(ready)
        found = found - ready | {each for each in _times(day, clock, tz) if each > moment}
    yield from sorted(found)


def _dates(rule: Daily | Weekly | Monthly, begin: date) -> Iterator[date]:
    """Counted from `since` as the rule is, but cut off before `begin`."""
    start = datetime.combine(rule.since or begin, time())
    until = datetime.combine(begin + 6 * 365 * DAY, time())
    months: dict[str, Any] = {"bymonth": rule.months} if rule.months else {}
    match rule:
        case Daily(every):
            found = [rrule.rrule(rrule.DAILY, start, every, until=until, **months)]
        case Weekly(weekdays, every):
            found = [rrule.rrule(rrule.WEEKLY, start, every, until=until, byweekday=weekdays, **months)]
        case Monthly(picks, in_months, every):
            frequency: Literal[0, 1] = 0 if in_months else 1  # YEARLY, MONTHLY
            first = start.replace(month=1, day=1) if in_months else start.replace(day=1)
            found = [
                rrule.rrule(frequency, first, every, until=until, **{**months, **one})
                for pick in picks
                for one in _of_pick(pick, in_months)
            ]
    return (each.date() for one in found for each in one if each.date() >= begin)


def _of_pick(pick: DayOfMonth | NthOfMonth, months: tuple[int, ...]) -> list[dict[str, Any]]:
    if isinstance(pick, DayOfMonth):
        weekday = {"byweekday": pick.weekday} if pick.weekday is not None else {}
        return [{"bymonthday": pick.number, **weekday}]
    if len(pick.weekdays) == 1:
        return [{"byweekday": rrule.weekday(pick.weekdays[0], pick.number)}]
    one_by_one = months or (None,)  # a yearly rule counts places through the whole year
    return [{"byweekday": pick.weekdays, "bysetpos": pick.number, "bymonth": m} for m in one_by_one]


def _times(day: date, clock: At | Window, tz: ZoneInfo) -> Iterator[datetime]:
    if isinstance(clock, At):
        yield from (_resolved(day, at, tz) for at in clock.times)
        return
    step, last = (
        _resolved(day, clock.first, tz),
        _resolved(day + DAY * (clock.last < clock.first), clock.last, tz),
    )
    while step <= last:
        yield step
        step += clock.step


def _resolved(day: date, at: time, tz: ZoneInfo) -> datetime:
    return dateutil_tz.resolve_imaginary(datetime.combine(day, at, tz)).astimezone(UTC)


NOONS = [datetime(2026, 1, 1, 12, tzinfo=UTC) + i * DAY for i in range(11 * 365)]
TIMES = (time(0), time(0, 30), time(1, 30), time(2), time(2, 30), time(3), time(23, 30))


EACH_KIND_OF_ZONE = {
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "America/Tijuana",
    "Antarctica/Troll",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Europe/Dublin",
    "Pacific/Apia",
    "Pacific/Chatham",
    "UTC",
}
"""Their clocks change as no others do, or people use them, or they never change: enough for `make check`."""
ZONE_BY_ZONE = [
    pytest.param(each, marks=[] if each in EACH_KIND_OF_ZONE else [pytest.mark.slow]) for each in ALL_ZONES
]


@pytest.mark.parametrize("zone", ZONE_BY_ZONE)
def test_a_daily_time_fires_once_on_each_date_of_every_zone(zone: str) -> None:
    """Around each change of the clocks from 2026 to 2036; in a gap, as long after as the gap is."""
    tz = ZoneInfo(zone)
    for change in _changes(tz):
        around = [change.astimezone(tz).date() + i * DAY for i in range(-2, 3)]
        for at in TIMES:
            daily = Repeating((Calendar(Daily(), At((at,))),), tz)
            expected = [_resolved(day, at, tz) for day in around]
            found = upcoming(daily, expected[0] - timedelta(seconds=1), len(around))
            assert [each.astimezone(UTC) for each in found] == expected, (zone, at)


def _changes(tz: ZoneInfo) -> list[datetime]:
    """The days on which the offset changes."""
    offsets = [noon.astimezone(tz).utcoffset() for noon in NOONS]
    return [NOONS[i] for i in range(1, len(NOONS)) if offsets[i] != offsets[i - 1]]


def test_the_gap_of_nuuk_moves_half_past_eleven_past_midnight() -> None:
    tz = ZoneInfo("America/Nuuk")
    daily = Repeating((Calendar(Daily(), At((time(23, 30),))),), tz)
    found = upcoming(daily, datetime(2026, 3, 27, 12, tzinfo=UTC), 3)
    assert [f"{each:%m-%d %H:%M}" for each in found] == ["03-27 23:30", "03-29 00:30", "03-29 23:30"]


@given(st.integers(1, 5000), moments, moments, zones)
def test_an_interval_keeps_its_distance_through_every_change(minutes, since, moment, tz) -> None:
    step = timedelta(minutes=minutes)
    found = [each.astimezone(UTC) for each in upcoming(Repeating((Interval(step, since),), tz), moment, 4)]
    assert all((each - since) % step == timedelta() for each in found)
    assert all(later - earlier == step for earlier, later in pairwise(found))
    assert found[0] == since if since > moment else found[0] - moment <= step


def test_business_days_are_monday_to_friday() -> None:
    assert WORKDAYS == (0, 1, 2, 3, 4)
