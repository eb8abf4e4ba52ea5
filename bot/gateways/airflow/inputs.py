"""A DAG's params, which are JSON Schemas, read into the inputs a form can ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.job import Input, InputKind
from bot.gateways.airflow.cells import LONGEST_TEXT, line
from bot.language.inputs.checking import fits
from bot.language.inputs.schema import takes

NEVER_NULL = frozenset({"type", "enum", "format", "title", "items", "minimum", "maximum", "pattern"})


def inputs_from(params: Mapping[str, Any]) -> tuple[Input, ...]:
    """Return the inputs in Airflow's order. A `const` is left out, as in Airflow's own form."""
    read = (input_from(name, param) for name, param in params.items() if isinstance(param, Mapping))
    return tuple(each for each in read if "const" not in each.schema)


def input_from(name: str, param: Mapping[str, Any]) -> Input:
    """Return the input. `param` has {"value": the default, "schema": …, "description": …}.

    A default that its own schema refuses counts as none: Airflow would refuse a run with it.
    """
    schema = _schema(param.get("schema"))
    given = param.get("value")
    is_usable = fits(schema, given)
    default = given if is_usable else None
    found = takes(schema, default)
    choices = found.items.choices if found.kind is InputKind.CHOICES and found.items else found.choices
    return Input(
        name=name,
        kind=found.kind,
        title=line(schema.get("title")) or line(name.replace("_", " ")).capitalize() or name,
        schema=schema,
        description=line(param.get("description"), LONGEST_TEXT)
        or line(schema.get("description"), LONGEST_TEXT)
        or line(schema.get("description_md"), LONGEST_TEXT),
        section=line(schema.get("section")),
        required=not is_usable,
        default=default,
        choices=choices if found.kind in {InputKind.CHOICE, InputKind.CHOICES} else (),
    )


def _schema(given: Any) -> Mapping[str, Any]:
    """Return the schema without keywords that are null, which mean nothing and which no validator takes."""
    schema = given if isinstance(given, Mapping) else {}
    return {name: value for name, value in schema.items() if value is not None or name not in NEVER_NULL}
