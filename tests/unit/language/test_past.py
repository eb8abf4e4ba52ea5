"""Times of the past, as people look back."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.errors import NotUnderstood
from bot.language.past import looks_like_past, read_past

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 28, 17, 0, tzinfo=BERLIN)
"""A Saturday."""


def read(text: str, now: datetime = NOW) -> tuple[str, str]:
    span = read_past(text, now=now, tz=BERLIN)
    begins, ends = (each and f"{each.astimezone(BERLIN):%m-%d %H:%M}" for each in (span.begins, span.ends))
    return begins or "", ends or ""


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("yesterday", "11-27 00:00", "11-28 00:00"),
        ("since yesterday", "11-27 00:00", ""),
        ("Since Yesterday Evening", "11-27 18:00", ""),
        ("last night", "11-27 18:00", ""),
        ("yesterday at 9am", "11-27 09:00", ""),
        ("since yesterday 21:30", "11-27 21:30", ""),
        ("today", "11-28 00:00", "11-29 00:00"),
        ("this morning", "11-28 06:00", ""),
        ("monday", "11-23 00:00", "11-24 00:00"),
        ("since monday 9am", "11-23 09:00", ""),
        ("on monday", "11-23 00:00", "11-24 00:00"),
        ("friday evening", "11-27 18:00", ""),
        ("saturday", "11-28 00:00", "11-29 00:00"),
        ("last saturday", "11-21 00:00", "11-22 00:00"),
        ("since 9am", "11-28 09:00", ""),
        ("since 6pm", "11-27 18:00", ""),
        ("since 1 may", "05-01 00:00", ""),
        ("2026-05-01", "05-01 00:00", "05-02 00:00"),
        ("since 29 feb", "02-29 00:00", ""),
        ("this week", "11-23 00:00", ""),
        ("last week", "11-16 00:00", "11-23 00:00"),
        ("last month", "10-01 00:00", "11-01 00:00"),
        ("the weekend", "11-28 00:00", "11-30 00:00"),
        ("last weekend", "11-21 00:00", "11-23 00:00"),
        ("in the last 3 hours", "11-28 14:00", ""),
        ("last 2 days", "11-26 17:00", ""),
        ("since 90 minutes ago", "11-28 15:30", ""),
    ],
)
def test_a_time_of_the_past_is_read(text: str, begins: str, ends: str):
    assert looks_like_past(text)
    assert read(text) == (begins, ends)


def test_a_weekday_that_has_just_begun_is_today():
    assert read("since monday", datetime(2026, 11, 23, 0, 30, tzinfo=BERLIN)) == ("11-23 00:00", "")


def test_the_short_night_has_no_half_past_two():
    """It is read as the time language reads it: clocks go from 02:00 to 03:00."""
    assert read("since 2:30", datetime(2026, 3, 29, 12, 0, tzinfo=BERLIN))[0] == "03-29 03:30"


@pytest.mark.parametrize("text", ["since tomorrow", "next monday", "tonight", "since next week"])
def test_what_is_to_come_is_refused(text: str):
    with pytest.raises(NotUnderstood, match="yet to come"):
        read(text)


@pytest.mark.parametrize(
    "text", ["every day", "since every monday", "since breakfast", "sales report", "since 0001-01-01"]
)
def test_what_is_no_time_is_refused_with_one_that_works(text: str):
    with pytest.raises(NotUnderstood, match="which past time") as refusal:
        read(text)

    assert refusal.value.example == "runs since yesterday"


@pytest.mark.parametrize("text", ["sales report", "failed", "import orders", "", "since"])
def test_other_words_do_not_look_like_the_past(text: str):
    assert not looks_like_past(text)
