"""`list` and what may follow it: whose, in which state, of which job, on which day; all else is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.domain.errors import NotFound, NotUnderstood
from bot.language.command.jobs import named
from bot.language.command.requests import Listing, ListSchedules
from bot.language.when import looks_like_time

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
    """Return which schedules are to be listed. Raises NotUnderstood for words that choose nothing."""
    person = _PERSON.search(rest)
    words = _FILLER.sub(" ", _PERSON.sub(" ", rest)).replace(",", " ").split()
    left = [word for word in words if word.casefold() not in {*_EVERYONES, *_MINE, *_STATES}]
    said = {word.casefold() for word in words}
    state = next((_STATES[word] for word in said if word in _STATES), None)
    found: tuple[HasTitle, ...] = ()
    day = ""
    if left and looks_like_time(" ".join(left)):
        day = " ".join(left)
    elif left:
        found = _jobs(left, jobs)
    return ListSchedules(
        everyones=bool(said & _EVERYONES) or person is not None or bool(found),
        person_id=person[1] if person else "",
        state=state,
        jobs=found,
        day=day,
    )


def _jobs(words: list[str], jobs: Sequence[HasTitle]) -> tuple[HasTitle, ...]:
    text = " ".join(words)
    try:
        return named(text, jobs)
    except NotFound:
        raise NotUnderstood(
            f"I can't list by “{text}”. I list `mine`, `all`, `paused`, `failed`, a day, a job, or a "
            "colleague's by their @name.",
            words=text,
            example="list all",
        ) from None
