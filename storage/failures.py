"""Failures that were alike: how often a job failed so, what helped, and which version last worked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select

from bot.domain.reason import THIS_WEEK, DagVersion, Seen, fingerprint
from bot.domain.run import RunState
from storage.runs import VERSION
from storage.tables import firings, runs

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from bot.domain.run import Run


class Failures:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def seen(self, run: Run, project_id: int | None) -> Seen | None:
        """Return how often the job failed like this run within a week. None if the run did not fail.

        Only runs of the same project count; `project_id` None means those that Airflow started by itself.
        """
        if run.failure is None or run.ended_at is None:
            return None
        of_project = runs.c.firing_id.is_(None) if project_id is None else firings.c.project_id == project_id
        alike = and_(
            runs.c.deployment == run.key.deployment,
            runs.c.dag_id == run.key.dag_id,
            runs.c.fingerprint == fingerprint(run.failure.task_id, run.failure.error),
            of_project,
        )
        is_lately = and_(runs.c.failed_at > run.ended_at - THIS_WEEK, runs.c.failed_at <= run.ended_at)
        joined = runs.outerjoin(firings, firings.c.firing_id == runs.c.firing_id)
        times = self._connection.execute(
            select(func.count()).select_from(joined).where(alike, is_lately)
        ).scalar_one()
        return Seen(times, self._helped_by(alike, run)) if times else None

    def _helped_by(self, alike: ColumnElement[bool], run: Run) -> str | None:
        """Return who pressed Retry at the last one before that a retry mended."""
        found: str | None = self._connection.execute(
            select(runs.c.retried_by)
            .outerjoin(firings, firings.c.firing_id == runs.c.firing_id)
            .where(
                alike,
                runs.c.id != run.run_key,
                runs.c.failed_at <= run.ended_at,
                runs.c.state == RunState.DONE,
                runs.c.retried_by.is_not(None),
            )
            .order_by(runs.c.failed_at.desc())
            .limit(1)
        ).scalar()
        return found

    def changed(self, run: Run) -> DagVersion | None:
        """Return the version of this run's job if the job's last run that was done had an older one."""
        if run.version is None or run.ended_at is None:
            return None
        worked = self._connection.execute(
            select(runs.c.version)
            .where(
                runs.c.deployment == run.key.deployment,
                runs.c.dag_id == run.key.dag_id,
                runs.c.id != run.run_key,
                runs.c.state == RunState.DONE,
                runs.c.ended_at <= run.ended_at,
            )
            .order_by(runs.c.ended_at.desc())
            .limit(1)
        ).scalar()
        before = None if worked is None else VERSION.decode(worked)
        return run.version if before is not None and before.number < run.version.number else None
