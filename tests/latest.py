"""The run that a test has just made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.reach import Reach
from tests.world import TEAM

if TYPE_CHECKING:
    from bot.domain.job import JobKey
    from bot.domain.run import Run
    from storage.transaction import Transaction


def latest_run(tx: Transaction, project_id: int, key: JobKey) -> Run:
    """Return the last one of this job, as the project sees it."""
    (found,) = tx.history.latest(Reach(TEAM, frozenset({project_id})), [key], limit=1)
    run = tx.runs.get(found.run_key)
    assert run is not None
    return run
