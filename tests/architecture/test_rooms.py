"""`services` open transactions, `rules` run inside one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OPENS = {"transaction", "reading"}


def opened_in(path: Path) -> set[str]:
    calls = (each for each in ast.walk(ast.parse(path.read_text())) if isinstance(each, ast.Call))
    return {each.func.attr for each in calls if isinstance(each.func, ast.Attribute)} & OPENS


@pytest.mark.parametrize("path", sorted((ROOT / "bot" / "rules").rglob("*.py")), ids=lambda path: path.stem)
def test_a_rule_opens_no_transaction(path: Path) -> None:
    assert opened_in(path) == set()


def test_services_do() -> None:
    found = {path.stem for path in (ROOT / "bot" / "services").rglob("*.py") if opened_in(path)}
    assert {"drafting", "running", "managing", "people"} <= found


@pytest.mark.parametrize("name", ["project_edits", "membership"])
def test_an_edit_is_told_who_asks_when_it_is_made(name: str) -> None:
    """What makes an edit takes no asker: one person's rights would be asked for and another's would count."""
    tree = ast.parse((ROOT / "bot" / "rules" / f"{name}.py").read_text())
    makers = [
        each
        for each in tree.body
        if isinstance(each, ast.FunctionDef)
        and isinstance(each.returns, ast.Name)
        and each.returns.id == "Edit"
    ]
    named = {each.id for maker in makers for each in ast.walk(maker.args) if isinstance(each, ast.Name)}

    assert makers
    assert not {"Asker", "Person", "Access"} & named
