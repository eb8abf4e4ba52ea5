"""How many runs ended in a span of time, and how; and how many did not take place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from bot.domain.alert_sum import Tally
from bot.domain.firing import FiringState
from bot.domain.job import JobKey
from bot.domain.run import RunState
from storage.tables import firings, runs

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

_DID_NOT_RUN = (FiringState.MISSED, FiringState.SKIPPED, FiringState.REJECTED)
_OF_FIRING = (
    firings.c.project_id,
    firings.c.reports_to,
    firings.c.person_id,
    firings.c.schedule_id.is_not(None).label("has_schedule"),
)


class Tallies:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def between(self, since: datetime, until: datetime) -> list[Tally]:
        """Return what ended or was missed after the first moment and not after the last, in no order."""
        return [*self._ended(since, until), *self._missed(since, until)]

    def _ended(self, since: datetime, until: datetime) -> list[Tally]:
        which = (*_OF_FIRING, runs.c.deployment, runs.c.dag_id, runs.c.state)
        query = (
            select(*which, func.count().label("times"), func.max(runs.c.ended_at).label("last_at"))
            .select_from(runs.outerjoin(firings, firings.c.firing_id == runs.c.firing_id))
            .where(
                runs.c.ended_at > since,
                runs.c.ended_at <= until,
                runs.c.state.in_((RunState.DONE, RunState.FAILED)),
            )
            .group_by(*which)
        )
        return [_tally(row, RunState(row.state)) for row in self._connection.execute(query)]

    def _missed(self, since: datetime, until: datetime) -> list[Tally]:
        which = (*_OF_FIRING, firings.c.deployment, firings.c.dag_id)
        query = (
            select(*which, func.count().label("times"), func.max(firings.c.due_at).label("last_at"))
            .where(firings.c.due_at > since, firings.c.due_at <= until, firings.c.state.in_(_DID_NOT_RUN))
            .group_by(*which)
        )
        return [_tally(row, None) for row in self._connection.execute(query)]


def _tally(row: Row[Any], state: RunState | None) -> Tally:
    key = JobKey(row.deployment, row.dag_id)
    return Tally(
        row.project_id,
        row.reports_to or "",
        row.person_id or "",
        bool(row.has_schedule),
        key,
        state,
        int(row.times),
        row.last_at,
    )
