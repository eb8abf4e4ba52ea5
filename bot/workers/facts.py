"""What deciding reads of the tables: each thing once in a transaction, and for many firings at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.rights import Action
from bot.domain.schedule import OverlapPolicy
from bot.services.access import Access

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.firing import Firing
    from bot.domain.job import Job, JobKey
    from bot.domain.project import Person
    from bot.domain.schedule import Schedule
    from storage.database import Transaction

Rights = dict[tuple[str, int, "JobKey", bool], str]
"""By person, project, job, and whether it is a run-now: "" while they may, or why not."""


def may(tx: Transaction, firing: Firing) -> str:
    """Why the person may no longer do what the firing does in their name; "" while they may."""
    person = tx.directory.person(firing.place.workspace_id, firing.person_id)
    if person is None or person.is_deactivated:
        return f"<@{firing.person_id}> has left Slack"
    action = Action.RUN if firing.schedule_id is None else Action.SCHEDULE
    if action in Access(tx, person).actions(firing.project_id, firing.key):
        return ""
    return f"<@{firing.person_id}> may no longer {action} this job"


class Facts:
    """`rights`: found in this step already; the same people's firings come by the hundred."""

    def __init__(self, tx: Transaction, rights: Rights | None = None) -> None:
        self.tx = tx
        self._rights: Rights = {} if rights is None else rights
        self._schedules: dict[str, Schedule] = {}
        self._jobs: dict[JobKey, Job] = {}
        self._people: dict[tuple[str, str], Person | None] = {}
        self._under_way: dict[str, list[Firing]] | None = None

    def read_ahead(self, firings: Iterable[Firing]) -> None:
        """All that these will ask for, in a handful of queries."""
        coming = list(firings)
        self._schedules = self.tx.schedules.all({each.schedule_id for each in coming if each.schedule_id})
        self._jobs = self.tx.jobs.all({each.key for each in coming})
        careful = [
            each.schedule_id for each in self._schedules.values() if each.overlap is not OverlapPolicy.ALLOW
        ]
        self._under_way = self.tx.firings.under_way_of(careful)

    def schedule(self, firing: Firing) -> Schedule | None:
        schedule_id = firing.schedule_id
        if schedule_id is None:
            return None
        return self._schedules.get(schedule_id) or self.tx.schedules.get(schedule_id)

    def job(self, key: JobKey) -> Job | None:
        return self._jobs.get(key) or self.tx.jobs.get(key)

    def person(self, firing: Firing) -> Person | None:
        who = (firing.place.workspace_id, firing.person_id)
        if who not in self._people:
            self._people[who] = self.tx.directory.person(*who)
        return self._people[who]

    def lost_right(self, firing: Firing) -> str:
        """As `may`, asked once for the same people's firings."""
        who = (firing.person_id, firing.project_id, firing.key, firing.schedule_id is None)
        if who not in self._rights:
            self._rights[who] = may(self.tx, firing)
        return self._rights[who]

    def previous(self, firing: Firing) -> list[Firing]:
        """Earlier firings of the same schedule whose runs have not ended, newest first."""
        if self._under_way is None:
            return self.tx.firings.previous_under_way(firing)
        assert firing.schedule_id is not None
        known = self._under_way.get(firing.schedule_id, [])
        return [each for each in known if each.due_at < firing.due_at]
