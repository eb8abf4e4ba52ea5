"""Around the phrases: warnings, notes, other languages, what looks like a time."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.errors import NotUnderstood
from bot.domain.when import upcoming
from bot.language.say import say
from bot.language.when import looks_like_time, read, warm

NOW = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def _warnings(text: str) -> str:
    return " ".join(read(text, now=NOW, tz=BERLIN).warnings)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("december 1 at 9am", "far away: Tue 1 Dec 2026"),
        ("every day at 9am", "clocks change on Sun 29 Mar 2026"),
        ("every day at 2:30am", "clocks skip 02:30 on Sun 29 Mar 2026"),
        ("every 6 hours", "time between two runs stays the same"),
        ("in 30 days", "clocks change"),
        ("every year on feb 29", "every four years"),
        ("the 31st of every month", "without a 31st are skipped"),
        ("the fifth friday of every month", "without a fifth Friday are skipped"),
        ("every 15 minutes", "96 times a day"),
        ("every 10 minutes from 9am to 5pm", "49 times a day"),
        ("every weekday at 9am", "holidays are not considered"),
        ("last business day of the month", "holidays are not considered"),
    ],
)
def test_a_warning_stands_beside_the_reading(text: str, said: str) -> None:
    assert said in _warnings(text)


@pytest.mark.parametrize("text", ["every weekday at 4:30", "tomorrow at 4:30", "every day 4.30"])
def test_an_hour_before_six_that_was_not_named_as_such_is_said_to_be_at_night(text: str) -> None:
    assert "04:30 is at night" in _warnings(text)


@pytest.mark.parametrize(
    "text", ["every day at 4:30am", "every day at 04:30", "every day at 4:30 in the afternoon", "30 4 * * *"]
)
def test_an_hour_that_was_named_is_not_questioned(text: str) -> None:
    assert "at night" not in _warnings(text)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("0 0 1-31 * 4", "every day at 00:00 (Berlin time)"),
        ("0 9 1 * 0-6", "every day at 09:00 (Berlin time)"),
        ("48 14 31 jun sun", "every Sunday in every June at 14:48 (Berlin time)"),
        ("0 0 1-30 * 4", "by the cron line 0 0 1-30 * 4 (Berlin time)"),
    ],
)
def test_a_cron_line_with_both_kinds_of_days_is_said_as_it_fires(line: str, said: str) -> None:
    reading = read(line, now=NOW, tz=BERLIN)
    assert say(reading.when) == said
    assert "skipped" not in " ".join(reading.warnings)


@pytest.mark.parametrize(
    ("text", "wall"),
    [
        ("every hour", "2026-03-10 10:00:00"),
        ("hourly", "2026-03-10 10:00:00"),
        ("every 5 minutes", "2026-03-10 09:09:00"),
        ("in 10 minutes", "2026-03-10 09:14:00"),
        ("in 2 weeks", "2026-03-24 09:04:00"),
        ("15h30", "2026-03-10 15:30:00"),
    ],
)
def test_seconds_never_show(text: str, wall: str) -> None:
    now = datetime(2026, 3, 10, 8, 3, 47, tzinfo=UTC)
    first = upcoming(read(text, now=now, tz=BERLIN).when, now, 1)[0]
    assert f"{first:%Y-%m-%d %H:%M:%S}" == wall


@pytest.mark.parametrize(
    "text", ["tomorrow at 9am", "every 2 hours from 9am to 5pm", "the 28th of every month"]
)
def test_nothing_is_warned_of_where_nothing_is_odd(text: str) -> None:
    assert "skipped" not in _warnings(text)
    assert "times a day" not in _warnings(text)


def test_a_night_that_ends_on_another_day_is_not_left_out_with_its_evening() -> None:
    night = read("every hour from 22:00 to 02:00 every monday, except mondays", now=NOW, tz=BERLIN).when
    assert {each.strftime("%a") for each in upcoming(night, NOW, 6)} == {"Tue"}


def test_a_quartz_line_shows_what_it_means() -> None:
    reading = read("0 0 9 ? * 2-6", now=NOW, tz=BERLIN)
    assert "0 9 * * 1-5" in reading.note
    assert not read("0 9 * * 1-5", now=NOW, tz=BERLIN).note


@pytest.mark.parametrize(
    ("text", "locale", "wall"),
    [
        ("15. Oktober 2026 um 14:30", "de-DE", "2026-10-15 14:30"),
        ("demain à 9h", "fr", "2026-03-11 09:00"),
        ("en 2 horas", "es-ES", "2026-03-10 11:00"),
    ],
)
def test_a_date_in_the_persons_language_is_left_to_dateparser(text: str, locale: str, wall: str) -> None:
    reading = read(text, now=NOW, tz=BERLIN, locale=locale)
    assert f"{reading.when.at:%Y-%m-%d %H:%M}" == wall  # type: ignore[union-attr]  # a date is once


@pytest.mark.parametrize("text", ["hallo welt", "jeden Montag um 9", "3/4/2026", "irgendwann", "42"])
def test_dateparser_is_not_believed_when_it_might_guess(text: str) -> None:
    with pytest.raises(NotUnderstood):
        read(text, now=NOW, tz=BERLIN, locale="de")


def test_a_moment_with_an_offset_is_that_moment_whatever_the_zone() -> None:
    when = read("2026-10-05T13:00:00+02:00", now=NOW, tz=ZoneInfo("Asia/Tokyo")).when
    assert when.at == datetime(2026, 10, 5, 11, tzinfo=UTC)  # type: ignore[union-attr]  # a date is once


@pytest.mark.parametrize(
    "text", ["run payroll every monday", "sales report 9am", "report tomorrow", "x */5 * * * *"]
)
def test_what_holds_a_time_looks_like_one(text: str) -> None:
    assert looks_like_time(text)


@pytest.mark.parametrize(
    "text",
    ["payroll", "sales report emea", "load 42", "second opinion", "list ea20e0ccbd7c79a08dec3937"],
)
def test_a_title_does_not_look_like_a_time(text: str) -> None:
    assert not looks_like_time(text)


def test_nothing_slow_is_loaded_until_it_is_asked_for() -> None:
    script = "import sys, bot.language.when; print({'dateparser', 'croniter', 'lark'} & set(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "set()"


def test_warming_can_be_done_twice() -> None:
    warm()
    warm()
