"""How conditions name schedules and jobs, and how long a project lets a job's runs take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.announcement import OfSchedule
from bot.rules.run_card import job_shown

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.domain.firing import Firing
    from bot.domain.job import JobKey
    from bot.domain.project import Project
    from bot.domain.run import Run
    from bot.domain.schedule import Schedule
    from storage.transaction import Transaction


def schedule_named(tx: Transaction, schedule: Schedule) -> OfSchedule:
    """Return the schedule as a message names it."""
    job = tx.jobs.within(schedule.project_id, schedule.key)
    title = job.title if job else schedule.key.dag_id
    return OfSchedule.of(schedule, title, next_at=schedule.next_due_at)


def limit_of(tx: Transaction, run: Run, firing: Firing) -> timedelta | None:
    """Return how long the project says that a run of the job may take. None if it says nothing."""
    job = job_shown(tx, run, firing, None)
    return None if job is None else job.settings.longest


def title_of(tx: Transaction, run: Run, firing: Firing) -> str:
    """Return the title of the run's job in the words of the project that asked for it."""
    job = job_shown(tx, run, firing, None)
    return job.title if job else run.key.dag_id


def title_in(tx: Transaction, project: Project, key: JobKey) -> str:
    """Return the job's title in the words of a project."""
    job = tx.jobs.within(project.project_id, key)
    return job.title if job else key.dag_id
