"""Which firings a dispatcher may claim: all that are to be looked at, or first those that are on time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, exists, or_, select

from bot.domain.schedule import OverlapPolicy
from storage.reading import in_pages
from storage.tables import firings, schedules

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import BindParameter, Select

# Statements of every step of the dispatcher are built once: building one costs more than running it.
_NOW: BindParameter[datetime] = bindparam("now")
# SKIP LOCKED: what another process is claiming is its own. The lease then outlives the transaction, so that
# no lock is held while Airflow is asked.
_IS_FREE = select(firings).where(
    firings.c.act_at <= _NOW, or_(firings.c.leased_until.is_(None), firings.c.leased_until <= _NOW)
)


def _to_claim(free: Select[Any]) -> Select[Any]:
    earliest_first = free.order_by(firings.c.act_at, firings.c.firing_id)
    return in_pages(earliest_first.with_for_update(skip_locked=True, of=firings))


_FREE = _to_claim(_IS_FREE)
"""Firings to be looked at that have no lease, or one that has run out with its process."""
_BEFORE = firings.alias("before")
_FREE_AND_ON_TIME = _to_claim(
    _IS_FREE.where(
        firings.c.due_at >= bindparam("due_since"),
        ~exists().where(
            _BEFORE.c.schedule_id == firings.c.schedule_id,
            _BEFORE.c.due_at < firings.c.due_at,
            _BEFORE.c.act_at <= _NOW,
            schedules.c.schedule_id == firings.c.schedule_id,
            schedules.c.overlap != OverlapPolicy.ALLOW,
        ),
    )
)
"""Of those the ones due lately, unless an earlier one that they must not overlap is to be looked at first."""


def free_firings(now: datetime, due_since: datetime | None) -> tuple[Select[Any], dict[str, datetime]]:
    """Return the query, in pages, for the firings to be looked at now, earliest first, and its parameters.

    `due_since` leaves out what was due before, and what must not overlap an earlier one to be looked at.
    """
    if due_since is None:
        return _FREE, {"now": now}
    return _FREE_AND_ON_TIME, {"now": now, "due_since": due_since}
