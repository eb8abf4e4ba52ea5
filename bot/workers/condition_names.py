"""How conditions name schedules and jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.announcement import OfSchedule
from bot.rules.planned import next_moment

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.job import JobKey
    from bot.domain.schedule import Schedule
    from storage.transaction import Transaction


def schedule_named(tx: Transaction, schedule: Schedule, now: datetime) -> OfSchedule:
    """Return the schedule as a message names it."""
    job = tx.jobs.within(schedule.project_id, schedule.key)
    title = job.title if job else schedule.key.dag_id
    return OfSchedule.of(schedule, title, next_at=next_moment(tx, schedule, now))


def title_in(tx: Transaction, project_id: int | None, key: JobKey) -> str:
    """Return the job's title in the words of a project; None stands for no project."""
    job = tx.jobs.get(key) if project_id is None else tx.jobs.within(project_id, key)
    return job.title if job else key.dag_id
