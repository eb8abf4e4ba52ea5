"""Choices that small jobs publish: read from their newest good run, kept until the next one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.domain.choices import MOST_CHOICES, Published
from bot.domain.errors import Fault, Rejected
from bot.domain.job import JobKey
from bot.domain.run import RunState

if TYPE_CHECKING:
    from bot.domain.clock import Clock
    from bot.domain.ports import Airflow
    from storage.database import Database

PAUSE = 30.0
LEASE = timedelta(seconds=120)
LATEST = 5
"""The number of a job's runs among which one is looked for that went well."""
log = structlog.get_logger()


class ChoicesMirror:
    """Keeps what one deployment's jobs have published as choices for the inputs of others."""

    def __init__(self, database: Database, clock: Clock, airflow: Airflow, holder: str) -> None:
        self._database = database
        self._clock = clock
        self._airflow = airflow
        self._holder = holder

    def step(self) -> float:
        """Read the choices of each job that has run since. Return the seconds until the next time.

        A job that fails delays no other. Raises Fault if Airflow tells of none; what it refuses for a job,
        such as one that is gone, is only logged.
        """
        now, deployment = self._clock.now(), self._airflow.deployment
        with self._database.transaction() as tx:
            if not tx.leases.take(f"choices {deployment}", self._holder, now=now, until=now + LEASE):
                return PAUSE
            publishers = tx.published.publishers(deployment)
            kept = tx.published.by_job(deployment, publishers)
        faults = []
        for dag_id in publishers:
            try:
                self._read(dag_id, kept.get(dag_id))
            except Fault as error:
                log.warning("choices.not_read", dag=dag_id, why=error.detail)
                if not isinstance(error, Rejected):
                    faults.append(error)
        if publishers and len(faults) == len(publishers):
            raise faults[-1]
        return PAUSE

    def _read(self, dag_id: str, kept: Published | None) -> None:
        runs = self._airflow.recent(dag_id, count=LATEST)
        run = next((each for each in runs if each.state is RunState.DONE and each.ended_at), None)
        if run is None or run.ended_at is None:
            return
        if kept is not None and (kept.run_id, kept.published_at) == (run.run_id, run.ended_at):
            return
        offered = self._airflow.choices(dag_id, run.run_id)
        if not 0 < len(offered) <= MOST_CHOICES:
            log.warning("choices.not_usable", dag=dag_id, count=len(offered), most=MOST_CHOICES)
            return
        with self._database.transaction() as tx:
            key = JobKey(self._airflow.deployment, dag_id)
            tx.published.keep(key, Published(run.run_id, run.ended_at, tuple(offered)))
