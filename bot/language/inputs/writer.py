"""The one writer of inputs: a value -> text that the reader reads back as it, or dots for a secret."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.domain.errors import NotUnderstood
from bot.domain.kept_file import is_file
from bot.domain.moving import MOVES, is_moving
from bot.domain.sealed import is_sealed
from bot.domain.secrets import hide_secrets
from bot.language.inputs.moments import say_clock, say_instant
from bot.language.inputs.quoting import quoted, split_items, unquoted
from bot.language.inputs.reader import read_field, read_item, read_typed
from bot.language.inputs.schema import as_json, takes_of
from bot.language.inputs.viewpoint import Viewpoint
from bot.language.inputs.words import code_of
from bot.language.say import say_date

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.job import Input
    from bot.language.inputs.schema import Takes

HIDDEN = "•••"
_ANYWHERE = Viewpoint(ZoneInfo("UTC"))
"""What is written hangs neither on today nor on a zone."""


def show_value(each: Input | None, value: Any) -> str:
    """Return the value as people read it, on one line and never a secret. `read_field` reads it back.

    A file is shown by its name.
    """
    if is_file(value):
        return hide_secrets(value["name"])
    if each is None:
        return hide_secrets(value if isinstance(value, str) else as_json(value))
    return (
        HIDDEN if each.is_secret or is_sealed(value) else hide_secrets(_written(each, value, in_words=True))
    )


def field_text(each: Input, value: Any) -> str:
    """Return the value as it stands in a text field, with one item of a list a line.

    `read_field` reads it back.
    """
    return _written(each, value, in_words=False, between="\n")


def typed_text(each: Input, value: Any) -> str:
    """Return the value as it is typed after `name=`, in quotes if it needs them.

    `read_typed` reads it back.
    """
    text = _written(each, value, in_words=False, between=",")
    tries = (text, quoted(text)) if _is_one_word(text) else (quoted(text), text)
    return next((one for one in tries if _reads_back(read_typed, each, one, value)), quoted(text))


def is_same(one: Any, other: Any) -> bool:
    """Return whether two values are the same in JSON Schema's sense: 1 is 1.0, and not true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_same(each, other[name]) for name, each in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    return bool(one == other)


def _written(each: Input, value: Any, *, in_words: bool, between: str = ", ") -> str:
    found = takes_of(each)
    tries = _ways(found, value, in_words=in_words, between=between)
    plain = value if isinstance(value, str) else as_json(value)
    return next((one for one in tries if _reads_back(read_field, each, one, value)), plain)


def _reads_back(read: Any, each: Input, text: str, value: Any) -> bool:
    try:
        return is_same(read(each, text, _ANYWHERE), value)
    except NotUnderstood:
        return False


def _is_one_word(text: str) -> bool:
    return bool(text) and not set(text) & set(" \t\n'\"=")


def _ways(found: Takes, value: Any, *, in_words: bool, between: str) -> Iterator[str]:
    """Yield the texts that can stand for a value, the clearest first."""
    if found.is_closed:
        words = next((words for one, words in found.choices if is_same(one, value)), "")
        yield from (words, code_of(value)) if in_words else (code_of(value), words)
        yield quoted(code_of(value))
    match value:
        case None | bool():
            yield code_of(value)
        case dict() if is_moving(value):
            yield value[MOVES]
        case str():
            yield from _texts(found.format, value, in_words=in_words)
        case list() if found.items is not None:
            items = [_item(found.items, one, in_words=in_words) for one in value]
            yield between.join(items)
            yield ", ".join(items)


def _texts(form: str, value: str, *, in_words: bool) -> Iterator[str]:
    if in_words and form == "date":
        yield _day(value)
    elif in_words and form == "time":
        yield say_clock(value)
    elif in_words and form == "date-time":
        yield say_instant(value)
    yield value
    yield quoted(value)


def _day(value: str) -> str:
    try:
        return say_date(date.fromisoformat(value))
    except ValueError:
        return value


def _item(items: Takes, value: Any, *, in_words: bool) -> str:
    """Return one item of a list, in quotes if the list could not be told apart without them."""
    words = next((words for one, words in items.choices if is_same(one, value)), None)
    named = [] if words is None else [words, code_of(value)] if in_words else [code_of(value), words]
    for text in [*named, *_ways(items, value, in_words=in_words, between=","), as_json(value)]:
        for one in (quoted(text),) if unquoted(text) is not None else (text, quoted(text)):
            split = split_items(one, by_lines=False)
            if len(split) == 1 and not (one[:1] in "[{" or ("\n" in one and not split[0].is_quoted)):
                try:
                    if is_same(read_item(items, split[0], _ANYWHERE), value):
                        return one
                except NotUnderstood:
                    continue
    return as_json(value)
