"""Asks Airflow for runs' details, and goes on without them where they hang: they are put in later."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

import structlog

from bot.domain.errors import Rejected, Unavailable
from bot.workers.beside import Beside
from bot.workers.details import Details, without_details
from bot.workers.loop import on_its_own

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.domain.clock import Clock
    from bot.domain.ports import Airflow
    from bot.domain.run import AirflowRun, Run, RunState
    from bot.language.failure_patterns import Patterns
    from bot.rules.repeated_secrets import SecretsGiven
    from bot.workers.beside import Which
    from storage.database import Database

MOST_TRIES = 3
HANGS_FROM, DETAILS_REST = 1.0, 60.0
"""Seconds in which none are asked for, once a run's hung often enough: all of Airflow's answers may hang."""
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Seen:
    """A run as it is now. `is_bare` says that it has ended and that Airflow did not give its details."""

    run: Run
    is_bare: bool = False


class PatientDetails:
    """The details of one deployment's runs, over several steps of its watcher.

    Those of ended runs, which take a request to the store of all logs, are read beside the step.
    """

    def __init__(self, database: Database, clock: Clock, airflow: Airflow, patterns: Patterns) -> None:
        self._details = Details(database, clock, airflow, patterns)
        self._beside: Beside[Run] = Beside()
        self._tries: dict[Which, int] = {}
        self._silent_until: dict[RunState, float] = {}
        """By state, because details hang together: tasks of running runs, results of runs that are done."""

    def read_ahead(self, wanted: Iterable[tuple[Run, AirflowRun]]) -> None:
        """Begin to read the details of those that have ended, and wait a moment for them."""
        self._beside.read_ahead(
            {_which(found): self._reading(run, found) for run, found in wanted if found.state.is_over}
        )

    def __call__(self, run: Run, found: AirflowRun, *, with_tasks: bool) -> Seen | None:
        """Return the run as it is now. None if Airflow does not give its details now: ask again later.

        A run whose details hang must not delay the others: it is reported without them, and they are among
        those that `arrived` returns later.
        """
        which = _which(found)
        if not self._beside.is_read_ahead(which):
            return self._patiently(run, found, partial(self._details, run, found, with_tasks=with_tasks))
        answer = self._beside.take(which)
        if answer is None:
            return None
        if not answer.done():
            log.warning("watcher.details_come_late", run=run.run_id, dag=found.dag_id)
            return Seen(without_details(run, found), is_bare=True)
        return self._patiently(run, found, lambda: detailed(without_details(run, found), answer.result()))

    def read_late(self, run: Run) -> bool:
        """Begin to read the details of an ended run; return False if they are being read already."""
        which = (run.key.dag_id, run.run_id)
        if self._beside.is_read_late(which):
            return False
        self._beside.read_late(which, partial(self._details.of_ended, run, self._secrets_given(run)))
        return True

    def arrived(self) -> list[tuple[Which, Run]]:
        """Return the details that came late: for each run its DAG id and run id, and a run that holds them.

        What Airflow did not answer is left out.
        """
        found = []
        for which, answer in self._beside.arrived().items():
            dag_id, run_id = which
            try:
                with on_its_own("details", run=run_id, dag=dag_id):
                    found.append((which, answer.result()))
            except (Rejected, Unavailable) as error:
                log.warning("watcher.no_details", run=run_id, why=error.detail)
        return found

    def _reading(self, run: Run, found: AirflowRun) -> Callable[[], Run]:
        given = self._secrets_given(run)
        return partial(self._details, run, found, with_tasks=True, given=given)

    def _secrets_given(self, run: Run) -> SecretsGiven | None:
        """Return the run's secret inputs, read in the step: what is read beside it asks Airflow alone.

        None if they cannot be read: they are tried again with the details, which are not told without them.
        """
        with on_its_own("details", run=run.run_id, dag=run.key.dag_id):
            return self._details.secrets_given(run)
        return None

    def _patiently(self, run: Run, found: AirflowRun, read: Callable[[], Run]) -> Seen | None:
        which = _which(found)
        began = monotonic()
        bare = Seen(without_details(run, found), is_bare=found.state.is_over)
        if began < self._silent_until.get(found.state, began):
            self._tries.pop(which, None)
            return bare
        seen = Seen(bare.run)
        try:
            # After anything unforeseen the run is reported without its details.
            with on_its_own("details", run=run.run_id, dag=found.dag_id):
                seen = Seen(read())
        except Rejected:  # its DAG was deleted, or it was: what is left is its state
            pass
        except Unavailable as error:
            tries = self._tries[which] = self._tries.get(which, 0) + 1
            log.warning("watcher.no_details", run=run.run_id, why=error.detail, tries=tries)
            if tries < MOST_TRIES and found.state not in self._silent_until:
                return None
            if monotonic() >= began + HANGS_FROM:  # what is refused at once costs the others nothing
                self._silent_until[found.state] = monotonic() + DETAILS_REST
            seen = bare
        else:
            self._silent_until.pop(found.state, None)
        self._tries.pop(which, None)
        return seen


def detailed(run: Run, seen: Run) -> Run:
    """Return the run with the details that were read of it."""
    return replace(
        run,
        tasks_done=seen.tasks_done,
        tasks_total=seen.tasks_total,
        remark=seen.remark,
        failure=seen.failure,
        result=seen.result,
    )


def _which(found: AirflowRun) -> Which:
    return (found.dag_id, found.run_id)
