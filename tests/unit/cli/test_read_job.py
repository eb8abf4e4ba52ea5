"""What a DAG's author sees of the form, in a terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from bot.cli.read import read_command

if TYPE_CHECKING:
    from pathlib import Path

PARAMS = {
    "region": {"value": "emea", "schema": {"enum": ["emea", "us"], "values_display": {"emea": "Europe"}}},
    "rows": {"value": 10, "schema": {"type": "integer", "title": "How many"}, "description": "Most rows"},
    "day": {"value": None, "schema": {"type": "string", "format": "date"}},
    "db_password": {"value": "hunter2", "schema": {"type": "string"}},
    "odd": {"value": "x", "schema": {"type": "str"}},
}


@pytest.mark.parametrize("text", [json.dumps({"dag_id": "sales", "params": PARAMS}), json.dumps(PARAMS)])
def test_each_input_is_shown_with_its_field_and_what_it_takes(tmp_path: Path, text: str):
    file = tmp_path / "job.json"
    file.write_text(text, encoding="utf-8")

    shown = CliRunner().invoke(read_command, ["--job", str(file)])

    assert shown.exit_code == 0, shown.output
    assert "Region (region): radio buttons, left alone: Europe" in shown.output
    assert "  • us" in shown.output
    assert "How many (rows): number, left alone: 10\n  Most rows\n  Takes a whole number" in shown.output
    assert "Day (day): date picker, must be given" in shown.output
    assert "hunter2" not in shown.output
    assert "“Odd” cannot be checked: the job's own rule for it is broken" in shown.output


@pytest.mark.parametrize("written", [b"\xff\xfe\xff", b"[" * 100_000, b"[1]", b"no json", b""])
def test_a_file_that_is_none_is_refused_in_words(tmp_path: Path, written: bytes):
    file = tmp_path / "job.json"
    file.write_bytes(written)

    shown = CliRunner().invoke(read_command, ["--job", str(file)])

    assert shown.exit_code == 2
    assert "Give Airflow's details of a DAG in JSON" in shown.output
