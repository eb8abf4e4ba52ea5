"""A run that somebody started in Airflow, as Runbell first writes it down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.identity import new_id
from bot.domain.run import RUN_ID_PREFIX, Run

if TYPE_CHECKING:
    from bot.domain.job import JobKey
    from bot.domain.run import AirflowRun
    from storage.transaction import Transaction


def found_elsewhere(key: JobKey, found: AirflowRun) -> Run:
    """Return the run as it is first written, with a new key and without a firing."""
    return Run(
        run_key=new_id(),
        key=key,
        run_id=found.run_id,
        state=found.state,
        firing_id=None,
        due_at=found.logical_date or found.run_after,
        started_at=found.started_at,
        ended_at=found.ended_at,
        started_by=found.started_by,
        version=found.version,
    )


def is_ours(tx: Transaction, found: AirflowRun) -> bool:
    """Return whether the run was handed over, which is not written yet: it will be among the open ones."""
    firing_id = found.run_id.removeprefix(RUN_ID_PREFIX)
    ours = firing_id != found.run_id and tx.firings.get(firing_id) is not None
    return ours and tx.runs.of_firing(firing_id) is None
