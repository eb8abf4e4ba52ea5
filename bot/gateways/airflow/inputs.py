"""A DAG's params, which are JSON Schemas, read into the inputs a form can ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.job import Input, InputKind

STRING_FORMATS = {
    "date": InputKind.DATE,
    "time": InputKind.TIME,
    "date-time": InputKind.DATE_TIME,
    "multiline": InputKind.LONG_TEXT,
}
TYPES = {
    "boolean": InputKind.YES_NO,
    "integer": InputKind.WHOLE,
    "number": InputKind.NUMBER,
    "array": InputKind.LIST,
    "object": InputKind.OBJECT,
}
PYTHON_TYPES: tuple[tuple[type, InputKind], ...] = (
    (bool, InputKind.YES_NO),  # before int, which it is too
    (int, InputKind.WHOLE),
    (float, InputKind.NUMBER),
    (Mapping, InputKind.OBJECT),
    (list, InputKind.LIST),
)


def inputs_from(params: Mapping[str, Any]) -> tuple[Input, ...]:
    """In Airflow's order. A `const` is nothing to ask: Airflow's own form hides it too."""
    read = (input_from(name, param) for name, param in params.items() if isinstance(param, Mapping))
    return tuple(each for each in read if "const" not in each.schema)


def input_from(name: str, param: Mapping[str, Any]) -> Input:
    """`param`: {"value": the default, "schema": …, "description": …} as the REST API has it."""
    schema: Mapping[str, Any] = param.get("schema") or {}
    default = param.get("value")
    kind = _kind(schema, default)
    return Input(
        name=name,
        kind=kind,
        title=str(schema.get("title") or name.replace("_", " ").strip().capitalize()),
        schema=schema,
        description=str(
            param.get("description") or schema.get("description") or schema.get("description_md") or ""
        ),
        section=str(schema.get("section") or ""),
        required=default is None and not _accepts_null(schema),
        default=default,
        choices=_choices(schema, kind),
    )


def _kind(schema: Mapping[str, Any], default: Any) -> InputKind:
    types = _types(schema)
    if "enum" in schema:
        return InputKind.CHOICE
    if "array" in types and _list_of_choices(schema):
        return InputKind.CHOICES
    if "string" in types:
        return STRING_FORMATS.get(str(schema.get("format")), InputKind.TEXT)
    for each in types:
        if each in TYPES:
            return TYPES[each]
    return next((kind for python, kind in PYTHON_TYPES if isinstance(default, python)), InputKind.TEXT)


def _types(schema: Mapping[str, Any]) -> tuple[str, ...]:
    named = schema.get("type", ())
    return (named,) if isinstance(named, str) else tuple(each for each in named if each != "null")


def _accepts_null(schema: Mapping[str, Any]) -> bool:
    """A schema that names neither types nor values accepts everything."""
    if "enum" in schema:
        return None in schema["enum"]
    named = schema.get("type", "null")
    return "null" in ((named,) if isinstance(named, str) else named)


def _choices(schema: Mapping[str, Any], kind: InputKind) -> tuple[tuple[Any, str], ...]:
    if kind is InputKind.CHOICE:
        values: Sequence[Any] = [each for each in schema["enum"] if each is not None]
    elif kind is InputKind.CHOICES:
        values = _list_of_choices(schema)
    else:
        return ()
    shown = schema.get("values_display")
    labels = shown if isinstance(shown, Mapping) else {}
    return tuple((value, str(labels.get(str(value), value))) for value in values)


def _list_of_choices(schema: Mapping[str, Any]) -> Sequence[Any]:
    """The items' enum; or `examples`, of which Airflow's own form makes a multiple choice."""
    items = schema.get("items")
    named = items.get("enum") if isinstance(items, Mapping) else None
    chosen = named or schema.get("examples") or ()
    return chosen if isinstance(chosen, Sequence) and not isinstance(chosen, str) else ()
