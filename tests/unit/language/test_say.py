"""What say says, word for word."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.language.say import say, say_moment
from bot.language.when import read

NOW = datetime(2026, 4, 14, 7, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("every weekday at 9", "every weekday at 09:00 (Berlin time)"),
        ("tomorrow 5pm", "on Wed 15 Apr 2026 at 17:00 (Berlin time)"),
        ("mon-thu 8am & 5pm", "every Monday to Thursday at 08:00 and 17:00 (Berlin time)"),
        ("every other tue at 3pm",
         "every other Tuesday at 15:00, counted from Tue 14 Apr 2026 (Berlin time)"),
        ("last workday of the month at noon", "the last business day of every month at 12:00 (Berlin time)"),
        ("every 4th of july", "every 4 July at 09:00 (Berlin time)"),
        ("weekdays at 9 except dec 25 until dec 31",
         "every weekday at 09:00 (Berlin time), until Thu 31 Dec 2026, except 25 December"),
        ("every 15 minutes between 9 and 5 on weekdays",
         "every 15 minutes from 09:00 to 17:00 every weekday (Berlin time)"),
        ("every 2 hours", "every 2 hours, counted from Tue 14 Apr 2026 at 11:30 (Berlin time)"),
        ("daily at 9am New York time", "every day at 09:00 (New York time)"),
        ("mon at 9, wed at 11", "every Monday at 09:00 and also every Wednesday at 11:00 (Berlin time)"),
        ("every monday at 9, 3 times",
         "every Monday at 09:00 (Berlin time), 3 times, until Mon 4 May 2026 at 09:00"),
        ("tomorrow at 9am utc+2", "on Wed 15 Apr 2026 at 09:00 (UTC+02:00)"),
    ],
)  # fmt: skip
def test_a_reading_is_said_in_one_sentence(typed: str, said: str) -> None:
    assert say(read(typed, now=NOW, tz=BERLIN).when, now=NOW) == said


def test_the_second_showing_of_a_time_is_said_and_read_again() -> None:
    when = read("2026-10-25T02:30:00+01:00", now=NOW, tz=BERLIN).when
    assert say(when) == "on Sun 25 Oct 2026 at 02:30 the second time (Berlin time)"
    assert read(say(when), now=NOW, tz=BERLIN).when == when


def test_a_start_that_has_passed_is_not_said() -> None:
    when = read("every day at 9am starting may 1", now=NOW, tz=BERLIN).when
    assert "starting" in say(when, now=NOW)
    assert "starting" not in say(when, now=datetime(2026, 6, 1, tzinfo=UTC))


def test_a_moment_names_its_day_its_time_and_its_zone() -> None:
    assert say_moment(datetime(2026, 6, 1, 7, tzinfo=UTC), BERLIN) == "Mon 1 Jun 2026, 09:00 (Berlin time)"
