"""The moments of one schedule in relation to each other: what comes before a firing, and what after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select, true

from bot.domain.firing import Firing, FiringState
from storage.firings import STANDING, firing_of_row, is_under_way
from storage.reading import readable
from storage.tables import firings, runs

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Connection


class Moments:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def later_due(self, firing: Firing, now: datetime, *, limit: int = 1) -> int:
        """Return how many later moments of the same schedule are due already, counted up to `limit`.

        Skipped moments do not count, nor those that were taken back or are being taken back.
        """
        unwanted = (FiringState.CANCELLED, FiringState.SKIPPED)
        is_taken_back = and_(firings.c.state == FiringState.WITHDRAWING, firings.c.ends_as.in_(unwanted))
        later = (
            select(firings.c.firing_id)
            .where(
                firings.c.schedule_id == firing.schedule_id,
                firings.c.due_at > firing.due_at,
                firings.c.due_at <= now,
                STANDING,
                firings.c.state != FiringState.SKIPPED,
                # `ends_as` is NULL unless the firing is withdrawing, and NOT NULL would leave the row out.
                ~func.coalesce(is_taken_back, False),
            )
            .limit(limit)
        )
        return len(self._connection.execute(later).all())

    def has_later(
        self, firing: Firing, states: Collection[FiringState], *, due_by: datetime | None = None
    ) -> bool:
        """Return whether a later moment of the same schedule is in one of these states.

        `due_by` leaves out moments after it.
        """
        found = select(firings.c.firing_id).where(
            firings.c.schedule_id == firing.schedule_id,
            firings.c.due_at > firing.due_at,
            STANDING,
            firings.c.state.in_(states),
            true() if due_by is None else firings.c.due_at <= due_by,
        )
        return self._connection.execute(found.limit(1)).first() is not None

    def missed_since_last_start(self, firing: Firing) -> int:
        """Return how many moments before this one were missed in a row."""
        started = (
            select(func.max(firings.c.due_at))
            .where(
                firings.c.schedule_id == firing.schedule_id,
                firings.c.due_at < firing.due_at,
                STANDING,
                firings.c.state.not_in([FiringState.MISSED, FiringState.SKIPPED]),
            )
            .scalar_subquery()
        )
        return int(
            self._connection.execute(
                select(func.count()).where(
                    firings.c.schedule_id == firing.schedule_id,
                    firings.c.due_at < firing.due_at,
                    STANDING,
                    firings.c.state == FiringState.MISSED,
                    or_(started.is_(None), firings.c.due_at > started),
                )
            ).scalar_one()
        )

    def previous_under_way(self, firing: Firing) -> list[Firing]:
        """Return the schedule's earlier firings whose runs have not ended, newest first."""
        rows = self._connection.execute(
            select(firings)
            .outerjoin(runs, runs.c.firing_id == firings.c.firing_id)
            .where(
                firings.c.schedule_id == firing.schedule_id,
                firings.c.due_at < firing.due_at,
                is_under_way(),
            )
            .order_by(firings.c.due_at.desc())
        )
        return readable(rows, firing_of_row)

    def under_way_of(self, schedule_ids: Collection[str]) -> dict[str, list[Firing]]:
        """Return, by schedule, every firing whose run has not ended, newest first."""
        found: dict[str, list[Firing]] = {}
        if not schedule_ids:
            return found
        rows = self._connection.execute(
            select(firings)
            .outerjoin(runs, runs.c.firing_id == firings.c.firing_id)
            .where(firings.c.schedule_id.in_(list(schedule_ids)), is_under_way())
            .order_by(firings.c.due_at.desc())
        )
        for row in rows:
            found.setdefault(row.schedule_id, []).append(firing_of_row(row))
        return found
