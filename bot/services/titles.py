"""The titles that somebody may type, looked up in one transaction as far as a text needs them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, overload

from bot.domain.job import JobTitle
from bot.language.command import Looked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
        return self._all[place]

    def __iter__(self) -> Iterator[JobTitle]:
        return iter(self._all)

    @cached_property
    def some(self) -> Sequence[JobTitle]:
        """A few of the jobs; empty only if there are none at all."""
        return self._access.some_titles()

    @cached_property
    def _all(self) -> Sequence[JobTitle]:
        return self._access.titles()
