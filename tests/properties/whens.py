"""Hypothesis strategies: every kind of When, zones, moments."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import strategies as st

from bot.domain.days import WORKDAYS, Daily, DayOfMonth, Monthly, NthOfMonth, Weekly, dates_from
from bot.domain.when import (
    At,
    Calendar,
    Cron,
    Dates,
    Interval,
    MonthsOff,
    Once,
    PlacesOff,
    Repeating,
    WeekdaysOff,
    Window,
    YearlyDates,
    next_after,
)

ALL_ZONES = sorted(name for name in available_timezones() if "/" in name or name == "UTC")
zones = st.sampled_from(ALL_ZONES).map(ZoneInfo)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2036, 12, 31)).map(  # noqa: DTZ001  made aware below
    lambda naive: naive.replace(microsecond=0, tzinfo=UTC)
)
dates = st.dates(date(2024, 1, 1), date(2030, 12, 31))
times = st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0))
weekday_sets = st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))) | st.just(
    WORKDAYS
)
month_sets = st.sets(st.integers(1, 12), min_size=1, max_size=4).map(lambda months: tuple(sorted(months)))
places = st.integers(1, 5) | st.integers(-5, -1)
picks = (
    st.builds(DayOfMonth, st.integers(1, 31) | st.integers(-5, -1))
    | st.builds(NthOfMonth, places, st.integers(0, 6).map(lambda day: (day,)))
    | st.builds(NthOfMonth, st.integers(1, 20) | st.integers(-20, -1), st.just(WORKDAYS))
)
pick_sets = st.lists(picks, min_size=1, max_size=3, unique=True).map(tuple)


@st.composite
def days(draw: st.DrawFn) -> Daily | Weekly | Monthly:
    every = draw(st.integers(1, 6))
    since = draw(dates) if every > 1 else None
    months = draw(st.just(()) | month_sets)
    match draw(st.integers(0, 3)):
        case 0:
            return Daily(every, since, months)
        case 1:
            return Weekly(draw(weekday_sets), every, since, months)
        case 2:
            return Monthly((DayOfMonth(draw(st.integers(1, 31)), draw(st.integers(0, 6))),))
        case _:
            return Monthly(draw(pick_sets), months, every, since)


clocks = st.builds(
    At, st.sets(times, min_size=1, max_size=4).map(lambda found: tuple(sorted(found)))
) | st.builds(
    Window, times, times, st.integers(1, 600).map(lambda minutes: timedelta(minutes=minutes))
).filter(lambda window: window.first != window.last)
LINES = (
    "*/7 * * * *",
    "13,44 * * * 1-5",
    "5-59/13 3-9 1,15 * *",
    "1,2 * 31 * *",
    "*/11 2 * * 0",
    "7,9 * L * *",
)


@st.composite
def rules(draw: st.DrawFn, tz: ZoneInfo) -> Calendar | Interval | Cron:
    match draw(st.integers(0, 5)):
        case 0:
            step = timedelta(minutes=draw(st.integers(1, 20_000)))
            return Interval(step, draw(moments).astimezone(tz))
        case 1:
            return Cron(draw(st.sampled_from(LINES)))
        case _:
            return Calendar(draw(days().filter(_has_dates)), draw(clocks))


def _has_dates(rule: Daily | Weekly | Monthly) -> bool:
    """The 30th of February has none, and nobody can say it."""
    return next(dates_from(rule, date(2024, 1, 1)), None) is not None


exclusions = (
    st.tuples(dates, st.integers(0, 20)).map(lambda pair: Dates(pair[0], pair[0] + timedelta(days=pair[1])))
    | st.builds(
        YearlyDates,
        st.tuples(st.integers(1, 12), st.integers(1, 28)),
        st.tuples(st.integers(1, 12), st.integers(1, 28)),
    )
    | st.builds(WeekdaysOff, weekday_sets)
    | st.builds(PlacesOff, pick_sets)
    | st.builds(MonthsOff, month_sets)
)


@st.composite
def repetitions(draw: st.DrawFn) -> Repeating:
    tz = draw(zones)
    start = draw(st.none() | moments)
    end = draw(st.none() | moments | dates.map(lambda day: _end_of(day, tz)))
    return Repeating(
        tuple(draw(st.lists(rules(tz), min_size=1, max_size=3))),
        tz,
        start.astimezone(tz) if start else None,
        end.astimezone(tz) if end else None,
        excluded=tuple(draw(st.lists(exclusions, max_size=2))),
    )


def _end_of(day: date, tz: ZoneInfo) -> datetime:
    midnight = datetime.combine(day + timedelta(days=1), time(), tz).astimezone(UTC)
    return midnight - timedelta(microseconds=1)


@st.composite
def onces(draw: st.DrawFn) -> Once:
    tz = draw(zones)
    return Once(draw(moments).astimezone(tz), tz)


whens = onces() | repetitions()


@st.composite
def whens_ahead(draw: st.DrawFn) -> tuple[Once | Repeating, datetime]:
    """A When, and a moment at which it still has something ahead."""
    when = draw(whens)
    now = draw(moments)
    return (when, now) if next_after(when, now) is not None else (Once(now + timedelta(days=1), when.tz), now)
