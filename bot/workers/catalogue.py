"""The catalogue: Airflow's DAGs, params, paused or not -> our tables, in bulk."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.clock import Clock
    from bot.domain.job import Input, JobKey
    from bot.domain.ports import Airflow
    from storage.database import Database

PAUSE = 15.0
LEASE = timedelta(seconds=60)
INPUTS_AT_ONCE = 50
"""One request each: the list of DAGs carries no params."""


class Catalogue:
    """Of one deployment. Inputs are asked for job by job, a few at each step, those shared first."""

    def __init__(self, database: Database, clock: Clock, airflow: Airflow, holder: str) -> None:
        self._database = database
        self._clock = clock
        self._airflow = airflow
        self._holder = holder
        self._turn = 0

    def step(self) -> float:
        now = self._clock.now()
        with self._database.transaction() as tx:
            name = f"catalogue {self._airflow.deployment}"
            if not tx.leases.take(name, self._holder, now=now, until=now + LEASE):
                return PAUSE
        found = self._airflow.jobs()
        with self._database.transaction() as tx:
            tx.jobs.keep(self._airflow.deployment, found, at=self._clock.now())
            keys = tx.jobs.shared(self._airflow.deployment)
        self._read_inputs(keys)
        return PAUSE

    def _read_inputs(self, keys: list[JobKey]) -> None:
        """Of the shared jobs, in turn."""
        if not keys:
            return
        start = self._turn % len(keys)
        turn = (keys[start:] + keys[:start])[:INPUTS_AT_ONCE]
        self._turn = start + len(turn)
        inputs: dict[JobKey, tuple[Input, ...]] = {}
        for key in turn:
            job = self._airflow.job(key.dag_id)
            if job is not None:
                inputs[key] = job.inputs
        with self._database.transaction() as tx:
            tx.jobs.keep_inputs(inputs)
