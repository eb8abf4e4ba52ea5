"""Whether a value fits its JSON Schema, asked as Airflow asks: without the network, within a time limit."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import regex
from jsonschema import Draft4Validator, Draft6Validator, Draft7Validator, FormatChecker
from jsonschema.exceptions import SchemaError, UnknownType, ValidationError
from jsonschema.validators import Draft201909Validator, Draft202012Validator, extend
from referencing import Registry
from referencing.exceptions import Unresolvable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SECONDS_FOR_A_PATTERN = 0.5
"""More than any pattern written for people's words takes; `re` alone would hold the whole process."""
LONGEST_DURATION = 60

FORMATS = FormatChecker(formats=["date", "email", "idn-email", "ipv4", "ipv6", "uuid", "regex"])
"""Formats that every Airflow checks. Others may be importable here, and not be installed there."""


class Unchecked(Exception):
    """The schema itself is wrong, so no value can be checked. The text says why, without any value."""


@FORMATS.checks("time", raises=ValueError)
def _is_time(value: object) -> bool:
    return not isinstance(value, str) or bool(datetime.strptime(value, "%H:%M:%S"))  # noqa: DTZ007


_DURATION = regex.compile(r"P(?!$)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+([.,]\d+)?S)?)?")


@FORMATS.checks("duration")
def _is_duration(value: object) -> bool:
    return not isinstance(value, str) or (
        len(value) <= LONGEST_DURATION and _DURATION.fullmatch(value) is not None
    )


def first_error(schema: Mapping[str, Any], value: Any) -> ValidationError | None:
    """Return what a schema has against a value, or None. Raises Unchecked."""
    try:
        found = next(iter(_validator(_key(schema)).iter_errors(value)), None)
    except Unresolvable:
        raise Unchecked("it refers to another schema that is not there") from None
    except UnknownType as error:
        raise Unchecked(f"there is no type “{error.type}”") from None
    except RecursionError:
        raise Unchecked("it refers to itself without end") from None
    except TimeoutError:
        raise Unchecked("its pattern takes too long on this value") from None
    except (ArithmeticError, TypeError, AttributeError, ValueError) as error:
        raise Unchecked(f"it cannot be applied ({type(error).__name__})") from None
    return _deepest(found) if isinstance(found, ValidationError) else None


def fits(schema: Mapping[str, Any], value: Any) -> bool:
    """Return whether a value fits; a schema that is at fault itself refuses nothing."""
    try:
        return first_error(schema, value) is None
    except Unchecked:
        return True


def _deepest(error: ValidationError) -> ValidationError:
    """Return the error of alternatives that says most: of the only one that is not about null."""
    inner = [each for each in error.context or () if each.validator_value != "null"]
    branches = {each.schema_path[0] for each in inner}
    return inner[0] if error.validator in {"anyOf", "oneOf"} and len(branches) == 1 else error


def _key(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, sort_keys=True, default=str)


@lru_cache(maxsize=1024)
def _validator(text: str) -> Any:
    """Return the validator of a schema. Raises Unchecked if it is no schema."""
    schema = json.loads(text)
    named = schema.get("$schema")
    kind: Any = _DRAFTS.get(named.rstrip("#") if isinstance(named, str) else "", _NEWEST)
    try:
        kind.check_schema(schema)
    except SchemaError as error:
        where = "".join(f"“{part}” " for part in error.path if isinstance(part, str))
        raise Unchecked(f"its {where}is not JSON Schema" if where else "it is not JSON Schema") from None
    except (RecursionError, ArithmeticError, TypeError, ValueError) as error:
        raise Unchecked(f"it cannot be read ({type(error).__name__})") from None
    return kind(schema, format_checker=FORMATS, registry=Registry())


def matches(pattern: str, text: str) -> bool:
    """Return whether a pattern is found in a text. Raises TimeoutError."""
    try:
        compiled = regex.compile(pattern)
    except regex.error:  # Python's own `re` takes it, as does Airflow, which has the last word
        return True
    return compiled.search(text, timeout=SECONDS_FOR_A_PATTERN, concurrent=True) is not None


def _pattern(validator: Any, pattern: str, value: Any, _schema: object) -> Iterator[ValidationError]:
    if validator.is_type(value, "string") and not matches(pattern, value):
        yield ValidationError("it has another form")


def _pattern_properties(
    validator: Any, patterns: Mapping[str, Any], value: Any, _schema: object
) -> Iterator[ValidationError]:
    if not validator.is_type(value, "object"):
        return
    for pattern, schema in patterns.items():
        for name, each in value.items():
            if matches(pattern, name):
                yield from validator.descend(each, schema, path=name, schema_path=pattern)


def _additional_properties(
    validator: Any, others: Any, value: Any, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    if not validator.is_type(value, "object"):
        return
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    for name, each in value.items():
        if name in known or any(matches(pattern, name) for pattern in patterns):
            continue
        if isinstance(others, bool):
            if not others:
                yield ValidationError("it has a key that is not known")
        else:
            yield from validator.descend(each, others, path=name)


def _left_to_airflow(*_: object) -> Iterator[ValidationError]:
    """Leave the keyword to Airflow: it is rare, and jsonschema would check it without a time limit."""
    return iter(())


_BOUNDED = {
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
    "unevaluatedProperties": _left_to_airflow,
}
_extended: Any = extend  # jsonschema's stubs leave it untyped
_NEWEST = _extended(Draft202012Validator, _BOUNDED)
_DRAFTS = {
    "http://json-schema.org/draft-04/schema": _extended(Draft4Validator, _BOUNDED),
    "http://json-schema.org/draft-06/schema": _extended(Draft6Validator, _BOUNDED),
    "http://json-schema.org/draft-07/schema": _extended(Draft7Validator, _BOUNDED),
    "https://json-schema.org/draft/2019-09/schema": _extended(Draft201909Validator, _BOUNDED),
}
