"""What moves with each run: read from words in whatever way it is given, and worked out for a run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.errors import NotUnderstood
from bot.domain.moving import MOVES
from bot.language.inputs import (
    Viewpoint,
    check_inputs,
    fitting,
    names_a_day,
    read_field,
    read_typed,
    show_value,
    worked_out,
)
from bot.language.presets import read_named, read_pairs, read_presets, say_pairs, say_presets, say_value
from tests.params import BERLIN, SEEN, a_job, an_input

DAY = an_input(None, type=["string", "null"], format="date")
MONTH = an_input(None, type=["null", "string"], pattern="^20[0-9]{2}-(0[1-9]|1[0-2])$")
MOMENT = an_input(None, type=["string", "null"], format="date-time")
DAYS = an_input(None, type="array", items={"type": "string", "format": "date"})


@pytest.mark.parametrize(
    ("each", "typed", "words", "value"),
    [
        (DAY, "yesterday", "yesterday", "2026-11-27"),
        (DAY, "Yesterday", "yesterday", "2026-11-27"),
        (DAY, "today", "the day it runs", "2026-11-28"),
        (DAY, "tomorrow", "tomorrow", "2026-11-29"),
        (DAY, "the day before yesterday", "2 days ago", "2026-11-26"),
        (DAY, "3 days before it runs", "3 days ago", "2026-11-25"),
        (DAY, "a week ago", "1 week ago", "2026-11-21"),
        (DAY, "in 3 days", "in 3 days", "2026-12-01"),
        (DAY, "last friday", "last Friday", "2026-11-27"),
        (DAY, "last saturday", "last Saturday", "2026-11-21"),
        (DAY, "the first of last month", "the first day of last month", "2026-10-01"),
        (DAY, "the last day of last month", "the last day of last month", "2026-10-31"),
        (DAY, "start of this quarter", "the first day of this quarter", "2026-10-01"),
        (DAY, "the 22nd of last month", "the 22nd of last month", "2026-10-22"),
        (DAY, "the last working day", "the workday before it runs", "2026-11-27"),
        (DAY, "Monday of last week", "the Monday of last week", "2026-11-16"),
        (MONTH, "last month", "last month", "2026-10"),
        (MONTH, "this month", "the month it runs", "2026-11"),
        (MONTH, "the month before it runs", "last month", "2026-10"),
        (MOMENT, "now", "the moment it runs", "2026-11-28T11:00:00+01:00"),
        (MOMENT, "yesterday at 18:30", "yesterday at 18:30", "2026-11-27T18:30:00+01:00"),
        (MOMENT, "6pm yesterday", "yesterday at 18:00", "2026-11-27T18:00:00+01:00"),
        (MOMENT, "2 hours ago", "2 hours ago", "2026-11-28T09:00:00+01:00"),
        (MOMENT, "in 2 hours", "in 2 hours", "2026-11-28T13:00:00+01:00"),
        (MOMENT, "the first of this month at 00:00", "the first day of this month at 00:00",
         "2026-11-01T00:00:00+01:00"),
    ],
)  # fmt: skip
def test_what_moves_is_kept_in_words_and_worked_out_for_a_run(each: Any, typed: str, words: str, value: str):
    found = read_field(each, typed, SEEN)

    assert found[MOVES] == words
    assert show_value(each, found) == words
    assert worked_out(found, datetime(2026, 11, 28, 10, 0, tzinfo=UTC), BERLIN) == value
    assert read_typed(each, f'"{typed}"', SEEN) == found


@pytest.mark.parametrize(
    ("each", "typed", "value"),
    [
        (DAY, "24 december", "2026-12-24"),
        (DAY, "2026-11-27", "2026-11-27"),
        (MONTH, "2026-05", "2026-05"),
        (MONTH, "May 2026", "2026-05"),
        (MONTH, "5/2026", "2026-05"),
        (an_input(None, type="string"), "yesterday", "yesterday"),
        (an_input(None, type="string", pattern="^[a-z ]+$"), "last month", "last month"),
    ],
)
def test_what_does_not_move_stays_what_was_typed(each: Any, typed: str, value: str):
    assert read_field(each, typed, SEEN) == value


def test_a_date_that_moves_crosses_a_change_of_clocks_by_the_calendar():
    """On the short night of Berlin, 24 hours before 09:00 is 08:00 of the day before."""
    after = datetime(2026, 3, 29, 7, 0, tzinfo=UTC)

    def at(words: str) -> str:
        found: str = worked_out(read_field(MOMENT, words, SEEN), after, BERLIN)
        return found

    assert at("yesterday at 09:00") == "2026-03-28T09:00:00+01:00"
    assert at("24 hours ago") == "2026-03-28T08:00:00+01:00"
    assert at("the day it runs at 02:30") == "2026-03-29T03:30:00+02:00"


def test_a_day_is_that_of_the_zone():
    evening = datetime(2026, 11, 28, 20, 0, tzinfo=UTC)
    yesterday = read_field(DAY, "yesterday", SEEN)

    assert worked_out(yesterday, evening, ZoneInfo("Asia/Tokyo")) == "2026-11-28"
    assert worked_out(yesterday, evening, ZoneInfo("America/New_York")) == "2026-11-27"


def test_a_list_may_hold_what_moves_beside_what_does_not():
    found = read_field(DAYS, "yesterday, 1 May 2026", SEEN)

    assert worked_out(found, SEEN.now, BERLIN) == ["2026-11-27", "2026-05-01"]


def test_a_file_and_a_preset_take_what_moves_and_write_it_back():
    job = a_job(
        day={"value": None, "schema": {"type": ["string", "null"], "format": "date"}},
        name={"value": "", "schema": {"type": "string"}},
    )
    wanted = {"day": read_field(DAY, "the last day of last month", Viewpoint(BERLIN)), "name": "x"}

    typed = read_pairs(job, 'day="the last day of last month" name=x', field="fixed", tz=BERLIN)
    named = read_named(job, "day", "the last day of last month", field="fixed", tz=BERLIN)

    assert typed == wanted
    assert named == {"day": wanted["day"]}
    assert read_pairs(job, say_pairs(job, wanted), field="fixed", tz=BERLIN) == wanted
    presets = {"Month end": wanted}
    assert read_presets(job, say_presets(job, presets), field="presets", tz=BERLIN) == presets
    assert say_value(job, "day", wanted["day"]) == "the last day of last month"


def test_what_moves_is_checked_as_what_it_becomes():
    yesterday = read_field(DAY, "yesterday", SEEN)
    takes_it = a_job(day={"value": None, "schema": DAY.schema})
    takes_numbers = a_job(day={"value": None, "schema": {"type": "integer"}})

    assert check_inputs(takes_it, {"day": yesterday}) is None
    assert check_inputs(takes_numbers, {"day": yesterday}) is not None


def test_a_secret_cannot_move():
    secret = an_input(None, name="secret_day", type="string", format="date")

    with pytest.raises(NotUnderstood, match="kept secret, so it cannot move"):
        read_field(secret, "yesterday", SEEN)


@pytest.mark.parametrize(
    "text", ["9999 years ago", "the 31st of last month", "the first day of", "last", "banana ago"]
)
def test_what_the_calendar_does_not_have_is_refused(text: str):
    with pytest.raises(NotUnderstood):
        read_field(DAY, text, SEEN)


def test_a_fixed_day_names_a_day_and_what_moves_does_not():
    assert names_a_day(DAY, "2026-11-27")
    assert names_a_day(MONTH, "2026-11")
    assert not names_a_day(DAY, read_field(DAY, "yesterday", SEEN))


def test_the_words_that_would_fit_a_fixed_day_are_found():
    assert SEEN.now is not None
    for value, words in (("2026-11-27", "yesterday"), ("2026-10-31", "the last day of last month")):
        found = fitting(DAY, value, [SEEN.now], BERLIN)
        assert found is not None
        assert found[MOVES] == words
    assert fitting(an_input(None, type="string"), "2026-11-27", [SEEN.now], BERLIN) is None
