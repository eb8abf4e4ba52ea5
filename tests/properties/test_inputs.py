"""Inputs: what is shown reads back; whatever a schema is, its form opens and its check answers."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some

from bot.domain.errors import NotUnderstood
from bot.domain.job import Job, JobKey
from bot.gateways.airflow.inputs import input_from, inputs_from
from bot.language.inputs import (
    check_inputs,
    field_text,
    is_same,
    read_field,
    read_typed,
    show_value,
    typed_text,
)
from bot.language.inputs.checking import fits
from handlers.form.inputs import read_form
from playground.slack.block_kit.surfaces import check_view, too_large
from tests.forms import opened, sent
from tests.params import SEEN
from tests.properties.how_many import examples

words = some.one_of(
    some.text(max_size=20),
    some.sampled_from(
        [
            "",
            " ",
            ",",
            "none",
            "null",
            "yes",
            "5",
            "1,000",
            '"',
            "'",
            '"a"',
            "a, b",
            "[1]",
            "{",
            "007",
            "\n",
            "it's",
        ]
    ),
)
numbers = some.one_of(some.integers(-(10**20), 10**20), some.floats(allow_nan=False, allow_infinity=False))
scalars = some.one_of(words, numbers, some.booleans())
json_values = some.recursive(
    some.none() | scalars,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
BY_TYPE: dict[str, some.SearchStrategy[Any]] = {
    "string": words,
    "integer": some.integers(-(10**20), 10**20),
    "number": numbers,
    "boolean": some.booleans(),
    "object": some.dictionaries(some.text(max_size=5), json_values, max_size=3),
    "null": some.none(),
}
FROM = datetime(1975, 1, 1)  # noqa: DTZ001  hypothesis adds the zone
"""Since then every zone is whole minutes off, as JSON Schema wants it."""
FORMATTED: dict[str, some.SearchStrategy[Any]] = {
    "date": some.dates().map(lambda day: day.isoformat()),
    "time": some.times().map(lambda clock: clock.replace(microsecond=0).isoformat()),
    "date-time": some.datetimes(min_value=FROM, timezones=some.timezones()).map(lambda at: at.isoformat()),
}


@some.composite
def schemas_and_values(draw: some.DrawFn, depth: int = 0) -> tuple[dict[str, Any], Any]:
    """A schema as DAG authors write them, and a value that it takes."""
    shape = draw(some.sampled_from(["types", "choices", "format", *(["list"] * 3 if depth < 2 else [])]))
    if shape == "choices":
        values = draw(some.lists(some.none() | scalars, min_size=1, max_size=5, unique_by=json.dumps))
        schema: dict[str, Any] = {"enum": values}
        if draw(some.booleans()):
            labels = draw(some.lists(some.text(max_size=12), min_size=len(values), max_size=len(values)))
            keys = (one if isinstance(one, str) else json.dumps(one) for one in values)
            schema["values_display"] = dict(zip(keys, labels, strict=True))
        return schema, draw(some.sampled_from(values))
    if shape == "format":
        named = draw(some.sampled_from(sorted(FORMATTED)))
        is_nullable = draw(some.booleans())
        types = ["string", "null"] if is_nullable else "string"
        value = draw(FORMATTED[named] | some.none() if is_nullable else FORMATTED[named])
        return {"type": types, "format": named}, value
    if shape == "list":
        items, _ = draw(schemas_and_values(depth + 1))
        values = [value for _, value in draw(some.lists(values_of(items), max_size=4))]
        return {"type": "array", "items": items}, values
    types = draw(some.lists(some.sampled_from(sorted(BY_TYPE)), min_size=1, max_size=3, unique=True))
    value = draw(some.one_of(*(BY_TYPE[each] for each in types)))
    return {"type": types if len(types) > 1 else types[0]}, value


def values_of(schema: dict[str, Any]) -> some.SearchStrategy[tuple[None, Any]]:
    """Values that a schema of `schemas_and_values` takes."""
    if "enum" in schema:
        return some.sampled_from(schema["enum"]).map(lambda one: (None, one))
    if schema["type"] == "array":
        return some.lists(values_of(schema["items"]), max_size=3).map(
            lambda found: (None, [one for _, one in found])
        )
    types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    named = FORMATTED.get(schema.get("format", ""))
    found = [named if named is not None and each == "string" else BY_TYPE[each] for each in types]
    return some.one_of(*found).map(lambda one: (None, one))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schemas_and_values())
def test_what_is_shown_reads_back_as_the_value(drawn: tuple[dict[str, Any], Any]):
    schema, value = drawn
    each = input_from("value", {"value": value, "schema": schema})

    for text in (show_value(each, value), field_text(each, value)):
        assert is_same(read_field(each, text, SEEN), value), text
    text = typed_text(each, value)
    assert is_same(read_typed(each, text, SEEN), value), text
    assert "True" not in text or "True" in json.dumps(value)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schemas_and_values(), schemas_and_values())
def test_untouched_a_form_changes_nothing(
    drawn: tuple[dict[str, Any], Any], other: tuple[dict[str, Any], Any]
):
    schema, value = drawn
    params = {"one": {"value": value, "schema": schema}, "two": {"value": other[1], "schema": other[0]}}
    job = Job(JobKey("default", "some_job"), "Some job", inputs=inputs_from(params))

    for known in ({}, {"one": value}):
        view = opened(job, known)
        assert check_view(view, "modal") == []
        assert read_form(job, sent(view), known, SEEN) == known


KEYWORDS = """type enum const format pattern items properties anyOf oneOf allOf $ref $defs minimum maximum
multipleOf minLength title description section examples values_display default $schema patternProperties
additionalProperties uniqueItems"""
keywords = some.sampled_from(KEYWORDS.split())
MEANINGS: list[Any] = [
    *["string", "integer", "str", "array", "object", "date", "time", "date-time"],
    *["#", "#/nope", "(", "^(a+)+$", "https://example.org/x"],
    "http://json-schema.org/draft-07/schema#",
    {"type": "null"},
    {"$ref": "#"},
    {"a": {"type": "string"}},
    [{"type": "null"}, {"type": "integer"}],
    ["string", "null"],
    ["a", "a"],
    [None],
]
meanings = some.one_of(json_values, some.sampled_from(MEANINGS))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=examples(300))
@given(some.dictionaries(keywords, meanings, max_size=5) | json_values, json_values, words)
@example({"type": "str"}, "x", "y")
@example({"$ref": "#"}, {}, "{}")
@example({"properties": {"a": {"$ref": "https://example.org/a"}}, "type": "object"}, {}, '{"a": 1}')
@example({"type": None, "enum": None}, None, "y")
def test_whatever_a_schema_is_its_form_opens_and_its_check_answers(schema: Any, default: Any, typed: str):
    params = {
        "odd": {"value": default, "schema": schema},
        "plain": {"value": "x", "schema": {"type": "string"}},
    }
    job = Job(JobKey("default", "some_job"), "Some job", inputs=inputs_from(params))

    view = opened(job)

    assert check_view(view, "modal") == []
    assert not too_large(view)
    check_inputs(job, {"odd": default, "plain": "y"})
    for each in job.inputs:
        try:
            value = read_typed(each, typed, SEEN)
        except NotUnderstood:
            continue
        assert fits(each.schema, value)
        show_value(each, value)
