"""What is refused says why, in words, and gives a phrase that works."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.errors import NotUnderstood
from bot.language.when import read
from bot.language.when.words.tidy import MAX_LENGTH

NOW = datetime(2026, 4, 14, 9, 30, tzinfo=UTC)
UTC_ZONE = ZoneInfo("UTC")


def _refusal(text: str) -> NotUnderstood:
    with pytest.raises(NotUnderstood) as caught:
        read(text, now=NOW, tz=UTC_ZONE)
    return caught.value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("every day at 9am except holidays", "holidays"),
        ("03/04/2026", "two different dates"),
        ("next thursday at 9am", "16 April or 23 April"),
        ("every day at 5", "in the morning or in the afternoon"),
        ("0 0 12 LW * ?", "nearest weekday"),
        ("0 0 12 * * ? 2030", "year"),
        ("30 0 12 * * ?", "Seconds"),
        ("every weekday between 9 and 5", "How often"),
        ("every 30 seconds", "once a minute"),
        ("monday 15 june 2027", "a Tuesday"),
        ("2024-05-01 10:00", "past"),
        ("10/31/74 9am", "past"),
        ("31-10-99 noon", "past"),
        ("every day at 9am IST", "several time zones"),
        ("every month", "day of the month"),
        ("every 0 minutes", "must be 1 or more"),
        ("every 0 days", "must be 1 or more"),
        ("in 0 minutes", "must be 1 or more"),
        ("every day at 25:00", "not a time of day"),
        ("hourly at :61", "minute 61"),
        ("every hour at :15 and :60", "minute 60"),
        ("every hour from 9am to 5pm at :99", "minute 99"),
        ("61 minutes past every hour", "minute 61"),
        ("every second monday at 9", "month, or every so many weeks"),
        ("in 9000 years", "2099"),
        ("every day at 9am for 90 years", "2099"),
        ("biennially on 1 june, 40 times", "2099"),
        ("9999-12-31", "2099"),
        ("in 13 decades", "2099"),
        ("every day at 9am starting in 100 years", "2099"),
    ],
)
def test_the_reason_is_named(text: str, said: str) -> None:
    assert said in _refusal(text).message


def test_the_words_that_were_not_understood_are_named() -> None:
    assert _refusal("every monday at 9am in Atlantis").words == "atlantis"
    assert "atlantis" in _refusal("every monday at 9am in Atlantis").message


def test_the_example_is_what_was_typed_without_the_strange_end() -> None:
    assert _refusal("every day at 9am && curl evil.test").example == "every day at 9am"


EXAMPLES_OF = (
    "hello",
    "every day at 9am except holidays",
    "3/4/2026",
    "every day at 5",
    "every month",
    "every week",
    "every year",
    "every quarter",
    "every 0 days",
    "tomorrow or friday",
    "yesterday",
    "in 0 minutes",
    "every 30 seconds",
    "9am PST",
    "every weekday between 9 and 5",
    "first weekend of the month",
    "every other weekday",
    "every monday on friday",
    "0 9 * *",
    "0 0 12 LW * ?",
    "every day at 26:00",
    "feb 30",
    "a week",
    "every evening",
    "every second tuesday",
    "monday in june every week",
    "next thursday",
    "every 2 hours starting tomorrow",
    "every day until june",
)


@pytest.mark.parametrize("text", EXAMPLES_OF)
def test_every_example_that_is_given_can_itself_be_read(text: str) -> None:
    example = _refusal(text).example
    assert not example or read(example, now=NOW, tz=UTC_ZONE)


@pytest.mark.parametrize(
    ("text", "example"),
    [
        ("every friday at 5", "every friday at 5pm"),
        ("weekdays at five", "weekdays at 5pm"),
        ("every other friday at half past 4", "every other friday at half past 4pm"),
        ("every day at 5 london time until may 1", "every day at 5pm london time until may 1"),
        ("start of the month at 9", "the first day of every month at 9"),
        ("end of july", "the last day of July"),
        ("end of next month at 9", "the last day of next month at 9"),
        ("end of month", "the last day of every month"),
        ("a week before the end of every month", ""),
        ("tonight", "today at 10pm"),
        ("tomorrow afternoon", "tomorrow at 3pm"),
        ("friday afternoon", "friday at 3pm"),
        ("friday afternoons", "every friday at 3pm"),
        ("every night", "every day at 10pm"),
        ("every evening until friday", "every day at 7pm until friday"),
        ("9am EST weekdays", "9am New York time weekdays"),
        ("5/6 9am", "5 June 9am"),
        ("3/5/27 at noon", "3 May 2027 at noon"),
        ("3x monday", ""),
        ("every month at 8", "every month at 8 on the 1st"),
        ("twice every monday", "every monday at 9am and 5pm"),
        ("3 times on weekdays", "on weekdays at 9am, 1pm and 5pm"),
        ("twice a day", "every day at 9am and 5pm"),
        ("on a friday at 3pm", "every friday at 3pm"),
        ("next thursday at 3pm", "16 April at 3pm"),
        ("half nine tomorrow", "at 9:30 tomorrow"),
        ("1h30", "in 1h30"),
        ("every monday at 9 blah", "every monday at 9"),
        ("weekdays 17.99", ""),
        ("banana", "every weekday at 9am"),
        ("next week", "Monday next week"),
        ("next week at 10am", "Monday next week at 10am"),
        ("next month", "the 1st of next month"),
        ("office hours", "every hour from 9am to 5pm on weekdays"),
        ("hourly during business hours", "every hour from 9am to 5pm on weekdays"),
        ("Mo-Fr 9 Uhr", "every monday to friday 9:00"),
        ("Mo, Mi 8.30 Uhr", "every monday and wednesday 8:30"),
        ("jeden Freitag um 16.30 Uhr", "every friday at 16:30"),
        ("täglich um 9", "every day at 9"),
        ("every blue moon", "every weekday at 9am"),
    ],
)
def test_an_example_keeps_what_was_understood_or_is_not_given(text: str, example: str) -> None:
    assert _refusal(text).example == example


def test_a_long_text_is_refused_before_it_is_looked_at() -> None:
    assert "too long" in _refusal("every day at 9am " * (MAX_LENGTH // 10)).message


def test_invisible_direction_marks_are_left_out() -> None:
    turned = read("every day at \u202e9am", now=NOW, tz=UTC_ZONE).when
    assert turned == read("every day at 9am", now=NOW, tz=UTC_ZONE).when


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Kiritimati"])
@pytest.mark.parametrize(
    ("text", "example"),
    [
        ("every day at 9am until 31.12.9999", "every day at 9am"),
        ("every weekday until 9999-12-31", "every weekday"),
        ("every hour between 22 and 3 until 12/31/9999", "every hour between 22 and 3"),
    ],
)
def test_an_end_at_the_end_of_the_calendar_is_left_out(text: str, example: str, zone: str):
    with pytest.raises(NotUnderstood, match="leave the end out") as caught:
        read(text, now=NOW, tz=ZoneInfo(zone))

    assert caught.value.example == example


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Pacific/Kiritimati"])
@pytest.mark.parametrize("text", ["9999-12-31 at 23:30", "31.12.9999 at 0:10", "on 0001-01-01 at 0:10"])
def test_a_day_at_an_end_of_the_calendar_is_refused_in_words(text: str, zone: str):
    with pytest.raises(NotUnderstood, match=r"year|past"):
        read(text, now=NOW, tz=ZoneInfo(zone))
