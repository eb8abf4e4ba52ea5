"""Incidents, the failed runs of each, and storms of incidents."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, or_, select, update

from bot.domain.incident import AIRFLOWS_OWN, Ending, Incident, IncidentKey
from bot.domain.job import JobKey
from bot.domain.project import Place
from bot.domain.run import RunState
from bot.domain.schedule import ScheduleState
from bot.domain.storm import Storm
from storage.reading import readable
from storage.tables import incident_runs, incidents, runs, schedules, storms
from storage.upsert import insert_new

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row, Select

_IN_ORDER = (incidents.c.workspace_id, incidents.c.channel_id, incidents.c.incident_id)
"""The order in which several incidents are locked, so that no two transactions wait in a circle."""
_IS_OPEN = incidents.c.ended_at.is_(None)
_WITHOUT_NEXT_RUN = (
    select(incidents.c.incident_id)
    .join(runs, runs.c.id == incidents.c.last_run)
    .outerjoin(schedules, schedules.c.schedule_id == incidents.c.source)
    .where(
        _IS_OPEN,
        incidents.c.is_failing,  # what flaps and works now is no failure that waits
        incidents.c.source != AIRFLOWS_OWN,
        or_(schedules.c.schedule_id.is_(None), schedules.c.state == ScheduleState.ENDED),
        incidents.c.failed_at <= bindparam("quiet_since"),
        or_(incidents.c.claimed_at.is_(None), incidents.c.claimed_at <= bindparam("quiet_since")),
        runs.c.state == RunState.FAILED,
        runs.c.retried_by.is_(None),
    )
    .order_by(incidents.c.incident_id)
    .limit(bindparam("most"))
)
_OPEN_STORMS = select(storms).where(storms.c.ended_at.is_(None)).order_by(storms.c.storm_id)


class Incidents:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, incident: Incident) -> bool:
        """Insert the incident with its first run. Return False if one of its key is open already."""
        of = incident.of
        row = {
            "incident_id": incident.incident_id,
            "workspace_id": of.place.workspace_id,
            "channel_id": of.place.channel_id,
            "project_id": of.project_id,
            "deployment": of.key.deployment,
            "dag_id": of.key.dag_id,
            "source": of.source,
            "began_at": incident.began_at,
            "first_run": incident.first_run,
            **_changing(incident),
        }
        if not insert_new(self._connection, incidents, row):
            return False
        self.add_run(incident.incident_id, incident.first_run)
        return True

    def keep(self, incident: Incident) -> None:
        """Overwrite what changes in an incident's life."""
        self._connection.execute(
            update(incidents)
            .where(incidents.c.incident_id == incident.incident_id)
            .values(**_changing(incident))
        )

    def add_run(self, incident_id: str, run_key: str) -> None:
        """Count a failed run to the incident. A second time changes nothing."""
        insert_new(self._connection, incident_runs, {"incident_id": incident_id, "run_key": run_key})

    def get(self, incident_id: str) -> Incident | None:
        """Return the incident. None if unknown."""
        return self._one(select(incidents).where(incidents.c.incident_id == incident_id))

    def lock(self, incident_ids: Collection[str]) -> list[Incident]:
        """Return the known incidents, locked in the order in which everybody locks them."""
        wanted = incidents.c.incident_id.in_(list(incident_ids))
        return self._all(select(incidents).where(wanted).order_by(*_IN_ORDER).with_for_update())

    def lock_open(self, project_id: int | None, key: JobKey, source: str) -> list[Incident]:
        """Return the open incidents of a job or schedule in every place, locked.

        `project_id` None means those of any project.
        """
        wanted = (*_of(project_id, key, source), _IS_OPEN)
        return self._all(select(incidents).where(*wanted).order_by(*_IN_ORDER).with_for_update())

    def last(self, of: IncidentKey) -> Incident | None:
        """Return the newest incident of the key, whether it has ended or not. None if there is none."""
        return self._one(
            select(incidents)
            .where(*_of(of.project_id, of.key, of.source), *_at(of.place))
            .order_by(incidents.c.began_at.desc())
            .limit(1)
        )

    def siblings(self, of: Collection[Incident]) -> list[str]:
        """Return the ids of open incidents of the same jobs and schedules, in every place."""
        found: set[str] = set()
        for key in {(each.of.project_id, each.of.key, each.of.source) for each in of}:
            rows = self._connection.execute(select(incidents.c.incident_id).where(*_of(*key), _IS_OPEN))
            found |= set(rows.scalars())
        return sorted(found)

    def of_run(self, run_key: str) -> list[Incident]:
        """Return the incidents that count this run, in every place, newest first."""
        query = (
            select(incidents)
            .join(incident_runs, incident_runs.c.incident_id == incidents.c.incident_id)
            .where(incident_runs.c.run_key == run_key)
            .order_by(incidents.c.began_at.desc(), incidents.c.incident_id)
        )
        return self._all(query)

    def has_run(self, incident_id: str, run_key: str) -> bool:
        """Return whether the incident counts this run among its failed ones."""
        query = select(incident_runs.c.run_key).where(
            incident_runs.c.incident_id == incident_id, incident_runs.c.run_key == run_key
        )
        return self._connection.execute(query).first() is not None

    def counts(self, incident_ids: Collection[str]) -> dict[str, int]:
        """Return how many runs have failed, by incident."""
        query = (
            select(incident_runs.c.incident_id, func.count())
            .where(incident_runs.c.incident_id.in_(list(incident_ids)))
            .group_by(incident_runs.c.incident_id)
        )
        return {row[0]: int(row[1]) for row in self._connection.execute(query)}

    def still_failed(self, incident_id: str) -> str | None:
        """Return the key of the incident's run that failed last and is failed now; None if none is."""
        query = (
            select(runs.c.id)
            .join(incident_runs, incident_runs.c.run_key == runs.c.id)
            .where(incident_runs.c.incident_id == incident_id, runs.c.state == RunState.FAILED)
            .order_by(runs.c.ended_at.desc(), runs.c.id)
            .limit(1)
        )
        return self._connection.execute(query).scalar()

    def is_any_failed(self, incident_id: str, *, but: str) -> bool:
        """Return whether another run of the incident than this one is failed now."""
        query = (
            select(runs.c.id)
            .join(incident_runs, incident_runs.c.run_key == runs.c.id)
            .where(
                incident_runs.c.incident_id == incident_id,
                runs.c.id != but,
                runs.c.state == RunState.FAILED,
            )
            .limit(1)
        )
        return self._connection.execute(query).first() is not None

    def unsaid(self, *, after: str, limit: int) -> list[str]:
        """Return the ids of open incidents whose failure a rule holds back, those that follow `after`."""
        query = select(incidents.c.incident_id).where(
            incidents.c.is_unsaid, _IS_OPEN, incidents.c.incident_id > after
        )
        rows = self._connection.execute(query.order_by(incidents.c.incident_id).limit(limit))
        return list(rows.scalars())

    def without_next_run(self, *, quiet_since: datetime, limit: int) -> list[str]:
        """Return the ids of open incidents that no coming run can mend, and that rest since then.

        They are those of runs by hand and of ended schedules. Their last run is failed: no Retry goes on.
        """
        wanted = {"quiet_since": quiet_since, "most": limit}
        return list(self._connection.execute(_WITHOUT_NEXT_RUN, wanted).scalars())

    # Storms -------------------------------------------------------------------------------------------

    def begun_since(self, place: Place, since: datetime) -> list[Incident]:
        """Return the incidents that have begun in the place since then, oldest first."""
        query = select(incidents).where(*_at(place), incidents.c.began_at >= since)
        return self._all(query.order_by(incidents.c.began_at, incidents.c.incident_id))

    def in_storm(self, storm_id: str) -> list[Incident]:
        """Return all incidents of the storm, oldest first."""
        query = select(incidents).where(incidents.c.storm_id == storm_id)
        return self._all(query.order_by(incidents.c.began_at, incidents.c.incident_id))

    def join_storm(self, incident_ids: Collection[str], storm_id: str) -> None:
        """Let the storm tell of these incidents, but for those that another process changes at this moment.

        Whoever changes one joins the storm with it: two who waited for each other's would wait for ever.
        """
        wanted = incidents.c.incident_id.in_(list(incident_ids))
        query = select(incidents.c.incident_id).where(wanted).with_for_update(skip_locked=True)
        free = list(self._connection.execute(query).scalars())
        joined = update(incidents).where(incidents.c.incident_id.in_(free)).values(storm_id=storm_id)
        self._connection.execute(joined)

    def add_storm(self, storm: Storm) -> bool:
        """Insert the storm. Return False if one goes on in its place."""
        row = {
            "storm_id": storm.storm_id,
            "workspace_id": storm.place.workspace_id,
            "channel_id": storm.place.channel_id,
            "began_at": storm.began_at,
            "failed_at": storm.failed_at,
        }
        return insert_new(self._connection, storms, row)

    def storm(self, storm_id: str) -> Storm | None:
        """Return the storm. None if unknown."""
        row = self._connection.execute(select(storms).where(storms.c.storm_id == storm_id)).first()
        return None if row is None else _storm(row)

    def open_storms(self) -> Sequence[Storm]:
        """Return the storms that go on."""
        return self._storms(_OPEN_STORMS)

    def lock_storm_at(self, place: Place) -> Storm | None:
        """Return the storm that goes on in the place, locked. None if there is none."""
        query = select(storms).where(
            storms.c.workspace_id == place.workspace_id,
            storms.c.channel_id == place.channel_id,
            storms.c.ended_at.is_(None),
        )
        return next(iter(self._storms(query.with_for_update())), None)

    def keep_storm(self, storm: Storm) -> None:
        """Overwrite when something last failed in the storm, and when it ended."""
        self._connection.execute(
            update(storms)
            .where(storms.c.storm_id == storm.storm_id)
            .values(failed_at=storm.failed_at, ended_at=storm.ended_at)
        )

    def _storms(self, query: Select[Any]) -> list[Storm]:
        return readable(self._connection.execute(query), _storm)

    def _one(self, query: Select[Any]) -> Incident | None:
        return next(iter(self._all(query)), None)

    def _all(self, query: Select[Any]) -> list[Incident]:
        return readable(self._connection.execute(query), incident_of_row)


def _of(project_id: int | None, key: JobKey, source: str) -> tuple[ColumnElement[bool], ...]:
    its_project = () if project_id is None else (incidents.c.project_id == project_id,)
    return (
        *its_project,
        incidents.c.deployment == key.deployment,
        incidents.c.dag_id == key.dag_id,
        incidents.c.source == source,
    )


def _at(place: Place) -> tuple[ColumnElement[bool], ...]:
    return (incidents.c.workspace_id == place.workspace_id, incidents.c.channel_id == place.channel_id)


_CHANGES = (
    "since", "failed_at", "failed_due_at", "last_run", "is_failing", "times", "alike", "flaps", "claimed_by",
    "claimed_at", "muted_by", "muted_until", "storm_id", "ended_at", "ending", "mended_by", "last_try",
    "mended_try", "rule", "is_unsaid", "escalated_at", "released_at",
)  # fmt: skip


def _changing(incident: Incident) -> dict[str, Any]:
    return {name: getattr(incident, name) for name in _CHANGES}


def incident_of_row(row: Row[Any]) -> Incident:
    """Return the incident of a row. Raises ValueError for an ending that is unknown."""
    place = Place(row.workspace_id, row.channel_id)
    kept = Incident(
        row.incident_id,
        IncidentKey(place, row.project_id, JobKey(row.deployment, row.dag_id), row.source),
        began_at=row.began_at,
        since=row.since,
        failed_at=row.failed_at,
        failed_due_at=row.failed_due_at,
        first_run=row.first_run,
        last_run=row.last_run,
    )
    changed = {name: getattr(row, name) for name in _CHANGES}
    ending = None if row.ending is None else Ending(row.ending)
    return replace(kept, **{**changed, "ending": ending})


def _storm(row: Row[Any]) -> Storm:
    place = Place(row.workspace_id, row.channel_id)
    return Storm(row.storm_id, place, row.began_at, row.failed_at, row.ended_at)
