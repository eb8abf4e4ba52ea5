"""A schema is somebody else's: it reaches no network, takes no time, and harms nobody but its own job."""

from __future__ import annotations

import socket
import urllib.request
from typing import Any

import pytest

from bot.domain.errors import NotUnderstood
from bot.language.inputs import check_inputs, read_typed
from bot.language.inputs.checking import FORMATS, SECONDS_FOR_A_PATTERN, first_error
from tests.params import SEEN, a_job, an_input


@pytest.mark.parametrize(
    ("schema", "value", "why"),
    [
        ({"type": "str"}, "x", "its “type” is not JSON Schema"),
        ({"type": "string", "pattern": "("}, "x", "its “pattern” is not JSON Schema"),
        ({"type": "string", "pattern": r"^\p{L}+$"}, "x", "its “pattern” is not JSON Schema"),
        (
            {"properties": {"a": {"$ref": "#/nope"}}},
            {"a": 1},
            "it refers to another schema that is not there",
        ),
        ({"properties": {"a": {"$ref": "https://example.org/a"}}}, {"a": 1}, "it refers to another schema"),
        ({"$ref": "#"}, "x", "it refers to itself without end"),
    ],
)
def test_a_schema_that_is_none_is_a_reason_and_no_exception(schema: dict[str, Any], value: Any, why: str):
    job = a_job(x={"value": None, "schema": schema})

    assert why in (check_inputs(job, {"x": value}) or "")


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"pattern": "^a$"}, "hunter2"),
        ({"not": {"type": "string"}}, "hunter2"),
        ({"anyOf": [{"type": "number"}, {"type": "boolean"}]}, "hunter2"),
        ({"oneOf": [{"minLength": 1}, {"minLength": 2}]}, "hunter2"),
        ({"enum": ["a"]}, "hunter2"),
        ({"const": "a"}, "hunter2"),
        ({"format": "date"}, "hunter2"),
        ({"if": {"type": "string"}, "then": {"minLength": 99}}, "hunter2"),
        ({"contains": {"const": 1}}, ["hunter2"]),
        ({"uniqueItems": True}, ["hunter2", "hunter2"]),
        ({"propertyNames": {"maxLength": 2}}, {"hunter2": 1}),
        ({"dependentRequired": {"user": ["key"]}}, {"user": "hunter2"}),
        ({"additionalProperties": False}, {"hunter2": 1}),
    ],
    ids=lambda each: next(iter(each)) if isinstance(each, dict) else "",
)
def test_why_a_value_does_not_fit_never_repeats_it(schema: dict[str, Any], value: Any):
    why = check_inputs(a_job(x={"value": None, "schema": schema}), {"x": value})

    assert why
    assert "hunter2" not in why


def test_no_reference_is_ever_fetched(monkeypatch: pytest.MonkeyPatch):
    asked: list[Any] = []
    monkeypatch.setattr(urllib.request, "urlopen", lambda *args, **_: asked.append(args))
    monkeypatch.setattr(socket, "create_connection", lambda *args, **_: asked.append(args))
    job = a_job(x={"value": None, "schema": {"properties": {"a": {"$ref": "http://127.0.0.1:9/a.json"}}}})

    assert check_inputs(job, {"x": {"a": 1}}) is not None
    assert asked == []


@pytest.mark.slow
@pytest.mark.parametrize("keyword", ["pattern", "patternProperties", "additionalProperties", "propertyNames"])
def test_a_pattern_that_would_run_for_hours_is_given_up(keyword: str):
    pattern, text = r"^(a|aa)+$", "a" * 60 + "b"
    schemas: dict[str, dict[str, Any]] = {
        "pattern": {"type": "string", "pattern": pattern},
        "patternProperties": {"type": "object", "patternProperties": {pattern: {"type": "string"}}},
        "additionalProperties": {
            "type": "object",
            "patternProperties": {pattern: {}},
            "additionalProperties": False,
        },
        "propertyNames": {"type": "object", "propertyNames": {"pattern": pattern}},
    }
    value = text if keyword == "pattern" else {text: "x"}
    job = a_job(x={"value": None, "schema": schemas[keyword]})

    assert SECONDS_FOR_A_PATTERN < 1
    assert "its pattern takes too long on this value" in (check_inputs(job, {"x": value}) or "")


@pytest.mark.slow
def test_a_pattern_that_takes_too_long_refuses_what_is_typed():
    each = an_input("aaa", type="string", pattern=r"^(a|aa)+$")

    with pytest.raises(NotUnderstood, match="its pattern takes too long"):
        read_typed(each, "a" * 60 + "b", SEEN)


def test_an_everyday_pattern_that_holds_up_pythons_own_engine_answers():
    each = an_input("abc", type="string", pattern=r"^(\w+\s?)+$")

    assert read_typed(each, "Lieferantenstammdatensaetze 2026", SEEN) == "Lieferantenstammdatensaetze 2026"
    with pytest.raises(NotUnderstood, match=r"is not written like that\. Such as abc\."):
        read_typed(each, "Lieferantenstammdatensaetze 2026-11", SEEN)


@pytest.mark.parametrize(
    ("form", "right", "wrong"),
    [
        ("date", "2026-05-01", "1/5/2026"),
        ("time", "7:30:00", "7:30"),
        ("email", "a@b", "ab"),
        ("ipv4", "10.0.0.1", "10.0.0.300"),
        ("duration", "P1DT2H", "1 day"),
        ("uuid", "123e4567-e89b-12d3-a456-426614174000", "123"),
    ],
)
def test_formats_are_checked_whatever_is_installed(form: str, right: str, wrong: str):
    schema = {"type": "string", "format": form}

    assert first_error(schema, right) is None
    assert first_error(schema, wrong) is not None


def test_the_formats_are_named_here_and_not_found_where_the_bot_happens_to_run():
    named = {"date", "time", "email", "idn-email", "ipv4", "ipv6", "uuid", "regex", "duration"}

    assert set(FORMATS.checkers) == named


def test_a_schema_that_names_its_draft_is_read_by_it():
    old = {"$schema": "http://json-schema.org/draft-07/schema#", "items": [{"type": "integer"}]}

    assert first_error(old, [1, "x"]) is None
    assert first_error(old, ["x"]) is not None
    assert first_error({"$schema": "https://example.org/unknown", "type": "integer"}, "x") is not None


def test_alternatives_are_told_in_words():
    each = an_input(None, anyOf=[{"type": "integer", "minimum": 1}, {"type": "null"}])

    with pytest.raises(NotUnderstood, match="must be 1 or more"):
        read_typed(each, "0", SEEN)
