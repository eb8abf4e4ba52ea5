"""Which jobs a text names: by title, DAG id, or a few letters of either; and what is left of the text."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from bot.domain.errors import NotFound
from bot.language.when import looks_like_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.job import Job


def find_job(text: str, jobs: Sequence[Job]) -> tuple[tuple[Job, ...], str]:
    """The jobs that the longest beginning of the text names, and what is left. Raises NotFound."""
    words = text.split()
    for end in range(len(words), 0, -1):
        found = _exactly(" ".join(words[:end]), jobs)
        if found:
            return found, " ".join(words[end:])
    for end in range(len(words), 0, -1):
        rest = " ".join(words[end:])
        found = _by_letters(" ".join(words[:end]), jobs)
        if found and (not rest or looks_like_time(rest)):
            return found, rest
    raise no_such_job(text, jobs)


def named(text: str, jobs: Sequence[Job]) -> tuple[Job, ...]:
    found, rest = find_job(text, jobs)
    if rest:
        raise no_such_job(text, jobs)
    return found


def _exactly(words: str, jobs: Sequence[Job]) -> tuple[Job, ...]:
    wanted = folded(words)
    return tuple(job for job in jobs if wanted in {folded(job.title), folded(job.key.dag_id)})


def _by_letters(words: str, jobs: Sequence[Job]) -> tuple[Job, ...]:
    """Titles or DAG ids that begin so, else those whose words begin so, in order."""
    wanted = folded(words)
    begins = [
        job
        for job in jobs
        if folded(job.title).startswith(wanted) or folded(job.key.dag_id).startswith(wanted)
    ]
    if begins:
        return tuple(begins)
    letters = re.compile(r".*?\b" + r".*?\b".join(re.escape(word) for word in wanted.split()))
    return tuple(
        job for job in jobs if letters.match(folded(job.title)) or letters.match(folded(job.key.dag_id))
    )


def folded(text: str) -> str:
    return " ".join(re.split(r"[\s_\-.,:\"']+", text.casefold())).strip()


def an_example(jobs: Sequence[Job]) -> str:
    return jobs[0].title.lower() if jobs else "sales report"


def no_such_job(text: str, jobs: Sequence[Job]) -> NotFound:
    names = {folded(name): job.title for job in jobs for name in (job.title, job.key.dag_id)}
    words = folded(text).split()
    for end in range(min(len(words), 6), 0, -1):
        close = get_close_matches(" ".join(words[:end]), names, n=1, cutoff=0.75)
        if close:
            title = names[close[0]]
            return NotFound(
                f"I can't find a job called “{text}”. Did you mean *{title}*?",
                example=f"{title.lower()} every weekday at 9am",
            )
    return NotFound(
        f"I can't find a job called “{text}”. `/schedule jobs` lists those you can use.",
        example=f"{an_example(jobs)} every weekday at 9am",
    )
