"""Pauses of whole projects: one record a project, which its schedules are measured by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, exists, or_, select, update

from bot.domain.announcement import JobChanged
from bot.domain.firing import FiringState
from bot.domain.notice import NoticeKind
from bot.domain.project import Place
from bot.domain.schedule import ScheduleState
from storage.among import is_number_among
from storage.firings import STANDING, firing_of_row, is_under_way
from storage.notice_rows import notice_of
from storage.projects import read_project
from storage.reading import readable
from storage.tables import firings, notices, projects, runs, schedules

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.domain.firing import Firing
    from bot.domain.project import Project, ProjectPause

# Statements of every step of the dispatcher are built once: building one costs more than running it.
_LASTING = select(projects).where(
    projects.c.paused_from.is_not(None), projects.c.paused_until > bindparam("now")
)
_IS_PLANNED_FROM_THEN = exists().where(
    schedules.c.project_id == projects.c.project_id,
    schedules.c.deleted_at.is_(None),
    schedules.c.state == ScheduleState.ACTIVE,
    schedules.c.next_due_at < projects.c.paused_until,
)
_IS_UNDECIDED = exists().where(
    firings.c.project_id == projects.c.project_id,
    firings.c.schedule_id.is_not(None),
    firings.c.state.in_([FiringState.DUE, FiringState.WAITING]),
    firings.c.due_at < projects.c.paused_until,
)
_OVER = (
    select(projects)
    .where(
        projects.c.paused_from.is_not(None),
        projects.c.paused_until <= bindparam("now"),
        ~_IS_PLANNED_FROM_THEN,
        ~_IS_UNDECIDED,
    )
    .order_by(projects.c.project_id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True, key_share=True)
)


class ProjectPauses:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self, project_id: int) -> Project | None:
        """Return the project, locked: a second person who pauses it waits for the first. None if unknown.

        Rows that only refer to the project can be written all the same.
        """
        row = self._connection.execute(
            select(projects).where(projects.c.project_id == project_id).with_for_update(key_share=True)
        ).first()
        return None if row is None else read_project(row)

    def keep(self, project_id: int, pause: ProjectPause | None) -> None:
        """Write the project's pause in place of the one it had. None: it has none any more."""
        self._connection.execute(
            update(projects)
            .where(projects.c.project_id == project_id)
            .values(
                paused_from=pause and pause.begins_at,
                paused_until=pause and pause.ends_at,
                paused_by=pause and pause.by,
                paused_because=pause and pause.reason,
            )
        )

    def of(self, project_ids: Collection[int]) -> dict[int, ProjectPause]:
        """Return the pauses of these projects, by project. Projects without one are left out."""
        if not project_ids:
            return {}
        rows = self._connection.execute(
            select(projects).where(
                is_number_among(projects.c.project_id, project_ids), projects.c.paused_from.is_not(None)
            )
        )
        found = (read_project(row) for row in rows)
        return {each.project_id: each.pause for each in found if each.pause is not None}

    def reports_to(self, project_id: int) -> Place | None:
        """Return the channel in which the project hears what concerns all of it. None if it has none."""
        row = self._connection.execute(
            select(projects.c.workspace_id, projects.c.reports_to).where(projects.c.project_id == project_id)
        ).first()
        return None if row is None or row.reports_to is None else Place(row.workspace_id, row.reports_to)

    def lasting(self, now: datetime) -> list[Project]:
        """Return the projects that are paused now."""
        return [read_project(row) for row in self._connection.execute(_LASTING, {"now": now})]

    def claim_over(self, now: datetime, *, limit: int) -> list[Project]:
        """Lock and return projects whose pause has ended, and which have nothing undecided from that time."""
        rows = self._connection.execute(_OVER, {"now": now, "limit": limit})
        return [read_project(row) for row in rows]

    def on_their_way(self, project_id: int) -> list[Firing]:
        """Return the firings of the project's schedules that were given to Airflow, or are being given."""
        rows = self._connection.execute(
            select(firings)
            .outerjoin(runs, runs.c.firing_id == firings.c.firing_id)
            .where(
                firings.c.project_id == project_id,
                firings.c.schedule_id.is_not(None),
                firings.c.state.in_([FiringState.SENDING, FiringState.HANDED_OVER]),
                is_under_way(),
            )
            .order_by(firings.c.schedule_id, firings.c.firing_id)
        )
        return readable(rows, firing_of_row)

    def kept_back(self, project_id: int, *, reason: str, limit: int) -> tuple[list[Firing], int]:
        """Return the first moments that did not run for this reason, by time, and how many there are."""
        was_skipped = or_(
            firings.c.state == FiringState.SKIPPED,
            and_(firings.c.state == FiringState.WITHDRAWING, firings.c.ends_as == FiringState.SKIPPED),
        )
        rows = self._connection.execute(
            select(firings)
            .where(firings.c.project_id == project_id, firings.c.reason == reason, STANDING, was_skipped)
            .order_by(firings.c.due_at, firings.c.firing_id)
        ).all()
        return readable(rows[:limit], firing_of_row), len(rows)

    def tell_now(
        self, workspace_id: str, kinds: Iterable[NoticeKind], *, held_until: datetime, now: datetime
    ) -> None:
        """Let notices that were held until the end of a pause be sent now.

        They are those of these kinds, and what was to be told of jobs that do not run.
        """
        held = (
            notices.c.workspace_id == workspace_id,
            notices.c.send_at == held_until,
            notices.c.leased_until.is_(None),
        )
        with_facts = notices.c.kind.in_((NoticeKind.WORDS, NoticeKind.QUESTION))
        words = self._connection.execute(select(notices).where(*held, with_facts))
        of_jobs = [each.notice_id for each in readable(words, notice_of) if isinstance(each.told, JobChanged)]
        wanted = or_(notices.c.kind.in_(list(kinds)), notices.c.notice_id.in_(of_jobs))
        self._connection.execute(update(notices).where(*held, wanted).values(send_at=now))
