"""A file has one subject and a function fits in the head."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_FILE, LONGEST_FUNCTION = 300, 50
BANNED = {"utils", "helpers", "common", "misc", "manager", "base", "data", "info", "process", "handle"}
FILES = [
    path
    for package in ("bot", "handlers", "storage", "playground")
    for path in (ROOT / package).rglob("*.py")
    if not {"migrations", "dags", "tests"} & set(path.relative_to(ROOT).parts)
]


def lines_of(node: ast.AST, first: int, last: int) -> int:
    """Count what is no docstring: a sentence that says what is returned or raised costs nobody their room."""
    texts = {
        line
        for each in ast.walk(node)
        if isinstance(each, ast.Expr)
        and isinstance(each.value, ast.Constant)
        and isinstance(each.value.value, str)
        for line in range(each.lineno, (each.end_lineno or each.lineno) + 1)
    }
    return last - first + 1 - len(texts)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_it_is_not_too_long_and_says_what_it_is(path: Path):
    source = path.read_text()
    tree = ast.parse(source)
    functions = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
    too_long = [
        each.name
        for each in functions
        if lines_of(each, each.lineno, each.end_lineno or each.lineno) > LONGEST_FUNCTION
    ]

    assert lines_of(tree, 1, len(source.splitlines())) <= LONGEST_FILE
    assert too_long == []
    assert path.stem not in BANNED
    assert ast.get_docstring(tree)
