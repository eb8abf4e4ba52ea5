"""The titles that somebody may type, looked up in one transaction as far as a text needs them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, overload

from bot.domain.job import JobTitle
from bot.language.command import KnownTitles, Looked

A_FEW = 10
"""The number of names that are looked up to find the first that the person may see."""

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from bot.domain.job import JobKey
    from bot.rules.seen_jobs import SeenJobs


class Titles(Looked[JobTitle]):
    """The jobs that a person may see, once for each of their titles."""

    def __init__(self, seen: SeenJobs) -> None:
        self._seen = seen
        self._holding: dict[str, Sequence[JobTitle]] = {}

    def holding(self, word: str) -> Sequence[JobTitle]:
        """Return the jobs in whose titles or DAG ids the word stands; perhaps more than fit, never fewer."""
        if word not in self._holding:
            if self._seen.is_everything:
                self._holding[word] = self._of(self._known.holding(word))
            else:
                self._holding[word] = self._seen.titles(word=word)
        return self._holding[word]

    def beginning(self, word: str) -> Sequence[JobTitle]:
        """Return the jobs with a name of which this is the first word; perhaps more, never fewer."""
        if self._seen.is_everything:
            return self._of(self._known.beginning(word))
        return self.holding(word)

    def as_long_as(self, typed: str) -> Sequence[str]:
        """Return the names of jobs, and perhaps of others, that are as long as what is similar can be."""
        return self._known.as_long_as(typed)

    def called(self, names: Collection[str]) -> Sequence[JobTitle]:
        """Return the jobs that have one of these names, by title; perhaps others, too."""
        return self._of(self._known.called(names)) if self._seen.is_everything else self._all

    def _of(self, keys: Collection[JobKey]) -> Sequence[JobTitle]:
        return self._seen.titles(keys=keys) if keys else ()

    @cached_property
    def _known(self) -> KnownTitles:
        """For people who see everything all that there is; what is told of it is looked up by its key."""
        return self._seen.known_titles() if self._seen.is_everything else KnownTitles(self._all)

    def __bool__(self) -> bool:
        """Return whether there is any job."""
        return bool(self.some)

    def __len__(self) -> int:
        return len(self._all)

    @overload
    def __getitem__(self, place: int) -> JobTitle: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[JobTitle]: ...
    def __getitem__(self, place: int | slice) -> JobTitle | Sequence[JobTitle]:
        return self._first if place == 0 and self.some else self._all[place]

    def __iter__(self) -> Iterator[JobTitle]:
        return iter(self._all)

    @cached_property
    def some(self) -> Sequence[JobTitle]:
        """A few of the jobs; empty only if there are none at all."""
        return self._seen.some()

    @cached_property
    def _first(self) -> JobTitle:
        """The first job by title. For people who see everything only the first few names are looked up."""
        if self._seen.is_everything:
            first = self._known.by_title[:A_FEW]
            for each in self._of({each.key for each in first}):
                if each in first:
                    return each
        return self._all[0]

    @cached_property
    def _all(self) -> Sequence[JobTitle]:
        return self._seen.titles()
