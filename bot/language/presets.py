"""Inputs as administrators write them: `region=emea day="1 May 2026"`, and named ones, one a line."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

from bot.domain.errors import NotUnderstood
from bot.language.inputs import read_some_inputs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.job import Job

MOST_PRESETS = 20
LONGEST_NAME = 60


def read_pairs(job: Job, text: str, *, field: str) -> dict[str, Any]:
    """ "region=emea rows=10", on any number of lines -> conf. Raises NotUnderstood at this field."""
    try:
        words = shlex.split(text.translate(_STRAIGHT))
    except ValueError:
        raise NotUnderstood("A quote is not closed.", words=text, field=field) from None
    typed = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise NotUnderstood(
                f"“{word}” is not name=value; put a value with spaces in quotes.", words=word, field=field
            )
        typed[name] = value
    return read_open_inputs(job, typed, field=field)


def read_open_inputs(job: Job, typed: Mapping[str, str], *, field: str) -> dict[str, Any]:
    """What is kept for everyone to use: never a secret."""
    try:
        conf = read_some_inputs(job, typed)
    except NotUnderstood as error:
        raise NotUnderstood(error.message, words=error.words, field=field) from None
    for each in job.inputs:
        if each.name in conf and each.is_secret:
            raise NotUnderstood(f"“{each.title}” is a secret: it is not kept here.", field=field)
    return conf


def read_presets(job: Job, text: str, *, field: str) -> dict[str, dict[str, Any]]:
    """One a line, `Name: region=emea rows=10`."""
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
        found[name] = read_pairs(job, pairs, field=field)
    if len(found) > MOST_PRESETS:
        raise NotUnderstood(f"At most {MOST_PRESETS} presets.", field=field)
    return found


def say_pairs(conf: Mapping[str, Any], *, between: str = "\n") -> str:
    """What `read_pairs` reads back."""
    return between.join(f"{name}={_quoted(say_value(value))}" for name, value in conf.items())


def say_presets(presets: Mapping[str, Mapping[str, Any]]) -> str:
    """What `read_presets` reads back."""
    return "\n".join(f"{name}: {say_pairs(conf, between=' ')}" for name, conf in presets.items())


_STRAIGHT = str.maketrans({"\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'", "\u00a0": " "})


def say_value(value: Any) -> str:
    """As it is typed."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(each, str) and "," not in each for each in value):
        return ",".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _quoted(text: str) -> str:
    """In the quotes that people use, where it needs any."""
    if text and not set(text) & set(" \t\n'\"\\"):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
