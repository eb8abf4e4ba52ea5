"""The names of all jobs that there are, folded once, so that they are quickly compared with what is typed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from math import ceil
from typing import TYPE_CHECKING

from bot.language.command.jobs import LIKE_ENOUGH, folded_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from bot.domain.job import JobKey, JobTitle

SHORTEST = LIKE_ENOUGH / (200 - LIKE_ENOUGH)
"""The length of the shorter of two similar names, as a share of the other's: all else is too much."""


class KnownTitles:
    """All jobs at one moment, each once for each of its titles.

    Many commands share it, so nothing of it ever changes.
    """

    def __init__(self, jobs: Iterable[JobTitle]) -> None:
        self.by_title: Sequence[JobTitle] = sorted(jobs, key=lambda job: (job.title.casefold(), job.key))
        self._called: dict[str, set[JobKey]] = {}
        self._beginning: dict[str, set[JobKey]] = {}
        for job in self.by_title:
            for name in (folded_name(job.title), folded_name(job.key.dag_id)):
                self._called.setdefault(name, set()).add(job.key)
                self._beginning.setdefault(name.partition(" ")[0], set()).add(job.key)
        self._by_length = sorted(self._called, key=len)

    def as_long_as(self, typed: str) -> Sequence[str]:
        """Return the names, as they are compared, that are neither too short nor too long to be similar."""
        first = bisect_left(self._by_length, ceil(len(typed) * SHORTEST), key=len)
        return self._by_length[first : bisect_right(self._by_length, len(typed) / SHORTEST, key=len)]

    def holding(self, word: str) -> set[JobKey]:
        """Return the jobs in whose titles or DAG ids the word stands, as names are compared."""
        return {key for name, keys in self._called.items() if word in name for key in keys}

    def beginning(self, word: str) -> set[JobKey]:
        """Return the jobs of which a title or the DAG id has this as its first word."""
        return self._beginning.get(word, set())

    def called(self, names: Collection[str]) -> set[JobKey]:
        """Return the jobs that have one of these names."""
        return {key for name in names for key in self._called.get(name, ())}
