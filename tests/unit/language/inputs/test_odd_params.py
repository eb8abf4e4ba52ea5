"""Odd defaults and odd texts: one costs its own field's default, never the form."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.blocks.fields import fields_of
from bot.domain.errors import NotUnderstood
from bot.language.inputs import read_field, read_inputs, read_typed, show_value
from handlers.form.inputs import read_form
from playground.slack.block_kit.surfaces import check_view
from tests.forms import opened, sent
from tests.params import SEEN, a_job, an_input

LONGEST_SENTENCE = 500
ODD = [
    ("{{ ts }}", {"type": "string", "format": "date-time"}),
    ("7:30:00", {"type": "string", "format": "time"}),
    (1e-7, {"type": "number"}),
    (10**400, {"type": "integer"}),
    ("x" * 4_000, {"type": "string"}),
    ("a", {"type": "string", "enum": ["", "a"]}),
    ("b" * 200, {"enum": ["b" * 200, "b" * 201]}),
    (5.0, {"type": "integer"}),
    ({"dry_run": True, "limit": 10}, {"type": "object"}),
    (["Smith, John", "Doe, Jane"], {"type": "array"}),
    ([[1, 2], [3, 4]], {"type": "array"}),
    ([1, 2, 3], {}),
    ([{"a": 1}, {"a": 2}], {"type": "array", "items": {"type": "object"}}),
    ([True, False], {"type": "array", "items": {"type": "boolean"}}),
    ("x", {"type": "str"}),
    ("x", {"type": "string", "pattern": "("}),
    ("x", {"$ref": "#/nowhere"}),
    ("aaa", {"type": "string", "pattern": "^(a+)+$"}),
    (None, None),
    ("x", {"anyOf": []}),
]


@pytest.mark.parametrize(
    ("default", "schema"), ODD, ids=[f"{str(each)[:30]} {one}"[:60] for each, one in ODD]
)
def test_its_form_opens_and_untouched_it_is_left_to_the_job(default: Any, schema: Any):
    job = a_job(odd={"value": default, "schema": schema}, rows={"value": 1, "schema": {"type": "integer"}})
    view = opened(job, is_open=True)

    assert check_view(view, "modal") == []
    assert read_form(job, sent(view), {}, SEEN) == {}
    assert read_form(job, sent(view, {"rows": "7"}), {}, SEEN) == {"rows": 7}


@pytest.mark.parametrize(
    ("default", "schema"),
    [
        ("{{ ds }}", {"type": "string", "format": "date"}),
        ("yesterday", {"type": "string", "format": "date"}),
        ("half past seven", {"type": "string", "format": "time"}),
        ("", {"type": "string", "enum": ["a", "b"]}),
        ("x", {"enum": []}),
    ],
)
def test_a_default_that_airflow_would_refuse_is_asked_for_in_a_form_that_opens(default: Any, schema: Any):
    job = a_job(odd={"value": default, "schema": schema})
    view = opened(job)

    assert check_view(view, "modal") == []
    with pytest.raises(NotUnderstood, match="needs “Odd”"):
        read_form(job, sent(view), {}, SEEN)


def test_a_default_that_its_own_schema_refuses_counts_as_none():
    job = a_job(choice={"value": "", "schema": {"type": "string", "enum": ["a", "b"]}})

    with pytest.raises(NotUnderstood, match="needs “Choice”"):
        read_inputs(job, {}, SEEN)
    assert read_inputs(job, {"choice": "a"}, SEEN) == {"choice": "a"}


def test_an_object_is_json_wherever_a_person_reads_it():
    each = an_input({"dry_run": True, "limit": None}, type="object")
    job = a_job(value={"value": each.default, "schema": dict(each.schema)})

    shown = str(fields_of(job, {})["value"].element.to_dict()["initial_value"])
    assert json.loads(shown) == json.loads(show_value(each, each.default)) == each.default


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "items": {"type": "string"}},
        {"type": "array", "items": {"type": "integer"}},
        {"type": "array"},
        {"type": "object"},
        {"type": ["object", "array"]},
        {"type": ["null", "object"]},
        {},
        {"type": ["integer", "array"]},
    ],
)
@pytest.mark.parametrize(
    "text", ["[" * 100_000, "{" * 100_000, '{"a":' * 100_000, '"' * 100_000, "(" * 100_000]
)
def test_thousands_of_brackets_are_a_text_or_a_sentence(schema: dict[str, Any], text: str):
    each = an_input(None, **schema)

    for read in (read_typed, read_field):
        value, refusal = "", ""
        try:
            value = read(each, text, SEEN)
        except NotUnderstood as error:
            refusal = error.message
        assert refusal or isinstance(value, str | list)
        assert len(refusal) < LONGEST_SENTENCE
