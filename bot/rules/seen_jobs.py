"""The jobs that a person may see, once for each of their titles."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from bot.domain.growing_pages import growing_pages
from bot.domain.job import JobTitle
from bot.domain.rights import Action

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from bot.domain.job import Job, JobKey
    from bot.language.command import KnownTitles
    from bot.rules.access import Access
    from storage.offered import SharedJob
    from storage.transaction import Transaction

A_FEW = 100
"""The number of jobs that are read where only some are needed."""


class SeenJobs:
    """The jobs that a person may see from where they ask, by title."""

    def __init__(self, tx: Transaction, access: Access) -> None:
        self._tx = tx
        self._access = access

    @property
    def is_everything(self) -> bool:
        """Whether the person sees every job: admins and auditors do."""
        return self._access.reads_everything

    def known_titles(self) -> KnownTitles:
        """Return all titles of all jobs that there are, in any project; for names only.

        Whether the person may see them is to be looked up.
        """
        return self._tx.offered.known_titles()

    def titles(self, *, word: str = "", keys: Collection[JobKey] | None = None) -> list[JobTitle]:
        """Return the jobs, by title.

        `word` must stand in the title or the DAG id. Perhaps more jobs than fit, never fewer. `keys` narrows
        the jobs down for people who read everything.
        """
        if self.is_everything:
            return _by_title(self._tx.offered.titles(self._access.reach, word=word, keys=keys))
        some, are_all = self._some
        if are_all:
            return some
        return _by_title(self._titles_at(self._tx.offered.places(self._access.reach, in_name=word)))

    def some(self) -> list[JobTitle]:
        """Return a few of the jobs, not always the first; empty only if there are none at all."""
        return self._some[0] or self.titles()

    @cached_property
    def _some(self) -> tuple[list[JobTitle], bool]:
        """A few of the jobs, and whether these are all.

        They are all for most people. Whatever is asked about their rights next then takes no query.
        """
        if self.is_everything:
            return self._tx.offered.some_titles(self._access.reach, A_FEW), False
        places = self._tx.offered.some_places(self._access.reach, A_FEW)
        are_all = len(places) < A_FEW
        if are_all:
            self._access.read_ahead()
        allowed = self._access.allowed_at({(project_id, job.key) for project_id, job in places})
        found = [job for project_id, job in places if Action.SEE in allowed.get((project_id, job.key), ())]
        return _by_title(found), are_all

    def first(self, words: str, *, besides: Collection[tuple[JobKey, str]], limit: int) -> list[Job]:
        """Return the first jobs by title that a person who reads everything may see here; none for others.

        All words stand in the title, the DAG id or the description. `besides` leaves out these titles.
        """
        if not self.is_everything:
            return []
        found: list[JobTitle] = []
        for some in self._tx.offered.by_title(self._access.reach, words=words.casefold().split()):
            found += [each for each in some if (each.key, each.title) not in besides]
            if len(found) >= limit:
                break
        known = self._tx.jobs.all(each.key for each in found[:limit])
        return [replace(known[each.key], title=each.title) for each in found[:limit]]

    def run_by_airflow(self, keys: Collection[JobKey] | None = None) -> Iterator[list[JobTitle]]:
        """Yield the jobs that Airflow runs by itself, by title, page by page. `keys` None: all of them."""
        if self.is_everything:
            yield from self._tx.offered.by_title(self._access.reach, keys=keys, by_themselves=True)
            return
        places = self._tx.offered.places(self._access.reach, keys=keys, by_themselves=True)
        for some in growing_pages(places, A_FEW):
            yield self._titles_at(some)

    def _titles_at(self, places: Sequence[SharedJob]) -> list[JobTitle]:
        allowed = self._access.allowed_at({(each.project_id, each.key) for each in places})
        return [
            JobTitle(each.key, each.title)
            for each in places
            if Action.SEE in allowed.get((each.project_id, each.key), ())
        ]


def _by_title(found: Iterable[JobTitle]) -> list[JobTitle]:
    return sorted(dict.fromkeys(found), key=lambda job: (job.title.casefold(), job.key))
