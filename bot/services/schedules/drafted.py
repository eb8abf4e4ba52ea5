"""What a form or message shows of a draft: its preview, and the schedule that it may change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.domain.rights import Action
from bot.domain.when import upcoming
from bot.rules.likeness import alike
from bot.rules.planned import moments_if_changed, skipped_ahead
from bot.rules.preset_edits import savable
from bot.rules.published import with_published

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.draft import Alike, Draft
    from bot.domain.history import UnderWay
    from bot.domain.job import Job
    from bot.domain.project import Place, Project
    from bot.domain.schedule import Schedule
    from bot.domain.when import When
    from bot.rules.access import Access, Offer
    from storage.transaction import Transaction


PREVIEWED_TIMES = 5


@dataclass(frozen=True, slots=True)
class Preview:
    """What will happen once a draft is confirmed."""

    draft: Draft
    job: Job
    project: Project
    now: datetime
    """The moment of the preview, in the zone of whoever sees it."""
    times: Sequence[datetime]
    """The next five moments; empty for a run-now."""
    changes: Schedule | None
    """The schedule that the draft changes, as it is now. None for a new one."""
    alike: Alike | None
    """A schedule like this one that exists already. None if there is none."""
    may_save: bool = False
    """Whether there are inputs to keep as a preset."""
    may_share: bool = False
    """Whether the person may keep them for everybody in the project, too."""
    under_way: UnderWay | None = None
    """A run of the same job that has not ended, if the draft is to run now. None if there is none."""
    skipped: tuple[datetime, ...] = ()
    """Moments among the `times` that are left out because they are skipped."""
    may_resume: bool = False
    """Whether the person may resume the job for everyone."""


@dataclass(frozen=True, slots=True)
class Editable:
    """A schedule, and the places where it may report, each with its label."""

    schedule: Schedule
    offer: Offer
    places: Sequence[tuple[Place, str]]


def preview_of(
    tx: Transaction, access: Access, draft: Draft, job: Job, project: Project, *, now: datetime
) -> Preview:
    """Return what will happen once the draft is confirmed, for whoever has this access."""
    project = project.as_of(now)
    changes = None if draft.changes_id is None else tx.schedules.get(draft.changes_id)
    times = _times(tx, draft.when, changes, project, now)
    is_run_now = draft.when is None and draft.typed is None
    under_way = tx.history.under_way(job.key, draft.project_id, now) if is_run_now else None
    seen_at = now.astimezone(access.person.tz)
    may_save, may_share = bool(savable(job, draft.inputs)), access.manages(project.project_id)
    like = alike(tx, access, draft)
    job = with_published(tx, access, project.project_id, job, now)
    skipped = _skipped(tx, draft.when, changes, times, now)
    may_resume = job.is_paused and Action.PAUSE in access.actions(project.project_id, job.key)
    return Preview(
        draft,
        job,
        project,
        seen_at,
        times,
        changes,
        like,
        may_save,
        may_share,
        under_way,
        skipped,
        may_resume,
    )


def _times(
    tx: Transaction, when: When | None, changes: Schedule | None, project: Project, now: datetime
) -> list[datetime]:
    """Return the next moments, as they are once the draft is confirmed; none for a run-now."""
    if when is None:
        return []
    if changes is None:
        return upcoming(when, project.rests_to(now), PREVIEWED_TIMES)
    return moments_if_changed(tx, changes, when, now, count=PREVIEWED_TIMES)


def _skipped(
    tx: Transaction, when: When | None, changes: Schedule | None, times: Sequence[datetime], now: datetime
) -> tuple[datetime, ...]:
    """Return the moments before the last of the `times` that are left out because they are skipped."""
    if when is None or changes is None or not times:
        return ()
    skipped = skipped_ahead(tx, replace(changes, when=when), now)
    return tuple(due_at for _, due_at in skipped if due_at < times[-1])
