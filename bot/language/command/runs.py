"""`runs` and what may follow it: in which state, of which job, whose, since when; all else is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.domain.errors import NotFound, NotUnderstood
from bot.domain.run import RunState
from bot.language.command.jobs import find_job, named, starts_a_title
from bot.language.command.requests import ListRuns
from bot.language.past import looks_like_past

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.job import HasTitle

_PERSON = re.compile(r"(?:\b(?:by|of|from)\s+)?<@([UW][A-Z0-9]+)(?:\|[^>]*)?>(?:'s)?")
_MINE = re.compile(r"\b(?:(?:by|of)\s+me|mine|my(?:\s+own)?)\b", re.IGNORECASE)
STATES = {
    **dict.fromkeys(("failed", "fail", "failing", "failures", "failure", "broken", "broke", "errors", "red"),
                    RunState.FAILED),
    **dict.fromkeys(("done", "succeeded", "successful", "success", "green", "ok", "worked"), RunState.DONE),
    **dict.fromkeys(("running", "active"), RunState.RUNNING),
    **dict.fromkeys(("waiting", "queued"), RunState.WAITING),
    **dict.fromkeys(("stopped", "cancelled", "canceled", "killed"), RunState.STOPPED),
}  # fmt: skip
FILLER = {
    "runs", "run", "of", "for", "by", "the", "that", "which", "were", "are", "did", "has", "all", "latest",
    "recent", "me", "and", "with", "logs", "log", "history", "results", "only",
}  # fmt: skip
KNOWN = "`failed`, `done`, `running`, `stopped`, `by me`, a colleague's @name, a job, `since yesterday`"


def read_runs(rest: str, jobs: Sequence[HasTitle]) -> ListRuns:
    """Return which runs are to be listed. Raises NotUnderstood and NotFound for words that choose nothing."""
    found: tuple[HasTitle, ...] = ()
    rest = " ".join(rest.split())
    unfilled = re.sub(r"^(?:of|for|did)\s+", "", rest, flags=re.IGNORECASE)
    if starts_a_title(unfilled, jobs):
        found, rest = find_job(unfilled, jobs)
    person = _PERSON.search(rest)
    rest = _PERSON.sub(" ", rest)
    is_mine = _MINE.search(rest) is not None
    words = _MINE.sub(" ", rest).replace(",", " ").split()
    states = [STATES[word.casefold()] for word in words if word.casefold() in STATES]
    left = [word for word in words if word.casefold() not in STATES]
    past, left = _split(left, jobs)
    left = [word for word in left if word.casefold() not in FILLER]
    if left and not found:
        found, left = _jobs(" ".join(left), jobs), []
    if left or len(set(states)) > 1 or (is_mine and person):
        raise _refused(" ".join(left or words))
    return ListRuns(
        jobs=found,
        state=states[0] if states else None,
        person_id=person[1] if person else "",
        is_mine=is_mine,
        past=past,
    )


def _split(words: list[str], jobs: Sequence[HasTitle]) -> tuple[str, list[str]]:
    """Part the words that say when from the others: the longest such words at an end of them."""
    for length in range(len(words), 0, -1):
        for start in (len(words) - length, 0):
            text = " ".join(words[start : start + length])
            if looks_like_past(text) and not starts_a_title(text, jobs):
                return text, words[:start] + words[start + length :]
    return "", words


def _jobs(text: str, jobs: Sequence[HasTitle]) -> tuple[HasTitle, ...]:
    try:
        return named(text, jobs)
    except NotFound as error:
        if "Did you mean" in error.message:
            raise
        raise _refused(text) from None


def _refused(text: str) -> NotUnderstood:
    return NotUnderstood(
        f"I can't choose runs by “{text}”. I know {KNOWN}.", words=text, example="runs failed since yesterday"
    )
