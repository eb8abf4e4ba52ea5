"""Schedules: written, locked, claimed by the dispatcher, and changed by people."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update

from bot.domain.job import JobKey
from bot.domain.project import Place
from bot.domain.schedule import MissedPolicy, OverlapPolicy, Schedule, ScheduleState, check_move
from bot.domain.when import zone_of
from storage.among import is_text_among
from storage.codec import decode_when, encode_when
from storage.reading import first_readable, in_pages, readable
from storage.tables import counters, schedules
from storage.upsert import insert_into

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Row, Select

    from bot.domain.when import When

_OF_ID = update(schedules).where(schedules.c.schedule_id == bindparam("its_id"))
_LIVING = select(schedules).where(schedules.c.deleted_at.is_(None))
# Statements of every step of the dispatcher are built once: building one costs more than running it.
# SKIP LOCKED: another process is writing their firings right now, or a person changes the schedule.
_DUE = in_pages(
    _LIVING.where(schedules.c.state == ScheduleState.ACTIVE, schedules.c.next_due_at <= bindparam("horizon"))
    .order_by(schedules.c.next_due_at, schedules.c.schedule_id)
    .with_for_update(skip_locked=True)
)
_RESUMABLE = in_pages(
    _LIVING.where(schedules.c.state == ScheduleState.PAUSED, schedules.c.resumes_at <= bindparam("horizon"))
    .order_by(schedules.c.resumes_at, schedules.c.schedule_id)
    .with_for_update(skip_locked=True)
)


class Schedules:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def next_number(self, workspace_id: str) -> int:
        """Count the workspace's schedules up by one; return the number. Numbers are never used again."""
        insert = insert_into(counters, self._connection.dialect.name).values(
            workspace_id=workspace_id, name="schedule", value=1
        )
        # The row of the counter is locked until the transaction ends, so that two confirmations come in turn.
        counted = insert.on_conflict_do_update(
            index_elements=["workspace_id", "name"], set_={"value": counters.c.value + 1}
        ).returning(counters.c.value)
        return int(self._connection.execute(counted).scalar_one())

    def add(self, schedule: Schedule, *, at: datetime) -> None:
        """Insert the schedule under its number."""
        self._connection.execute(
            schedules.insert().values(
                schedule_id=schedule.schedule_id,
                workspace_id=schedule.place.workspace_id,
                number=schedule.number,
                nickname=schedule.nickname,
                project_id=schedule.project_id,
                deployment=schedule.key.deployment,
                dag_id=schedule.key.dag_id,
                inputs=dict(schedule.inputs),
                when=encode_when(schedule.when),
                tz=zone_of(schedule.when).key,
                owner_id=schedule.owner_id,
                reports_to=schedule.place.channel_id,
                state=schedule.state,
                missed=schedule.missed,
                overlap=schedule.overlap,
                grace_seconds=None if schedule.grace is None else int(schedule.grace.total_seconds()),
                most_failures=schedule.most_failures,
                next_due_at=schedule.next_due_at,
                resumes_at=schedule.resumes_at,
                paused_by=schedule.paused_by,
                created_at=at,
            )
        )

    def get(self, schedule_id: str) -> Schedule | None:
        """Return the schedule. None if it is unknown or deleted."""
        return self._one(_LIVING.where(schedules.c.schedule_id == schedule_id))

    def all(self, schedule_ids: Collection[str]) -> dict[str, Schedule]:
        """Return those of the schedules that are known and not deleted, by id."""
        if not schedule_ids:
            return {}
        found = self._all(_LIVING.where(is_text_among(schedules.c.schedule_id, schedule_ids)))
        return {each.schedule_id: each for each in found}

    def lock(self, workspace_id: str, schedule_id: str) -> Schedule | None:
        """Return the schedule, locked: whoever changes it second waits. None if unknown or deleted."""
        return self._one(
            _LIVING.where(
                schedules.c.schedule_id == schedule_id, schedules.c.workspace_id == workspace_id
            ).with_for_update()
        )

    def lock_all(self, schedule_ids: Collection[str]) -> None:
        """Lock the schedules in the order of their ids, as everybody does who locks several."""
        if schedule_ids:
            wanted = schedules.c.schedule_id.in_(list(schedule_ids))
            self._connection.execute(
                select(schedules.c.schedule_id)
                .where(wanted)
                .order_by(schedules.c.schedule_id)
                .with_for_update()
            )

    def owned_by(self, workspace_id: str, person_id: str) -> list[Schedule]:
        """Return the person's schedules that are not deleted, by number."""
        return self._all(
            _LIVING.where(
                schedules.c.workspace_id == workspace_id, schedules.c.owner_id == person_id
            ).order_by(schedules.c.number)
        )

    def of_projects(self, project_ids: Iterable[int]) -> list[Schedule]:
        """Return the projects' schedules that are not deleted, by number."""
        return self._all(
            _LIVING.where(schedules.c.project_id.in_(list(project_ids))).order_by(schedules.c.number)
        )

    def of_job_anywhere(self, key: JobKey) -> list[Schedule]:
        """Return the job's schedules in all projects that are not deleted, by number."""
        return self._all(
            _LIVING.where(
                schedules.c.deployment == key.deployment, schedules.c.dag_id == key.dag_id
            ).order_by(schedules.c.number)
        )

    def of_job(self, project_id: int, key: JobKey) -> list[Schedule]:
        """Return the job's schedules in the project that have not ended, paused ones too, by number."""
        return self._all(
            _LIVING.where(
                schedules.c.project_id == project_id,
                schedules.c.deployment == key.deployment,
                schedules.c.dag_id == key.dag_id,
                schedules.c.state != ScheduleState.ENDED,
            ).order_by(schedules.c.number)
        )

    def is_newer(self, schedule_id: str, *, than: datetime) -> bool:
        """Return whether the schedule was created after that moment."""
        made_since = schedules.c.schedule_id == schedule_id, schedules.c.created_at > than
        return self._connection.execute(select(schedules.c.number).where(*made_since)).first() is not None

    # For the dispatcher -----------------------------------------------------------------------------

    def claim_due(self, horizon: datetime, *, limit: int) -> list[Schedule]:
        """Lock and return active schedules due up to the horizon, earliest first."""
        return self._first(_DUE, horizon, limit=limit)

    def claim_resumable(self, horizon: datetime, *, limit: int) -> list[Schedule]:
        """Lock and return paused schedules that go on by themselves by then."""
        return self._first(_RESUMABLE, horizon, limit=limit)

    def next_due_at(self) -> datetime | None:
        """Return the earliest moment at which an active schedule is due. None if there is none."""
        return self._connection.execute(
            select(schedules.c.next_due_at)
            .where(
                schedules.c.state == ScheduleState.ACTIVE,
                schedules.c.deleted_at.is_(None),
                schedules.c.next_due_at.is_not(None),
            )
            .order_by(schedules.c.next_due_at)
            .limit(1)
        ).scalar()

    def advance(self, schedule_id: str, next_due_at: datetime | None) -> None:
        """Set the next due moment. None ends the schedule: it has nothing left to run."""
        ended = {"state": ScheduleState.ENDED} if next_due_at is None else {}
        self._change(schedule_id, next_due_at=next_due_at, **ended)

    # For people -------------------------------------------------------------------------------------

    def move(
        self,
        schedule: Schedule,
        state: ScheduleState,
        *,
        next_due_at: datetime | None = None,
        resumes_at: datetime | None = None,
        reason: str = "",
        by: str = "",
    ) -> None:
        """Change the schedule's state. `by`: who pauses it.

        Raises Conflict if the states allow no such move.
        """
        check_move(schedule.state, state)
        goes_on = schedule.state is ScheduleState.SUSPENDED and state is ScheduleState.ACTIVE
        self._change(
            schedule.schedule_id,
            **({"counted_from": next_due_at} if goes_on else {}),
            state=state,
            next_due_at=next_due_at,
            resumes_at=resumes_at,
            reason=reason,
            paused_by=by if state is ScheduleState.PAUSED else "",
        )

    def pause_until(self, schedule_id: str, until: datetime, *, by: str) -> None:
        """Give a paused one another end. `by`: who does."""
        self._change(schedule_id, resumes_at=until, paused_by=by)

    def set_policies(
        self,
        schedule_id: str,
        *,
        missed: MissedPolicy,
        overlap: OverlapPolicy,
        grace: timedelta | None,
        most_failures: int | None,
    ) -> None:
        """Set what happens to missed moments, overlaps and failures.

        `grace` None means the default, `most_failures` None that it goes on however often it fails.
        """
        seconds = None if grace is None else int(grace.total_seconds())
        self._edit(
            schedule_id, missed=missed, overlap=overlap, grace_seconds=seconds, most_failures=most_failures
        )

    def edit(
        self,
        schedule_id: str,
        *,
        when: When,
        inputs: Mapping[str, Any],
        reports_to: str,
        next_due_at: datetime | None,
        state: ScheduleState,
    ) -> None:
        """Overwrite what a draft can change. Coming firings are the caller's to take back."""
        self._edit(
            schedule_id,
            when=encode_when(when),
            tz=zone_of(when).key,
            inputs=dict(inputs),
            reports_to=reports_to,
            next_due_at=next_due_at,
            state=state,
        )

    def set_nickname(self, schedule_id: str, nickname: str) -> None:
        """Set the nickname; "" takes it away."""
        self._edit(schedule_id, nickname=nickname)

    def report_to(self, schedule_id: str, channel_id: str) -> None:
        """Change where coming runs report: a channel's id, or a person's for a direct message.

        Firings that are written already keep their place.
        """
        self._change(schedule_id, reports_to=channel_id)

    def give_to(self, schedule_id: str, owner_id: str, *, reports_to: str) -> None:
        """Give the schedule to another owner. Coming firings are the caller's to change."""
        self._change(schedule_id, owner_id=owner_id, reports_to=reports_to)

    def delete(self, schedule_id: str, *, at: datetime) -> None:
        """Mark the schedule as deleted. The row stays until its runs are forgotten.

        It keeps its state, and when its pause ends, in case it is brought back.
        """
        self._change(schedule_id, deleted_at=at, next_due_at=None)

    def deleted(
        self, workspace_id: str, schedule_id: str, *, lock: bool = False
    ) -> tuple[Schedule, datetime] | None:
        """Return a deleted one as it was, and when it was deleted; with `lock`, locked."""
        is_it = schedules.c.schedule_id == schedule_id, schedules.c.workspace_id == workspace_id
        query = select(schedules).where(*is_it, schedules.c.deleted_at.is_not(None))
        row = self._connection.execute(query.with_for_update() if lock else query).first()
        return None if row is None else (schedule_of_row(row), row.deleted_at)

    def restore(
        self,
        schedule_id: str,
        state: ScheduleState,
        *,
        next_due_at: datetime | None,
        resumes_at: datetime | None,
    ) -> None:
        """Bring back a deleted one, in this state."""
        self._change(
            schedule_id, deleted_at=None, state=state, next_due_at=next_due_at, resumes_at=resumes_at
        )

    def _change(self, schedule_id: str, **values: Any) -> None:
        self._connection.execute(_OF_ID, {"its_id": schedule_id, **values})

    def _edit(self, schedule_id: str, **values: Any) -> None:
        """Change what a form shows: whoever has seen the version before has to look again."""
        next_version = {schedules.c.version: schedules.c.version + 1}
        self._connection.execute(_OF_ID.values(next_version), {"its_id": schedule_id, **values})

    def _one(self, query: Select[Any]) -> Schedule | None:
        row = self._connection.execute(query).first()
        return None if row is None else schedule_of_row(row)

    def _first(self, query: Select[Any], horizon: datetime, *, limit: int) -> list[Schedule]:
        return first_readable(self._connection, query, schedule_of_row, {"horizon": horizon}, limit=limit)

    def _all(self, query: Select[Any]) -> list[Schedule]:
        return readable(self._connection.execute(query), schedule_of_row)


def schedule_of_row(row: Row[Any]) -> Schedule:
    """Return the schedule that a row of the table holds."""
    return Schedule(
        schedule_id=row.schedule_id,
        number=row.number,
        key=JobKey(row.deployment, row.dag_id),
        inputs=row.inputs,
        when=decode_when(row.when),
        project_id=row.project_id,
        owner_id=row.owner_id,
        place=Place(row.workspace_id, row.reports_to),
        state=ScheduleState(row.state),
        reason=row.reason,
        next_due_at=row.next_due_at,
        missed=MissedPolicy(row.missed),
        overlap=OverlapPolicy(row.overlap),
        nickname=row.nickname,
        grace=None if row.grace_seconds is None else timedelta(seconds=row.grace_seconds),
        most_failures=row.most_failures,
        resumes_at=row.resumes_at,
        paused_by=row.paused_by,
        version=row.version,
    )
