"""Until when a pause lasts."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.errors import NotUnderstood
from bot.language.until import read_until

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
"""A Monday, 08:00 in Berlin."""


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("friday", "2026-03-06T00:00"),
        ("monday", "2026-03-09T00:00"),
        ("tomorrow", "2026-03-03T00:00"),
        ("1 June", "2026-06-01T00:00"),
        ("friday 9am", "2026-03-06T09:00"),
        ("5pm", "2026-03-02T17:00"),
        ("in 2 weeks", "2026-03-16T08:00"),
        ("in 2 hours", "2026-03-02T10:00"),
        ("next week", "2026-03-09T00:00"),
        ("next month", "2026-04-01T00:00"),
    ],
)
def test_a_day_means_its_beginning_and_a_length_counts_from_now(text: str, ends: str):
    assert read_until(text, now=NOW, tz=BERLIN) == datetime.fromisoformat(ends).replace(tzinfo=BERLIN)


@pytest.mark.parametrize("text", ["in 2 weeks", "in 2 hours", "in 30 minutes", "friday", "next week", "9am"])
def test_a_pause_ends_on_a_minute(text: str):
    now = NOW.replace(minute=4, second=5, microsecond=6)

    ends = read_until(text, now=now, tz=BERLIN)

    assert (ends.second, ends.microsecond) == (0, 0)
    assert ends > now


@pytest.mark.parametrize("text", ["every friday", "1 March 2026", "the cows come home"])
def test_what_is_no_single_moment_to_come_is_refused(text: str):
    with pytest.raises(NotUnderstood):
        read_until(text, now=NOW, tz=BERLIN)
