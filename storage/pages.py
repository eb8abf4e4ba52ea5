"""Incidents that nobody has claimed in time, and those of which a pager is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import literal, or_, select, update

from bot.domain.escalation import Escalation, Page, Signal
from storage.incidents import incident_of_row
from storage.reading import readable
from storage.tables import incident_runs, incidents, pages, projects
from storage.upsert import took_effect

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from bot.domain.incident import Incident


class Pages:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def unclaimed(self) -> list[tuple[Incident, Escalation]]:
        """Return the open incidents that nobody has claimed and that are not escalated yet, oldest first.

        Only those of projects that escalate, each with its project's escalation.
        """
        query = (
            select(incidents, projects.c.escalation)
            .join(projects, projects.c.project_id == incidents.c.project_id)
            .where(
                projects.c.escalation.is_not(None),
                projects.c.archived_at.is_(None),
                incidents.c.ended_at.is_(None),
                incidents.c.claimed_by.is_(None),
                incidents.c.escalated_at.is_(None),
            )
            .order_by(incidents.c.began_at, incidents.c.incident_id)
        )
        rows = self._connection.execute(query)
        return readable(rows, lambda row: (incident_of_row(row), escalation_of(row.escalation)))

    def copy_runs(self, incident_id: str, new_id: str) -> None:
        """Count the failed runs of an incident to another one as well, which tells of them elsewhere."""
        known = select(incident_runs.c.run_key).where(incident_runs.c.incident_id == new_id)
        wanted = select(literal(new_id), incident_runs.c.run_key).where(
            incident_runs.c.incident_id == incident_id, incident_runs.c.run_key.not_in(known)
        )
        self._connection.execute(incident_runs.insert().from_select(["incident_id", "run_key"], wanted))

    def add(self, page: Page, *, at: datetime) -> None:
        """Let a pager be told of the incident."""
        self._connection.execute(
            pages.insert().values(
                page_id=page.page_id,
                incident_id=page.incident_id,
                workspace_id=page.workspace_id,
                project_id=page.project_id,
                pager=page.pager,
                created_at=at,
                act_at=at,
            )
        )

    def claim(self, now: datetime, *, leased_until: datetime, limit: int) -> list[Page]:
        """Lease and return the pages to look at now."""
        query = (
            select(pages)
            .where(pages.c.act_at <= now, or_(pages.c.leased_until.is_(None), pages.c.leased_until <= now))
            .order_by(pages.c.act_at, pages.c.page_id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        found = readable(self._connection.execute(query), lambda row: _page(row, leased_until))
        chosen = pages.c.page_id.in_([each.page_id for each in found])
        self._connection.execute(update(pages).where(chosen).values(leased_until=leased_until))
        return found

    def look_again(self, page: Page, *, at: datetime, attempts: int = 0) -> None:
        """Give the page back, to be looked at then."""
        self._change(page, act_at=at, attempts=attempts)

    def signalled(self, page: Page, signal: Signal, *, at: datetime) -> None:
        """Note what the pager was told. After the last signal the page is done."""
        act_at = None if signal is Signal.RESOLVE else at
        self._change(page, signalled=signal, act_at=act_at, attempts=0)

    def close(self, page: Page, why: str = "") -> None:
        """Tell the pager no more. `why` is the reason if it takes nothing; "" if there is nothing to tell."""
        self._change(page, act_at=None, given_up=why or None)

    def _change(self, page: Page, **values: Any) -> bool:
        # The end of the lease is the fence: whoever claimed the page since has written another one.
        held = (
            update(pages)
            .where(pages.c.page_id == page.page_id, pages.c.leased_until == page.leased_until)
            .values(leased_until=None, **values)
        )
        return took_effect(self._connection, held)


def escalation_of(kept: dict[str, Any]) -> Escalation:
    """Return the escalation of a project's row."""
    return Escalation(kept["minutes"], kept["place_id"], kept["pager"])


def escalation_row(wanted: Escalation | None) -> dict[str, Any] | None:
    """Return the escalation as a project's row keeps it."""
    if wanted is None:
        return None
    return {"minutes": wanted.minutes, "place_id": wanted.place_id, "pager": wanted.pager}


def _page(row: Row[Any], leased_until: datetime) -> Page:
    return Page(
        row.page_id,
        row.incident_id,
        row.workspace_id,
        row.project_id,
        row.pager,
        None if row.signalled is None else Signal(row.signalled),
        row.attempts,
        leased_until,
    )
