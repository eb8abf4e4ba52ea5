"""A When in the database: safe as JSON, of a version, refused when it is none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.language.when import read
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
