"""Which jobs a text names: by title, DAG id, or a few letters of either; and what is left of the text."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

from rapidfuzz import fuzz, process

from bot.domain.errors import NotFound
from bot.language.marks import strong
from bot.language.when import looks_like_time

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from bot.domain.job import HasTitle

LIKE_ENOUGH = 75
"""How similar a name must be to what was typed to be suggested, of 100."""
MOST_WORDS_OF_A_TYPO = 6
KNOWN_NAMES = 20_000
"""Folded once and remembered."""
_BETWEEN_WORDS = re.compile(r"[\s_\-.,:\"']+")
Named = TypeVar("Named", bound="HasTitle")


class Looked(Sequence[Named]):
    """Jobs that are looked up as they are needed, where to read them all would take long."""

    @abstractmethod
    def holding(self, word: str) -> Sequence[Named]:
        """Return all jobs whose titles or DAG ids contain the word, and perhaps others."""

    @abstractmethod
    def beginning(self, word: str) -> Sequence[Named]:
        """Return all jobs of which a title or the DAG id has this as its first word, and perhaps others."""

    @abstractmethod
    def as_long_as(self, typed: str) -> Sequence[str]:
        """Return titles and DAG ids, as names are compared: all that are long enough to be similar."""

    @abstractmethod
    def called(self, names: Collection[str]) -> Sequence[Named]:
        """Return all jobs that have one of these names, in order, and perhaps others."""


def find_job(text: str, jobs: Sequence[Named]) -> tuple[tuple[Named, ...], str]:
    """Return the jobs that the longest beginning of the text names, and the rest of it. Raises NotFound."""
    found = look_for_job(text, jobs)
    if found is None:
        raise no_such_job(text, jobs)
    return found


def look_for_job(text: str, jobs: Sequence[Named]) -> tuple[tuple[Named, ...], str] | None:
    """Return the jobs that the longest beginning of the text names, and the rest of it. None if none do."""
    words = text.split()
    beginnings = [folded(" ".join(words[:end])) for end in range(1, len(words) + 1)]
    longest = {beginning: end for end, beginning in enumerate(beginnings, 1) if beginning}
    likely = _beginning_like(text, jobs)
    ends = [max(longest.get(name, 0) for name in _names(job)) for job in likely]
    best = max(ends, default=0)
    if best:
        named_so = tuple(job for job, end in zip(likely, ends, strict=True) if end == best)
        return named_so, " ".join(words[best:])
    for end, found in reversed(list(_by_letters(beginnings, likely))):
        rest = " ".join(words[end:])
        if not rest or looks_like_time(rest):
            return found, rest
    return None


def _beginning_like(text: str, jobs: Sequence[Named]) -> Sequence[Named]:
    """Return the jobs that a beginning of the text may name: its first word is in each of their names."""
    first = folded(text).partition(" ")[0]
    if not first:
        return ()
    return jobs.holding(first) if isinstance(jobs, Looked) else jobs


def _with_first_word_of(text: str, jobs: Sequence[Named]) -> Sequence[Named]:
    """Return the jobs of which a name may stand at the beginning of the text: it has the same first word."""
    first = folded(text).partition(" ")[0]
    if not first:
        return ()
    return jobs.beginning(first) if isinstance(jobs, Looked) else jobs


def named(text: str, jobs: Sequence[Named]) -> tuple[Named, ...]:
    """Return the jobs that the whole text names. Raises NotFound, which takes a look at every job's name."""
    found = perhaps_named(text, jobs)
    if text and not found:
        raise no_such_job(text, jobs)
    return found


def perhaps_named(text: str, jobs: Sequence[Named]) -> tuple[Named, ...]:
    """Return the jobs that the whole text names, or none."""
    found, rest = look_for_job(text, jobs) or ((), text)
    return () if rest else found


def _by_letters(beginnings: Sequence[str], jobs: Sequence[Named]) -> Iterator[tuple[int, tuple[Named, ...]]]:
    """Yield, for each beginning that fits anything, how many words it has and what it fits.

    Titles or DAG ids that begin so come first, then those whose words begin so, in order. What fits a longer
    beginning fits a shorter one, so each word is looked for only behind the words before it, where they were
    found.
    """
    left: list[tuple[int, str, int | None]] = [
        (place, name, 0) for place, job in enumerate(jobs) for name in _names(job)
    ]
    read = 0
    for end, beginning in enumerate(beginnings, 1):
        words = beginning.split()
        added = [re.compile(rf"\b{re.escape(word)}") for word in words[read:]]
        read = len(words)
        if not words:
            continue
        left = [
            (place, name, behind)
            for place, name, at in left
            for behind in [_behind(name, at, added)]
            if behind is not None or name.startswith(beginning)
        ]
        begins = {place for place, name, _ in left if name.startswith(beginning)}
        fitting = begins or {place for place, _, _ in left}
        if not fitting:
            return
        yield end, tuple(jobs[place] for place in sorted(fitting))


def _behind(name: str, at: int | None, words: Sequence[re.Pattern[str]]) -> int | None:
    """Return where the words end in the name, looked for one behind the other. None if one is missing."""
    for word in words:
        found = None if at is None else word.search(name, at)
        at = None if found is None else found.end()
    return at


def folded(text: str) -> str:
    """Return a name or text as names are compared: without capitals, with one space between words."""
    return " ".join(_BETWEEN_WORDS.split(text.casefold())).strip()


folded_name = lru_cache(KNOWN_NAMES)(folded)
"""The same, remembered: for titles and DAG ids, which come again and again."""


def _names(job: HasTitle) -> tuple[str, str]:
    return folded_name(job.title), folded_name(job.key.dag_id)


def an_example(jobs: Sequence[HasTitle]) -> str:
    """Return a job's title for an example; a made-up one if there is no job."""
    return jobs[0].title.lower() if jobs else "sales report"


def begins_a_title(word: str, jobs: Sequence[HasTitle]) -> bool:
    """Return whether some title or DAG id has this as its first word."""
    wanted = f"{word.casefold()} "
    likely = _with_first_word_of(word, jobs)
    return any(f"{name} ".startswith(wanted) for job in likely for name in _names(job))


def starts_a_title(text: str, jobs: Sequence[HasTitle]) -> bool:
    """Return whether the text begins with a whole title or DAG id, in quotes or not."""
    typed = f"{folded(text)} "
    likely = _with_first_word_of(text, jobs)
    return any(name and typed.startswith(f"{name} ") for job in likely for name in _names(job))


def no_such_job(text: str, jobs: Sequence[HasTitle], *, before: str = "") -> NotFound:
    """Return an error that suggests the job with the most similar name, followed by the rest of the text.

    `before` is the verb that the text was typed after.
    """
    words = text.split()
    for end in range(min(len(words), MOST_WORDS_OF_A_TYPO), 0, -1):
        title = _like(folded(" ".join(words[:end])), jobs)
        if title is not None:
            rest = " ".join(words[end:])
            when = rest if rest and looks_like_time(rest) else ""
            return NotFound(
                f"I can't find a job called “{text}”. Did you mean {strong(title)}?",
                example=_offer(title, before, when),
            )
    return NotFound(
        f"I can't find a job called “{text}”. `/schedule jobs` lists those you can use.",
        example=_offer(an_example(jobs) if jobs else "", before, ""),
    )


def _like(typed: str, jobs: Sequence[HasTitle]) -> str | None:
    """Return the title of the job with the name most similar to what was typed. None if none is similar.

    Only jobs with similar names are looked up.
    """
    if isinstance(jobs, Looked):
        names = jobs.as_long_as(typed)
    else:
        names = [name for job in jobs for name in _names(job)]
    similar = process.extract(typed, names, scorer=fuzz.ratio, score_cutoff=LIKE_ENOUGH, limit=None)
    for _, alike in groupby(similar, key=lambda each: each[1]):
        wanted = {name for name, _, _ in alike}
        likely = jobs.called(wanted) if isinstance(jobs, Looked) else jobs
        titles = {name: job.title for job in likely for name in _names(job) if name in wanted}
        if titles:
            return next(iter(titles.values()))
    return None


def _offer(title: str, before: str, when: str) -> str:
    if not title:
        return ""
    if before:
        return f"{before}{title.lower()} {when}".strip()
    return f"{title.lower()} {when or 'every weekday at 9am'}"
