"""Taking over a schedule: it runs in the new owner's name from then on, and the former owner is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.announcement import OfSchedule, TakenOver, Touch
from bot.domain.errors import Conflict
from bot.domain.identity import new_id
from bot.domain.project import Place
from bot.domain.rights import Action
from bot.domain.schedule import ScheduleState
from bot.domain.when import next_after
from bot.rules.access import Access, Asker
from bot.rules.change_notices import tell_of_change
from bot.rules.locking import audit, to_change, to_edit
from bot.services.once_more import once_more

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.clock import Clock
    from bot.domain.listed import Listed
    from bot.domain.project import Person
    from bot.domain.schedule import Schedule
    from bot.services.schedules.scheduling import Scheduling
    from storage.database import Database
    from storage.transaction import Transaction


class TakingOver:
    """Schedules that get another owner.

    `wake` is called after a commit that gave the dispatcher something to do.
    """

    def __init__(
        self, database: Database, clock: Clock, scheduling: Scheduling, wake: Callable[[], None]
    ) -> None:
        self._database = database
        self._clock = clock
        self._scheduling = scheduling
        self._wake = wake

    @once_more
    def take_over(self, asker: Asker, schedule_id: str, *, only_suspended: bool = False) -> Listed:
        """Make the asker the owner; a suspended schedule goes on from its next moment.

        `only_suspended` raises Conflict if somebody else was quicker: it was offered because it was
        suspended.
        """
        now = self._clock.now()
        me = asker.person.person_id
        with self._database.transaction() as tx:
            schedule = to_change(tx, asker, schedule_id)
            if schedule.owner_id == me:
                raise Conflict(f"#{schedule.number} is yours already.")
            if only_suspended and schedule.state is not ScheduleState.SUSPENDED:
                raise Conflict(f"Somebody was quicker: #{schedule.number} is <@{schedule.owner_id}>'s.")
            tx.schedules.give_to(schedule_id, me, reports_to=_place(tx, asker, schedule).channel_id)
            if schedule.state is ScheduleState.SUSPENDED:
                _resume(tx, schedule, now)
            tx.firings.give_to(schedule, me, now=now)
            before = {"owner": schedule.owner_id, "state": schedule.state}
            audit(tx, asker, "schedule.take_over", schedule, now, before=before, after={"owner": me})
            self._tell(tx, schedule, me, now)
        self._wake()
        return self._scheduling.show(asker, schedule_id)

    @once_more
    def transfer(self, asker: Asker, schedule_id: str, to_id: str) -> Listed:
        """Give the schedule to a colleague; tell them and the former owner; return the schedule.

        Raises NotAllowed unless it is the asker's or they manage the project, and Conflict if the colleague
        may not schedule the job there.
        """
        now, me = self._clock.now(), asker.person.person_id
        with self._database.transaction() as tx:
            schedule = to_edit(tx, asker, schedule_id)
            colleague = tx.directory.person(asker.person.workspace_id, to_id)
            if schedule.owner_id == to_id:
                raise Conflict(f"#{schedule.number} is already <@{to_id}>'s.")
            if colleague is None or not colleague.counts or not _may_schedule(tx, colleague, schedule):
                raise Conflict(f"<@{to_id}> may not schedule this job, so it would not run.")
            place = _place(tx, Asker(colleague), schedule)
            tx.schedules.give_to(schedule_id, to_id, reports_to=place.channel_id)
            tx.firings.give_to(schedule, to_id, now=now)
            given = tx.schedules.get(schedule_id)
            assert given is not None
            audit(
                tx, asker, "schedule.transfer", schedule, now,
                before={"owner": schedule.owner_id}, after={"owner": to_id},
            )  # fmt: skip
            also = {schedule.owner_id} - {me}
            tell_of_change(tx, given, Touch.GIVEN, by=me, now=now, also=also)
        self._wake()
        return self._scheduling.show(asker, schedule_id)

    def _tell(self, tx: Transaction, schedule: Schedule, new_owner: str, now: datetime) -> None:
        """Tell the former owner, unless they have left. The new one reads the answer to their press."""
        owner = tx.directory.person(schedule.place.workspace_id, schedule.owner_id)
        if owner is None or not owner.counts:
            return
        job = tx.jobs.within(schedule.project_id, schedule.key)
        told = TakenOver(OfSchedule.of(schedule, job.title if job else schedule.key.dag_id), new_owner)
        place = Place(owner.workspace_id, owner.person_id)
        tx.outbox.put_words(place, told, subject=new_id(), send_at=now)


def _may_schedule(tx: Transaction, person: Person, schedule: Schedule) -> bool:
    return Action.SCHEDULE in Access(tx, person).actions(schedule.project_id, schedule.key)


def _place(tx: Transaction, asker: Asker, schedule: Schedule) -> Place:
    """Return where it reports: a channel stays, a direct message becomes the new owner's.

    It also becomes a direct message if the job is shared with the new owner by name only.
    """
    private = Access(tx, asker.person).reports_privately(schedule.project_id, schedule.key)
    if schedule.place.is_direct or private:
        return Place(schedule.place.workspace_id, asker.person.person_id)
    return schedule.place


def _resume(tx: Transaction, schedule: Schedule, now: datetime) -> None:
    following = next_after(schedule.when, now)
    if following is None:
        raise Conflict("Nothing is left to run: its last time has passed. Make a new schedule.")
    tx.schedules.move(schedule, ScheduleState.ACTIVE, next_due_at=following)
