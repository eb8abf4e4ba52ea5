"""What was missed is run after all: with one press, once, whoever presses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.draft import Draft
from bot.domain.errors import Conflict
from bot.domain.firing import FiringState, RunAfterAll
from bot.domain.limits import NO_FILES, USUAL
from bot.domain.rights import Action
from bot.domain.when import zone_of
from bot.language.inputs import check_together
from bot.rules.access import Access
from bot.rules.confirming import DRAFT_LIFE, run_it
from bot.rules.files import check_arrived, keep_files
from bot.rules.locking import job_and_project, known_firing, locked_or_deleted
from bot.rules.places import near, offer_of
from bot.services.once_more import once_more

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.clock import Clock
    from bot.domain.firing import Firing
    from bot.domain.limits import FileLimits, Limits
    from bot.domain.project import Project
    from bot.rules.access import Asker
    from storage.database import Database
    from storage.transaction import Transaction

GO_ON = frozenset({FiringState.DUE, FiringState.WAITING, FiringState.SENDING, FiringState.HANDED_OVER})


class CatchingUp:
    """Missed moments that people run. `wake` is called after a commit that gives the dispatcher work."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        wake: Callable[[], None],
        limits: Limits = USUAL,
        files: FileLimits = NO_FILES,
    ) -> None:
        self._database = database
        self._clock = clock
        self._wake = wake
        self._limits = limits
        self._files = files

    @once_more
    def run(self, asker: Asker, firing_id: str) -> RunAfterAll | None:
        """Run now what was missed, with its own inputs; return who has, if it was not this person.

        Returns None where the person is to be asked first: the schedule was deleted or its next time has come
        since, the job runs just now, or its project is paused.

        Raises NotFound, NotAllowed, and Conflict for what was not missed.
        """
        now = self._clock.now()
        with self._database.transaction() as tx:
            missed = known_firing(tx, asker, firing_id)
            Access(tx, asker.person).require(Action.RUN, missed.project_id, missed.key)
            # Two presses wait for each other here.
            schedule, is_deleted = locked_or_deleted(tx, asker, missed.schedule_id or "")
            job, project = job_and_project(tx, missed.key, missed.project_id)
            request_id = f"run.{missed.firing_id}"
            of_schedule = (job.title, schedule.number, missed.due_at, zone_of(schedule.when))
            if (before := tx.firings.of_request(request_id)) is not None:
                return RunAfterAll(*of_schedule, before.person_id, before.due_at)
            if missed.state is not FiringState.MISSED:
                raise Conflict(f"That time of #{schedule.number} was not missed.")
            if is_deleted or _has_changed(tx, missed, project, now):
                return None
            self._run(tx, asker, missed, request_id, now)
        self._wake()
        return RunAfterAll(*of_schedule, asker.person.person_id, now)

    def _run(self, tx: Transaction, asker: Asker, missed: Firing, request_id: str, now: datetime) -> None:
        access = Access(tx, asker.person)
        offer = offer_of(tx, access, missed)
        check_together(offer.job, missed.inputs)
        draft = Draft(
            request_id,
            asker.person.person_id,
            missed.key,
            missed.inputs,
            when=None,
            project_id=missed.project_id,
            place=near(tx, access, offer, missed.place),
            expires_at=now + DRAFT_LIFE,
        )
        check_arrived(tx, draft, now)
        run_it(tx, asker, draft, limits=self._limits, now=now)
        keep_files(tx, draft, now, self._files.life)


def _has_changed(tx: Transaction, missed: Firing, project: Project, now: datetime) -> bool:
    """Return whether the press may mean something else than what the message said when it came."""
    return (
        project.rests(now) is not None
        or tx.history.under_way(missed.key, missed.project_id, now) is not None
        or tx.moments.has_later(missed, GO_ON, due_by=now)
    )
