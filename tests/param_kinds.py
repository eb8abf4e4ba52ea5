"""Sixty kinds of params as public DAGs have them: types, formats, choices, nested, nullable, templated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

LEFT = "left to the job"
REFUSED = "refused"
CASES: list[Kind] = []


@dataclass(frozen=True, slots=True)
class Kind:
    """One param. `typed`: a text for it, `value`: what Airflow gets for that text.

    `filled`: what is put into its field, where that is not the text; `emptied`: what Airflow gets when the
    field is emptied.
    """

    name: str
    default: Any
    schema: dict[str, Any]
    typed: str
    value: Any
    emptied: Any = LEFT
    filled: str = ""


def _kind(
    name: str, default: Any, typed: str, value: Any, emptied: Any = LEFT, filled: str = "", **schema: Any
) -> None:
    CASES.append(Kind(name, default, schema, typed, value, emptied, filled))


_COLOURS: dict[str, Any] = {"type": "string", "enum": ["red", "green", "blue, dark"]}
_LONG = "select " + "x, " * 1500
_REFERENCE: dict[str, Any] = {"$ref": "#/$defs/Colour", "$defs": {"Colour": _COLOURS}}
_CODE = {"emea": "Europe, Middle East, Africa", "us": "United States"}

# Texts
_kind("text", "hello", "berlin, lisbon", "berlin, lisbon", "", type="string")
_kind("text_spaces", "  x ", '"  y "', "  y ", "", filled="  y ", type="string")
_kind("text_min", "hello", "world", "world", minLength=3, maxLength=20, type="string")
_kind("text_nullable", "some text", "other", "other", None, type=["null", "string"])
_kind("text_null_default", None, "other", "other", LEFT, type=["null", "string"])
_kind("text_null_last", "some", "none", None, None, type=["string", "null"])
_kind("text_pattern", "2026-05", "2026-11", "2026-11", type="string", pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")
_kind("text_examples", "one", "four", "four", "", type="string", examples=["one", "two", "three"])
_kind("text_multiline", "a\nb", "one line", "one line", "", type="string", format="multiline")
_kind("text_long", _LONG, "select 1", "select 1", LEFT, type="string")
_kind("text_untyped", "hello", "world", "world", "")
_kind("text_untyped_none", None, "world", "world", LEFT)
_kind("text_templated", "{{ ds_nodash }}", "{{ ts }}", "{{ ts }}", "", type="string")
_kind(
    "text_email",
    "ann@example.com",
    "bob@example.com",
    "bob@example.com",
    type="string",
    format="email",
    minLength=5,
)
_kind(
    "text_uri",
    "s3://a/b?c=d",
    "https://example.org/a?b=c",
    "https://example.org/a?b=c",
    "",
    type="string",
    format="uri",
)
_kind("text_quotes", 'say "hi"', "it's", "it's", "", type="string")
_kind("text_json_like", "[a]", "{b}", "{b}", "", type="string")
_kind("text_number_like", "007", "0010", "0010", "", type="string")
_kind(
    "text_markdown",
    "x",
    "y",
    "y",
    "",
    type="string",
    description_md="Some *help*",
    title="A title",
    section="More",
)
# Numbers
_kind("whole", 3, "1,000", 1000, filled="1000", type="integer")
_kind("whole_bounds", 10, "20", 20, minimum=1, maximum=100, type="integer")
_kind("whole_as_float", 5.0, "7", 7, type="integer")
_kind("whole_nullable", 5, "7", 7, None, type=["null", "integer"])
_kind("whole_untyped", 3, "4", 4)
_kind("whole_multiple", 10, "25", 25, multipleOf=5, type="integer")
_kind("number", 2.5, "0.75", 0.75, type="number")
_kind("number_whole_default", 3, "4.5", 4.5, type="number")
_kind("number_tiny", 1e-7, "2.5e-7", 2.5e-7, filled="0.00000025", type="number")
_kind("number_huge", 1e300, "5", 5, type="number")
_kind("number_exclusive", 0.5, "0.25", 0.25, exclusiveMinimum=0, exclusiveMaximum=1, type="number")
_kind("number_nullable", 0.5, "none", None, None, anyOf=[{"type": "number"}, {"type": "null"}])
_kind("whole_optional", None, "5", 5, LEFT, anyOf=[{"type": "integer", "minimum": 1}, {"type": "null"}])
# Yes and no
_kind("flag", False, "yes", True, type="boolean")
_kind("flag_true", True, "no", False, type="boolean")
_kind("flag_nullable", True, "no", False, None, type=["boolean", "null"])
_kind("flag_untyped", False, "on", True)
# Choices
_kind("choice", "one", "two", "two", type="string", enum=["one", "two"])
_kind("choice_words", "emea", "united states", "us", type="string", enum=["emea", "us"], values_display=_CODE)
_kind("choice_case", "us", "US", "US", type="string", enum=["us", "US"])
_kind("choice_numbers", 3, "2", 2, type="integer", enum=[1, 2, 3])
_kind("choice_mixed", 3, "1", "1", enum=["2", "1", 3])
_kind(
    "choice_null",
    1,
    "none",
    None,
    None,
    enum=[1, 2, None],
    values_display={"1": "One", "null": "None (clear selection)"},
)
_kind("choice_empty", "a", '""', "", enum=["", "a", "b"])
_kind(
    "choice_one_of",
    "a",
    "Second",
    "b",
    oneOf=[{"const": "a", "title": "First"}, {"const": "b", "title": "Second"}],
)
_kind("choice_reference", "red", "green", "green", **_REFERENCE)
_kind("choice_optional", None, "red", "red", LEFT, anyOf=[_COLOURS, {"type": "null"}])
# Dates and times
_kind("date", "2026-05-01", "29 Nov 2026", "2026-11-29", filled="2026-11-29", type="string", format="date")
_kind(
    "date_nullable",
    None,
    "1 May 2026",
    "2026-05-01",
    LEFT,
    filled="2026-05-01",
    type=["null", "string"],
    format="date",
)
_kind("time", "12:13:14", "7:30pm", "19:30:00", filled="19:30", type="string", format="time")
_kind(
    "time_short",
    "7:30:00",
    "08:05",
    "08:05:00",
    filled="08:05",
    type=["string", "null"],
    format="time",
    emptied=None,
)
_kind(
    "moment",
    "2026-11-28T12:17:00+00:00",
    "1 May 2026 9am",
    "2026-05-01T09:00:00+02:00",
    filled="1777618800",
    type="string",
    format="date-time",
)
_kind(
    "moment_naive",
    "2026-11-28 12:17",
    "2026-12-24 18:30",
    "2026-12-24T18:30:00+01:00",
    type="string",
    format="date-time",
)
# Lists
_kind("list", ["a", "b"], "c, d", ["c", "d"], [], type="array")
_kind(
    "list_commas",
    ["Smith, John", "Doe, Jane"],
    '"Roe, Al", Bo',
    ["Roe, Al", "Bo"],
    [],
    type="array",
    items={"type": "string"},
)
_kind("list_whole", [1, 2], "10,17", [10, 17], [], type="array", items={"type": "integer"})
_kind("list_untyped", [1, 2], "3, 4", [3, 4], [])
_kind(
    "list_of_choices",
    ["red"],
    'green, "blue, dark"',
    ["green", "blue, dark"],
    [],
    type="array",
    items=_COLOURS,
)
_kind(
    "list_proposed",
    ["one"],
    "two, three",
    ["two", "three"],
    [],
    type="array",
    examples=["one", "two", "three"],
)
_kind("list_nullable", None, "a, b", ["a", "b"], LEFT, type=["null", "array"])
_kind(
    "list_nested", [[1, 2], [3, 4]], "[[5], [6, 7]]", [[5], [6, 7]], [], type="array", items={"type": "array"}
)
_kind(
    "list_objects",
    [{"name": "x"}],
    '[{"name": "y"}]',
    [{"name": "y"}],
    [],
    type="array",
    items={"type": "object"},
)
_kind("list_min", ["a"], "b, c", ["b", "c"], type="array", minItems=1)
# Objects
_kind(
    "object",
    {"key": "value"},
    '{"dry_run": true, "limit": 10}',
    {"dry_run": True, "limit": 10},
    type="object",
)
_kind(
    "object_nullable",
    {"a": 1},
    '{"b": [1, {"c": null}]}',
    {"b": [1, {"c": None}]},
    None,
    type=["object", "null"],
)
_kind("object_untyped", {"a": 1}, '{"a": 2}', {"a": 2})
_kind("object_required", {"host": "a"}, '{"host": "b"}', {"host": "b"}, type="object", required=["host"])
# Several types
_kind("either_number", 1000, "500", 500, "", type=["integer", "string"])
_kind("either_flag", True, "ann@example.com", "ann@example.com", "", type=["boolean", "string"])
_kind("either_object", "x", '{"name": 1}', {"name": 1}, "", type=["string", "object"])
