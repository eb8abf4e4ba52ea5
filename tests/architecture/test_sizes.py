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


def docstrings_in(nodes: list[ast.AST]) -> set[int]:
    """Return the lines of texts that stand alone: what is said there costs no function its room."""
    return {
        line
        for each in nodes
        if isinstance(each, ast.Expr)
        and isinstance(each.value, ast.Constant)
        and isinstance(each.value.value, str)
        for line in range(each.lineno, (each.end_lineno or each.lineno) + 1)
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_it_is_not_too_long_and_says_what_it_is(path: Path):
    source = path.read_text()
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))  # once: most of what these tests take is walking
    said = docstrings_in(nodes)

    def lines(first: int, last: int) -> int:
        return last - first + 1 - sum(first <= each <= last for each in said)

    functions = [each for each in nodes if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
    too_long = [
        each.name
        for each in functions
        if lines(each.lineno, each.end_lineno or each.lineno) > LONGEST_FUNCTION
    ]

    assert lines(1, len(source.splitlines())) <= LONGEST_FILE
    assert too_long == []
    assert path.stem not in BANNED
    assert ast.get_docstring(tree)
