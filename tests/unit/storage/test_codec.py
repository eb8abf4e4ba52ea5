"""A When in the database: safe as JSON, of a version, refused when it is none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.language.when import read
from storage import codec
from storage.codec import VERSION, decode_when, encode_when

NOW = datetime(2026, 4, 14, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "tomorrow at 9am",
        "every 2 weeks on monday until june 1 except may 4",
        "*/7 * * * *",
        "every 20 minutes, 5 times",
    ],
)
def test_what_was_read_comes_back_from_json_the_same(text: str) -> None:
    when = read(text, now=NOW, tz=ZoneInfo("Europe/Berlin")).when
    assert decode_when(json.loads(json.dumps(encode_when(when)))) == when


def test_the_version_is_stored() -> None:
    assert encode_when(read("tomorrow", now=NOW, tz=ZoneInfo("UTC")).when)["version"] == VERSION


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"version": 99},
        {"version": VERSION},
        {"version": VERSION, "kind": "Daily"},
        {"version": VERSION, "kind": "os"},
    ],
)
def test_what_is_no_when_is_refused(stored: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"version|When|kind|form"):
        decode_when(stored)


OF_A_RELEASE = (
    """
    {"version": 1, "kind": "Once", "at": {"moment": "2026-05-05T09:00:00+02:00", "zone": "Europe/Berlin"},
     "tz": {"zone": "Europe/Berlin"}}
    """,
    """
    {"version": 1, "kind": "Repeating", "tz": {"zone": "Europe/Berlin"}, "times": 12,
     "start": {"moment": "2026-05-05T09:00:00+02:00", "zone": "Europe/Berlin"},
     "end": {"moment": "2027-01-01T00:00:00+01:00", "zone": "Europe/Berlin"},
     "rules": [
      {"kind": "Calendar",
       "days": {"kind": "Weekly", "weekdays": [0, 4], "months": [5], "every": 2,
                "since": {"date": "2026-05-04"}},
       "clock": {"kind": "At", "times": [{"time": "09:00:00"}, {"time": "17:30:00"}]}},
      {"kind": "Calendar",
       "days": {"kind": "Monthly", "months": [1, 7], "every": 2, "since": {"date": "2026-01-01"},
                "picks": [{"kind": "DayOfMonth", "number": -1, "weekday": 4},
                          {"kind": "NthOfMonth", "number": 2, "weekdays": [1]}]},
       "clock": {"kind": "Window", "first": {"time": "08:00:00"}, "last": {"time": "18:00:00"},
                 "step": {"seconds": 5400.0}}}],
     "excluded": [
      {"kind": "Dates", "first": {"date": "2026-12-24"}, "last": {"date": "2026-12-26"}},
      {"kind": "YearlyDates", "first": [12, 24], "last": [1, 1]},
      {"kind": "WeekdaysOff", "weekdays": [5, 6]},
      {"kind": "PlacesOff", "picks": [{"kind": "DayOfMonth", "number": 1}]},
      {"kind": "MonthsOff", "months": [8]}]}
    """,
    """
    {"version": 1, "kind": "Repeating", "tz": {"zone": "Europe/Berlin"}, "excluded": [],
     "rules": [
      {"kind": "Calendar",
       "days": {"kind": "Daily", "every": 3, "since": {"date": "2026-05-05"}, "months": [1]},
       "clock": {"kind": "At", "times": [{"time": "00:00:00"}]}},
      {"kind": "Interval", "step": {"seconds": 7200.0},
       "since": {"moment": "2026-05-05T09:00:00+02:00", "zone": "Europe/Berlin"}},
      {"kind": "Cron", "line": "0 9 * * 1"}]}
    """,
)
"""As this release has written them. Never edit them to please a test: companies have such rows."""


@pytest.mark.parametrize("written", OF_A_RELEASE)
def test_rows_that_a_release_has_written_are_still_read(written: str) -> None:
    stored = json.loads(written)
    assert encode_when(decode_when(stored)) == stored


def test_the_rows_of_a_release_have_every_kind() -> None:
    kinds = {kind for kind in codec.WHENS if any(f'"kind": "{kind}"' in each for each in OF_A_RELEASE)}
    assert kinds == set(codec.WHENS)
