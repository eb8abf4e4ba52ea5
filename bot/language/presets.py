"""Inputs as administrators write them: `region=emea day="1 May 2026"`, and named ones, one a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.errors import NotUnderstood
from bot.domain.preset import LONGEST_NAME, MOST_PRESETS
from bot.language.command.given import split_inputs
from bot.language.inputs import (
    Viewpoint,
    check_together,
    field_text,
    input_named,
    read_field,
    read_some_inputs,
    typed_text,
)
from bot.language.inputs.schema import as_json
from bot.language.marks import plain_characters

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from bot.domain.job import Job


def read_pairs(job: Job, text: str, *, field: str, tz: ZoneInfo) -> dict[str, Any]:
    """Read "region=emea rows=10", on any number of lines. Raises NotUnderstood at this field."""
    try:
        strange, typed = split_inputs(plain_characters(text), [job])
        conf = read_some_inputs(job, typed, Viewpoint(tz))
        check_together(job, conf)
    except NotUnderstood as error:
        raise NotUnderstood(error.message, words=error.words, field=field) from None
    if strange:
        raise NotUnderstood(f"“{strange}” is not name=value.", words=strange, field=field)
    _refuse_secrets(job, conf, field)
    return conf


def read_named(job: Job, name: str, text: str, *, field: str, tz: ZoneInfo) -> dict[str, Any]:
    """Read one input of a projects file, whose value stands in a field of its own. Raises NotUnderstood."""
    try:
        each = input_named(job, name)
        conf = {each.name: read_field(each, text, Viewpoint(tz))}
    except NotUnderstood as error:
        raise NotUnderstood(error.message, words=error.words, field=field) from None
    _refuse_secrets(job, conf, field)
    return conf


def _refuse_secrets(job: Job, conf: Mapping[str, Any], field: str) -> None:
    """Raise NotUnderstood for a secret, because everybody can use what is kept here."""
    for each in job.inputs:
        if each.name in conf and each.is_secret:
            raise NotUnderstood(f"“{each.title}” is a secret: it is not kept here.", field=field)


def read_presets(job: Job, text: str, *, field: str, tz: ZoneInfo) -> dict[str, dict[str, Any]]:
    """Read presets, one a line: `Name: region=emea rows=10`. Raises NotUnderstood at this field."""
    found: dict[str, dict[str, Any]] = {}
    for line in filter(str.strip, text.splitlines()):
        name, colon, pairs = line.partition(":")
        name = " ".join(name.split())
        if not colon or not 0 < len(name) <= LONGEST_NAME or "=" in name:
            raise NotUnderstood(
                f"“{line[:40]}” needs a name first, like: Month end: region=emea", words=line, field=field
            )
        if name.casefold() in map(str.casefold, found):
            raise NotUnderstood(f"There are two presets called “{name}”.", words=line, field=field)
        found[name] = read_pairs(job, pairs, field=field, tz=tz)
    if len(found) > MOST_PRESETS:
        raise NotUnderstood(f"At most {MOST_PRESETS} presets.", field=field)
    return found


def say_pairs(job: Job, conf: Mapping[str, Any], *, between: str = "\n") -> str:
    """Return the pairs as `read_pairs` reads them back."""
    return between.join(f"{name}={_typed(job, name, value)}" for name, value in conf.items())


def say_presets(job: Job, presets: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the presets as `read_presets` reads them back."""
    return "\n".join(f"{name}: {say_pairs(job, conf, between=' ')}" for name, conf in presets.items())


def _typed(job: Job, name: str, value: Any) -> str:
    each = job.input(name)
    return as_json(value) if each is None else typed_text(each, value)


def say_value(job: Job | None, name: str, value: Any) -> str:
    """Return a value as it stands in a field of its own, which `read_named` reads back.

    `job` None means that Airflow does not know the job.
    """
    each = None if job is None else job.input(name)
    if each is not None:
        return field_text(each, value)
    return value if isinstance(value, str) else as_json(value)
