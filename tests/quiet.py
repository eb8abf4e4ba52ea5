"""How long nothing is going to happen in the tests' world: hours of that pass in a few steps of the loops."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select, union_all

from bot.domain.schedule import ScheduleState
from storage.runs import OPEN
from storage.tables import alert_rules, closed_places, firings, incidents, notices, pages, projects, runs
from storage.tables import schedules as plans

if TYPE_CHECKING:
    from datetime import datetime

    from storage.database import Database
    from tests.fakes.airflow import FakeAirflow

AROUND = timedelta(minutes=1)
"""So long before and after what is planned the loops step closely: more than the lead of a hand-over."""
LONGEST = timedelta(minutes=5)
"""Not all that comes stands in the tables: quiet hours begin, and rights are looked at, by the clock."""
_TO_DO = (
    plans.c.next_due_at,
    plans.c.resumes_at,
    firings.c.act_at,
    runs.c.retry_at,
    runs.c.details_at,
    notices.c.send_at,
    pages.c.act_at,
    alert_rules.c.next_at,
)
_ENDS = (
    alert_rules.c.until,
    alert_rules.c.muted_until,
    closed_places.c.until,
    firings.c.due_at,
    incidents.c.muted_until,
    projects.c.paused_from,
    projects.c.paused_until,
)
LOOKED_AT = (*_TO_DO, *_ENDS, runs.c.due_at)
"""tests/architecture/test_quiet.py finds each moment that is missing here."""
_LIVING = {plans: (plans.c.deleted_at.is_(None), plans.c.state != ScheduleState.ENDED)}
_COMING = union_all(
    *(select(func.min(each).label("at")).where(*_LIVING.get(each.table, ())) for each in _TO_DO),
    *(select(func.min(each)).where(each > bindparam("since")) for each in _ENDS),
    select(func.min(func.coalesce(runs.c.due_at, runs.c.seen_at))).where(runs.c.state.in_(OPEN)),
).subquery()
_NEXT = select(func.min(_COMING.c.at))


def quiet_for(database: Database, airflow: FakeAirflow, now: datetime) -> timedelta:
    """Return how long the loops may rest: not at all while something goes on, or is about to."""
    if airflow.is_at_work(now + AROUND):
        return timedelta(0)
    with database.transaction() as tx:
        coming = tx.connection.execute(_NEXT, {"since": now - AROUND}).scalar()
    return LONGEST if coming is None else min(LONGEST, coming - AROUND - now)
