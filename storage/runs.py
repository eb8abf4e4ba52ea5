"""Runs, as Airflow last described them, and how far its lists were read."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, or_, select, tuple_, update

from bot.domain.job import JobKey
from bot.domain.reason import DagVersion, fingerprint
from bot.domain.run import Failure, Result, Run, RunState, Step, TaskState
from storage.firings import STANDING
from storage.reading import first_readable, in_pages, readable
from storage.tables import firings, runs, watermarks
from storage.tagged import Tagged
from storage.upsert import insert_into, upsert

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import Connection, Row, Select

    from bot.domain.project import Person

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
OPEN = (RunState.WAITING, RunState.RUNNING)
VERSION = Tagged({"DagVersion": DagVersion})
# Statements of every step of the loops are built once: building one costs more than running it.
_OPEN = in_pages(
    select(runs)
    .where(
        runs.c.deployment == bindparam("deployment"),
        runs.c.state.in_(OPEN),
        or_(
            runs.c.due_at.is_(None),
            runs.c.due_at <= bindparam("due_before"),
            runs.c.state == RunState.RUNNING,
        ),
    )
    .order_by(runs.c.seen_at, runs.c.id)
)
_RETRIES = in_pages(
    select(runs)
    .where(runs.c.retry_at <= bindparam("now"))
    .order_by(runs.c.retry_at, runs.c.id)
    .with_for_update(skip_locked=True)
)
_WATERMARK = select(watermarks.c.at).where(
    watermarks.c.deployment == bindparam("deployment"), watermarks.c.name == bindparam("name")
)


class Runs:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, run: Run, *, at: datetime, details_at: datetime | None = None) -> bool:
        """Insert the run; return False if it is known already. `details_at` is as for `keep`."""
        return bool(self.add_all([run], at=at, details_at=details_at))

    def add_all(
        self, new: Sequence[Run], *, at: datetime, details_at: datetime | None = None
    ) -> frozenset[str]:
        """Insert the runs; return the keys of those that were not known already."""
        if not new:
            return frozenset()
        rows = [
            {
                "id": run.run_key,
                "deployment": run.key.deployment,
                "dag_id": run.key.dag_id,
                "run_id": run.run_id,
                "firing_id": run.firing_id,
                **_changing(run),
                **_failing(run),
                "seen_at": at,
                "details_at": details_at,
            }
            for run in new
        ]
        insert = insert_into(runs, self._connection.dialect.name).on_conflict_do_nothing()
        return frozenset(self._connection.execute(insert.returning(runs.c.id), rows).scalars())

    def get(self, run_key: str) -> Run | None:
        """Return the run. None if it is unknown, or was forgotten."""
        return self._one(select(runs).where(runs.c.id == run_key))

    def lock(self, run_key: str) -> Run | None:
        """Return the run, locked until the transaction ends. None if unknown."""
        return self._one(select(runs).where(runs.c.id == run_key).with_for_update())

    def all(self, run_keys: Collection[str]) -> dict[str, Run]:
        """Return those that are known, by key."""
        found = self._all(select(runs).where(runs.c.id.in_(run_keys))) if run_keys else []
        return {run.run_key: run for run in found}

    def of_firing(self, firing_id: str) -> Run | None:
        """Return the firing's run. None until Airflow has it."""
        return self._one(select(runs).where(runs.c.firing_id == firing_id))

    def by_ids(self, deployment: str, ids: Iterable[tuple[str, str]]) -> list[Run]:
        """Return the known runs among these (dag_id, run_id)."""
        wanted = list(ids)
        if not wanted:
            return []
        return self._all(
            select(runs).where(
                runs.c.deployment == deployment, tuple_(runs.c.dag_id, runs.c.run_id).in_(wanted)
            )
        )

    def open(self, deployment: str, *, due_before: datetime, limit: int) -> list[Run]:
        """Return the runs that wait or go on, and are due by then; those seen longest ago come first."""
        wanted = {"deployment": deployment, "due_before": due_before}
        return first_readable(self._connection, _OPEN, run_of_row, wanted, limit=limit)

    def keep(self, run: Run, *, at: datetime, details_at: datetime | None = None) -> None:
        """Overwrite what changes in a run's life.

        `details_at` is when its details are to be read, if it has ended and they are not in it.
        """
        late = {"details_at": details_at, "details_tries": 0}
        self._connection.execute(
            update(runs)
            .where(runs.c.id == run.run_key)
            .values(**_changing(run), **(_failing(run) if run.failure else {}), **late, seen_at=at)
        )

    def is_any_unseen(self, firing_ids: Collection[str], *, since: datetime) -> bool:
        """Return whether the watcher has not seen the run of one of these firings since then."""
        found = select(runs.c.id).where(runs.c.firing_id.in_(list(firing_ids)), runs.c.seen_at < since)
        return bool(firing_ids) and self._connection.execute(found.limit(1)).first() is not None

    def touch(self, run_keys: Collection[str], *, at: datetime) -> None:
        """Note that the runs were seen, and were as we know them."""
        if run_keys:
            self._connection.execute(update(runs).where(runs.c.id.in_(run_keys)).values(seen_at=at))

    def look_at_first(self, run_keys: Collection[str]) -> None:
        """Let the watcher look at these runs first at its next turn, if they have not ended."""
        self.touch(run_keys, at=LONG_AGO)

    def mark_stopped(self, run_key: str, person: Person) -> None:
        """Note who stops the run, before Airflow is asked to."""
        self._connection.execute(update(runs).where(runs.c.id == run_key).values(**_by("stopped_by", person)))

    def unmark_stopped(self, run_key: str, person: Person) -> None:
        """Forget that this person stopped the run, because Airflow refused; another person's stop stays."""
        theirs = (runs.c.id == run_key, runs.c.stopped_by == person.person_id)
        self._connection.execute(update(runs).where(*theirs).values(stopped_by=None))

    def ask_retry(self, run_key: str, person: Person, *, at: datetime) -> None:
        """Write down that the person wants the failed tasks to run again. The dispatcher clears them."""
        self._connection.execute(
            update(runs).where(runs.c.id == run_key).values(**_by("retried_by", person), retry_at=at)
        )

    def claim_retries(self, now: datetime, *, leased_until: datetime, limit: int) -> list[Run]:
        """Return the runs whose failed tasks are to run again, leased to the caller.

        `retry_at` serves as the lease: nobody else finds the runs before it.
        """
        found = first_readable(self._connection, _RETRIES, run_of_row, {"now": now}, limit=limit)
        if found:
            self._connection.execute(
                update(runs)
                .where(runs.c.id.in_([run.run_key for run in found]))
                .values(retry_at=leased_until)
            )
        return found

    def not_retried(self, run_key: str) -> None:
        """Forget the retry that Airflow refused, so that people may ask for another."""
        self._connection.execute(
            update(runs).where(runs.c.id == run_key).values(retry_at=None, retried_by=None)
        )

    def reopen(self, run_key: str, *, at: datetime) -> None:
        """Mark the run as running again, as its failed tasks do."""
        self._connection.execute(
            update(runs)
            .where(runs.c.id == run_key)
            .values(
                state=RunState.RUNNING,
                retry_at=None,
                ended_at=None,
                failure=None,
                details_at=None,
                seen_at=at,
            )
        )

    def close_stopped(self, run_key: str, *, at: datetime, remark: str = "") -> None:
        """Mark the run as stopped. `remark` says why, if nobody stopped it in Slack."""
        ended = {"state": RunState.STOPPED, "ended_at": at, "seen_at": at}
        self._connection.execute(
            update(runs).where(runs.c.id == run_key).values(**ended, waits_for="", remark=remark)
        )

    def last_of_schedules(self, schedule_ids: Iterable[str]) -> dict[str, Run]:
        """Return each schedule's last run that started. Schedules without one are left out."""
        wanted = list(schedule_ids)
        if not wanted:  # for which SQLite would look at every run
            return {}
        newest = (
            select(firings.c.schedule_id, func.max(firings.c.due_at).label("due_at"))
            .join(runs, runs.c.firing_id == firings.c.firing_id)
            .where(firings.c.schedule_id.in_(wanted), STANDING, runs.c.started_at.is_not(None))
            .group_by(firings.c.schedule_id)
            .subquery()
        )
        rows = self._connection.execute(
            select(runs, firings.c.schedule_id)
            .join(firings, firings.c.firing_id == runs.c.firing_id)
            .join(
                newest,
                (newest.c.schedule_id == firings.c.schedule_id) & (newest.c.due_at == firings.c.due_at),
            )
            .where(firings.c.schedule_id.in_(wanted), STANDING)  # or SQLite looks at every run again
        )
        return {row.schedule_id: run_of_row(row) for row in rows}

    # How far we have read ---------------------------------------------------------------------------

    def watermark(self, deployment: str, name: str) -> datetime | None:
        """Return how far the reader of this name has read Airflow's runs. None before its first look."""
        return self._connection.execute(_WATERMARK, {"deployment": deployment, "name": name}).scalar()

    def set_watermark(self, deployment: str, name: str, at: datetime) -> None:
        """Write how far the reader of this name has read Airflow's runs."""
        upsert(self._connection, watermarks, [{"deployment": deployment, "name": name, "at": at}])

    def _one(self, query: Select[Any]) -> Run | None:
        row = self._connection.execute(query).first()
        return None if row is None else run_of_row(row)

    def _all(self, query: Select[Any]) -> list[Run]:
        return readable(self._connection.execute(query), run_of_row)


def _by(column: str, person: Person) -> dict[str, Any]:
    return {"workspace_id": person.workspace_id, column: person.person_id}


def _failing(run: Run) -> dict[str, Any]:
    """Return the columns of the last failure, which are kept when a retry succeeds."""
    failure = run.failure
    return {
        "fingerprint": None if failure is None else fingerprint(failure.task_id, failure.error),
        "failed_at": None if failure is None else run.ended_at,
    }


def _changing(run: Run) -> dict[str, Any]:
    return {
        "state": run.state,
        "due_at": run.due_at,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "tasks_done": run.tasks_done,
        "tasks_total": run.tasks_total,
        "steps": [asdict(each) for each in run.steps] or None,
        "failure": None if run.failure is None else asdict(run.failure),
        "result": None if run.result is None else asdict(run.result),
        "waits_for": run.waits_for,
        "waits_until": run.waits_until,
        "remark": run.remark,
        "started_by": run.started_by,
        "stopped_by": run.stopped_by,
        "retried_by": run.retried_by,
        "version": None if run.version is None else VERSION.encode(run.version),
    }


def run_of_row(row: Row[Any]) -> Run:
    """Return the run that a row of the table holds."""
    return Run(
        run_key=row.id,
        key=JobKey(row.deployment, row.dag_id),
        run_id=row.run_id,
        state=RunState(row.state),
        firing_id=row.firing_id,
        due_at=row.due_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        tasks_done=row.tasks_done,
        tasks_total=row.tasks_total,
        steps=tuple(Step(**{**each, "state": TaskState(each["state"])}) for each in row.steps or ()),
        failure=None if row.failure is None else Failure(**row.failure),
        result=None if row.result is None else Result(**row.result),
        waits_for=row.waits_for,
        waits_until=row.waits_until,
        remark=row.remark,
        started_by=row.started_by,
        stopped_by=row.stopped_by,
        retried_by=row.retried_by,
        version=None if row.version is None else VERSION.decode(row.version),
    )
