"""Jobs and tags that can be shared with a project, the jobs it has, and Airflow's suggestions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.errors import Conflict, Fault, NotFound
from bot.domain.job import JobKey, JobTitle
from bot.domain.project_setup import Shared
from bot.domain.suggestion import Suggestion, dags_of_its_roles, may_fit, suggest
from bot.language.inputs import with_choices
from bot.rules.access import NO_SUCH_THING, Access
from bot.rules.published import with_published
from bot.services.once_more import once_more
from storage.reach import Reach

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.domain.clock import Clock
    from bot.domain.job import Input, Job, JobSettings
    from bot.domain.ports import Airflow
    from bot.domain.project_setup import KeptProject
    from bot.rules.access import Asker
    from bot.services.room import Room
    from storage.database import Database
    from storage.transaction import Transaction


class Sharing:
    """What can be shared with a project. Raises NotFound for projects that the asker does not manage."""

    def __init__(self, database: Database, clock: Clock, airflow: Airflow, at_airflow: Room) -> None:
        self._database = database
        self._clock = clock
        self._airflow = airflow
        self._at_airflow = at_airflow

    def titles(self, asker: Asker, project_id: int, dag_ids: Iterable[str]) -> dict[str, str]:
        """Return the titles of these jobs, by DAG id, as this project calls them; none for what is gone."""
        deployment = self._airflow.deployment
        wanted = {JobKey(deployment, dag_id) for dag_id in dag_ids}
        with self._database.reading() as tx:
            self._managed(tx, asker, project_id, to_look=True)
            jobs = tx.offered.could_be(project_id, deployment, keys=wanted) if wanted else []
        return {job.key.dag_id: job.title for job in jobs}

    def handles(self, asker: Asker) -> dict[str, str]:
        """Return the handles of the workspace's user groups, by id."""
        with self._database.transaction() as tx:
            return tx.directory.group_handles(asker.person.workspace_id)

    def targets(self, asker: Asker, project_id: int, words: str = "") -> list[tuple[Shared, str]]:
        """Return the jobs and tags that the asker may share, each with its title.

        Managers pass on only what their project has. All `words` stand in a tag's name, or in a job's title
        or DAG id.
        """
        wanted = words.casefold().split()
        with self._database.reading() as tx:
            access, kept = self._managed(tx, asker, project_id)
            jobs = tx.offered.could_be(project_id, self._airflow.deployment, words=wanted)
            tags = tx.jobs.tags(self._airflow.deployment, words=wanted)
        had = {(each.name, each.is_tag) for each in kept.setup.shares}
        found = [
            *((Shared(job.key.dag_id, is_tag=False), job.title) for job in jobs),
            *((Shared(tag, is_tag=True), tag) for tag in sorted(tags)),
        ]
        return [
            (each, called)
            for each, called in found
            if wanted_by(f"{called} {each.name}", words)
            and (access.is_admin or (each.name, each.is_tag) in had)
        ]

    def jobs(self, asker: Asker, project_id: int, words: str = "") -> list[JobTitle]:
        """Return the project's jobs by its own titles. All `words` stand in the title or DAG id."""
        wanted = words.casefold().split()
        with self._database.reading() as tx:
            self._managed(tx, asker, project_id)
            here = Reach(asker.person.workspace_id, frozenset({project_id}))
            found = tx.offered.places(here, words=wanted)
        return [
            JobTitle(each.key, each.title)
            for each in found
            if wanted_by(f"{each.title} {each.key.dag_id}", words)
        ]

    def referred(self, asker: Asker, project_id: int, reference: str) -> str:
        """Return the DAG id of the project's job of this reference. Raises NotFound."""
        for job in self.jobs(asker, project_id):
            if Shared(job.key.dag_id, is_tag=False).reference == reference:
                return job.key.dag_id
        raise NotFound("The project does not have that job any more.")

    def known_job(self, asker: Asker, project_id: int, dag_id: str) -> Job:
        """Return one of the project's jobs from our tables. Raises NotFound.

        A submitted form must be answered within three seconds, and Airflow may take two.
        """
        with self._database.reading() as tx:
            self._managed(tx, asker, project_id)
            key = next((each for each in tx.jobs.shared_with(project_id) if each.dag_id == dag_id), None)
            job = None if key is None else tx.jobs.get(key)
        if job is None:
            raise NotFound(NO_SUCH_THING)
        return job

    def job(self, asker: Asker, project_id: int, dag_id: str) -> Job:
        """Return the job like `known_job`, but ask Airflow for its inputs if we have none yet.

        Without an answer from Airflow the job comes without inputs. Raises NotFound.
        """
        job = self.known_job(asker, project_id, dag_id)
        if job.inputs:
            return job
        try:
            with self._at_airflow.entered():
                now = self._airflow.job(dag_id)
        except (Fault, Conflict):  # then without inputs, until the catalogue reads them
            now = job
        if now is None:
            raise NotFound(NO_SUCH_THING)
        self._keep_inputs(job.key, now.inputs)
        return now

    @once_more
    def _keep_inputs(self, key: JobKey, inputs: Sequence[Input]) -> None:
        with self._database.transaction() as tx:
            tx.jobs.keep_inputs({key: inputs})

    def offering(self, asker: Asker, project_id: int, job: Job, settings: JobSettings) -> Job:
        """Return the job with the choices that these settings give it: listed ones, and published ones.

        They are those that the asker has in the job's form. Raises NotFound.
        """
        listed = replace(with_choices(job, settings.choices), settings=settings)
        with self._database.reading() as tx:
            access, _ = self._managed(tx, asker, project_id, to_look=True)
            found = with_published(tx, access, project_id, listed, self._clock.now())
        return replace(found, settings=job.settings)

    def suggestions(self, asker: Asker, project_id: int) -> Sequence[Suggestion]:
        """Return what Airflow's roles suggest to share. Empty for all but admins, who alone may share it."""
        with self._database.reading() as tx:
            access, _ = self._managed(tx, asker, project_id)
            if not access.is_admin:
                return []
        with self._at_airflow.entered():
            roles = self._airflow.roles()
        with self._database.reading() as tx:
            _, kept = self._managed(tx, asker, project_id)
            dag_ids = dags_of_its_roles(kept.name, roles)
            jobs = tx.jobs.belonging(self._airflow.deployment, may_fit(kept.name), dag_ids)
        return suggest(kept.name, kept.setup, jobs, roles)

    def _managed(
        self, tx: Transaction, asker: Asker, project_id: int, *, to_look: bool = False
    ) -> tuple[Access, KeptProject]:
        """Return rights and project. `to_look` lets auditors pass as well. Raises NotFound."""
        access = Access(tx, asker.person)
        project = tx.projects.get(project_id)
        if project is None or project.workspace_id != asker.person.workspace_id:
            raise NotFound(NO_SUCH_THING)
        kept = tx.project_setups.one(project_id, self._airflow.deployment)
        may = access.manages(project_id) or (to_look and access.reads_everything)
        if kept is None or not may:
            raise NotFound(NO_SUCH_THING)
        return access, kept


def wanted_by(text: str, words: str) -> bool:
    """Return whether every typed word stands somewhere in the text, for type-ahead."""
    folded = text.casefold()
    return all(each in folded for each in words.casefold().split())


def by_reference(found: Mapping[Shared, object], reference: str) -> Shared:
    """Return the share of this reference. Raises NotFound if it is gone."""
    for each in found:
        if each.reference == reference:
            return each
    raise NotFound("That share is no longer there.")
