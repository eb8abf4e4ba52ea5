"""Details of runs that were told without them: read later, also by the process after this one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.rules.alerting import tell_details
from bot.rules.result_files import put_file
from bot.workers.loop import on_its_own
from bot.workers.patient_details import detailed

if TYPE_CHECKING:
    from bot.domain.clock import Clock
    from bot.workers.patient_details import PatientDetails
    from storage.database import Database

AGAIN_AFTER = timedelta(seconds=30)
"""After the first try; each next one waits twice as long as the one before."""
MOST_TRIES = 6
"""Over half an hour, besides those before the run was told."""
OLDEST = timedelta(days=1)
"""What is older is no news."""
AT_ONCE = 20


class LateDetails:
    """What is still to be read of one deployment's ended runs. The runs' table has which, so none is lost."""

    def __init__(self, database: Database, clock: Clock, deployment: str, details: PatientDetails) -> None:
        self._database = database
        self._clock = clock
        self._deployment = deployment
        self._details = details

    def step(self) -> None:
        """Put the details that came into what was told without them, and begin to read others."""
        self._put_in()
        now = self._clock.now()
        with self._database.reading() as tx:
            due = tx.late_details.due(self._deployment, now=now, since=now - OLDEST, limit=AT_ONCE)
        if not due:
            return
        begun = {run.run_key: tries for run, tries in due if self._details.read_late(run)}
        with self._database.transaction() as tx:
            for run_key, tries in begun.items():
                is_last = tries + 1 >= MOST_TRIES
                again_at = None if is_last else now + AGAIN_AFTER * 2 ** (tries + 1)
                tx.late_details.tried(run_key, again_at=again_at)

    def _put_in(self) -> None:
        for (dag_id, run_id), read in self._details.arrived():
            with on_its_own("run", run=run_id, dag=dag_id), self._database.transaction() as tx:
                known = next(iter(tx.runs.by_ids(self._deployment, [(dag_id, run_id)])), None)
                current = None if known is None else tx.runs.lock(known.run_key)
                # Somebody may have pressed Retry since; that try is told with its own details.
                if current is not None and (current.state, current.ended_at) == (read.state, read.ended_at):
                    now = self._clock.now()
                    tx.runs.keep(detailed(current, read), at=now)
                    tell_details(tx, current.run_key, now)
                    put_file(tx, detailed(current, read), now)
