"""The titles that somebody may type, looked up in one transaction as far as a text needs them."""

from __future__ import annotations

import heapq
from functools import cached_property
from typing import TYPE_CHECKING, overload

from bot.domain.job import JobKey, JobTitle
from bot.language.command import Looked, folded_name

A_FEW = 10
"""The number of names that are looked up to find the first that the person may see."""

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from bot.rules.access import Access


class Titles(Looked[JobTitle]):
    """The jobs that a person may see, once for each of their titles."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._holding: dict[str, Sequence[JobTitle]] = {}

    def holding(self, word: str) -> Sequence[JobTitle]:
        """Return the jobs in whose titles or DAG ids the word stands; perhaps more than fit, never fewer."""
        if word not in self._holding:
            self._holding[word] = self._access.titles(word=word)
        return self._holding[word]

    def names(self) -> Sequence[str]:
        """Return the titles and DAG ids of all jobs, as names are compared; perhaps of others, too."""
        return self._names

    def called(self, names: Collection[str]) -> Sequence[JobTitle]:
        """Return the jobs that have one of these names, by title; perhaps others, too."""
        if not self._access.reads_everything:
            return self._all
        places = {place // 2 for place, name in enumerate(self._names) if name in names}
        return self._access.titles(keys={JobKey(*self._known[each][:2]) for each in places})

    @cached_property
    def _names(self) -> Sequence[str]:
        """Two names of each known job, one behind the other: its title and its DAG id."""
        return [folded_name(name) for _, dag_id, title in self._known for name in (title, dag_id)]

    @cached_property
    def _known(self) -> Sequence[tuple[str, str, str]]:
        """Deployment, DAG id and title of each job.

        For people who see everything it is all that there is, which is quick to read; what is told of it is
        looked up by its key.
        """
        if self._access.reads_everything:
            return self._access.known_titles()
        return [(each.key.deployment, each.key.dag_id, each.title) for each in self._all]

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
        return self._access.some_titles()

    @cached_property
    def _first(self) -> JobTitle:
        """The first job by title. For people who see everything only the first few names are looked up."""
        if self._access.reads_everything:
            first = heapq.nsmallest(A_FEW, self._known, key=lambda each: (each[2].casefold(), *each[:2]))
            keys = {JobKey(deployment, dag_id) for deployment, dag_id, _ in first}
            names = {(JobKey(deployment, dag_id), title) for deployment, dag_id, title in first}
            for each in self._access.titles(keys=keys):
                if (each.key, each.title) in names:
                    return each
        return self._all[0]

    @cached_property
    def _all(self) -> Sequence[JobTitle]:
        return self._access.titles()
