"""Changes of one schedule that keep its times: skip the next moment, undo that, set policies and nickname."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.announcement import Touch
from bot.domain.errors import Conflict, NotFound
from bot.domain.limits import USUAL
from bot.domain.listed import BroughtBack, Skipped
from bot.domain.schedule import Policies, ScheduleState
from bot.domain.when import has_moment
from bot.rules.access import NO_SUCH_THING
from bot.rules.bringing_back import bring_back
from bot.rules.change_notices import tell_of_change, tell_of_edit
from bot.rules.locking import audit, check_as_seen, to_change, to_edit
from bot.rules.planned import next_moment, skip, undo_skip
from bot.rules.policies import checked, put
from bot.services.once_more import once_more

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.clock import Clock
    from bot.domain.limits import Limits
    from bot.domain.listed import Listed
    from bot.domain.schedule import MissedPolicy, OverlapPolicy
    from bot.rules.access import Asker
    from bot.services.schedules.scheduling import Scheduling
    from storage.database import Database

_FIRES = frozenset({ScheduleState.ACTIVE, ScheduleState.ENDED})
"""States with coming firings. The last firing of an ended schedule may still be to come."""


USUAL_GRACE = timedelta(minutes=10)


class Adjusting:
    """Changes of one schedule that leave its times as they are.

    `usual_grace` is for schedules without a grace of their own. `wake` is called after a commit that gave the
    dispatcher something to do.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        scheduling: Scheduling,
        wake: Callable[[], None],
        *,
        usual_grace: timedelta = USUAL_GRACE,
        limits: Limits = USUAL,
    ) -> None:
        self._database = database
        self._clock = clock
        self._scheduling = scheduling
        self._wake = wake
        self.usual_grace = usual_grace
        self._limits = limits

    @once_more
    def skip_next(self, asker: Asker, schedule_id: str, *, due_at: datetime | None = None) -> Skipped:
        """Skip the schedule's next moment; `due_at` lets that be done only for this moment.

        Raises Conflict if nothing is to come, or another moment is next.
        """
        now = self._clock.now()
        with self._database.transaction() as tx:
            schedule = to_change(tx, asker, schedule_id)
            coming = next_moment(tx, schedule, now)
            if coming is None:
                rests = "" if schedule.state in _FIRES else f"It is {schedule.state}, so "
                raise Conflict(f"{rests}there is no upcoming run to skip.".capitalize())
            if due_at is not None and due_at != coming:
                raise Conflict("That time is no longer the next one.")
            firing_id = skip(tx, schedule, coming, now, reason=f"skipped by <@{asker.person.person_id}>")
            audit(tx, asker, "schedule.skip", schedule, now, after={"skipped": coming.isoformat()})
            me = asker.person.person_id
            tell_of_change(tx, schedule, Touch.SKIPPED, by=me, now=now, at=coming, firing_id=firing_id)
        self._wake()
        return Skipped(self._scheduling.show(asker, schedule_id), firing_id, coming)

    @once_more
    def undo_skip(self, asker: Asker, firing_id: str) -> Skipped:
        """Let a skipped moment run after all.

        Raises NotFound for an unknown moment, Conflict once it has passed, if the schedule no longer has it,
        or if it was not skipped.
        """
        now = self._clock.now()
        with self._database.transaction() as tx:
            firing = tx.firings.get(firing_id)
            if firing is None or firing.schedule_id is None:
                raise NotFound(NO_SUCH_THING)
            schedule = to_change(tx, asker, firing.schedule_id)
            if firing.due_at <= now:
                raise Conflict("That time has passed; run it now instead.")
            if not has_moment(schedule.when, firing.due_at):
                raise Conflict("The schedule was changed, and no longer has that time.")
            if not undo_skip(tx, schedule, firing_id, firing.due_at):
                raise Conflict("That time is not skipped.")
            audit(tx, asker, "schedule.undo_skip", schedule, now, after={"due": firing.due_at.isoformat()})
            me = asker.person.person_id
            tell_of_change(tx, schedule, Touch.UNDID_SKIP, by=me, now=now, at=firing.due_at)
        self._wake()
        return Skipped(self._scheduling.show(asker, schedule.schedule_id), firing_id, firing.due_at)

    @once_more
    def to_pause(self, asker: Asker, schedule_id: str) -> Listed:
        """Return the schedule for a form that asks until when. Raises NotAllowed."""
        with self._database.transaction() as tx:
            to_change(tx, asker, schedule_id)
        return self._scheduling.show(asker, schedule_id)

    @once_more
    def to_edit(self, asker: Asker, schedule_id: str) -> Listed:
        """Return the schedule for a form that shows it as it is. Raises NotFound or NotAllowed."""
        with self._database.transaction() as tx:
            to_edit(tx, asker, schedule_id)
        return self._scheduling.show(asker, schedule_id)

    @once_more
    def set_policies(
        self,
        asker: Asker,
        schedule_id: str,
        *,
        missed: MissedPolicy,
        overlap: OverlapPolicy,
        grace: timedelta | None,
        most_failures: int | None = None,
        nickname: str | None = None,
        seen: int | None = None,
    ) -> Listed:
        """Set what happens to missed moments, overlaps and failures, the grace and the nickname.

        `grace` None means as the settings say, `most_failures` None that it goes on however often it fails;
        `nickname` None leaves the nickname as it is. `seen` is the version that the person changes; None is
        the latest. Raises NotUnderstood for what does not fit, Conflict if that version is not the latest.
        """
        now = self._clock.now()
        with self._database.transaction() as tx:
            schedule = to_edit(tx, asker, schedule_id)
            check_as_seen(schedule, seen)
            name = schedule.nickname if nickname is None else nickname
            wanted = checked(Policies(missed, overlap, grace, most_failures, name))
            put(tx, schedule_id, wanted)
            before, after = schedule.policies.facts(), wanted.facts()
            audit(tx, asker, "schedule.policies", schedule, now, before=before, after=after)
            changed = tx.schedules.get(schedule_id)
            assert changed is not None
            tell_of_edit(tx, schedule, changed, by=asker.person.person_id, now=now)
        return self._scheduling.show(asker, schedule_id)

    def rename(self, asker: Asker, schedule_id: str, nickname: str) -> Listed:
        """Give it another nickname; "" takes it away. Raises NotAllowed, NotUnderstood."""
        kept = self.to_edit(asker, schedule_id).schedule
        return self.set_policies(
            asker,
            schedule_id,
            missed=kept.missed,
            overlap=kept.overlap,
            grace=kept.grace,
            most_failures=kept.most_failures,
            nickname=nickname,
        )

    @once_more
    def undo_delete(self, asker: Asker, schedule_id: str) -> BroughtBack:
        """Bring back what was deleted within a day. Raises NotFound, NotAllowed, Conflict."""
        now = self._clock.now()
        with self._database.transaction() as tx:
            schedule, passed = bring_back(tx, asker, schedule_id, now, self._limits)
            audit(tx, asker, "schedule.restore", schedule, now, before={"state": "deleted"})
            tell_of_change(tx, schedule, Touch.RESTORED, by=asker.person.person_id, now=now)
        self._wake()
        return BroughtBack(self._scheduling.show(asker, schedule_id), passed)
