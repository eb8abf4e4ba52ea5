"""What is picked is what is written, and what is written opens the pickers as they were."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.domain.picked_when import EVERY_DAY, OFFERED_DAYS, Picked, Repeat, picked_of, when_of
from bot.domain.when import Dates, upcoming
from bot.language.say import say
from bot.language.when import read
from tests.properties.how_many import examples

NOW = datetime(2026, 11, 28, 17, 3, tzinfo=UTC)
ZONES = [ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC")]
DAYS = st.dates(date(2026, 11, 30), date(2028, 3, 1))
CLOCKS = st.builds(time, st.integers(0, 23), st.integers(0, 59))
LINES = st.sampled_from(["0 9 * * 1-5", "*/15 8-18 * * *", "30 6 1,15 * *", "0 0 29 2 *"])


@st.composite
def picks(draw: st.DrawFn) -> Picked:
    repeat = draw(st.sampled_from(Repeat))
    picked = Picked(repeat, draw(st.sampled_from(ZONES)), at=draw(CLOCKS))
    weekdays = tuple(sorted(draw(st.sets(st.sampled_from(EVERY_DAY), min_size=1))))
    match repeat:
        case Repeat.ONCE:
            return replace(picked, on=draw(DAYS))
        case Repeat.WEEKLY:
            picked = replace(picked, weekdays=weekdays)
        case Repeat.MONTHLY:
            picked = replace(picked, day=draw(st.sampled_from(OFFERED_DAYS)))
        case Repeat.HOURLY:
            first, last = sorted(draw(st.lists(CLOCKS, min_size=2, max_size=2, unique=True)))
            hours = draw(st.sampled_from([1, 2, 3, 4, 6, 8, 12]))
            picked = replace(picked, weekdays=weekdays, hours=hours, first=first, last=last)
        case Repeat.CRON:
            picked = replace(picked, line=draw(LINES))
    start = draw(st.none() | DAYS)
    bounds = draw(st.sampled_from(["none", "end", "times"]))
    if bounds == "end":
        picked = replace(picked, end=(start or date(2027, 1, 1)) + timedelta(days=draw(st.integers(60, 400))))
    if bounds == "times":
        picked = replace(picked, times=draw(st.integers(1, 12)))
    days = sorted(draw(st.sets(DAYS, max_size=3)))
    return replace(picked, start=start, excluded=tuple(Dates(day, day) for day in days))


@pytest.mark.slow
@settings(max_examples=examples(1000), deadline=None)
@given(picks())
def test_what_is_picked_is_read_as_it_was_picked(picked: Picked):
    when = when_of(picked, NOW)
    assume(upcoming(when, NOW, 1))

    written = read(say(when), now=NOW, tz=ZoneInfo("Pacific/Auckland")).when

    assert upcoming(written, NOW, 5) == upcoming(when, NOW, 5)


@pytest.mark.slow
@settings(max_examples=examples(1000), deadline=None)
@given(picks())
def test_the_pickers_open_with_what_was_picked(picked: Picked):
    when = when_of(picked, NOW)
    assume(upcoming(when, NOW, 1))

    again = picked_of(read(say(when), now=NOW, tz=ZoneInfo("Pacific/Auckland")).when)

    if again is None:  # a line that reads as more than one picker shows, such as two times of a day
        assert picked.repeat is Repeat.CRON
        return
    assert upcoming(when_of(again, NOW), NOW, 5) == upcoming(when, NOW, 5)
    assert again.repeat is picked.repeat or picked.repeat in {Repeat.WEEKLY, Repeat.CRON}
