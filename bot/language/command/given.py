"""The inputs of a command: from its first name=value on, everything belongs to a value or to the next name.

A value ends where the next name= begins. It may be a list by commas, hold quotes around an item, or be JSON.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from bot.domain.errors import NotUnderstood
from bot.language.command.jobs import an_example
from bot.language.marks import named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.job import HasTitle

_NAME = re.compile(r"(?:^|(?<=[\s,]))(?P<name>[^\W\d][\w.-]*)\s*=(?!=)\s*")
_LEAD = re.compile(r"(?:^|(?<![\s,])[\s,]++)(?:with|and|where)?[\s,:]*+$", re.IGNORECASE)
_BETWEEN = re.compile(r"(?:(?<!\s)\s*+,|(?<!\s)\s++(?:and|with))?(?<!\s)\s*+$", re.IGNORECASE)
_JSON = json.JSONDecoder()
_QUOTES = "\"'"


def split_inputs(text: str, jobs: Sequence[HasTitle]) -> tuple[str, dict[str, str]]:
    """Return what stands before the inputs, and the text of each input as typed, with its quotes.

    Raises NotUnderstood for an input without a value, a name said twice, and words behind a quote.
    """
    first = _NAME.search(text)
    head = text if first is None else text[: first.start()]
    head = " ".join(_LEAD.sub("", head, count=1).split())
    if "=" in head:
        raise _unreadable(head, jobs)
    inputs: dict[str, str] = {}
    found = first
    while found is not None:
        end, following = _value_end(text, found.end(), jobs)
        value = text[found.end() : end]
        value = (_BETWEEN.sub("", value, count=1) if following else value.rstrip(", \t\n")).strip()
        if not value:
            raise _unreadable(found["name"], jobs)
        if found["name"].casefold() in {name.casefold() for name in inputs}:
            raise NotUnderstood(f"“{found['name']}” is given twice.", words=found["name"])
        inputs[found["name"]] = named(value)
        found = following
    return head, inputs


def _value_end(text: str, place: int, jobs: Sequence[HasTitle]) -> tuple[int, re.Match[str] | None]:
    """Return where the value that begins at `place` ends, and the next name."""
    while True:
        place += len(text[place:]) - len(text[place:].lstrip())
        closing = _whole_item(text, place, jobs)
        if closing is not None:
            place = closing
            after = re.compile(r"\s*(?:,\s*)?").match(text, place)
            assert after is not None
            following = _NAME.match(text, after.end()) or _and_name(text, place)
            if following is not None or after.end() == len(text):
                return place, following
            if "," in after[0]:
                place = after.end()
                continue
            raise _stray(text[place:].strip(), jobs)
        following = _NAME.search(text, place)
        comma = text.find(",", place, following.start() if following else len(text))
        if comma >= 0 and text[comma + 1 :].lstrip()[:1] in (*_QUOTES, "{", "["):
            place = comma + 1
            continue
        return (following.start() if following else len(text)), following


def _whole_item(text: str, place: int, jobs: Sequence[HasTitle]) -> int | None:
    """Return where an item in quotes or in JSON's brackets ends. None for bare words."""
    opening = text[place : place + 1]
    if opening and opening in _QUOTES:
        closing = re.compile(rf"{opening}(?=[\s,]|$)").search(text, place + 1)
        if closing is None:
            raise _unreadable(text[place:], jobs)
        return closing.end()
    if opening in ("{", "["):
        try:
            return _JSON.raw_decode(text, place)[1]
        except (ValueError, RecursionError):  # the second: thousands of brackets
            return None
    return None


def _and_name(text: str, place: int) -> re.Match[str] | None:
    word = re.compile(r"\s+(?:and|with)\s+", re.IGNORECASE).match(text, place)
    return _NAME.match(text, word.end()) if word else None


def _stray(words: str, jobs: Sequence[HasTitle]) -> NotUnderstood:
    return NotUnderstood(
        f"I can't tell where “{words}” belongs. The time stands before the inputs, and each input is "
        "name=value.",
        words=words,
        example=f'{an_example(jobs)} every weekday at 9am with name="two words"',
    )


def _unreadable(words: str, jobs: Sequence[HasTitle]) -> NotUnderstood:
    return NotUnderstood(
        "I can't read the inputs. Write each as name=value; quotes are needed only around an item with a "
        "comma.",
        words=words,
        example=f'{an_example(jobs)} every weekday at 9am with name="two words"',
    )
