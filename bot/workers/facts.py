"""The facts behind decisions, read once in a transaction, for many firings at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.firing import FiringState
from bot.domain.rights import TRUSTED_BY_FIRINGS, Action
from bot.domain.schedule import OverlapPolicy
from bot.domain.when import zone_of
from bot.rules.access import Access

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.domain.firing import Firing
    from bot.domain.job import Job, JobKey
    from bot.domain.project import Person, ProjectPause
    from bot.domain.schedule import Schedule
    from storage.transaction import Transaction

YET_TO_BE_TAKEN = frozenset({FiringState.DUE, FiringState.SENDING, FiringState.WITHDRAWING})
UTC = ZoneInfo("UTC")
SEEN_WITHIN = timedelta(minutes=1)
"""The watcher looks at each open run every few seconds, so a minute without means trouble."""
UNCONFIRMED = "for over a day Slack has not told whether <@{}> is still in the user group that allows it"


@dataclass(frozen=True, slots=True)
class LostRight:
    """Why a person may no longer do what a firing does in their name.

    `is_certain` False means only that Slack has not been heard for a day: not knowing suspends nothing.
    """

    reason: str
    is_certain: bool = True


Rights = dict[tuple[str, int, "JobKey", bool], "LostRight | None"]
"""Why a right is lost (None while it is not), by person, project, job, and whether it is a Run now.

Persons' ids include the workspace.
"""


def lost_right(tx: Transaction, firing: Firing, person: Person | None, now: datetime) -> LostRight | None:
    """Return why the person may no longer do what the firing does in their name. None while they may.

    `person` is whose name it is, None if unknown.
    """
    if person is None or person.is_deactivated:
        return LostRight(f"<@{firing.person_id}> has left Slack")
    action = Action.RUN if firing.schedule_id is None else Action.SCHEDULE
    known = replace(person, groups_since=now - TRUSTED_BY_FIRINGS)
    if action in Access(tx, known).actions(firing.project_id, firing.key):
        return None
    if action in Access(tx, person).actions(firing.project_id, firing.key):
        return LostRight(UNCONFIRMED.format(firing.person_id), is_certain=False)
    return LostRight(f"<@{firing.person_id}> may no longer {action} this job")


class Facts:
    """What a decision reads from the tables, each thing once.

    `rights` are those that this step has found already: the same people's firings come by the hundred.
    """

    def __init__(self, tx: Transaction, rights: Rights | None = None) -> None:
        self.tx = tx
        self._rights: Rights = {} if rights is None else rights
        self._schedules: dict[str, Schedule] = {}
        self._jobs: dict[tuple[int, JobKey], Job] = {}
        self._pauses: dict[int, ProjectPause] | None = None
        self._people: dict[tuple[str, str], Person | None] = {}
        self._under_way: dict[str, list[Firing]] | None = None

    def read_ahead(self, firings: Iterable[Firing]) -> None:
        """Read what decisions about these firings will ask for, in a handful of queries."""
        coming = list(firings)
        self._schedules = self.tx.schedules.all({each.schedule_id for each in coming if each.schedule_id})
        self._jobs = self.tx.jobs.all_within({(each.project_id, each.key) for each in coming})
        self._pauses = self.tx.project_pauses.of({each.project_id for each in coming})
        careful = [
            each.schedule_id for each in self._schedules.values() if each.overlap is not OverlapPolicy.ALLOW
        ]
        self._under_way = self.tx.moments.under_way_of(careful)

    def schedule(self, firing: Firing) -> Schedule | None:
        """Return the firing's schedule. None for a run-now, or if the schedule was deleted."""
        schedule_id = firing.schedule_id
        if schedule_id is None:
            return None
        return self._schedules.get(schedule_id) or self.tx.schedules.get(schedule_id)

    def job(self, firing: Firing) -> Job | None:
        """Return the job as the firing's project shows and limits it. None if unknown."""
        where = (firing.project_id, firing.key)
        return self._jobs.get(where) or self.tx.jobs.within(*where)

    def kept_back(self, firing: Firing, now: datetime) -> ProjectPause | None:
        """Return the pause of the firing's project, if that keeps the firing back. Runs by hand are not."""
        if firing.schedule_id is None:
            return None
        project_id = firing.project_id
        known = self.tx.project_pauses.of([project_id]) if self._pauses is None else self._pauses
        pause = known.get(project_id)
        return pause if pause is not None and pause.keeps_back(firing.due_at, now) else None

    def person(self, firing: Firing) -> Person | None:
        """Return the person in whose name the firing runs. None if unknown."""
        who = (firing.place.workspace_id, firing.person_id)
        if who not in self._people:
            self._people[who] = self.tx.directory.person(*who)
        return self._people[who]

    def zone(self, firing: Firing) -> ZoneInfo:
        """Return the zone in which the firing's day is meant: its schedule's, else its person's, else UTC."""
        schedule, person = self.schedule(firing), self.person(firing)
        if schedule is not None:
            return zone_of(schedule.when)
        return UTC if person is None else person.tz

    def lost_right(self, firing: Firing, now: datetime) -> LostRight | None:
        """Return why the person lost the right, None if they have it; decided once for like firings."""
        who = (firing.person_id, firing.project_id, firing.key, firing.schedule_id is None)
        if who not in self._rights:
            self._rights[who] = lost_right(self.tx, firing, self.person(firing), now)
        return self._rights[who]

    def previous(self, firing: Firing) -> list[Firing]:
        """Return the schedule's earlier firings whose runs have not ended, newest first."""
        if self._under_way is None:
            return self.tx.moments.previous_under_way(firing)
        assert firing.schedule_id is not None
        known = self._under_way.get(firing.schedule_id, [])
        return [each for each in known if each.due_at < firing.due_at]

    def is_unknown(self, previous: Iterable[Firing], now: datetime) -> bool:
        """Return whether Airflow has yet to accept one of them, or its run was not seen for long."""
        handed_over = [each.firing_id for each in previous if each.state is FiringState.HANDED_OVER]
        if any(each.state in YET_TO_BE_TAKEN for each in previous):
            return True
        return self.tx.runs.is_any_unseen(handed_over, since=now - SEEN_WITHIN)
