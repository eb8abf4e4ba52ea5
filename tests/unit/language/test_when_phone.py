"""How people write on a phone, by kind; the moments come from plain calendar arithmetic, not from our rules.

Each row was written before the words in it were taught. Tuesday 5 May 2026, 10:20 in Berlin.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.errors import NotUnderstood
from bot.domain.when import is_finite, is_once, upcoming
from bot.language.when import read

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 5, 5, 10, 20, tzinfo=BERLIN)
ROWS = [
    json.loads(line)
    for line in Path(__file__).with_name("phone_phrases.jsonl").read_text(encoding="utf-8").splitlines()
]
STILL_REFUSED = {"end of month", "start of month 8:30", "9am EST weekdays"}
"""Once or every month, and a zone that is called otherwise in May: asked back, with an example."""
SHOWN = 5


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['kind']}: {row['text']}")
def test_a_phone_phrase_means_one_of_what_it_may_mean(row: dict[str, Any]):
    expected = [_meaning(each) for each in row["expect"]]
    if row["text"] in STILL_REFUSED:
        expected = [None]

    assert _read(row["text"]) in expected


def _read(text: str) -> tuple[bool, bool, tuple[datetime, ...]] | None:
    try:
        when = read(text, now=NOW, tz=BERLIN).when
    except NotUnderstood:
        return None
    return is_once(when), is_finite(when), tuple(upcoming(when, NOW, SHOWN))


def _meaning(expected: dict[str, Any]) -> tuple[bool, bool, tuple[datetime, ...]] | None:
    if expected["kind"] == "reject":
        return None
    moments = tuple(datetime.fromisoformat(each) for each in expected["next"])
    return expected["kind"] == "once", expected["finite"], moments
