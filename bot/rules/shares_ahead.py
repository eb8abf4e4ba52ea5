"""A person's shares, read once for a page that asks about them again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from bot.domain.job import JobKey
    from bot.domain.project import Person
    from bot.domain.rights import Share
    from storage.reach import Reach
    from storage.shares import Shares


class SharesAhead:
    """Answers as `storage.shares` does, for one person and the projects within one reach."""

    def __init__(self, shares: Shares, person: Person, reach: Reach) -> None:
        """Read every share within reach as it concerns the person."""
        self._found: Mapping[tuple[int, JobKey], list[Share]] = shares.concerning(person, reach)

    def concerning(
        self,
        _person: Person,
        reach: Reach,
        keys: Collection[JobKey] | None = None,
        *,
        places: Collection[tuple[int, JobKey]] | None = None,
    ) -> dict[tuple[int, JobKey], list[Share]]:
        """Return the shares of these jobs in these projects; None stands for all."""
        wanted = self._found if places is None else [each for each in places if each in self._found]
        return {
            place: self._found[place]
            for place in wanted
            if (reach.project_ids is None or place[0] in reach.project_ids)
            and (keys is None or place[1] in keys)
        }
