"""The one reader: each kind of input, as it is typed behind `name=` and as it stands in a field."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.errors import NotUnderstood
from bot.domain.sealed import SEALED
from bot.language.inputs import read_field, read_typed
from tests.params import SEEN, an_input

if TYPE_CHECKING:
    from bot.domain.job import Input

TEXT = an_input("", type="string")
MAYBE_TEXT = an_input(None, type=["null", "string"])
WHOLE = an_input(10, type="integer", minimum=1, maximum=5000)
NUMBER = an_input(2.5, type="number")
SURE = an_input(default=True, type="boolean")
DAY = an_input(None, type=["null", "string"], format="date")
CLOCK = an_input("07:30:00", type="string", format="time")
MOMENT = an_input(None, type=["null", "string"], format="date-time")
NAMES = an_input([], type="array", items={"type": "string"})
IDS = an_input([1], type="array", items={"type": "integer"})
WEIGHTS = an_input([0.5], type="array", items={"type": "number"})
FLAGS = an_input([True], type="array", items={"type": "boolean"})
OFFICES = an_input(
    ["berlin"], type="array", items={"type": "string", "enum": ["berlin", "lisbon", "New York, NY"]}
)
PROPOSED = an_input(["one"], type="array", examples=["one", "two"])
PLAIN_NUMBERS = an_input([1, 2])
PAIRS = an_input([[1, 2]], type="array", items={"type": "array", "items": {"type": "integer"}})
ACCOUNTS = an_input([], type="array", items={"type": "object"})
CONFIG = an_input({"a": 1}, type="object")
SIZE = an_input(1000, type=["integer", "string"])
NOTIFY = an_input(default=True, type=["boolean", "string"])
PIPELINE = an_input("x", type=["string", "object"])
OPTIONAL_ID = an_input(None, anyOf=[{"type": "integer", "minimum": 1}, {"type": "null"}])
OPTIONAL_DAY = an_input(None, anyOf=[{"type": "string", "format": "date"}, {"type": "null"}])
REGION = an_input(
    "emea",
    type="string",
    enum=["emea", "us", "US"],
    values_display={"emea": "Europe, Middle East, Africa", "us": "United States", "US": "US Navy"},
)
MODE = an_input(
    None,
    oneOf=[{"const": 1, "title": "Fast"}, {"const": "slow", "title": "Slow, but sure"}, {"type": "null"}],
)
DEFINED: dict[str, Any] = {"$defs": {"Colour": {"type": "string", "enum": ["red", "x"]}}}
LABEL = an_input(
    None, type=["number", "null"], enum=[1, 2, None], values_display={"1": "One", "null": "None"}
)
BLANK = an_input("", enum=["", "a"])
REFERRED = an_input(
    "x",
    anyOf=[{"$ref": "#/$defs/Colour"}, {"type": "null"}],
    **DEFINED,
)


@pytest.mark.parametrize(
    ("each", "typed", "value"),
    [
        (TEXT, "berlin, lisbon", "berlin, lisbon"),
        (TEXT, '"check before Friday 9am"', "check before Friday 9am"),
        (TEXT, "don't", "don't"),
        (TEXT, '"He said ""no"""', 'He said "no"'),
        (TEXT, "https://example.org/a?b=c", "https://example.org/a?b=c"),
        (MAYBE_TEXT, "none", None),
        (MAYBE_TEXT, "null", None),
        (MAYBE_TEXT, '"null"', "null"),
        (MAYBE_TEXT, "nothing to say", "nothing to say"),
        (WHOLE, "20", 20),
        (WHOLE, "1,000", 1000),
        (WHOLE, "1 000", 1000),
        (WHOLE, "5.0", 5),
        (WHOLE, '"20"', 20),
        (NUMBER, "3", 3),
        (NUMBER, "1e-7", 1e-7),
        (NUMBER, "1,000.5", 1000.5),
        (SURE, "no", False),
        (SURE, "ON", True),
        (DAY, "2026-05-01", "2026-05-01"),
        (DAY, "1 May 2026", "2026-05-01"),
        (DAY, '"May 1st, 2026"', "2026-05-01"),
        (DAY, "Fri 1 May 2026", "2026-05-01"),
        (DAY, "24 december", "2026-12-24"),
        (DAY, "none", None),
        (CLOCK, "19:30", "19:30:00"),
        (CLOCK, "7:30pm", "19:30:00"),
        (CLOCK, "8am", "08:00:00"),
        (CLOCK, "08:05", "08:05:00"),
        (CLOCK, "noon", "12:00:00"),
        (CLOCK, "12:13:14", "12:13:14"),
        (MOMENT, "1 May 2026 9am", "2026-05-01T09:00:00+02:00"),
        (MOMENT, "9:15 on 1 May 2026", "2026-05-01T09:15:00+02:00"),
        (MOMENT, "2026-12-24 18:30", "2026-12-24T18:30:00+01:00"),
        (MOMENT, "2026-12-24T18:30:00Z", "2026-12-24T18:30:00Z"),
        (MOMENT, "tomorrow 9am London time", "2026-11-29T09:00:00+00:00"),
        (NAMES, "berlin, lisbon", ["berlin", "lisbon"]),
        (NAMES, '"Smith, John","Doe, Jane"', ["Smith, John", "Doe, Jane"]),
        (NAMES, '"Smith, John"', ["Smith, John"]),
        (NAMES, '["Smith, John"]', ["Smith, John"]),
        (NAMES, "007, yes", ["007", "yes"]),
        (IDS, "10,17", [10, 17]),
        (IDS, '"10, 17"', [10, 17]),
        (IDS, "[10, 17]", [10, 17]),
        (IDS, "10", [10]),
        (WEIGHTS, "0.5, 2", [0.5, 2]),
        (FLAGS, "yes, no", [True, False]),
        (OFFICES, "berlin,lisbon", ["berlin", "lisbon"]),
        (OFFICES, '"berlin, lisbon"', ["berlin", "lisbon"]),
        (OFFICES, '"New York, NY"', ["New York, NY"]),
        (OFFICES, 'Berlin, "new york, ny"', ["berlin", "New York, NY"]),
        (PROPOSED, "two, three", ["two", "three"]),
        (PLAIN_NUMBERS, "3, 4", [3, 4]),
        (PAIRS, "[[1,2],[3,4]]", [[1, 2], [3, 4]]),
        (PAIRS, "'[[1,2],[3,4]]'", [[1, 2], [3, 4]]),
        (ACCOUNTS, '[{"name": "x"}]', [{"name": "x"}]),
        (ACCOUNTS, '{"name": "x"}', [{"name": "x"}]),
        (CONFIG, '{"a": {"b": [1]}}', {"a": {"b": [1]}}),
        (CONFIG, "'{\"a\": 1}'", {"a": 1}),
        (SIZE, "500", 500),
        (SIZE, "1,000", 1000),
        (SIZE, '"500"', "500"),
        (SIZE, "007", "007"),
        (SIZE, "large", "large"),
        (NOTIFY, "yes", True),
        (NOTIFY, "ann@example.com", "ann@example.com"),
        (PIPELINE, '{"name": 1}', {"name": 1}),
        (PIPELINE, "{{ ds }}", "{{ ds }}"),
        (OPTIONAL_ID, "5", 5),
        (OPTIONAL_ID, "none", None),
        (OPTIONAL_DAY, "24 december", "2026-12-24"),
        (REGION, "us", "us"),
        (REGION, "US", "US"),
        (REGION, "Emea", "emea"),
        (REGION, "united states", "us"),
        (REGION, '"Europe, Middle East, Africa"', "emea"),
        (REGION, "Europe, Middle East, Africa", "emea"),
        (MODE, "1", 1),
        (MODE, "fast", 1),
        (MODE, "Slow, but sure", "slow"),
        (LABEL, "none", None),
        (LABEL, "one", 1),
        (BLANK, '""', ""),
        (BLANK, "(empty)", ""),
        (REFERRED, "red", "red"),
    ],
)
def test_what_is_typed_is_read(each: Input, typed: str, value: Any):
    found = read_typed(each, typed, SEEN)

    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("each", "text", "value"),
    [
        (TEXT, '"quoted"', '"quoted"'),
        (TEXT, "  x ", "  x "),
        (MAYBE_TEXT, '"quoted"', '"quoted"'),
        (NAMES, "Berlin, Germany\nParis", ["Berlin, Germany", "Paris"]),
        (NAMES, '"Berlin, Germany"', ["Berlin, Germany"]),
        (NAMES, "berlin,\nlisbon,\n", ["berlin", "lisbon"]),
        (NAMES, "", []),
        (IDS, "1\n2\n3", [1, 2, 3]),
        (IDS, "1, 2\n3", [1, 2, 3]),
    ],
)
def test_what_stands_in_a_field_is_read(each: Input, text: str, value: Any):
    assert read_field(each, text, SEEN) == value


@pytest.mark.parametrize(
    ("each", "typed", "said"),
    [
        (WHOLE, "lots", "“Value” takes a whole number, like 20."),
        (WHOLE, "0", "“Value” must be 1 or more."),
        (WHOLE, "10,17", "“Value” takes a whole number, like 20. Write 10.17 with a point"),
        (WHOLE, "1.000", "Write 1000 or 1."),
        (WHOLE, "9" * 5000, "“Value” takes a whole number"),
        (NUMBER, "0,5", "Write 0.5 with a point, or 1,000 for a thousand."),
        (NUMBER, "1e999", "“Value” takes a number, like 2.5. That is more than a number can be."),
        (NUMBER, "nan", "“Value” takes a number"),
        (SURE, "maybe", "“Value” takes yes or no."),
        (DAY, "1/5/2026", "“Value” takes a date or none, like 2026-05-01 or 1 May 2026."),
        (DAY, "Mon 1 May 2026", "“Value” takes a date"),
        (DAY, "banana", "“Value” takes a date"),
        (CLOCK, "banana", "“Value” takes a time of day, like 19:30 or 7:30pm."),
        (CLOCK, "25:00:00", "“Value” takes a time of day"),
        (MOMENT, "banana", "“Value” takes a date and a time or none, like 1 May 2026 9am."),
        (MOMENT, "yesterday", "“Value” takes a date and a time"),
        (IDS, "7,noon", "“Value” takes whole numbers with commas between, like 10, 17."),
        (IDS, "1,000", "“Value” takes whole numbers"),
        (OFFICES, "berlin, rome", "• New York, NY"),
        (CONFIG, "{'a': 1}", '“Value” takes JSON, like {"name": "value"}. This is not JSON: it is not right'),
        (CONFIG, '{"a": 1, "a": 2}', "it names “a” twice"),
        (CONFIG, '{"a": NaN}', "NaN is no number"),
        (CONFIG, '{"a":' * 40 + "1" + "}" * 40, "more than 32 levels deep"),
        (CONFIG, '{"a":' * 100_000, "more than 32 levels deep"),
        (CONFIG, "[1]", "“Value” takes JSON"),
        (REGION, "mars", "one of:\n• emea: Europe, Middle East, Africa\n• us: United States\n• US: US Navy"),
        (REGION, "uS", "“Value” is one of"),
        (OPTIONAL_ID, "0", "“Value” must be 1 or more."),
        (OPTIONAL_ID, "five", "“Value” takes a whole number or none, like 20."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_words(each: Input, typed: str, said: str):
    with pytest.raises(NotUnderstood) as refusal:
        read_typed(each, typed, SEEN)

    assert said in refusal.value.message
    assert refusal.value.field == "value"


def test_a_pattern_is_never_shown():
    pattern = "^20[0-9]{2}-(0[1-9]|1[0-2])$"
    described = an_input("2026-05", type="string", pattern=pattern, description="Such as 2026-05")
    with_example = an_input("2026-05", type="string", pattern=pattern, examples=["2026-11"])
    silent = an_input("2026-05", type="string", pattern=pattern)

    for each, said in (
        (described, "“Value” is not written like that. Such as 2026-05."),
        (with_example, "“Value” is not written like that. Such as 2026-11."),
        (silent, "“Value” is not written like that. Such as 2026-05."),
    ):
        with pytest.raises(NotUnderstood) as refusal:
            read_typed(each, "Nov", SEEN)
        assert refusal.value.message == said


def test_what_was_typed_for_a_secret_is_in_no_refusal():
    secret = an_input(None, name="db_password", type="string", minLength=30, pattern="^[a-z]+$")

    with pytest.raises(NotUnderstood) as refusal:
        read_typed(secret, "hunter2-SECRET", SEEN)

    assert "SECRET" not in f"{refusal.value.message} {refusal.value.words} {refusal.value.example}"


def test_nobody_types_what_stands_for_a_sealed_secret():
    """It would be taken for one that no key opens, and its schedule suspended because a key was lost."""
    each = an_input(None, name="x", type="object")

    with pytest.raises(NotUnderstood):
        read_typed(each, json.dumps({SEALED: "abc"}), SEEN)
    assert read_typed(each, json.dumps({"a": {SEALED: "abc"}}), SEEN) == {"a": {SEALED: "abc"}}
