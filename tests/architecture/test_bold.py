"""What others wrote is in bold by `bold` or `strong`, which make its marks harmless, not between stars."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MESSAGES = ("bot/blocks", "bot/cli", "bot/domain", "bot/language/command", "bot/language/inputs", "bot/rules",
            "bot/services", "bot/workers", "handlers")  # fmt: skip
"""Where what people read is written. Elsewhere stars are of cron lines and patterns."""
PATTERNS = ROOT / "bot/language/command/questions.py"
FILES = [path for room in MESSAGES for path in (ROOT / room).rglob("*.py") if path != PATTERNS]
ITSELF = "strong"


def between_stars(source: str) -> list[int]:
    """Return the lines of f-strings in which a value stands between stars."""
    texts, skipped = [], set()
    for each in ast.walk(ast.parse(source)):
        if isinstance(each, ast.JoinedStr):
            texts.append(each)
        elif isinstance(each, ast.FunctionDef) and each.name == ITSELF:
            skipped |= {id(inner) for inner in ast.walk(each)}
    return [each.lineno for each in texts if id(each) not in skipped and _is_starred(each)]


def _is_starred(text: ast.JoinedStr) -> bool:
    is_bold = False
    for part in text.values:
        if isinstance(part, ast.Constant):
            is_bold ^= bool(str(part.value).count("*") % 2)
        elif is_bold:
            return True
    return False


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_value_stands_between_stars(path: Path):
    assert between_stars(path.read_text()) == []


@pytest.mark.parametrize(
    ("source", "is_starred"),
    [
        ('f"*{title}* failed"', True),
        ('f"*What {where} hears*: {it}"', True),
        ('f"{mark} *{escape(title)}*" f" {state}"', True),
        ('f"*Runs*{limited}"', False),
        ('f"press *Next*, {name}"', False),
        ('f"{bold(title)} failed"', False),
    ],
)
def test_what_it_finds(source: str, is_starred: bool):
    assert bool(between_stars(source)) is is_starred
