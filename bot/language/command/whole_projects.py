"""`pause project [name] until … [because …]`, `resume project [name]`: all schedules of a project."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.language.command.jobs import starts_a_title
from bot.language.command.requests import OnProject, Verb
from bot.language.until import split_until

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.job import HasTitle

_PROJECT = re.compile(r"(?:the\s+)?(?:whole\s+|entire\s+)?project\b\s*", re.IGNORECASE)
_BECAUSE = re.compile(r"(?:^|\s+)(?:because|since we|as we)\b\s*", re.IGNORECASE)
_QUOTES = "\"'“”‘’ "


def read_on_project(verb: Verb, rest: str, jobs: Sequence[HasTitle]) -> OnProject | None:
    """Return which project is to rest or go on. None if the words name something else, such as a job."""
    found = _PROJECT.match(rest)
    if found is None or starts_a_title(rest, jobs):
        return None
    words, *because = _BECAUSE.split(rest[found.end() :], maxsplit=1)
    if verb is Verb.RESUME:
        return OnProject(verb, words.strip(_QUOTES))
    name, until = split_until(words.strip())
    return OnProject(verb, name.strip(_QUOTES), until, "".join(because).strip())
