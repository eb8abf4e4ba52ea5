"""`list` and what may follow it: whose, in which state, of which job, on which day; all else is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.domain.errors import NotUnderstood
from bot.language.command.jobs import perhaps_named
from bot.language.command.requests import Listing, ListSchedules
from bot.language.when import is_time, looks_like_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.job import HasTitle

_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>(?:'s)?")
_FILLER = re.compile(r"\b(?:schedules?|of|by|for|from|that are|which are|the|me)\b", re.IGNORECASE)
_EVERYONES = {"all", "everyone", "everyones", "everyone's", "everybody", "team", "ours"}
_MINE = {"mine", "my", "own"}
_STATES = {
    "paused": Listing.PAUSED, "suspended": Listing.PAUSED, "pausing": Listing.PAUSED,
    "failed": Listing.FAILED, "failing": Listing.FAILED, "broken": Listing.FAILED, "failures": Listing.FAILED,
}  # fmt: skip


def read_listing(rest: str, jobs: Sequence[HasTitle]) -> ListSchedules:
    """Return which schedules are to be listed. Words that are no job, day or state may be a person's name."""
    person = _PERSON.search(rest)
    words = _FILLER.sub(" ", _PERSON.sub(" ", rest)).replace(",", " ").split()
    left = [word for word in words if word.casefold() not in {*_EVERYONES, *_MINE, *_STATES}]
    said = {word.casefold() for word in words}
    state = next((_STATES[word] for word in said if word in _STATES), None)
    day, left = _split_day(left, jobs)
    found, name = _split_job(left, jobs)
    is_mine = bool(said & _MINE)
    return ListSchedules(
        everyones=bool(said & _EVERYONES) or (not is_mine and bool(person or found or name)),
        person_id=person[1] if person else "",
        state=state,
        jobs=found,
        day=day,
        name=name,
        text=" ".join(rest.split()),
    )


def _split_day(words: list[str], jobs: Sequence[HasTitle]) -> tuple[str, list[str]]:
    """Return the longest end or beginning that is read as a day, and the words that are left.

    A whole title is none, whatever it says; words about time that are no day are refused as one.
    """
    text = " ".join(words)
    if not looks_like_time(text) or perhaps_named(text, jobs):
        return "", words
    for size in range(len(words), 0, -1):
        for day, left in ((words[-size:], words[:-size]), (words[:size], words[size:])):
            if _is_day(" ".join(day)):
                return re.sub(r"^(?:on|due) ", "", " ".join(day), flags=re.IGNORECASE), _without_on(left)
    return text, []


def _is_day(text: str) -> bool:
    """Return whether it can be read as one, whatever the day is now."""
    return is_time(f"{text} at 23:59", once=True)


def _without_on(words: list[str]) -> list[str]:
    return words[:-1] if words and words[-1].casefold() in {"on", "due"} else words


def _split_job(words: list[str], jobs: Sequence[HasTitle]) -> tuple[tuple[HasTitle, ...], str]:
    """Return the job that all words name, or most beside a person's name; else all are a name."""
    for size in range(len(words), 0, -1):
        for job, name in ((words[:size], words[size:]), (words[-size:], words[:-size])):
            if found := perhaps_named(" ".join(job), jobs):
                return found, _name(name)
    return (), _name(words)


def _name(words: list[str]) -> str:
    return re.sub(r"(?:'s|’s)$", "", " ".join(words)).removeprefix("@")


def unlistable(words: str) -> NotUnderstood:
    """Return the refusal of words that choose nothing."""
    return NotUnderstood(
        f"I can't list by “{words}”. I list `mine`, `all`, `paused`, `failed`, a day, a job, or a "
        "colleague's by name.",
        words=words,
        example="list all",
    )
