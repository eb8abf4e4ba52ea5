"""What an input takes, found out from its JSON Schema and its default, however the schema is written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from bot.domain.job import InputKind
from bot.domain.one_line import one_line
from bot.language.inputs.checking import matches

if TYPE_CHECKING:
    from bot.domain.job import Input

JSON_TYPES = frozenset(["string", "integer", "number", "boolean", "array", "object"])
MOST_REFERENCES = 20
"""How many local references are followed, because one may lead to itself."""
PYTHON_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),  # before int, which it is too
    (int, "integer"),
    (float, "number"),
    (str, "string"),
    (Mapping, "object"),
    (list, "array"),
)
STRING_KINDS = {
    "date": InputKind.DATE,
    "time": InputKind.TIME,
    "date-time": InputKind.DATE_TIME,
    "multiline": InputKind.LONG_TEXT,
    "file": InputKind.FILE,
}
TYPE_KINDS = {
    "boolean": InputKind.YES_NO,
    "integer": InputKind.WHOLE,
    "number": InputKind.NUMBER,
    "array": InputKind.LIST,
    "object": InputKind.OBJECT,
}
NO_MONTHS = ("2026-00", "2026-13", "2026-99", "2026-05-01", "2026-5x", "abcd-05", "")
"""What a pattern of months does not take."""
Choice = tuple[Any, str]
"""A value, and the words that people read for it."""


@dataclass(frozen=True, slots=True)
class Takes:
    """What a value may be. `types` are JSON's, the preferred ones first, without null."""

    types: tuple[str, ...]
    takes_null: bool = False
    format: str = ""
    choices: tuple[Choice, ...] = ()
    is_closed: bool = False
    """Whether nothing but the choices is taken."""
    items: Takes | None = None
    """What each item of a list is."""
    schema: Mapping[str, Any] = field(default_factory=dict)
    """The schema with its references, single alternatives and null alternatives taken apart."""

    @property
    def is_text(self) -> bool:
        """Whether every text is a value of its own: nothing but texts is taken."""
        return self.types == ("string",) and not self.takes_null and not self.is_closed

    @property
    def kind(self) -> InputKind:
        """The kind of field that a form has for it."""
        if self.is_closed:
            return InputKind.CHOICE
        if self.types == ("array",) and self.items is not None and self.items.choices:
            return InputKind.CHOICES
        if self.types == ("string",):
            return STRING_KINDS.get(self.format, InputKind.TEXT)
        if set(self.types) <= {"integer", "number"}:
            return InputKind.NUMBER if "number" in self.types else InputKind.WHOLE
        if len(self.types) == 1:
            return TYPE_KINDS[self.types[0]]
        return InputKind.LONG_TEXT if {"array", "object"} & set(self.types) else InputKind.TEXT


def takes(schema: object, default: Any = None) -> Takes:
    """Return what a schema takes; where it names no types, what its default is. Any JSON is a schema here."""
    root = schema if isinstance(schema, Mapping) else {}
    return _takes(root, default, root)


def takes_of(each: Input) -> Takes:
    """Return what an input takes, its choices as the job offers them."""
    found = takes(each.schema, each.default)
    if each.kind is InputKind.CHOICE and each.choices and found.is_closed:
        return replace(found, choices=each.choices)
    if each.kind is InputKind.CHOICES and each.choices and found.items is not None:
        return replace(found, items=replace(found.items, choices=each.choices))
    return found


def _takes(schema: Mapping[str, Any], default: Any, root: Mapping[str, Any]) -> Takes:
    flat, takes_null = _flat(schema, root)
    named = _named_types(flat)
    choices = _choices(flat)
    is_closed = bool(choices) or None in _sequence(flat.get("enum"))
    types = tuple(each for each in named if each != "null")
    if not types:
        types = _types_of([value for value, _ in choices if value is not None] or [default])
    is_null_named = "null" in named or any(value is None for value, _ in choices)
    return Takes(
        types=types,
        takes_null=takes_null or is_null_named or (not named and not is_closed and default is None),
        format=_format(flat),
        choices=choices,
        is_closed=is_closed,
        items=_items(flat, default, root) if "array" in types else None,
        schema=flat,
    )


def _format(flat: Mapping[str, Any]) -> str:
    """Return the format that the schema names; "month" for a pattern that takes each month as 2026-05."""
    named, pattern = flat.get("format"), flat.get("pattern")
    if isinstance(named, str) and named:
        return "month" if named in {"month", "year-month"} else named
    return "month" if isinstance(pattern, str) and _is_of_months(pattern) else ""


@lru_cache(maxsize=1024)
def _is_of_months(pattern: str) -> bool:
    try:
        months = all(matches(pattern, f"2026-{month:02d}") for month in range(1, 13))
        return months and not any(matches(pattern, each) for each in NO_MONTHS)
    except TimeoutError:
        return False


def _items(flat: Mapping[str, Any], default: Any, root: Mapping[str, Any]) -> Takes:
    """Return what the items are; if the schema does not say, what the default's items are, or texts."""
    defaults = default if isinstance(default, list) else []
    named = flat.get("items")
    if isinstance(named, Mapping) and named:
        found = _takes(named, None, root)
    else:
        types = _types_of(defaults or [None])
        inner = _items({}, None, root) if "array" in types else None
        found = Takes(types, takes_null=None in defaults, items=inner)
    proposed = _sequence(flat.get("examples"))
    if found.choices or not proposed or any(isinstance(each, list | Mapping) for each in proposed):
        return _labelled(found, flat)
    offered = tuple((each, words_of(each, flat)) for each in proposed)
    return replace(found, choices=offered)


def _labelled(found: Takes, outer: Mapping[str, Any]) -> Takes:
    """Return the items' choices with the words that the list's own schema has for them."""
    if not found.choices or "values_display" not in outer:
        return found
    choices = tuple((value, words_of(value, outer)) for value, _ in found.choices)
    return replace(found, choices=choices)


def _flat(schema: Mapping[str, Any], root: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    """Return the schema with references and alternatives merged into it, and whether null is one of them."""
    flat: Mapping[str, Any] = _resolved(schema, root)
    takes_null = False
    for word in ("anyOf", "oneOf", "allOf"):
        branches = [_resolved(each, root) for each in _sequence(flat.get(word)) if isinstance(each, Mapping)]
        if not branches:
            continue
        others = [each for each in branches if each.get("type") != "null"]
        takes_null = takes_null or (word != "allOf" and len(others) < len(branches))
        rest = {name: value for name, value in flat.items() if name != word}
        if others and all("const" in each or "enum" in each for each in others) and word != "allOf":
            flat = {**rest, **_listed(others, flat)}
        elif len(others) == 1:
            flat = {**others[0], **rest}
        elif word != "allOf" and "type" not in flat:
            flat = {**flat, "type": [kind for each in others for kind in _named_types(each)]}
    return flat, takes_null


def _listed(branches: Sequence[Mapping[str, Any]], outer: Mapping[str, Any]) -> dict[str, Any]:
    """Return alternatives that are values with titles as one list of values with their words."""
    shown = outer.get("values_display")
    words = dict(shown) if isinstance(shown, Mapping) else {}
    values: list[Any] = []
    for each in branches:
        named = [each["const"]] if "const" in each else _sequence(each.get("enum"))
        values += named
        title = each.get("title")
        if isinstance(title, str) and len(named) == 1:
            words[key_of(named[0])] = title
    return {"enum": values, "values_display": words}


def _resolved(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a reference within the same schema points to. Other references stay as they are."""
    for _ in range(MOST_REFERENCES):
        pointer = schema.get("$ref")
        if not isinstance(pointer, str) or not pointer.startswith("#/"):
            break
        target: Any = root
        for part in pointer[2:].split("/"):
            key = part.replace("~1", "/").replace("~0", "~")
            target = target.get(key) if isinstance(target, Mapping) else None
        if not isinstance(target, Mapping):
            break
        schema = {**target, **{name: value for name, value in schema.items() if name != "$ref"}}
    return schema


def _named_types(schema: Mapping[str, Any]) -> tuple[str, ...]:
    named = schema.get("type")
    found = [named] if isinstance(named, str) else _sequence(named)
    known = [each for each in found if isinstance(each, str) and each in JSON_TYPES | {"null"}]
    return tuple(dict.fromkeys(known))


def _types_of(values: Sequence[Any]) -> tuple[str, ...]:
    """Return the JSON types of some values; text if there is no value."""
    found = [json_type(each) for each in values if each is not None]
    return tuple(dict.fromkeys(found)) or ("string",)


def json_type(value: Any) -> str:
    """Return the JSON type of a value that is not null."""
    return next((word for python, word in PYTHON_TYPES if isinstance(value, python)), "string")


def _choices(flat: Mapping[str, Any]) -> tuple[Choice, ...]:
    values = _sequence(flat.get("enum"))
    return tuple((value, words_of(value, flat)) for value in values)


def words_of(value: Any, schema: Mapping[str, Any]) -> str:
    """Return what people read for a value: the schema's own words, or the value as it is typed."""
    shown = schema.get("values_display")
    labels = shown if isinstance(shown, Mapping) else {}
    for key in (key_of(value), str(value)):
        label = labels.get(key)
        if label is not None and (words := one_line(str(label))):
            return words
    if value is None or isinstance(value, bool):
        return {None: "none", True: "yes", False: "no"}[value]
    return key_of(value) if key_of(value).strip() else "(empty)"


def key_of(value: Any) -> str:
    """Return a value as the key of an object in JSON, and as it is typed if it is short."""
    return value if isinstance(value, str) else as_json(value)


def as_json(value: Any) -> str:
    """Return a value as people read JSON: on one line, with letters unescaped."""
    return json.dumps(value, ensure_ascii=False)


def _sequence(value: object) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()
