"""The preview of a draft: shown again, replaced by another one, confirmed or discarded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.errors import Conflict
from bot.domain.limits import NO_FILES, USUAL
from bot.language.inputs import check_together
from bot.rules.access import Access
from bot.rules.confirming import DRAFT_LIFE, Confirmed, open_draft, run_it, schedule_it
from bot.rules.editing import change
from bot.rules.files import check_arrived, keep_files
from bot.rules.letting_move import as_moving
from bot.rules.likeness import alike, as_change_of
from bot.rules.locking import job_and_project, to_edit
from bot.rules.planned import next_moment
from bot.services.once_more import once_more
from bot.services.schedules.drafted import preview_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.clock import Clock
    from bot.domain.draft import Draft
    from bot.domain.limits import FileLimits, Limits
    from bot.rules.access import Asker
    from bot.services.schedules.drafted import Preview
    from storage.database import Database

MOST_OPEN = 5
"""The number of open previews among which somebody who agrees is asked to choose."""


class Previews:
    """Previews that wait for an answer. `wake` is called after a commit that gave the dispatcher work."""

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
    def show(self, asker: Asker, draft_id: str) -> Preview:
        """Return the preview of the asker's open draft again.

        Raises Conflict if it was confirmed or discarded, or is too old.
        """
        now = self._clock.now()
        with self._database.transaction() as tx:
            draft = open_draft(tx, asker, draft_id, now)
            job, project = job_and_project(tx, draft.key, draft.project_id)
            return preview_of(tx, Access(tx, asker.person), draft, job, project, now=now)

    def latest(self, asker: Asker) -> list[Draft]:
        """Return the asker's latest open previews, the newest first."""
        with self._database.reading() as tx:
            return tx.drafts.previews(asker.person, self._clock.now(), limit=MOST_OPEN)

    @once_more
    def instead(self, asker: Asker, draft_id: str) -> Preview:
        """Write a draft that changes the like schedule instead of adding one; return its preview.

        The schedule keeps its place, and its inputs that the draft does not name. Raises Conflict if it no
        longer exists.
        """
        now = self._clock.now()
        with self._database.transaction() as tx:
            draft = open_draft(tx, asker, draft_id, now)
            access = Access(tx, asker.person)
            found = alike(tx, access, draft)
            if found is None:
                raise Conflict("That schedule no longer exists. Type the command again.")
            kept = to_edit(tx, asker, found.schedule.schedule_id)
            job, project = job_and_project(tx, draft.key, draft.project_id)
            changed = replace(as_change_of(kept, draft, job), expires_at=now + DRAFT_LIFE)
            check_together(job, changed.inputs)
            tx.drafts.add(changed, at=now)
            return preview_of(tx, access, changed, job, project, now=now)

    @once_more
    def let_move(self, asker: Asker, draft_id: str) -> Preview:
        """Write a draft whose days move with each run, where they stay now; return its preview.

        Raises Conflict if none of them can move.
        """
        now = self._clock.now()
        with self._database.transaction() as tx:
            draft = open_draft(tx, asker, draft_id, now)
            job, project = job_and_project(tx, draft.key, draft.project_id)
            changed = as_moving(draft, job, project.as_of(now).rests_to(now), now)
            tx.drafts.add(changed, at=now)
            return preview_of(tx, Access(tx, asker.person), changed, job, project, now=now)

    @once_more
    def discard(self, asker: Asker, draft_id: str) -> None:
        """Discard the asker's open draft. Raises Conflict if it is confirmed, discarded or too old."""
        with self._database.transaction() as tx:
            draft = open_draft(tx, asker, draft_id, self._clock.now())
            tx.drafts.end(draft.draft_id, "discarded")

    @once_more
    def confirm(self, asker: Asker, draft_id: str, *, another: bool = False) -> Confirmed:
        """Do what the preview says.

        Raises Conflict on a second press, ScheduledMeanwhile if a schedule like it was made since, unless
        `another` is wanted, and FileMissing.
        """
        now = self._clock.now()
        with self._database.transaction() as tx:
            draft = open_draft(tx, asker, draft_id, now)
            check_arrived(tx, draft, now)
            if draft.when is None:
                confirmed = run_it(tx, asker, draft, limits=self._limits, now=now)
            elif draft.changes_id is not None:
                job, _ = job_and_project(tx, draft.key, draft.project_id)
                changed = change(tx, asker, draft, now)
                next_at = next_moment(tx, changed, now)
                confirmed = Confirmed(job, draft.place, changed, is_change=True, next_at=next_at)
            else:
                confirmed = schedule_it(
                    tx, asker, draft, draft.when, limits=self._limits, now=now, another=another
                )
            keep_files(tx, draft, now, self._files.life)
        self._wake()
        return confirmed
