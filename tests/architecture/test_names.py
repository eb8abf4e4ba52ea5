"""A fact's name says what it is: `*_at` a moment, `*_on` a date, `*_id` an identifier."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

DOMAIN = Path(__file__).parents[2] / "bot" / "domain"
BOUND = r"(\w+_)?(since|until|from|start|end|begins|ends|first|last)"
"""A bound of a span of time needs no other ending."""
NAMES = {
    "datetime": re.compile(rf"(\w+_)?at|now|{BOUND}"),
    "date": re.compile(rf"(\w+_)?on|{BOUND}"),
}
ENDINGS = {"at": {"datetime"}, "on": {"date"}, "id": {"str", "int"}}
AIRFLOWS = {"run_after", "logical_date"}
"""Moments by the names that Airflow's own API gives them."""
FIELDS = [
    pytest.param(
        field.target.id,
        ast.unparse(field.annotation).removesuffix(" | None"),
        id=f"{kind.name}.{field.target.id}",
    )
    for path in sorted(DOMAIN.rglob("*.py"))
    for kind in ast.walk(ast.parse(path.read_text()))
    if isinstance(kind, ast.ClassDef)
    for field in kind.body
    if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
]


@pytest.mark.parametrize(("name", "kind"), FIELDS)
def test_a_field_is_named_for_what_it_holds(name: str, kind: str):
    wanted = NAMES.get(kind)
    ending = name.rpartition("_")[2] if "_" in name else ""

    assert wanted is None or wanted.fullmatch(name) or name in AIRFLOWS
    assert kind in ENDINGS.get(ending, {kind})
