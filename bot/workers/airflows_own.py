"""Runs that Airflow started by itself and that take long: nothing is known of them before they end."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.domain.condition import LONGER
from bot.domain.errors import Rejected, Unavailable
from bot.domain.job import JobKey
from bot.workers.elsewhere import found_elsewhere, is_ours
from bot.workers.loop import on_its_own

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.clock import Clock
    from bot.domain.ports import Airflow
    from bot.domain.run import AirflowRun
    from bot.workers.how_long import HowLong
    from storage.database import Database
    from storage.transaction import Transaction

EVERY = timedelta(seconds=20)
MOST = 500
"""Runs that are looked at, the longest first."""
log = structlog.get_logger()


class AirflowsOwn:
    """Writes down the runs of one deployment that take too long and were started elsewhere.

    From then on the watcher follows them like any other open run.
    """

    def __init__(self, database: Database, clock: Clock, airflow: Airflow, how_long: HowLong) -> None:
        self._database = database
        self._clock = clock
        self._airflow = airflow
        self._how_long = how_long
        self._looked_at: datetime | None = None

    def look(self) -> None:
        """Ask Airflow now and then which runs go on, and write down those that take too long."""
        now = self._clock.now()
        if self._looked_at is not None and abs(now - self._looked_at) < EVERY:
            return
        self._looked_at = now
        try:
            running = self._airflow.running(began_before=now - LONGER, most=MOST)
        except (Rejected, Unavailable) as error:  # the watcher's own requests say so to people
            log.warning("conditions.running_unknown", detail=error.detail)
            return
        for found in self._unknown(running):
            with (
                on_its_own("run", run=found.run_id, dag=found.dag_id),
                self._database.transaction() as tx,
            ):
                self._write_if_long(tx, found, now)

    def _unknown(self, running: Sequence[AirflowRun]) -> list[AirflowRun]:
        with self._database.reading() as tx:
            ids = [(each.dag_id, each.run_id) for each in running]
            known = {(run.key.dag_id, run.run_id) for run in tx.runs.by_ids(self._airflow.deployment, ids)}
        # What is known and ended runs once more: Airflow keeps when it first began.
        return [each for each in running if (each.dag_id, each.run_id) not in known]

    def _write_if_long(self, tx: Transaction, found: AirflowRun, now: datetime) -> None:
        key = JobKey(self._airflow.deployment, found.dag_id)
        if is_ours(tx, found):
            return
        run = found_elsewhere(key, found)
        projects = [project.project_id for project, _ in tx.shares.projects_with(key)]
        if any(self._how_long.told_of(tx, run, each, now) is not None for each in projects):
            tx.runs.add(run, at=now)
