"""The catalogue: Airflow's DAGs, params, paused or not -> our tables, in bulk."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING

import structlog

from bot.domain.errors import Fault
from bot.rules.job_trouble import announce
from bot.rules.redirecting import redirect_private

if TYPE_CHECKING:
    from bot.domain.clock import Clock
    from bot.domain.job import Input, JobKey
    from bot.domain.ports import Airflow
    from storage.database import Database

PAUSE = 15.0
LEASE = timedelta(seconds=120)
"""Longer than a read of the list: 2,000 DAGs are twenty requests, 40 seconds from a slow Airflow."""
INPUTS_AT_ONCE = 50
"""The number of jobs whose inputs are read in one step.

Each is two requests, because Airflow's list has neither params nor whether a DAG may be started.
"""
READS_FOR = 30.0
"""The seconds of a step that go to inputs, so that the list itself is never old."""
MOST_IN_A_ROW = 3
"""The number of failures in a row after which Airflow is to blame, and not the jobs."""
log = structlog.get_logger()


class Catalogue:
    """The mirror of one deployment's jobs.

    Inputs, and whether our account may start a job, are read job by job, a few at each step, for shared jobs
    only.
    """

    def __init__(self, database: Database, clock: Clock, airflow: Airflow, holder: str) -> None:
        self._database = database
        self._clock = clock
        self._airflow = airflow
        self._holder = holder
        self._turns = 0
        self._read: dict[JobKey, int] = {}
        """In which turn its inputs were last asked for."""

    def step(self) -> float:
        """Read the list of jobs and some jobs' inputs; announce what broke.

        Return the seconds until the next.

        Raises Unavailable if Airflow does not answer.
        """
        now = self._clock.now()
        with self._database.transaction() as tx:
            name = f"catalogue {self._airflow.deployment}"
            if not tx.leases.take(name, self._holder, now=now, until=now + LEASE):
                return PAUSE
        found = self._airflow.jobs()
        with self._database.transaction() as tx:
            now = self._clock.now()
            before = tx.jobs.tagged(self._airflow.deployment)
            announce(tx, tx.jobs.keep(self._airflow.deployment, found, at=now), now)
            # Without the tag, a job may be shared with some people by name only, and others must not read of
            # it.
            untagged = {job.key for job in found if before.get(job.key, frozenset()) - job.tags}
            redirect_private(tx, untagged, now=now)
            keys = tx.jobs.shared(self._airflow.deployment)
        self._read_inputs(keys)
        return PAUSE

    def _read_inputs(self, keys: list[JobKey]) -> None:
        """Read inputs: new jobs first, then those read longest ago. A job that fails delays no other."""
        inputs: dict[JobKey, tuple[Input, ...]] = {}
        startable: dict[JobKey, bool] = {}
        troubles: list[Fault] = []
        end = monotonic() + READS_FOR
        for key in sorted(keys, key=lambda each: self._read.get(each, 0))[:INPUTS_AT_ONCE]:
            if monotonic() >= end or len(troubles) == MOST_IN_A_ROW:
                break
            self._turns += 1
            self._read[key] = self._turns
            try:
                job = self._airflow.job(key.dag_id)
                may_start = job is None or self._airflow.may_start(key.dag_id)
            except Fault as error:
                log.warning("catalogue.no_inputs", dag=key.dag_id, why=error.detail)
                troubles.append(error)
                continue
            troubles.clear()
            if job is not None:
                inputs[key], startable[key] = job.inputs, may_start
        with self._database.transaction() as tx:
            tx.jobs.keep_inputs(inputs)
            tx.jobs.keep_startable(startable)
        if len(troubles) == MOST_IN_A_ROW:
            raise troubles[-1]
