"""How long a job's runs may take: what its project says, or else what is usual."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.condition_told import RunsLong
from bot.rules.run_card import job_shown

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.condition import Usual
    from bot.domain.job import Job, JobKey
    from bot.domain.ports import Airflow
    from bot.domain.run import Run
    from storage.transaction import Transaction

USUAL_HOLDS_FOR = timedelta(minutes=5)


class HowLong:
    """Compares runs of one deployment with what is usual, which is counted every few minutes."""

    def __init__(self, airflow: Airflow) -> None:
        self._airflow = airflow
        self._usual: dict[JobKey, tuple[datetime, Usual | None]] = {}

    def told_of(self, tx: Transaction, run: Run, project_id: int, now: datetime) -> RunsLong | None:
        """Return what the project is told of a run that takes too long; None for others and stopped ones."""
        if run.started_at is None or run.stopped_by is not None:
            return None
        took, job = now - run.started_at, job_shown(tx, run, None, project_id)
        limit = _limit(job)
        usual = self._usual_of(tx, run.key, now) if limit is None else None
        too_long = limit if usual is None else usual.too_long
        if too_long is None or took <= too_long:
            return None
        typical = too_long if usual is None else usual.took
        url = self._airflow.run_url(run.key.dag_id, run.run_id)
        return RunsLong(_title(job, run), run.run_key, took, typical, url, is_limit=limit is not None)

    def ended(self, tx: Transaction, run: Run, project_id: int | None, now: datetime) -> RunsLong:
        """Return what is told of a run that took too long and has ended; None stands for no project."""
        took, job = (run.ended_at or now) - (run.started_at or now), job_shown(tx, run, None, project_id)
        limit = _limit(job)
        usual = tx.history.usual(run.key, but=run.run_key) if limit is None else None
        typical = limit or (took if usual is None else usual.took)
        url, is_limit = self._airflow.run_url(run.key.dag_id, run.run_id), limit is not None
        return RunsLong(_title(job, run), run.run_key, took, typical, url, run.state, is_limit=is_limit)

    def _usual_of(self, tx: Transaction, key: JobKey, now: datetime) -> Usual | None:
        known = self._usual.get(key)
        if known is None or abs(now - known[0]) >= USUAL_HOLDS_FOR:
            known = self._usual[key] = (now, tx.history.usual(key))
        return known[1]


def _limit(job: Job | None) -> timedelta | None:
    return None if job is None else job.settings.longest


def _title(job: Job | None, run: Run) -> str:
    return run.key.dag_id if job is None else job.title
