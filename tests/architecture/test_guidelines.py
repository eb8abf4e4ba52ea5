"""The table of Slack's guidelines has all of them, and what it names is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs/guidelines.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \| .+ \| (yes|mostly|no) \| (.+) \|$", TABLE, re.MULTILINE)


def test_every_guideline_has_a_row_that_says_whether_it_is_met():
    assert [int(number) for number, _, _ in ROWS] == list(range(1, 17))


def test_every_file_that_a_row_names_is_there():
    named = [path for _, _, where in ROWS for path in re.findall(r"`([\w./]+\.(?:py|md|yml))`", where)]
    assert len(named) >= len(ROWS)
    assert [path for path in named if not (ROOT / path).exists()] == []
