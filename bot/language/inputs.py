"""What people type or choose for a job's inputs -> the run's conf, checked against its JSON Schema."""

from __future__ import annotations

import json
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator, FormatChecker

from bot.domain.errors import NotUnderstood
from bot.domain.job import Input, InputKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from jsonschema.exceptions import ValidationError

    from bot.domain.job import Job

PRESET = "preset"
"""What stands before a preset's name."""
YES = {"yes", "y", "true", "on", "1"}
NO = {"no", "n", "false", "off", "0"}


def read_inputs(job: Job, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Typed text or form values -> conf, by the inputs' own names; those not given are left to the job.

    `preset=…` stands for the inputs of that preset, beside which others may be given.
    Raises NotUnderstood with the input's name as its field.
    """
    preset, given = split_preset(job, typed)
    conf = {**preset, **read_some_inputs(job, given)}
    for each in job.inputs:
        if each.name not in conf and each.must_be_given:
            raise NotUnderstood(
                f"{job.title} needs “{each.title}”.", field=each.name, example=f"with {each.name}=…"
            )
    return conf


def read_some_inputs(job: Job, typed: Mapping[str, Any]) -> dict[str, Any]:
    """The same for a part of them."""
    found = ((_input_named(job, name), value) for name, value in typed.items())
    return {each.name: _read(each, value) for each, value in found}


def split_preset(job: Job, typed: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The preset's own inputs, and what was typed beside it."""
    named = {name.casefold(): name for name in typed}
    presets = job.settings.presets
    if PRESET not in named or not presets or job.input(PRESET) is not None:
        return {}, typed
    wanted = str(typed[named[PRESET]]).strip()
    for name, inputs in presets.items():
        if name.casefold() == wanted.casefold():
            return inputs, {each: value for each, value in typed.items() if each != named[PRESET]}
    raise NotUnderstood(
        f"{job.title} has no preset “{wanted}”. It has: {', '.join(presets)}.", words=wanted, field=PRESET
    )


def check_inputs(job: Job, conf: Mapping[str, Any]) -> str | None:
    """Why these inputs no longer fit the job, in words; None when they do."""
    known = {each.name for each in job.inputs}
    unknown = sorted(set(conf) - known - job.settings.withheld)
    if unknown:
        return f"it no longer has an input called “{unknown[0]}”"
    for each in job.inputs:
        if each.name in conf:
            problem = _problem(each, conf[each.name])
            if problem:
                return problem
        elif each.must_be_given:
            return f"it now needs “{each.title}”"
    return None


def show_value(each: Input | None, value: Any) -> str:
    """As people read it; never a secret."""
    if each is not None and each.is_secret:
        return "•••"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if each is not None:
        words = {str(choice): label for choice, label in each.choices}
        if isinstance(value, list):
            return ", ".join(words.get(str(one), str(one)) for one in value)
        return words.get(str(value), str(value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _input_named(job: Job, name: str) -> Input:
    wanted = name.casefold()
    for each in job.inputs:
        if wanted in {each.name.casefold(), each.title.casefold().replace(" ", "_")}:
            return each
    names = [each.name for each in job.inputs]
    if not names:
        raise NotUnderstood(f"{job.title} takes no inputs.", words=name)
    close = get_close_matches(name, names, n=1)
    hint = f"Did you mean `{close[0]}`?" if close else f"It has: {', '.join(names)}."
    raise NotUnderstood(f"{job.title} has no input called “{name}”. {hint}", words=name)


def _read(each: Input, value: Any) -> Any:
    read = _from_text(each, value.strip()) if isinstance(value, str) else value
    problem = _problem(each, read)
    if problem:
        raise NotUnderstood(problem, words=str(value), field=each.name)
    return read


def _from_text(each: Input, text: str) -> Any:
    match each.kind:
        case InputKind.WHOLE:
            return _number(each, text, whole=True)
        case InputKind.NUMBER:
            return _number(each, text, whole=False)
        case InputKind.YES_NO:
            return _yes_no(each, text)
        case InputKind.CHOICE:
            return _choice(each, text)
        case InputKind.CHOICES:
            return [_choice(each, part.strip()) for part in text.split(",") if part.strip()]
        case InputKind.DATE:
            return _day(each, text)
        case InputKind.LIST:
            return [part.strip() for part in text.replace("\n", ",").split(",") if part.strip()]
        case InputKind.OBJECT:
            return _object(each, text)
        case _:
            return text


def _number(each: Input, text: str, *, whole: bool) -> int | float:
    plain = text.replace("\u2019", "").replace("_", "").replace(" ", "")
    try:
        return int(plain) if whole else float(plain)
    except ValueError:
        wanted = "a whole number, like 20" if whole else "a number, like 2.5"
        raise NotUnderstood(f"“{each.title}” takes {wanted}.", words=text, field=each.name) from None


def _yes_no(each: Input, text: str) -> bool:
    if text.casefold() in YES | NO:
        return text.casefold() in YES
    raise NotUnderstood(f"“{each.title}” is yes or no.", words=text, field=each.name)


def _choice(each: Input, text: str) -> Any:
    for value, words in each.choices:
        if text.casefold() in {str(value).casefold(), words.casefold()}:
            return value
    offered = ", ".join(words for _, words in each.choices)
    raise NotUnderstood(f"“{each.title}” is one of: {offered}.", words=text, field=each.name)


def _day(each: Input, text: str) -> str:
    """Only what names its year, month and day in one way: 1/5/2026 is two days."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    found = _spelled_out(text) if any(letter.isalpha() for letter in text) else None
    if found is None:
        raise NotUnderstood(
            f"“{each.title}” takes a date, like 2026-05-01 or 1 May 2026.", words=text, field=each.name
        )
    return found.date().isoformat()


def _spelled_out(text: str) -> datetime | None:
    import dateparser  # noqa: PLC0415  it takes half a second to load, and few commands need it

    return dateparser.parse(
        text[:40],
        languages=["en"],
        settings={
            "PARSERS": ["absolute-time"],
            "REQUIRE_PARTS": ["day", "month", "year"],
            "STRICT_PARSING": True,
        },
    )


def _object(each: Input, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise NotUnderstood(f"“{each.title}” takes JSON, like {{}}.", words=text, field=each.name) from None


def _problem(each: Input, value: Any) -> str | None:
    validator = Draft202012Validator(dict(each.schema), format_checker=FormatChecker())
    error = next(iter(validator.iter_errors(value)), None)
    return None if error is None else _in_words(each, error)


def _in_words(each: Input, error: ValidationError) -> str:
    limit = error.validator_value
    words = {
        "minimum": f"must be {limit} or more",
        "exclusiveMinimum": f"must be more than {limit}",
        "maximum": f"must be {limit} or less",
        "exclusiveMaximum": f"must be less than {limit}",
        "minLength": f"must have at least {limit} characters",
        "maxLength": f"must have at most {limit} characters",
        "multipleOf": f"must be a multiple of {limit}",
        "enum": f"is one of: {', '.join(map(str, limit))}" if isinstance(limit, list) else "",
        "pattern": f"must match {limit}",
        "format": f"must be a {limit}",
        "type": f"must be of type {limit}",
    }
    return f"“{each.title}” {words.get(str(error.validator)) or 'does not take this: ' + error.message}."
