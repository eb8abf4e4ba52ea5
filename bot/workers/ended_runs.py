"""Runs that ended, whoever started them: which of them are news, and for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.job import JobKey
from bot.workers.details import state_of
from bot.workers.elsewhere import found_elsewhere, is_ours
from bot.workers.loop import on_its_own

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from bot.domain.clock import Clock
    from bot.domain.run import AirflowRun, Run
    from bot.workers.patient_details import PatientDetails
    from storage.database import Database

READ_AHEAD = 20
"""Ended runs whose details are read at the same time."""


class EndedRuns:
    """What one deployment's watcher knows of the ended runs that Airflow lists."""

    def __init__(self, database: Database, clock: Clock, deployment: str, details: PatientDetails) -> None:
        self._database = database
        self._clock = clock
        self._deployment = deployment
        self._details = details

    def news(self, finished: Sequence[AirflowRun]) -> list[AirflowRun]:
        """Return the runs whose state and end are new to us.

        A run changed from success to failed in Airflow keeps its end, so both are compared.
        """
        if not finished:
            return []
        deployment = self._deployment
        with self._database.transaction() as tx:
            known = {
                (run.key.dag_id, run.run_id): run
                for run in tx.runs.by_ids(deployment, [(each.dag_id, each.run_id) for each in finished])
            }
            news, open_ones = [], []
            now = self._clock.now()
            for each in finished:
                run = known.get((each.dag_id, each.run_id))
                if run is not None and not (run.state.is_over or _is_yet_to_be_due(run, now)):
                    open_ones.append(run.run_key)
                elif run is None or (state_of(run, each), each.ended_at) != (run.state, run.ended_at):
                    news.append(each)
            if open_ones:  # hundreds may be open, and a failure is to be heard at once
                tx.runs.look_at_first(open_ones)
        return news

    def with_details(
        self, news: Sequence[AirflowRun], goes_on: Callable[[], bool]
    ) -> Iterator[tuple[AirflowRun, Run | None]]:
        """Yield what somebody may hear of, and the run as it is known, once its details were read ahead.

        They are read while the step `goes_on`.
        """
        for first in range(0, len(news), READ_AHEAD):
            few: list[tuple[AirflowRun, Run | None]] = []
            for found in news[first : first + READ_AHEAD]:
                with on_its_own("run", run=found.run_id, dag=found.dag_id):
                    few += self._worth_telling(found)
            if goes_on():
                self._details.read_ahead(
                    (known or found_elsewhere(self._key(found), found), found) for found, known in few
                )
            yield from few

    def _worth_telling(self, found: AirflowRun) -> list[tuple[AirflowRun, Run | None]]:
        with self._database.reading() as tx:
            if is_ours(tx, found) or not tx.shares.projects_with(self._key(found)):
                return []
            known = tx.runs.by_ids(self._deployment, [(found.dag_id, found.run_id)])
        return [(found, next(iter(known), None))]

    def _key(self, found: AirflowRun) -> JobKey:
        return JobKey(self._deployment, found.dag_id)


def _is_yet_to_be_due(run: Run, now: datetime) -> bool:
    """Return whether the run is due later by our clock, so that it is not among the open ones."""
    return run.due_at is not None and run.due_at > now
