"""Runs that were told without their details, which are still to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from bot.domain.run import RunState
from storage.reading import readable
from storage.runs import run_of_row
from storage.tables import runs

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.domain.run import Run

_DUE = (
    select(runs)
    .where(
        runs.c.details_at.between(bindparam("since"), bindparam("now")),
        runs.c.deployment == bindparam("deployment"),
        runs.c.state.in_((RunState.FAILED, RunState.DONE)),
    )
    .order_by(runs.c.details_at, runs.c.id)
    .limit(bindparam("most"))
)


class LateDetails:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def due(self, deployment: str, *, now: datetime, since: datetime, limit: int) -> list[tuple[Run, int]]:
        """Return the ended runs whose details are to be read now, and how often that was begun before.

        What was to be read before `since` is left out.
        """
        wanted = {"deployment": deployment, "now": now, "since": since, "most": limit}
        rows = self._connection.execute(_DUE, wanted)
        return readable(rows, lambda row: (run_of_row(row), row.details_tries))

    def tried(self, run_key: str, *, again_at: datetime | None) -> None:
        """Count another try to read them. `again_at` None means that this is the last one."""
        counted = {"details_at": again_at, "details_tries": runs.c.details_tries + 1}
        is_wanted = (runs.c.id == run_key, runs.c.details_at.is_not(None))
        self._connection.execute(update(runs).where(*is_wanted).values(counted))
