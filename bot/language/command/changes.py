"""Verbs that name, copy or give away a schedule, and those that stop or retry a run."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.errors import NotFound, NotUnderstood
from bot.language.command import wording
from bot.language.command.jobs import named, starts_a_title
from bot.language.command.requests import OnRuns, OnSchedule, Verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.job import HasTitle

_TO = re.compile(r"(?P<which>.+?)\s+(?:to|as|into)\s+(?P<name>.+)", re.IGNORECASE)
_NUMBERED = re.compile(r"(?P<which>#?\d{1,9})\s*[:,]?\s+(?P<name>\S.*)")
_PERSON = re.compile(r"\s*(?:\bto\s+)?<@([UW][A-Z0-9]+)(?:\|[^>]*)?>\s*", re.IGNORECASE)
_QUOTES = "\"'“”‘’"


def read_rename(rest: str, jobs: Sequence[HasTitle]) -> OnSchedule:
    """Read which schedule gets which nickname: `3 month end`, `sales report to month end`."""
    if not rest:
        return OnSchedule(Verb.RENAME, "")
    found = _NUMBERED.fullmatch(rest) or _TO.fullmatch(rest)
    if found is None:
        raise NotUnderstood("What should it be called?", words=rest, example=f"rename {rest} to month end")
    name = re.sub(r"^(?:to|as|into)\s+", "", found["name"], flags=re.IGNORECASE).strip(_QUOTES)
    return OnSchedule(Verb.RENAME, _bare(found["which"], jobs), name=name)


def read_transfer(rest: str, jobs: Sequence[HasTitle]) -> OnSchedule:
    """Read whose a schedule becomes: `3 to <@U…>`."""
    people = _PERSON.findall(rest)
    which = _bare(" ".join(_PERSON.sub(" ", rest).split()), jobs)
    if len(people) != 1 or not which:
        said = "Whose should it become? Name one schedule and one colleague with @."
        raise NotUnderstood(said, words=rest, example=f"transfer {which or '3'} to @colleague")
    return OnSchedule(Verb.TRANSFER, which, person_id=people[0])


def as_copy(edit: OnSchedule) -> OnSchedule:
    """Return the same words, typed behind `copy`."""
    return replace(edit, verb=Verb.COPY)


def read_on_runs(verb: Verb, rest: str, jobs: Sequence[HasTitle]) -> OnRuns | OnSchedule:
    """Read which job's run is to be stopped or retried; a number is a schedule's."""
    if re.fullmatch(r"#?\d{1,9}", rest):
        return OnSchedule(verb, rest)
    text = _bare(re.sub(r"\s+runs?$", "", rest, flags=re.IGNORECASE), jobs)
    try:
        return OnRuns(verb, named(text, jobs) if text else ())
    except NotFound as error:
        if error.example:
            raise NotFound(error.message, example=f"{verb} {error.example.partition(' every ')[0]}") from None
        raise


def _bare(words: str, jobs: Sequence[HasTitle]) -> str:
    words = re.sub(r"^(?:run of|schedule)\s+", "", words.strip(), flags=re.IGNORECASE)
    return wording.without_article(words, lambda said: starts_a_title(said, jobs)).strip()
