"""Questions about words, one line of JSON each: what `when --jsonl` and `read --jsonl` are asked."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from bot.language.when import warm

if TYPE_CHECKING:
    from collections.abc import Callable

ASKED = ("text", "now", "tz")
FIRST_YEAR, LAST_YEAR = 1970, 2099
"""The years in which the moment may be for which a question is asked."""


class NoQuestion(Exception):
    """A line that is no question; the text says why."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is typed, when and where. `whole` is everything on the line."""

    text: str
    now: datetime
    tz: ZoneInfo
    whole: Mapping[str, Any]


def answer_each(
    answer: Callable[[Question], dict[str, Any]], refuse: Callable[[str], dict[str, Any]]
) -> None:
    """Answer each line of the input on one line. `refuse` answers a line that is no question."""
    warm()
    for line in sys.stdin.buffer:
        if line.strip():
            try:
                said = answer(_question(line))
            except NoQuestion as error:
                said = refuse(str(error))
            click.echo(json.dumps(said, ensure_ascii=False).encode(errors="replace"))
            sys.stdout.flush()


def _question(line: bytes) -> Question:
    """Read one line. Raises NoQuestion."""
    try:
        whole = json.loads(line)
    except (ValueError, RecursionError):  # the second: thousands of brackets
        raise NoQuestion("It is not JSON.") from None
    given = [whole.get(name) for name in ASKED] if isinstance(whole, Mapping) else []
    texts = [each for each in given if isinstance(each, str)]
    if len(texts) < len(ASKED):
        raise NoQuestion("It needs “text”, “now” and “tz”, each a text.")
    text, now, zone = texts
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise NoQuestion("Its text holds half of a character.")
    try:
        tz = zone_named(zone)
        return Question(text, moment_of(now, tz), tz, whole)
    except click.BadParameter as error:
        raise NoQuestion(error.message) from None


def zone_named(name: str) -> ZoneInfo:
    """Find a zone by its IANA name; raises BadParameter."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise click.BadParameter(f"There is no time zone “{name}”. Try Europe/Berlin.") from None


def moment_of(text: str, tz: ZoneInfo) -> datetime:
    """Read an ISO moment, in the zone unless it names an offset; raises BadParameter."""
    try:
        moment = datetime.fromisoformat(text)
        is_near = FIRST_YEAR <= moment.year <= LAST_YEAR
    except ValueError:
        is_near = False
    if not is_near:
        raise click.BadParameter(f"“{text}” is no moment. Write it like 2026-06-01T09:00.")
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=tz)
