"""What an input takes, in words with an example; and what is wrong with a value, never quoting a pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.language.inputs.quoting import quoted
from bot.language.inputs.schema import as_json, takes, takes_of

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

    from bot.domain.job import Input
    from bot.language.inputs.schema import Takes

MOST_LISTED = 20
LONGEST_EXAMPLE = 60
_EXAMPLES = {
    "integer": "20",
    "number": "2.5",
    "array": "[1, 2]",
    "object": '{"name": "value"}',
    "date": "2026-05-01 or 1 May 2026",
    "month": "2026-05 or last month",
    "time": "19:30 or 7:30pm",
    "date-time": "1 May 2026 9am",
    "duration": "PT30M",
    "email": "ann@example.com",
    "ipv4": "10.0.0.1",
    "uuid": "123e4567-e89b-12d3-a456-426614174000",
}
_ONE = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "yes or no",
    "array": "a list in JSON",
    "object": "JSON",
    "string": "text",
    "date": "a date",
    "month": "a month",
    "time": "a time of day",
    "date-time": "a date and a time",
    "duration": "a length of time in ISO form",
    "email": "an e-mail address",
    "idn-email": "an e-mail address",
    "ipv4": "an IPv4 address",
    "ipv6": "an IPv6 address",
    "uuid": "a UUID",
    "regex": "a regular expression",
    "file": "a file",
}
_MANY = {"integer": "whole numbers", "number": "numbers", "boolean": "yes and no", "string": "texts"}


def wanted(found: Takes) -> str:
    """Return what is taken, in words: "a whole number, like 20"."""
    if found.is_closed:
        return f"one of:\n{listed(found)}"
    if found.types == ("array",) and found.items is not None:
        return _wanted_list(found.items)
    kinds = [_ONE.get(found.format if each == "string" else each, _ONE[each]) for each in found.types]
    if found.takes_null:
        kinds.append("none")
    word = found.format if found.types == ("string",) else found.types[0]
    example = _example(found) or _EXAMPLES.get(word, "")
    return f"{' or '.join(kinds)}{f', like {example}' if example else ''}"


def wanted_by(each: Input) -> str:
    """Return what an input takes, as `wanted` says it."""
    return wanted(takes_of(each))


def _wanted_list(items: Takes) -> str:
    if items.is_closed:
        return f"some of these, with commas between:\n{listed(items)}"
    if set(items.types) & {"array", "object"}:
        return "JSON, like " + ("[[1, 2], [3]]" if "array" in items.types else '[{"name": "value"}]')
    what = _MANY.get(items.types[0], "values") if len(items.types) == 1 else "values"
    example = {"integer": "10, 17", "number": "0.5, 2", "boolean": "yes, no"}.get(items.types[0], "one, two")
    return f"{what} with commas between, like {example}"


def _example(found: Takes) -> str:
    """Return the schema's own example, if it has a short one."""
    examples = found.schema.get("examples")
    first = examples[0] if isinstance(examples, list) and examples else None
    text = first if isinstance(first, str) else "" if first is None else as_json(first)
    return text if len(text) <= LONGEST_EXAMPLE else ""


def listed(found: Takes) -> str:
    """Return the choices, one a line, each with the word that people type."""
    lines = [
        f"• {code_of(value)}" if words in {code_of(value), ""} else f"• {code_of(value)}: {words}"
        for value, words in found.choices[:MOST_LISTED]
    ]
    more = len(found.choices) - MOST_LISTED
    return "\n".join([*lines, *([f"and {more} more"] if more > 0 else [])])


def code_of(value: Any) -> str:
    """Return the word that people type for a choice."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value if value.strip() else quoted(value)
    return as_json(value)


def wrong(each: Input, error: ValidationError) -> str:
    """Return what a schema has against a value, as a sentence. The value itself is never in it."""
    where = next((part for part in error.absolute_path if isinstance(part, int)), None)
    at = "" if where is None else f", item {where + 1}:"
    return f"“{each.title}”{at} {_wrong(each, error)}"


def _wrong(each: Input, error: ValidationError) -> str:
    limit = error.validator_value
    sentence = _SENTENCES.get(str(error.validator))
    if sentence is not None:
        return f"{sentence.format(limit)}."
    match error.validator:
        case "enum" | "const":
            inner = takes(error.schema if isinstance(error.schema, dict) else {})
            return f"is {wanted(inner)}" if inner.is_closed else "takes another value."
        case "type":
            return f"takes {wanted(takes(error.schema if isinstance(error.schema, dict) else {}))}."
        case "required":
            given = error.instance if isinstance(error.instance, dict) else {}
            missing = [name for name in limit if name not in given] if isinstance(limit, list) else []
            return f"needs {' and '.join(f'“{name}”' for name in missing)} in it."
        case "additionalProperties":
            return "has a key in it that the job does not know."
        case "format":
            return f"takes {_ONE.get(str(limit), str(limit))}, like {_EXAMPLES.get(str(limit), '…')}."
    return in_the_jobs_words(each)


_SENTENCES = {
    "minimum": "must be {0} or more",
    "exclusiveMinimum": "must be more than {0}",
    "maximum": "must be {0} or less",
    "exclusiveMaximum": "must be less than {0}",
    "minLength": "must have at least {0} characters",
    "maxLength": "must have at most {0} characters",
    "multipleOf": "must be a multiple of {0}",
    "minItems": "needs at least {0} items",
    "maxItems": "takes at most {0} items",
    "uniqueItems": "names something twice",
}


def in_the_jobs_words(each: Input) -> str:
    """Return what to type instead, as the job's own description or examples say it."""
    found = takes_of(each)
    example = _example(found)
    if example:
        return f"is not written like that. Such as {example}."
    if each.description:
        return f"is not written like that. {each.description.strip().removesuffix('.')}."
    if isinstance(each.default, str) and each.default and not each.is_secret:
        return f"is not written like that. Such as {each.default[:LONGEST_EXAMPLE]}."
    return "does not take this. Whoever looks after the job in Airflow knows what it takes."


def broken(each: Input, why: str) -> str:
    """Return the sentence about an input whose schema is no schema."""
    return (
        f"“{each.title}” cannot be checked: the job's own rule for it is broken, {why}. "
        "Whoever looks after the job in Airflow can mend it."
    )
