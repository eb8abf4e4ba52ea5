"""Firings: the only record from which anything is ever started in Airflow."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, or_, select, update

from bot.domain.firing import Ahead, Firing, FiringState, check_move
from bot.domain.job import JobKey
from bot.domain.project import Place
from storage.among import is_text_among
from storage.free_firings import free_firings
from storage.reading import first_readable, readable
from storage.tables import firings, projects, runs, schedules
from storage.upsert import insert_new

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy import BindParameter, ColumnElement, Connection, Row

    from bot.domain.schedule import Schedule

UNDER_WAY = (
    FiringState.DUE,
    FiringState.WAITING,
    FiringState.SENDING,
    FiringState.HANDED_OVER,
    FiringState.WITHDRAWING,
)
STANDING = firings.c.state != FiringState.CANCELLED
"""The condition of the partial index on a schedule's moments.

Queries repeat it where it follows from another condition: without it SQLite does not use the index.
"""
# Statements of every step of the dispatcher are built once: building one costs more than running it.
_NOW: BindParameter[datetime] = bindparam("now")
_OF_ID = update(firings).where(firings.c.firing_id == bindparam("its_id"))
_HELD = _OF_ID.where(firings.c.leased_until == bindparam("held_until"))
_AHEAD = select(firings).where(
    firings.c.act_at > _NOW,
    firings.c.state.in_([FiringState.SENDING, FiringState.HANDED_OVER]),
    firings.c.due_at > _NOW,
)


class Firings:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, firing: Firing, *, act_at: datetime | None, at: datetime, request_id: str | None = None
    ) -> bool:
        """Insert the firing; return False if its due moment, or its request, has one already.

        The tables' unique keys decide, so that two processes never write two. `act_at` is when the dispatcher
        looks at it, None for a firing that is over as it is written.
        """
        row = {
            "firing_id": firing.firing_id,
            "schedule_id": firing.schedule_id,
            "request_id": request_id,
            "due_at": firing.due_at,
            "interval_start": firing.interval_start,
            "workspace_id": firing.place.workspace_id,
            "project_id": firing.project_id,
            "deployment": firing.key.deployment,
            "dag_id": firing.key.dag_id,
            "inputs": dict(firing.inputs),
            "person_id": firing.person_id,
            "reports_to": firing.place.channel_id,
            "state": firing.state,
            "reason": firing.reason,
            "act_at": act_at,
            "created_at": at,
        }
        # Two dispatchers may plan the same moment: the second one's insert does nothing.
        return insert_new(self._connection, firings, row)

    def get(self, firing_id: str) -> Firing | None:
        """Return the firing; None if it is unknown, or was forgotten."""
        row = self._connection.execute(select(firings).where(firings.c.firing_id == firing_id)).first()
        return None if row is None else firing_of_row(row)

    def of_request(self, request_id: str) -> Firing | None:
        """Return the firing that was asked for by this request. None if there is none."""
        query = select(firings).where(firings.c.request_id == request_id)
        row = self._connection.execute(query).first()
        return None if row is None else firing_of_row(row)

    def all(self, firing_ids: Collection[str]) -> dict[str, Firing]:
        """Return those that are there, by id."""
        wanted = select(firings).where(firings.c.firing_id.in_(firing_ids))
        rows = self._connection.execute(wanted) if firing_ids else ()
        return {row.firing_id: firing_of_row(row) for row in rows}

    def project_name(self, firing_id: str) -> str | None:
        """Return the name of the firing's project. None if the firing is unknown."""
        return self._connection.execute(
            select(projects.c.name)
            .join(firings, firings.c.project_id == projects.c.project_id)
            .where(firings.c.firing_id == firing_id)
        ).scalar()

    def lock_with_schedule(self, firing: Firing) -> Firing | None:
        """Lock the firing's schedule, then the firing; return the firing as it is now.

        People's changes lock in the same order, so that no two transactions wait for each other in a circle.
        """
        if firing.schedule_id is not None:
            its_schedule = schedules.c.schedule_id == firing.schedule_id
            self._connection.execute(select(schedules.c.schedule_id).where(its_schedule).with_for_update())
        return self.lock(firing.firing_id)

    def lock(self, firing_id: str) -> Firing | None:
        """Return the firing, locked until the transaction ends. None if unknown."""
        row = self._connection.execute(
            select(firings).where(firings.c.firing_id == firing_id).with_for_update()
        ).first()
        return None if row is None else firing_of_row(row)

    def at_moment(self, schedule_id: str, due_at: datetime) -> Firing | None:
        """Return the uncancelled firing of this due moment, locked. None if there is none."""
        row = self._connection.execute(
            select(firings)
            .where(
                firings.c.schedule_id == schedule_id,
                firings.c.due_at == due_at,
                STANDING,
            )
            .with_for_update()
        ).first()
        return None if row is None else firing_of_row(row)

    def is_written(self, schedule_id: str, due_at: datetime) -> bool:
        """Return whether this due moment has a firing, even a cancelled one."""
        found = select(firings.c.firing_id).where(
            firings.c.schedule_id == schedule_id, firings.c.due_at == due_at
        )
        return self._connection.execute(found.limit(1)).first() is not None

    def skipped(self, schedule_id: str, *, after: datetime) -> list[tuple[str, datetime]]:
        """Return the skipped firings after that moment as (firing id, due moment), earliest first.

        A skipped firing that is still being taken back from Airflow is among them.
        """
        passed_over = or_(
            firings.c.state == FiringState.SKIPPED,
            and_(firings.c.state == FiringState.WITHDRAWING, firings.c.ends_as == FiringState.SKIPPED),
        )
        rows = self._connection.execute(
            select(firings.c.firing_id, firings.c.due_at)
            .where(firings.c.schedule_id == schedule_id, firings.c.due_at > after, STANDING, passed_over)
            .order_by(firings.c.due_at)
        )
        return [(row.firing_id, row.due_at) for row in rows]

    def standing_ahead(
        self, schedule_ids: Collection[str], *, after: datetime
    ) -> dict[str, list[tuple[datetime, Ahead]]]:
        """Return, by schedule, the moments to come that have a firing, and what becomes of each."""
        if not schedule_ids:
            return {}
        rows = self._connection.execute(
            select(firings.c.schedule_id, firings.c.due_at, _becomes())
            .outerjoin(runs, runs.c.firing_id == firings.c.firing_id)
            .where(is_text_among(firings.c.schedule_id, schedule_ids), firings.c.due_at > after, STANDING)
        )
        found: dict[str, list[tuple[datetime, Ahead]]] = {}
        for row in rows:
            found.setdefault(row.schedule_id, []).append((row.due_at, Ahead[row.becomes]))
        return found

    # For the dispatcher -----------------------------------------------------------------------------

    def claim(
        self, now: datetime, *, leased_until: datetime, limit: int, due_since: datetime | None = None
    ) -> list[Firing]:
        """Return the firings to be looked at now, earliest first, leased to the caller.

        `due_since` leaves out what was due before, and what must not overlap an earlier one to be looked at.
        """
        query, wanted = free_firings(now, due_since)
        found = first_readable(self._connection, query, firing_of_row, wanted, limit=limit)
        if found:
            self._connection.execute(
                update(firings)
                .where(firings.c.firing_id.in_([each.firing_id for each in found]))
                .values(leased_until=leased_until)
            )
        return [replace(each, leased_until=leased_until) for each in found]

    def release(self, claimed: Iterable[Firing]) -> None:
        """End the leases of firings that the caller claimed and will not look at."""
        for firing in claimed:
            held = {"its_id": firing.firing_id, "held_until": firing.leased_until}
            self._connection.execute(_HELD, {**held, "leased_until": None})

    def move(
        self,
        firing: Firing,
        state: FiringState,
        *,
        reason: str = "",
        act_at: datetime | None = None,
        ends_as: FiringState | None = None,
    ) -> None:
        """Change the firing's state and end its lease. Raises Conflict if the states allow no such move."""
        check_move(firing.state, state)
        changes: dict[str, Any] = {"state": state, "act_at": act_at, "attempts": 0, "leased_until": None}
        if reason:
            changes["reason"] = reason
        if ends_as is not None:
            changes["ends_as"] = ends_as
        self._change(firing.firing_id, **changes)

    def end_as(self, firing: Firing, state: FiringState, *, reason: str = "") -> None:
        """Change the state in which a withdrawal ends: cancelled may become skipped, and so on."""
        self._change(firing.firing_id, ends_as=state, reason=reason or firing.reason)

    def begin_sending(self, firing: Firing, *, now: datetime, leased_until: datetime) -> None:
        """Mark the firing as sent and in doubt, before the POST.

        It stays in doubt until Airflow has answered: a process that dies in between leaves a row that says
        so.
        """
        if firing.state is not FiringState.SENDING:
            check_move(firing.state, FiringState.SENDING)
        self._change(
            firing.firing_id,
            state=FiringState.SENDING,
            act_at=now,
            leased_until=leased_until,
            in_doubt=True,
        )

    def look_again(
        self,
        firing: Firing,
        act_at: datetime | None,
        *,
        failed: bool = False,
        reason: str = "",
        in_doubt: bool | None = None,
    ) -> None:
        """Set when the dispatcher looks at the firing next, and end its lease; the state stays.

        `failed` counts one more attempt, whose reason is `reason`. `in_doubt` None leaves the doubt as it is.
        """
        changes: dict[str, Any] = {"act_at": act_at, "leased_until": None}
        if failed:
            changes["attempts"] = firing.attempts + 1
        if reason:
            changes["reason"] = reason
        if in_doubt is not None:
            changes["in_doubt"] = in_doubt
        self._change(firing.firing_id, **changes)

    def ahead(self, now: datetime) -> list[Firing]:
        """Return the firings that are handed over, or about to be, and are not due yet."""
        return readable(self._connection.execute(_AHEAD, {"now": now}), firing_of_row)

    def under_way(self, schedule_id: str) -> list[Firing]:
        """Return the schedule's firings that have not ended, locked in the order of their ids."""
        rows = self._connection.execute(
            select(firings)
            .outerjoin(runs, runs.c.firing_id == firings.c.firing_id)
            .where(firings.c.schedule_id == schedule_id, is_under_way())
            .order_by(firings.c.firing_id)
            .with_for_update(of=firings)
        )
        return readable(rows, firing_of_row)

    def asked_for(self) -> list[Firing]:
        """Return the firings of run-nows that have not ended, in the order in which rows are locked."""
        rows = self._connection.execute(
            select(firings)
            .outerjoin(runs, runs.c.firing_id == firings.c.firing_id)
            .where(firings.c.schedule_id.is_(None), is_under_way())
            .order_by(firings.c.firing_id)
        )
        return readable(rows, firing_of_row)

    def report_to(self, firing_id: str, channel_id: str) -> None:
        """Change where the firing reports: a channel's id, or a person's for a direct message."""
        self._change(firing_id, reports_to=channel_id)

    def give_to(self, schedule: Schedule, owner_id: str, *, now: datetime) -> None:
        """Give the schedule's coming firings to a new owner.

        `schedule` is as it was before. Firings that reported to the old owner's direct messages report to the
        new owner's.
        """
        to_come = and_(
            firings.c.schedule_id == schedule.schedule_id,
            or_(
                firings.c.due_at > now,
                firings.c.state.in_([FiringState.DUE, FiringState.WAITING, FiringState.SENDING]),
            ),
        )
        was_theirs = firings.c.reports_to == schedule.owner_id
        self._connection.execute(update(firings).where(to_come, was_theirs).values(reports_to=owner_id))
        self._connection.execute(update(firings).where(to_come).values(person_id=owner_id))

    def _change(self, firing_id: str, **values: Any) -> None:
        self._connection.execute(_OF_ID, {"its_id": firing_id, **values})


def _becomes() -> ColumnElement[str]:
    is_withdrawing = firings.c.state == FiringState.WITHDRAWING
    is_skipped = and_(is_withdrawing, firings.c.ends_as == FiringState.SKIPPED)
    return case(
        (is_skipped, Ahead.IS_PASSED_OVER.name),
        (is_withdrawing, Ahead.IS_TAKEN_BACK.name),
        (is_under_way(), Ahead.RUNS.name),
        else_=Ahead.IS_PASSED_OVER.name,
    ).label("becomes")


def is_under_way() -> ColumnElement[bool]:
    """Return the condition that a firing, outer-joined with its run, has not ended."""
    not_ended = or_(runs.c.state.is_(None), runs.c.state.in_(["waiting", "running"]))
    return and_(STANDING, firings.c.state.in_(UNDER_WAY), not_ended)


def firing_of_row(row: Row[Any]) -> Firing:
    """Return the firing of a row. Raises ValueError for a state that this version does not know."""
    return Firing(
        firing_id=row.firing_id,
        schedule_id=row.schedule_id,
        due_at=row.due_at,
        key=JobKey(row.deployment, row.dag_id),
        inputs=row.inputs,
        project_id=row.project_id,
        person_id=row.person_id,
        place=Place(row.workspace_id, row.reports_to),
        state=FiringState(row.state),
        reason=row.reason,
        attempts=row.attempts,
        leased_until=row.leased_until,
        in_doubt=row.in_doubt,
        interval_start=row.interval_start,
        ends_as=None if row.ends_as is None else FiringState(row.ends_as),
    )
