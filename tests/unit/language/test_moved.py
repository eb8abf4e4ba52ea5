"""A time of day alone, said of something that is scheduled: its days stay."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.errors import NotUnderstood
from bot.language.moved import moved
from bot.language.say import say
from bot.language.when import read
from tests.world import BERLIN, NINE


@pytest.mark.parametrize(
    ("was", "text", "becomes"),
    [
        ("every weekday at 9am", "10am", "every weekday at 10:00 (Berlin time)"),
        ("every weekday at 9am", "at 10:30", "every weekday at 10:30 (Berlin time)"),
        ("every friday at 16:30", "noon", "every Friday at 12:00 (Berlin time)"),
        ("every day at 9am and 5pm", "10am and 4pm", "every day at 10:00 and 16:00 (Berlin time)"),
        ("on 5 May at 9am", "10am", "on Tue 5 May 2026 at 10:00 (Berlin time)"),
        (
            "every monday at 9am until 31 May",
            "8",
            "every Monday at 08:00 (Berlin time), until Sun 31 May 2026",
        ),
    ],
)
def test_the_days_stay(was: str, text: str, becomes: str):
    when = read(was, now=NINE, tz=BERLIN).when

    new = moved(text, when, now=NINE)

    assert new is not None
    assert say(new) == becomes


@pytest.mark.parametrize(
    "text", ["tomorrow at 10am", "every monday at 10am", "in 2 hours", "10am utc", "friday"]
)
def test_what_names_more_than_a_time_of_day_is_another_schedule(text: str):
    assert moved(text, read("every weekday at 9am", now=NINE, tz=BERLIN).when, now=NINE) is None


@pytest.mark.parametrize("was", ["every hour", "every day at 9am and 5pm", "every day at 9am, 5 times"])
def test_it_is_asked_which_time_is_meant(was: str):
    with pytest.raises(NotUnderstood, match="Say the whole new time"):
        moved("10am", read(was, now=NINE, tz=BERLIN).when, now=NINE)


def test_once_on_the_short_night_moves_on_by_the_gap():
    when = read("on 29 March at 9am", now=NINE, tz=BERLIN).when

    new = moved("02:30", when, now=NINE)

    assert new is not None
    assert new.at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # type: ignore[union-attr]
