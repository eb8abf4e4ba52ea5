"""Abbreviations of zones say an hour: where the clocks there show another one, the person is asked."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.errors import NotUnderstood
from bot.domain.when import upcoming
from bot.language.when import read

WINTER = datetime(2026, 1, 14, 12, tzinfo=ZoneInfo("UTC"))
SUMMER = datetime(2026, 7, 15, 12, tzinfo=ZoneInfo("UTC"))
ZONES = [
    ("pst", "pdt", "America/Los_Angeles", "Los Angeles time"),
    ("est", "edt", "America/New_York", "New York time"),
    ("cst", "cdt", "America/Chicago", "Chicago time"),
    ("cet", "cest", "Europe/Berlin", "Berlin time"),
    ("eet", "eest", "Europe/Athens", "Athens time"),
]


@pytest.mark.parametrize("phrase", ["daily 9am {}", "tomorrow 9am {}", "every weekday at 9am {}"])
@pytest.mark.parametrize(("in_winter", "in_summer", "key", "called"), ZONES)
def test_an_abbreviation_is_read_in_its_own_season_alone(
    phrase: str, in_winter: str, in_summer: str, key: str, called: str
):
    for now, right, wrong in ((WINTER, in_winter, in_summer), (SUMMER, in_summer, in_winter)):
        (first,) = upcoming(read(phrase.format(right), now=now, tz=ZoneInfo("UTC")).when, now, 1)
        assert (first.astimezone(ZoneInfo(key)).hour, str(first.tzinfo)) == (9, key)

        with pytest.raises(NotUnderstood) as asked:
            read(phrase.format(wrong), now=now, tz=ZoneInfo("UTC"))

        assert f"an hour off {called}" in asked.value.message
        assert called in asked.value.example
        assert upcoming(read(asked.value.example, now=now, tz=ZoneInfo("UTC")).when, now, 1) == [first]
