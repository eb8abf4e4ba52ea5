"""What is not as it should be and was told, and what might be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select, update

from bot.domain.condition import Condition, ConditionKind
from bot.domain.firing import FiringState
from bot.domain.job import JobKey
from bot.domain.project import Place
from bot.domain.run import RunState
from bot.domain.schedule import ScheduleState
from storage.firings import STANDING
from storage.reading import readable
from storage.schedules import schedule_of_row
from storage.tables import conditions, firings, incidents, jobs, runs, schedules
from storage.upsert import insert_new

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from bot.domain.schedule import Schedule

AT_ONCE = 500


def _failed_too_often() -> ColumnElement[bool]:
    """Return the condition that a schedule's failures in a row have reached its limit.

    Failed runs count that were due after its last good one, and after somebody last let it go on.
    """
    good = firings.alias("good")
    counts = or_(schedules.c.counted_from.is_(None), firings.c.due_at >= schedules.c.counted_from)
    last_good = (
        select(func.max(good.c.due_at))
        .join(runs, runs.c.firing_id == good.c.firing_id)
        .where(
            good.c.schedule_id == schedules.c.schedule_id,
            good.c.state != FiringState.CANCELLED,
            runs.c.state == RunState.DONE,
        )
        .correlate(schedules)
        .scalar_subquery()
    )
    failed = (
        select(func.count())
        .select_from(firings)
        .join(runs, runs.c.firing_id == firings.c.firing_id)
        .where(
            firings.c.schedule_id == schedules.c.schedule_id,
            STANDING,
            runs.c.state == RunState.FAILED,
            counts,
            or_(last_good.is_(None), firings.c.due_at > last_good),
        )
        .correlate(schedules)
        .scalar_subquery()
    )
    return failed >= schedules.c.most_failures


_FAILED_TOO_OFTEN = _failed_too_often()


class Conditions:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, condition: Condition, *, at: datetime) -> bool:
        """Insert the condition. Return False if it is open in its place already."""
        row = {
            "condition_id": condition.condition_id,
            "kind": condition.kind,
            "subject": condition.subject,
            "workspace_id": condition.place.workspace_id,
            "channel_id": condition.place.channel_id,
            "began_at": condition.began_at,
            "opened_at": at,
        }
        return insert_new(self._connection, conditions, row)

    def end(self, kind: ConditionKind, subject: str, *, at: datetime) -> list[Condition]:
        """End the condition in every place. Return those that this call has ended, and no other has."""
        ended = (
            update(conditions)
            .where(
                conditions.c.kind == kind, conditions.c.subject == subject, conditions.c.ended_at.is_(None)
            )
            .values(ended_at=at)
            .returning(conditions)
        )
        return [
            Condition(
                row.condition_id,
                ConditionKind(row.kind),
                row.subject,
                Place(row.workspace_id, row.channel_id),
                row.began_at,
            )
            for row in self._connection.execute(ended)
        ]

    def open(self, kind: ConditionKind) -> dict[str, datetime]:
        """Return the subjects of the open conditions of this kind, each with since when it is so."""
        rows = self._connection.execute(
            select(conditions.c.subject, func.min(conditions.c.began_at).label("began_at"))
            .where(conditions.c.kind == kind, conditions.c.ended_at.is_(None))
            .group_by(conditions.c.subject)
        )
        return {row.subject: row.began_at for row in rows}

    # What might be --------------------------------------------------------------------------------------

    def running(self, deployment: str, *, since: datetime, seen_since: datetime) -> list[str]:
        """Return the keys of the runs that began before `since` and go on, the longest first.

        Only those that were seen lately, because others may have ended. A run that was retried is left out:
        Airflow keeps when it first began.
        """
        return self._keys(
            RunState.RUNNING,
            runs.c.deployment == deployment,
            runs.c.started_at <= since,
            runs.c.seen_at >= seen_since,
            runs.c.retried_by.is_(None),
            order_by=runs.c.started_at,
        )

    def waiting(self, deployment: str, *, due_before: datetime, seen_since: datetime) -> list[str]:
        """Return the keys of the runs that Airflow has, were due before then, and have not begun."""
        handed_over = (
            select(firings.c.firing_id)
            .where(firings.c.firing_id == runs.c.firing_id, firings.c.state == FiringState.HANDED_OVER)
            .exists()
        )
        return self._keys(
            RunState.WAITING,
            runs.c.deployment == deployment,
            runs.c.due_at <= due_before,
            runs.c.seen_at >= seen_since,
            handed_over,
            order_by=runs.c.due_at,
        )

    def _keys(
        self, state: RunState, *wanted: ColumnElement[bool], order_by: ColumnElement[datetime]
    ) -> list[str]:
        query = select(runs.c.id).where(runs.c.state == state, *wanted).order_by(order_by, runs.c.id)
        return list(self._connection.execute(query.limit(AT_ONCE)).scalars())

    def failing_schedules(self) -> list[Schedule]:
        """Return the active schedules whose last runs have failed, as many as may fail in a row."""
        fails = (
            select(incidents.c.incident_id)
            .where(incidents.c.source == schedules.c.schedule_id, incidents.c.ended_at.is_(None))
            .exists()
        )
        query = select(schedules).where(
            schedules.c.most_failures.is_not(None),
            schedules.c.state == ScheduleState.ACTIVE,
            schedules.c.deleted_at.is_(None),
            fails,
            _FAILED_TOO_OFTEN,
        )
        return readable(self._connection.execute(query), schedule_of_row)

    def waiting_schedule(self, schedule_id: str) -> tuple[Schedule, bool] | None:
        """Return a schedule that waits for its owner, and whether it was deleted since. None if unknown."""
        row = self._connection.execute(
            select(schedules).where(schedules.c.schedule_id == schedule_id)
        ).first()
        return None if row is None else (schedule_of_row(row), row.deleted_at is not None)

    def failed_too_often(self, schedule: Schedule) -> bool:
        """Return whether the schedule's last runs have failed, as many as it may let fail in a row."""
        if schedule.most_failures is None:
            return False
        its_id = schedules.c.schedule_id == schedule.schedule_id
        found = self._connection.execute(select(its_id).where(its_id, _FAILED_TOO_OFTEN))
        return found.first() is not None

    def overdue(self, deployment: str, *, before: datetime, seen_since: datetime) -> dict[JobKey, datetime]:
        """Return the jobs whose own schedule in Airflow had a run due before then, by when that was."""
        rows = self._connection.execute(
            select(jobs.c.dag_id, jobs.c.next_run_at).where(
                jobs.c.deployment == deployment,
                jobs.c.next_run_at <= before,
                jobs.c.seen_at >= seen_since,
                jobs.c.gone_at.is_(None),
                jobs.c.is_paused.is_(False),
                jobs.c.has_import_errors.is_(False),
                jobs.c.airflow_schedule.is_not(None),
            )
        )
        return {JobKey(deployment, row.dag_id): row.next_run_at for row in rows}
