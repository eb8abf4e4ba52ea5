"""What could be shared with a project, what it has, and what Airflow suggests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.errors import Fault, NotFound
from bot.domain.job import JobTitle
from bot.domain.project_setup import Shared
from bot.domain.suggestion import Suggestion, suggest
from bot.rules.access import NO_SUCH_THING, Access
from bot.services.once_more import once_more
from storage.reach import Reach
from storage.words import MOST_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.job import Input, Job, JobKey
    from bot.domain.ports import Airflow
    from bot.domain.project_setup import KeptProject
    from bot.rules.access import Asker
    from storage.database import Database
    from storage.transaction import Transaction


class Sharing:
    """Raises NotFound for who does not manage the project."""

    def __init__(self, database: Database, airflow: Airflow) -> None:
        self._database = database
        self._airflow = airflow

    def titles(self, asker: Asker, project_id: int) -> dict[str, str]:
        """Of all jobs that Airflow has, by DAG id, as the people of this project know them."""
        with self._database.reading() as tx:
            self._managed(tx, asker, project_id, to_look=True)
            jobs = tx.offered.could_be(project_id, self._airflow.deployment)
        return {job.key.dag_id: job.title for job in jobs}

    def handles(self, asker: Asker) -> dict[str, str]:
        """Of the workspace's user groups, by id."""
        with self._database.transaction() as tx:
            return tx.directory.group_handles(asker.person.workspace_id)

    def targets(self, asker: Asker, project_id: int, words: str = "") -> list[tuple[Shared, str]]:
        """What may be shared, and how people call it: managers pass on only what their project has.

        `words`: all of these stand in the name of a tag, or in the title or DAG id of a job.
        """
        wanted = words.casefold().split()
        with self._database.reading() as tx:
            access, kept = self._managed(tx, asker, project_id)
            jobs = tx.offered.could_be(project_id, self._airflow.deployment, words=wanted[:MOST_WORDS])
            tags = tx.jobs.tags(self._airflow.deployment, words=wanted[:MOST_WORDS])
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
        """What the project has, as its people know it, by title; `words`: only where all of these stand."""
        wanted = words.casefold().split()[:MOST_WORDS]
        with self._database.reading() as tx:
            self._managed(tx, asker, project_id)
            here = Reach(asker.person.workspace_id, frozenset({project_id}))
            found = tx.offered.places(here, words=wanted)
        return [
            JobTitle(each.key, each.title)
            for each in found
            if wanted_by(f"{each.title} {each.key.dag_id}", words)
        ]

    def known_job(self, asker: Asker, project_id: int, dag_id: str) -> Job:
        """One of them, from our tables: a submitted form has three seconds, and Airflow may take two."""
        with self._database.transaction() as tx:
            self._managed(tx, asker, project_id)
            key = next((each for each in tx.jobs.shared_with(project_id) if each.dag_id == dag_id), None)
            job = None if key is None else tx.jobs.get(key)
        if job is None:
            raise NotFound(NO_SUCH_THING)
        return job

    def job(self, asker: Asker, project_id: int, dag_id: str) -> Job:
        """The same, its inputs asked for where it was shared a moment ago."""
        job = self.known_job(asker, project_id, dag_id)
        if job.inputs:
            return job
        try:
            now = self._airflow.job(dag_id)
        except Fault:  # then without inputs, until the catalogue reads them
            now = job
        if now is None:
            raise NotFound(NO_SUCH_THING)
        self._keep_inputs(job.key, now.inputs)
        return now

    @once_more
    def _keep_inputs(self, key: JobKey, inputs: Sequence[Input]) -> None:
        with self._database.transaction() as tx:
            tx.jobs.keep_inputs({key: inputs})

    def suggestions(self, asker: Asker, project_id: int) -> Sequence[Suggestion]:
        """None for who may not share what the project does not have."""
        with self._database.transaction() as tx:
            access, _ = self._managed(tx, asker, project_id)
            if not access.is_admin:
                return []
        roles = self._airflow.roles()
        with self._database.transaction() as tx:
            _, kept = self._managed(tx, asker, project_id)
            jobs = tx.jobs.everything(self._airflow.deployment)
        return suggest(kept.name, kept.setup, jobs, roles)

    def _managed(
        self, tx: Transaction, asker: Asker, project_id: int, *, to_look: bool = False
    ) -> tuple[Access, KeptProject]:
        """`to_look`: auditors may, too."""
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
    """For type-ahead: every word that was typed stands somewhere in it."""
    folded = text.casefold()
    return all(each in folded for each in words.casefold().split())


def by_reference(found: Mapping[Shared, object], reference: str) -> Shared:
    """Raises NotFound."""
    for each in found:
        if each.reference == reference:
            return each
    raise NotFound("That share is no longer there.")
