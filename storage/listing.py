"""Schedules as lists need them: few facts of many, in pages by number. Rights decide of what is found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select, true, union

from bot.domain.job import JobKey
from storage.tables import job_settings, jobs, schedules
from storage.words import begins

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection

    from storage.reach import Reach


GREATEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Kept:
    """A schedule that is there, and by what names people may call it."""

    schedule_id: str
    number: int
    project_id: int
    key: JobKey
    names: tuple[str, ...]


_ITS_JOB = and_(jobs.c.deployment == schedules.c.deployment, jobs.c.dag_id == schedules.c.dag_id)
_SET_THERE = and_(
    job_settings.c.project_id == schedules.c.project_id,
    job_settings.c.deployment == schedules.c.deployment,
    job_settings.c.dag_id == schedules.c.dag_id,
)


class Listing:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(
        self,
        workspace_id: str,
        *,
        reach: Reach,
        owner_id: str | None,
        called: str = "",
        numbers: Sequence[int] = (),
        after: int = 0,
        limit: int,
    ) -> list[Kept]:
        """Return schedules after a number, by number, in the projects within reach.

        Perhaps more than fit, because the databases compare words loosely. `owner_id` keeps one person's.
        `called` keeps those whose nickname, title or DAG id begins so. `numbers` keeps those of one of these
        numbers, and `after` does not count then.
        """
        title = func.coalesce(func.nullif(job_settings.c.title, ""), jobs.c.title)
        query = (
            select(schedules, title.label("title"))
            .join(jobs, _ITS_JOB)
            .outerjoin(job_settings, _SET_THERE)
            .where(
                schedules.c.workspace_id == workspace_id,
                schedules.c.deleted_at.is_(None),
                schedules.c.number.in_(_possible(numbers)) if numbers else schedules.c.number > after,
                reach.of(schedules.c.project_id),
                true() if owner_id is None else schedules.c.owner_id == owner_id,
                self._is_called(called) if called else true(),
            )
            .order_by(schedules.c.number)
            .limit(limit)
            .with_only_columns(
                schedules.c.schedule_id,
                schedules.c.number,
                schedules.c.project_id,
                schedules.c.deployment,
                schedules.c.dag_id,
                schedules.c.nickname,
                title.label("title"),
                maintain_column_froms=True,
            )
        )
        return [
            Kept(
                row.schedule_id,
                row.number,
                row.project_id,
                JobKey(row.deployment, row.dag_id),
                (row.nickname, row.title, row.dag_id),
            )
            for row in self._connection.execute(query)
        ]

    def _is_called(self, words: str) -> ColumnElement[bool]:
        """Return the condition that one of a schedule's names begins with the words.

        A subquery for each name lets each use an index of its own.
        """
        by_nickname = select(schedules.c.schedule_id).where(
            schedules.c.nickname != "", begins(self._connection, schedules.c.nickname, words)
        )
        by_job = (
            select(schedules.c.schedule_id)
            .join(jobs, _ITS_JOB)
            .where(
                begins(self._connection, jobs.c.title, words) | begins(self._connection, jobs.c.dag_id, words)
            )
        )
        by_title_there = (
            select(schedules.c.schedule_id)
            .join(job_settings, _SET_THERE)
            .where(begins(self._connection, job_settings.c.title, words))
        )
        return schedules.c.schedule_id.in_(union(by_nickname, by_job, by_title_there))


def _possible(numbers: Sequence[int]) -> list[int]:
    """Return the numbers that the column can hold, because PostgreSQL refuses to compare others."""
    return [each for each in numbers if each <= GREATEST]
