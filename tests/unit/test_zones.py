"""The names of all time zones are read from the disk once: that takes longer than a whole command."""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from bot.domain.errors import NotUnderstood
from bot.language.when import read, warm
from bot.language.when.calendar import zones as reading
from bot.rules.project_edits import checked_zone
from handlers import zones
from handlers.payloads import Origin, Typing

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def offered(text: str) -> list[str]:
    found = zones.suggest(cast("Any", None), Typing(Origin("T1", "U1", "", ""), text, ""))
    return [each["value"] for each in found]


def test_neither_a_menu_nor_a_form_nor_a_command_reads_them_again(monkeypatch: pytest.MonkeyPatch):
    warm()
    monkeypatch.setattr(reading, "available_timezones", lambda: pytest.fail("they were read again"))

    for text in ("B", "Be", "Ber"):
        assert "Europe/Berlin" in offered(text)
    assert checked_zone("Europe/Berlin") == "Europe/Berlin"
    assert read("every day at 9am Berlin time", now=NOW, tz=ZoneInfo("UTC")).when


def test_one_file_knows_where_they_are_read():
    readers = [
        path.relative_to(ROOT).as_posix()
        for room in ("bot", "handlers", "storage")
        for path in (ROOT / room).rglob("*.py")
        if "available_timezones" in (source := path.read_text())
        and any(
            isinstance(each, ast.alias) and each.name == "available_timezones"
            for each in ast.walk(ast.parse(source))
        )
    ]

    assert readers == ["bot/language/when/calendar/zones.py"]


@pytest.mark.parametrize(
    "name", ["", "Europe", "Europe/Nowhere", "../../etc/passwd", "/etc/passwd", "é", "a\0"]
)
def test_what_is_no_zone_is_refused_at_its_field(name: str):
    with pytest.raises(NotUnderstood, match="Choose a time zone from the list"):
        checked_zone(name)
