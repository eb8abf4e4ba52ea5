"""What a Home sums up: failures that go on, weeks of projects, requests that wait, how Runbell itself is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, func, or_, select, union_all

from bot.domain.job import JobKey
from bot.domain.run import RunState
from bot.domain.schedule import ScheduleState
from storage.access_requests import request_of_row
from storage.incidents import incident_of_row
from storage.reading import readable
from storage.tables import (
    access_requests,
    firings,
    incident_runs,
    incidents,
    job_tags,
    jobs,
    notices,
    people,
    runs,
    schedules,
    shares,
)

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from bot.domain.access_request import AccessRequest
    from bot.domain.incident import Incident

MOST_LOOKED_AT = 100
"""The most rows that are looked at where only a few are shown and the others counted."""
MOST_COUNTED = 200
"""Up to this number is counted for admins; counting all takes the longer the more there are."""


class Overview:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def failing(
        self, workspace_id: str, project_ids: Collection[int], *, unclaimed_but_by: str
    ) -> list[Incident]:
        """Return what fails in these projects and nobody but this person has claimed, the latest first.

        The same failure may be told in several places, each with an incident of its own.
        """
        query = (
            select(incidents)
            .where(
                incidents.c.workspace_id == workspace_id,
                incidents.c.project_id.in_(project_ids),
                incidents.c.ended_at.is_(None),
                or_(incidents.c.claimed_by.is_(None), incidents.c.claimed_by == unclaimed_but_by),
            )
            .order_by(incidents.c.failed_at.desc(), incidents.c.incident_id)
            .limit(MOST_LOOKED_AT)
        )
        return readable(self._connection.execute(query), incident_of_row)

    def waiting(
        self, workspace_id: str, project_ids: Collection[int], *, without_project: bool
    ) -> list[AccessRequest]:
        """Return the requests for access to these projects that nobody has answered, the oldest first.

        With `without_project` also those that name no project.
        """
        wanted = access_requests.c.project_id.in_(project_ids)
        nowhere = access_requests.c.project_id.is_(None)
        query = (
            select(access_requests)
            .where(
                access_requests.c.workspace_id == workspace_id,
                access_requests.c.settled_by.is_(None),
                or_(wanted, nowhere) if without_project else wanted,
            )
            .order_by(access_requests.c.asked_at, access_requests.c.request_id)
            .limit(MOST_LOOKED_AT)
        )
        return [request_of_row(row) for row in self._connection.execute(query)]

    def ended(self, project_ids: Collection[int], *, since: datetime) -> dict[int, dict[RunState, int]]:
        """Return by project how many runs that were asked for there since then ended in which state."""
        query = (
            select(firings.c.project_id, runs.c.state, func.count().label("times"))
            .join(runs, runs.c.firing_id == firings.c.firing_id)
            .where(firings.c.project_id.in_(project_ids), firings.c.due_at >= since)
            .group_by(firings.c.project_id, runs.c.state)
        )
        found: dict[int, dict[RunState, int]] = {}
        for row in self._connection.execute(query):
            found.setdefault(row.project_id, {})[RunState(row.state)] = row.times
        return found

    def fails_most(
        self, project_ids: Collection[int], *, since: datetime
    ) -> dict[int, list[tuple[JobKey, int]]]:
        """Return by project the jobs that have failed since then, each with its failed runs, most first."""
        times = func.count(incident_runs.c.run_key.distinct())
        query = (
            select(incidents.c.project_id, incidents.c.deployment, incidents.c.dag_id, times.label("times"))
            .join(incident_runs, incident_runs.c.incident_id == incidents.c.incident_id)
            .where(incidents.c.project_id.in_(project_ids), incidents.c.failed_at >= since)
            .group_by(incidents.c.project_id, incidents.c.deployment, incidents.c.dag_id)
            .order_by(times.desc(), incidents.c.dag_id)
        )
        found: dict[int, list[tuple[JobKey, int]]] = {}
        for row in self._connection.execute(query):
            found.setdefault(row.project_id, []).append((JobKey(row.deployment, row.dag_id), row.times))
        return found

    def last_states(self, schedule_ids: Collection[str], *, count: int) -> dict[str, tuple[RunState, ...]]:
        """Return how the last runs of each schedule went, oldest first."""
        each = [
            select(
                select(firings.c.schedule_id, firings.c.due_at, runs.c.state)
                .join(runs, runs.c.firing_id == firings.c.firing_id)
                .where(firings.c.schedule_id == schedule_id, firings.c.state != "cancelled")
                .order_by(firings.c.due_at.desc())
                .limit(count)
                .subquery()
            )
            for schedule_id in schedule_ids
        ]
        rows = self._connection.execute(union_all(*each)).all() if each else []
        found: dict[str, list[RunState]] = {}
        for row in sorted(rows, key=lambda row: row.due_at):
            found.setdefault(row.schedule_id, []).append(RunState(row.state))
        return {schedule_id: tuple(states) for schedule_id, states in found.items()}

    # For admins ----------------------------------------------------------------------------------------

    def outbox(self, now: datetime) -> tuple[int, datetime | None]:
        """Return how many messages are due and not sent, and since when the oldest is due."""
        row = self._connection.execute(
            select(func.count().label("waiting"), func.min(notices.c.send_at).label("oldest_at")).where(
                notices.c.send_at.is_not(None), notices.c.send_at <= now
            )
        ).one()
        return row.waiting, row.oldest_at

    def read_at(self) -> datetime | None:
        """Return when Airflow's jobs were last read; None if never."""
        found: datetime | None = self._connection.execute(select(func.max(jobs.c.seen_at))).scalar()
        return found

    def unshared(self) -> int:
        """Return how many of Airflow's jobs no project has a share of, up to MOST_COUNTED."""
        by_name = exists().where(shares.c.deployment == jobs.c.deployment, shares.c.dag_id == jobs.c.dag_id)
        by_tag = exists().where(
            _is_its(job_tags), shares.c.deployment == job_tags.c.deployment, shares.c.tag == job_tags.c.tag
        )
        return self._up_to_most(select(jobs.c.dag_id).where(jobs.c.gone_at.is_(None), ~by_name, ~by_tag))

    def suspended(self, workspace_id: str) -> int:
        """Return how many of the workspace's schedules are suspended, up to MOST_COUNTED."""
        return self._up_to_most(
            select(schedules.c.schedule_id).where(
                schedules.c.workspace_id == workspace_id,
                schedules.c.state == ScheduleState.SUSPENDED,
                schedules.c.deleted_at.is_(None),
            )
        )

    def ownerless(self, workspace_id: str) -> int:
        """Return how many schedules that are not over belong to people who have left, up to MOST_COUNTED."""
        is_owner = and_(
            people.c.workspace_id == schedules.c.workspace_id, people.c.person_id == schedules.c.owner_id
        )
        return self._up_to_most(
            select(schedules.c.schedule_id)
            .join(people, is_owner)
            .where(
                schedules.c.workspace_id == workspace_id,
                people.c.is_deactivated.is_(True),
                schedules.c.state != ScheduleState.ENDED,
                schedules.c.deleted_at.is_(None),
            )
        )

    def _up_to_most(self, query: Any) -> int:
        some = query.limit(MOST_COUNTED).subquery()
        return int(self._connection.execute(select(func.count()).select_from(some)).scalar_one())


def _is_its(table: Any) -> ColumnElement[bool]:
    """Return the condition that the job is the one that a row of the table names."""
    return and_(jobs.c.deployment == table.c.deployment, jobs.c.dag_id == table.c.dag_id)
