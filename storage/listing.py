"""Schedules as lists need them: few facts of many, in pages by number. Rights decide of what is found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, literal_column, or_, select, text, true, union

from bot.domain.job import JobKey
from bot.domain.schedule import ScheduleState
from storage.among import is_job_among
from storage.reading import readable
from storage.tables import job_settings, jobs, schedules
from storage.words import begins

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from bot.domain.listed import Wanted
    from storage.reach import Reach


GREATEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Kept:
    """A schedule that is not deleted, and the names by which people may call it."""

    schedule_id: str
    number: int
    project_id: int
    key: JobKey
    names: tuple[str, ...]
    owner_id: str
    state: ScheduleState
    next_due_at: datetime | None
    resumes_at: datetime | None


_ITS_JOB = and_(jobs.c.deployment == schedules.c.deployment, jobs.c.dag_id == schedules.c.dag_id)
_SET_THERE = and_(
    job_settings.c.project_id == schedules.c.project_id,
    job_settings.c.deployment == schedules.c.deployment,
    job_settings.c.dag_id == schedules.c.dag_id,
)


# Written out, as their index has them: for parameters neither database would use it.
_SOONEST = case(
    (schedules.c.state == literal_column(f"'{ScheduleState.ACTIVE}'"), schedules.c.next_due_at),
    (schedules.c.state == literal_column(f"'{ScheduleState.PAUSED}'"), schedules.c.resumes_at),
)
_SOONEST_FIRST = (_SOONEST.is_(None), _SOONEST, schedules.c.number)


class Listing:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(
        self, workspace_id: str, *, reach: Reach, wanted: Wanted, behind: int = 0, limit: int
    ) -> list[Kept]:
        """Return the schedules in these projects by when they are planned next, those at rest last.

        Perhaps more than fit: what becomes of each is not asked. `behind`: how many are left out before.
        """
        title = func.coalesce(func.nullif(job_settings.c.title, ""), jobs.c.title)
        query = (
            select(
                schedules.c.schedule_id,
                schedules.c.number,
                schedules.c.project_id,
                schedules.c.deployment,
                schedules.c.dag_id,
                schedules.c.nickname,
                schedules.c.owner_id,
                schedules.c.state,
                schedules.c.next_due_at,
                schedules.c.resumes_at,
                title.label("title"),
            )
            .select_from(schedules)
            .join(jobs, _ITS_JOB)
            .outerjoin(job_settings, _SET_THERE)
            .where(schedules.c.schedule_id.in_(self._chosen(workspace_id, reach, wanted, behind, limit)))
            .order_by(*_SOONEST_FIRST)
        )
        return readable(self._connection.execute(query), _kept)

    def _chosen(
        self, workspace_id: str, reach: Reach, wanted: Wanted, behind: int, limit: int
    ) -> Select[tuple[str]]:
        """Return the ids of a page. Nothing is joined to them: a page is ten rows of perhaps thousands.

        The reach is of one workspace. Where that narrows nothing down it is not asked for again, or SQLite
        begins with all that there is in the workspace.
        """
        is_here = schedules.c.workspace_id == workspace_id
        keys = or_(*(_of_job(each) for each in wanted.keys)) if wanted.keys else true()
        return (
            select(schedules.c.schedule_id)
            .where(
                is_here if wanted.owner_ids or wanted.numbers else true(),
                schedules.c.deleted_at.is_(None),
                reach.of(schedules.c.project_id),
                schedules.c.number.in_(_possible(wanted.numbers)) if wanted.numbers else true(),
                schedules.c.owner_id.in_(wanted.owner_ids) if wanted.owner_ids else true(),
                schedules.c.state.in_(wanted.states) if wanted.states else true(),
                keys,
                self._is_called(wanted.called) if wanted.called else true(),
            )
            .order_by(*_SOONEST_FIRST)
            .offset(behind)
            .limit(limit)
        )

    def _is_called(self, words: str) -> ColumnElement[bool]:
        """Return the condition that one of a schedule's names begins with the words.

        A subquery for each name lets each use an index of its own. The jobs are looked up before: PostgreSQL
        cannot guess how many are called so, and would read all schedules for them.
        """
        by_nickname = select(schedules.c.schedule_id).where(
            text("nickname <> ''"),  # as its index says it
            begins(self._connection, schedules.c.nickname, words),
        )
        by_job = select(schedules.c.schedule_id).where(
            is_job_among(schedules.c.deployment, schedules.c.dag_id, self._jobs_called(words))
        )
        return schedules.c.schedule_id.in_(union(by_nickname, by_job))

    def _jobs_called(self, words: str) -> list[JobKey]:
        """Return the jobs with a name, in Airflow or in any project, that begins with the words."""
        in_airflow = select(jobs.c.deployment, jobs.c.dag_id).where(
            begins(self._connection, jobs.c.title, words) | begins(self._connection, jobs.c.dag_id, words)
        )
        in_projects = select(job_settings.c.deployment, job_settings.c.dag_id).where(
            begins(self._connection, job_settings.c.title, words)
        )
        rows = self._connection.execute(union(in_airflow, in_projects)).all()
        return [JobKey(deployment, dag_id) for deployment, dag_id in rows]


def _kept(row: Row[Any]) -> Kept:
    return Kept(
        row.schedule_id,
        row.number,
        row.project_id,
        JobKey(row.deployment, row.dag_id),
        (row.nickname, row.title, row.dag_id),
        row.owner_id,
        ScheduleState(row.state),
        row.next_due_at,
        row.resumes_at,
    )


def _of_job(key: JobKey) -> ColumnElement[bool]:
    return and_(schedules.c.deployment == key.deployment, schedules.c.dag_id == key.dag_id)


def _possible(numbers: Sequence[int]) -> list[int]:
    """Return the numbers that the column can hold, because PostgreSQL refuses to compare others."""
    return [each for each in numbers if each <= GREATEST]
