"""Choices that jobs have published, each job's newest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.domain.choices import Offered, Published
from storage.tables import job_settings, projects, published_choices
from storage.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from bot.domain.job import JobKey


class PublishedChoices:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def publishers(self, deployment: str) -> list[str]:
        """Return the DAG ids from which some project takes the choices of an input."""
        rows = self._connection.execute(
            select(job_settings.c.choices)
            .join(projects, projects.c.project_id == job_settings.c.project_id)
            .where(job_settings.c.deployment == deployment, projects.c.archived_at.is_(None))
        )
        return sorted({each["job"] for found in rows.scalars() for each in found.values() if each["job"]})

    def by_job(self, deployment: str, dag_ids: Collection[str]) -> dict[str, Published]:
        """Return what these jobs have published, by DAG id. Jobs that have not are left out."""
        rows = self._connection.execute(
            select(published_choices).where(
                published_choices.c.deployment == deployment, published_choices.c.dag_id.in_(list(dag_ids))
            )
        )
        return {
            row.dag_id: Published(row.run_id, row.published_at, tuple(Offered(*each) for each in row.offered))
            for row in rows
        }

    def keep(self, key: JobKey, found: Published) -> None:
        """Write what the job has published, in place of what it published before."""
        row = {
            "deployment": key.deployment,
            "dag_id": key.dag_id,
            "run_id": found.run_id,
            "published_at": found.published_at,
            "offered": [[each.value, each.words, each.under] for each in found.offered],
        }
        upsert(self._connection, published_choices, [row])
