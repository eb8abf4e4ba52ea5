"""The latest runs, as lists need them: few of many, by what is asked for. Rights decide of what is found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, cast, exists, func, null, or_, select, union_all

from bot.domain.condition import usual_of
from bot.domain.firing import FiringState
from bot.domain.history import Ended, RunFilter, UnderWay
from bot.domain.job import JobKey
from bot.domain.run import RunState
from storage.among import is_job_among
from storage.firings import STANDING
from storage.runs import OPEN
from storage.tables import firings, job_tags, jobs, runs, schedules, shares

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Select

    from bot.domain.condition import Usual
    from bot.domain.project import Person
    from storage.reach import Reach

_STARTED = func.coalesce(runs.c.started_at, runs.c.due_at, runs.c.seen_at)
_ITS_JOB = and_(jobs.c.deployment == runs.c.deployment, jobs.c.dag_id == runs.c.dag_id)
ANY = RunFilter()
LOOKED_BACK, TOO_FEW = 20, 3
"""How many of a job's last runs say how long it usually takes, and the least number that can."""


@dataclass(frozen=True, slots=True)
class RunPlace:
    """A run, and the project in which it was asked for: None if Airflow started it by itself."""

    run_key: str
    project_id: int | None
    key: JobKey


class RunHistory:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def last_inputs(self, person: Person, project_id: int, key: JobKey) -> dict[str, Any]:
        """Return the inputs of the last run of a job that a person asked for in a project; {} for none.

        What was taken back or refused does not count. Of a schedule that is still there, what moves with each
        run is returned as it moves.
        """
        row = self._connection.execute(
            select(firings.c.inputs, schedules.c.inputs.label("of_schedule"))
            .outerjoin(schedules, schedules.c.schedule_id == firings.c.schedule_id)
            .where(
                firings.c.workspace_id == person.workspace_id,
                firings.c.person_id == person.person_id,
                firings.c.project_id == project_id,
                firings.c.deployment == key.deployment,
                firings.c.dag_id == key.dag_id,
                firings.c.state.not_in([FiringState.CANCELLED, FiringState.REJECTED]),
            )
            .order_by(firings.c.created_at.desc(), firings.c.firing_id)
            .limit(1)
        ).first()
        return {} if row is None else dict(row.of_schedule or row.inputs)

    def run_lately(self, person: Person, *, among: int) -> list[tuple[int, JobKey]]:
        """Return what the person started by hand, each job with its project once, the latest first.

        Looks at their last `among` runs by hand.
        """
        rows = self._connection.execute(
            select(firings.c.project_id, firings.c.deployment, firings.c.dag_id)
            .where(
                firings.c.workspace_id == person.workspace_id,
                firings.c.person_id == person.person_id,
                firings.c.request_id.is_not(None),
            )
            .order_by(firings.c.created_at.desc(), firings.c.firing_id)
            .limit(among)
        )
        return list(dict.fromkeys((each.project_id, JobKey(each.deployment, each.dag_id)) for each in rows))

    def latest(
        self,
        reach: Reach,
        keys: Collection[JobKey] | None = None,
        *,
        wanted: RunFilter = ANY,
        behind: int = 0,
        limit: int,
    ) -> list[RunPlace]:
        """Return the latest runs, newest first, behind so many: of these jobs, or of all that Airflow has.

        Those that were asked for in these projects; those that Airflow started by itself belong to none, and
        are among them where one of these projects has a share of the job. `wanted`: only those, whatever
        jobs it names.
        """
        if reach.is_empty:
            return []
        # Two queries in one: for either an index says what is latest, for both together every run is read.
        ways = [_asked_for(reach)] if wanted.person_id else [_asked_for(reach), _by_themselves(reach)]
        is_of = exists().where(_ITS_JOB, jobs.c.gone_at.is_(None)) if keys is None else _is_of(keys)
        latest = [
            select(
                way.where(is_of, *_conditions(wanted, reach.workspace_id))
                .order_by(_STARTED.desc(), runs.c.id)
                .limit(behind + limit)
                .subquery()
            )
            for way in ways
        ]
        of = union_all(*latest).subquery()
        query = (
            select(of.c.id, of.c.project_id, of.c.deployment, of.c.dag_id)
            .order_by(of.c.began.desc(), of.c.id)
            .limit(limit)
            .offset(behind)
        )
        rows = self._connection.execute(query).all()
        return [RunPlace(run_key, project_id, JobKey(*key)) for run_key, project_id, *key in rows]

    def under_way(self, key: JobKey, project_id: int, now: datetime) -> UnderWay | None:
        """Return the job's newest run that has begun, or is due, and has not ended. None if there is none.

        It was asked for in this project, or Airflow started it by itself.
        """
        row = self._connection.execute(
            select(_STARTED.label("since"), firings.c.person_id)
            .outerjoin(firings, firings.c.firing_id == runs.c.firing_id)
            .where(
                runs.c.deployment == key.deployment,
                runs.c.dag_id == key.dag_id,
                runs.c.state.in_(OPEN),
                or_(runs.c.firing_id.is_(None), firings.c.project_id == project_id),
                now >= _STARTED,
            )
            .order_by(_STARTED.desc(), runs.c.id)
            .limit(1)
        ).first()
        return None if row is None else UnderWay(row.since, row.person_id or "")

    def usual(self, key: JobKey, *, but: str = "") -> Usual | None:
        """Return how long the job's last good runs took, `but` left out. None if there are too few."""
        rows = self._connection.execute(
            select(runs.c.started_at, runs.c.ended_at)
            .where(
                runs.c.deployment == key.deployment,
                runs.c.dag_id == key.dag_id,
                runs.c.state == RunState.DONE,
                runs.c.started_at.is_not(None),
                runs.c.ended_at.is_not(None),
                runs.c.id != but,
            )
            .order_by(runs.c.ended_at.desc())
            .limit(LOOKED_BACK)
        ).all()
        took = [row.ended_at - row.started_at for row in rows]
        return usual_of(took) if len(took) >= TOO_FEW else None

    def of_schedule(self, schedule_id: str) -> tuple[Ended, ...]:
        """Return how the schedule's last runs ended, and how long they took, oldest first."""
        rows = self._connection.execute(
            select(runs.c.state, runs.c.started_at, runs.c.ended_at)
            .join(firings, firings.c.firing_id == runs.c.firing_id)
            .where(
                firings.c.schedule_id == schedule_id,
                STANDING,  # or every run that has ended is looked at
                runs.c.state.not_in(OPEN),
                runs.c.started_at.is_not(None),
                runs.c.ended_at.is_not(None),
            )
            .order_by(firings.c.due_at.desc(), runs.c.id)
            .limit(LOOKED_BACK)
        ).all()
        return tuple(Ended(RunState(row.state), row.ended_at - row.started_at) for row in reversed(rows))

    def last_states(
        self, wanted: Mapping[JobKey, Collection[int]], *, count: int
    ) -> dict[JobKey, list[RunState]]:
        """Return the states of each job's last runs, oldest first.

        `wanted`: by job, the projects whose runs count; those that Airflow started by itself always count.
        """
        each = [self._last(key, project_ids, count) for key, project_ids in wanted.items()]
        found: dict[JobKey, list[Any]] = {key: [] for key in wanted}
        if each:
            for row in self._connection.execute(union_all(*each)):
                found[JobKey(row.deployment, row.dag_id)].append(row)
        return {
            key: [RunState(row.state) for row in sorted(rows, key=lambda row: (row.began, row.id))]
            for key, rows in found.items()
        }

    def _last(self, key: JobKey, project_ids: Collection[int], count: int) -> Select[Any]:
        columns = (runs.c.id, runs.c.deployment, runs.c.dag_id, runs.c.state, _STARTED.label("began"))
        query = (
            select(*columns)
            .outerjoin(firings, firings.c.firing_id == runs.c.firing_id)
            .where(
                runs.c.deployment == key.deployment,
                runs.c.dag_id == key.dag_id,
                or_(runs.c.firing_id.is_(None), firings.c.project_id.in_(project_ids)),
            )
            .order_by(_STARTED.desc(), runs.c.id)
            .limit(count)
        )
        return select(query.subquery())


def _asked_for(reach: Reach) -> Select[Any]:
    """Return the query for the runs that were asked for in these projects."""
    facts = (runs.c.id, firings.c.project_id, runs.c.deployment, runs.c.dag_id, _STARTED.label("began"))
    asked = select(*facts).join(firings, firings.c.firing_id == runs.c.firing_id)
    return asked.where(reach.of(firings.c.project_id))


def _by_themselves(reach: Reach) -> Select[Any]:
    """Return the query for the runs that Airflow started by itself, of jobs shared with these projects."""
    none = cast(null(), firings.c.project_id.type).label("project_id")
    facts = (runs.c.id, none, runs.c.deployment, runs.c.dag_id, _STARTED.label("began"))
    return select(*facts).where(runs.c.firing_id.is_(None), _is_shared(reach))


def _conditions(wanted: RunFilter, workspace_id: str) -> Iterator[ColumnElement[bool]]:
    if wanted.state is not None:
        yield runs.c.state == wanted.state
    if wanted.person_id:
        yield firings.c.workspace_id == workspace_id
        yield firings.c.person_id == wanted.person_id
    if wanted.begins is not None:
        yield or_(wanted.begins <= _STARTED, runs.c.ended_at >= wanted.begins)
    if wanted.ends is not None:
        yield wanted.ends > _STARTED
    if wanted.made_at is not None:
        yield wanted.made_at >= _STARTED


def _is_shared(reach: Reach) -> ColumnElement[bool]:
    """Return the condition that the job is shared with one of these projects, by name or by tag."""
    by_name = exists().where(
        shares.c.deployment == runs.c.deployment,
        shares.c.dag_id == runs.c.dag_id,
        reach.of(shares.c.project_id),
    )
    by_tag = exists().where(
        job_tags.c.deployment == runs.c.deployment,
        job_tags.c.dag_id == runs.c.dag_id,
        shares.c.deployment == job_tags.c.deployment,
        shares.c.tag == job_tags.c.tag,
        reach.of(shares.c.project_id),
    )
    return or_(by_name, by_tag)


def _is_of(keys: Collection[JobKey]) -> ColumnElement[bool]:
    return is_job_among(runs.c.deployment, runs.c.dag_id, keys)
