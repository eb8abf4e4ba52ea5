"""Asks Airflow for a run's details, and goes on without them where they hang."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

import structlog

from bot.domain.errors import Rejected, Unavailable
from bot.workers.details import Details, without_details
from bot.workers.loop import on_its_own

if TYPE_CHECKING:
    from bot.domain.clock import Clock
    from bot.domain.ports import Airflow
    from bot.domain.run import AirflowRun, Run, RunState
    from bot.language.failure_patterns import Patterns
    from storage.database import Database

MOST_TRIES = 3
HANGS_FROM, DETAILS_REST = 1.0, 60.0
"""Seconds in which none are asked for, once a run's hung often enough: the store of all logs may hang."""
log = structlog.get_logger()


class PatientDetails:
    """The details of one deployment's runs, over several steps of its watcher."""

    def __init__(self, database: Database, clock: Clock, airflow: Airflow, patterns: Patterns) -> None:
        self._details = Details(database, clock, airflow, patterns)
        self._tries: dict[tuple[str, str], int] = {}
        self._silent_until: dict[RunState, float] = {}
        """By state, because details hang together: logs of failed runs, results of runs that are done."""

    def __call__(self, run: Run, found: AirflowRun, *, with_tasks: bool) -> Run | None:
        """Return the run as it is now. None if Airflow does not give its details now: ask again later.

        A run whose log hangs must not delay the others: in the end it is reported without its log.
        """
        which = (found.dag_id, found.run_id)
        began = monotonic()
        if began < self._silent_until.get(found.state, began):
            self._tries.pop(which, None)
            return without_details(run, found)
        seen = without_details(run, found)
        try:
            with on_its_own(
                "details", run=run.run_id, dag=found.dag_id
            ):  # unforeseen: reported without details
                seen = self._details(run, found, with_tasks=with_tasks)
        except Rejected:  # its DAG was deleted, or it was: what is left is its state
            seen = without_details(run, found)
        except Unavailable as error:
            tries = self._tries[which] = self._tries.get(which, 0) + 1
            log.warning("watcher.no_details", run=run.run_id, why=error.detail, tries=tries)
            if tries < MOST_TRIES and found.state not in self._silent_until:
                return None
            if monotonic() >= began + HANGS_FROM:  # what is refused at once costs the others nothing
                self._silent_until[found.state] = monotonic() + DETAILS_REST
            seen = without_details(run, found)
        else:
            self._silent_until.pop(found.state, None)
        self._tries.pop(which, None)
        return seen
