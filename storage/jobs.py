"""The catalogue of jobs, as Airflow last described it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, and_, bindparam, cast, delete, exists, or_, select, update

from bot.domain.job import JobKey, JobSettings, Trouble, TroubleChange
from storage.among import is_job_among, is_number_among, is_text_among
from storage.codec import job_within, read_settings
from storage.job_rows import encode_input, gathered, row_of
from storage.tables import job_settings, job_tags, jobs, shares
from storage.upsert import upsert
from storage.words import all_stand_in

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from bot.domain.job import Input, Job

# What nearly every command asks is built once: building it takes longer than the answer.
_HAS_TAG = and_(job_tags.c.deployment == jobs.c.deployment, job_tags.c.dag_id == jobs.c.dag_id)
_WITH_TAGS = (
    select(jobs, job_tags.c.tag)
    .outerjoin(job_tags, _HAS_TAG)
    .where(is_job_among(jobs.c.deployment, jobs.c.dag_id, "keys"))
)
_Standing = tuple[Trouble | None, "datetime | None"]
"""What keeps a job from running, if anything does, and since when that is so."""
_SETTINGS = select(job_settings).where(is_number_among(job_settings.c.project_id, "project_ids"))
_ITS_SETTINGS = select(job_settings).where(
    job_settings.c.project_id == bindparam("project_id"),
    job_settings.c.deployment == bindparam("deployment"),
    job_settings.c.dag_id == bindparam("dag_id"),
)


class Jobs:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, key: JobKey) -> Job | None:
        """Return the job as Airflow describes it, also one that is gone. None if unknown."""
        return self.all([key]).get(key)

    def within(self, project_id: int, key: JobKey) -> Job | None:
        """Return the job with the title, presets and limits that the project gives it. None if unknown."""
        job = self.get(key)
        named = {"project_id": project_id, "deployment": key.deployment, "dag_id": key.dag_id}
        row = self._connection.execute(_ITS_SETTINGS, named).first()
        return job if job is None or row is None else job_within(job, read_settings(row))

    def all_within(self, wanted: Iterable[tuple[int, JobKey]]) -> dict[tuple[int, JobKey], Job]:
        """Return the known jobs among these, each with what its project makes of it."""
        places = set(wanted)
        found = self.all({key for _, key in places})
        settings = self.settings({project_id for project_id, _ in places})
        return {
            place: job_within(found[place[1]], settings[place]) if place in settings else found[place[1]]
            for place in places
            if place[1] in found
        }

    def gone(self) -> set[JobKey]:
        """Return the jobs that are no longer in Airflow."""
        gone = select(jobs.c.deployment, jobs.c.dag_id).where(jobs.c.gone_at.is_not(None))
        return {JobKey(row.deployment, row.dag_id) for row in self._connection.execute(gone)}

    def settings(self, project_ids: Iterable[int]) -> dict[tuple[int, JobKey], JobSettings]:
        """Return the settings of jobs in these projects. Jobs without settings are left out."""
        wanted = list(project_ids)
        if not wanted:
            return {}
        rows = self._connection.execute(_SETTINGS, {"project_ids": wanted})
        return {(row.project_id, JobKey(row.deployment, row.dag_id)): read_settings(row) for row in rows}

    def all(self, keys: Iterable[JobKey]) -> dict[JobKey, Job]:
        """Return the known jobs among the keys, also those that are gone from Airflow."""
        wanted = set(keys)
        if not wanted:
            return {}
        return gathered(self._connection.execute(_WITH_TAGS, {"keys": wanted}).mappings())

    def titles(self, deployment: str) -> dict[str, str]:
        """Return the title of every job, by DAG id, also of jobs that are gone from Airflow."""
        named = select(jobs.c.dag_id, jobs.c.title).where(jobs.c.deployment == deployment)
        return {row.dag_id: row.title for row in self._connection.execute(named)}

    def tags(self, deployment: str, *, words: Sequence[str] = ()) -> frozenset[str]:
        """Return every tag of the jobs that Airflow has.

        `words` narrows the tags down to those that hold all the words; perhaps a few too many, never too few.
        """
        rows = self._connection.execute(
            select(job_tags.c.tag)
            .join(jobs, _HAS_TAG)
            .where(
                job_tags.c.deployment == deployment,
                jobs.c.gone_at.is_(None),
                *all_stand_in(self._connection, [job_tags.c.tag], words),
            )
            .distinct()
        )
        return frozenset(rows.scalars())

    def tags_of(self, keys: Collection[JobKey]) -> dict[JobKey, frozenset[str]]:
        """Return the tags of each of these jobs that has any."""
        wanted = select(job_tags).where(is_job_among(job_tags.c.deployment, job_tags.c.dag_id, keys))
        return _by_job(self._connection.execute(wanted))

    def tagged(self, deployment: str) -> dict[JobKey, frozenset[str]]:
        """Return the tags of each job that has any."""
        wanted = select(job_tags).where(job_tags.c.deployment == deployment)
        return _by_job(self._connection.execute(wanted))

    def keep(self, deployment: str, found: Sequence[Job], *, at: datetime) -> list[TroubleChange]:
        """Make these the jobs of the deployment; mark all others as gone. Inputs stay as they are.

        Return which known jobs became paused, broken or gone, or no longer are. A gone job keeps its tags,
        because people still look for their schedules of it.
        """
        before = self._troubles(deployment)
        # The list of DAGs says nothing about these: they are read job by job, or belong to the last change.
        stay = ["inputs", "is_read_only", "trouble_since"]
        upsert(self._connection, jobs, [row_of(job, at) for job in found], keep=stay)
        missing = jobs.c.dag_id.not_in([job.key.dag_id for job in found])
        of_here = jobs.c.deployment == deployment
        self._connection.execute(
            update(jobs).where(of_here, jobs.c.gone_at.is_(None), missing).values(gone_at=at)
        )
        changes = _changes(before, self._troubles(deployment))
        for change in changes:
            self._connection.execute(
                update(jobs).where(of_here, jobs.c.dag_id == change.key.dag_id).values(trouble_since=at)
            )
        living = select(jobs.c.dag_id).where(of_here, jobs.c.gone_at.is_(None))
        self._connection.execute(
            delete(job_tags).where(job_tags.c.deployment == deployment, job_tags.c.dag_id.in_(living))
        )
        tags = [
            {"deployment": deployment, "dag_id": job.key.dag_id, "tag": tag}
            for job in found
            for tag in sorted(job.tags)
        ]
        if tags:
            self._connection.execute(job_tags.insert(), tags)
        return changes

    def _troubles(self, deployment: str) -> dict[JobKey, _Standing]:
        """Return what keeps each job from running, and since when that is so."""
        known = (jobs.c.dag_id, jobs.c.is_paused, jobs.c.has_import_errors, jobs.c.gone_at)
        query = select(*known, jobs.c.trouble_since).where(jobs.c.deployment == deployment)
        return {
            JobKey(deployment, row.dag_id): (
                _trouble(
                    is_gone=row.gone_at is not None, is_broken=row.has_import_errors, is_paused=row.is_paused
                ),
                row.trouble_since,
            )
            for row in self._connection.execute(query)
        }

    def keep_inputs(self, inputs: Mapping[JobKey, Sequence[Input]]) -> None:
        """Overwrite the inputs of these jobs."""
        if not inputs:
            return
        self._connection.execute(
            update(jobs).where(
                jobs.c.deployment == bindparam("of_deployment"), jobs.c.dag_id == bindparam("of_dag")
            ),
            [
                {
                    "of_deployment": key.deployment,
                    "of_dag": key.dag_id,
                    "inputs": [encode_input(each) for each in found],
                }
                for key, found in inputs.items()
            ],
        )

    def keep_startable(self, found: Mapping[JobKey, bool]) -> None:
        """Overwrite whether Airflow lets our account start these jobs."""
        for key, may_start in found.items():
            here = update(jobs).where(jobs.c.deployment == key.deployment, jobs.c.dag_id == key.dag_id)
            self._connection.execute(here.values(is_read_only=not may_start))

    def shared(self, deployment: str) -> list[JobKey]:
        """Return the jobs that Airflow has and some project may use, by DAG id."""
        tagged = exists().where(
            shares.c.deployment == jobs.c.deployment,
            shares.c.tag == job_tags.c.tag,
            job_tags.c.deployment == jobs.c.deployment,
            job_tags.c.dag_id == jobs.c.dag_id,
        )
        named = exists().where(shares.c.deployment == jobs.c.deployment, shares.c.dag_id == jobs.c.dag_id)
        rows = self._connection.execute(
            select(jobs.c.dag_id)
            .where(jobs.c.deployment == deployment, jobs.c.gone_at.is_(None), or_(named, tagged))
            .order_by(jobs.c.dag_id)
        )
        return [JobKey(deployment, dag_id) for dag_id in rows.scalars()]

    def shared_with(self, project_id: int) -> list[JobKey]:
        """Return the jobs that Airflow has and this project may use, by share or by tag, by title."""
        of_project = (shares.c.project_id == project_id, shares.c.deployment == jobs.c.deployment)
        by_name = exists().where(*of_project, shares.c.dag_id == jobs.c.dag_id)
        by_tag = exists().where(
            *of_project,
            shares.c.tag == job_tags.c.tag,
            job_tags.c.deployment == jobs.c.deployment,
            job_tags.c.dag_id == jobs.c.dag_id,
        )
        rows = self._connection.execute(
            select(jobs.c.deployment, jobs.c.dag_id)
            .where(jobs.c.gone_at.is_(None), or_(by_name, by_tag))
            .order_by(jobs.c.title)
        )
        return [JobKey(*row) for row in rows]

    def everything(self, deployment: str) -> list[Job]:
        """Return all jobs that Airflow has, shared or not, by title."""
        rows = self._connection.execute(
            select(jobs.c.dag_id).where(jobs.c.deployment == deployment, jobs.c.gone_at.is_(None))
        )
        found = self.all(JobKey(deployment, each) for each in rows.scalars())
        return sorted(found.values(), key=lambda job: (job.title.casefold(), job.key))

    def belonging(self, deployment: str, fits: Callable[[str], bool], dag_ids: Collection[str]) -> list[Job]:
        """Return the jobs that Airflow has and of which a tag or an owner fits, or with one of these DAG ids.

        By title; their inputs are not read.
        """
        living = and_(jobs.c.deployment == deployment, jobs.c.gone_at.is_(None))
        named = cast(jobs.c.owners, Text)
        every = self._connection.execute(select(named).where(living).distinct()).scalars().all()
        owners = [each for each in every if any(map(fits, json.loads(each)))]
        tags = list(filter(fits, self.tags(deployment)))
        of_tags = select(job_tags.c.dag_id).where(
            job_tags.c.deployment == deployment, is_text_among(job_tags.c.tag, tags)
        )
        light = [each for each in jobs.c if each is not jobs.c.inputs]
        wanted = (
            select(*light, job_tags.c.tag)
            .outerjoin(job_tags, _HAS_TAG)
            .where(
                living,
                or_(
                    is_text_among(named, owners),
                    is_text_among(jobs.c.dag_id, dag_ids),
                    jobs.c.dag_id.in_(of_tags),
                ),
            )
        )
        rows = self._connection.execute(wanted).mappings()
        without = [{**row, "inputs": []} for row in rows]
        return sorted(gathered(without).values(), key=lambda job: (job.title.casefold(), job.key))

    def set_paused(self, key: JobKey, *, paused: bool, at: datetime) -> None:
        """Write that the job was paused or resumed at that moment, ahead of the mirror's next look."""
        self._connection.execute(
            update(jobs)
            .where(jobs.c.deployment == key.deployment, jobs.c.dag_id == key.dag_id)
            .values(is_paused=paused, trouble_since=at)
        )


def _by_job(rows: Iterable[Row[Any]]) -> dict[JobKey, frozenset[str]]:
    found: dict[JobKey, set[str]] = {}
    for row in rows:
        found.setdefault(JobKey(row.deployment, row.dag_id), set()).add(row.tag)
    return {key: frozenset(tags) for key, tags in found.items()}


def _trouble(*, is_gone: bool, is_broken: bool, is_paused: bool) -> Trouble | None:
    if is_gone or is_broken:
        return Trouble.GONE if is_gone else Trouble.BROKEN
    return Trouble.PAUSED if is_paused else None


def _changes(before: Mapping[JobKey, _Standing], after: Mapping[JobKey, _Standing]) -> list[TroubleChange]:
    """Return what changed for jobs known before. A new job has not changed: it begins as it is."""
    return [
        TroubleChange(key, before[key][0], trouble, since=before[key][1])
        for key, (trouble, _) in after.items()
        if key in before and before[key][0] != trouble
    ]
