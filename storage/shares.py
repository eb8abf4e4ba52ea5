"""Shares: which jobs a project may use, for what, and for whom in it."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, and_, bindparam, cast, or_, select, true, union_all

from bot.domain.job import JobKey
from bot.domain.project import Place
from bot.domain.rights import Action, Named, Share
from storage.among import is_job_among, is_place_among
from storage.projects import naming, read_project
from storage.reach import Reach, is_within
from storage.tables import job_tags, jobs, projects, share_people, shares

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import BindParameter, ColumnElement, CompoundSelect, Connection, Row

    from bot.domain.project import Person, Project


class Shares:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def concerning(
        self,
        person: Person,
        reach: Reach,
        keys: Collection[JobKey] | None = None,
        *,
        places: Collection[tuple[int, JobKey]] | None = None,
    ) -> dict[tuple[int, JobKey], list[Share]]:
        """Return, by project and job, the shares as they concern this person.

        `keys` None means all jobs; `places` stands for these jobs in these projects. Each share has one Named
        for each way in which it names the person. Shares that name only others come too, with an empty
        `named`.
        """
        rows = self._rows(person.workspace_id, [person.person_id], reach, keys, places)
        return _gather(rows, person.person_id)

    def concerning_each(
        self, workspace_id: str, wanted: Mapping[str, Collection[tuple[int, JobKey]]]
    ) -> dict[str, dict[tuple[int, JobKey], list[Share]]]:
        """Return, by person, the shares as they concern that person, in the places wanted for that person."""
        places = set().union(*wanted.values())
        reach = Reach(workspace_id, frozenset(project_id for project_id, _ in places))
        there: dict[tuple[int, JobKey], list[Row[Any]]] = {}
        for row in self._rows(workspace_id, list(wanted), reach, places=places):
            there.setdefault((row.project_id, JobKey(row.deployment, row.dag_id)), []).append(row)
        return {
            person_id: _gather((row for place in theirs for row in there.get(place, ())), person_id)
            for person_id, theirs in wanted.items()
        }

    def _rows(
        self,
        workspace_id: str,
        person_ids: Collection[str],
        reach: Reach,
        keys: Collection[JobKey] | None = None,
        places: Collection[tuple[int, JobKey]] | None = None,
    ) -> Sequence[Row[Any]]:
        given: dict[str, Any] = {"workspace_id": workspace_id, "person_ids": list(person_ids)}
        if places is not None:
            within = reach.project_ids
            given["places"] = [each for each in places if within is None or each[0] in within]
        elif reach.project_ids is not None:
            given["project_ids"] = reach.project_ids
        if keys is not None:
            given["keys"] = keys
        query = _concerning(
            is_everywhere=reach.is_everywhere,
            of_projects="project_ids" in given,
            of_jobs="keys" in given,
            at_places="places" in given,
        )
        return self._connection.execute(query, given).all()

    def projects_with(self, key: JobKey) -> list[tuple[Project, Place | None]]:
        """Return the projects with which the job is shared for everyone, and where each reports.

        The place is None if the project reports nowhere.
        """
        tagged = select(job_tags.c.tag).where(
            job_tags.c.deployment == key.deployment, job_tags.c.dag_id == key.dag_id
        )
        shared = (
            select(shares.c.share_id)
            .where(
                shares.c.project_id == projects.c.project_id,
                shares.c.deployment == key.deployment,
                or_(shares.c.dag_id == key.dag_id, shares.c.tag.in_(tagged)),
                shares.c.for_everyone,
            )
            .exists()
        )
        rows = self._connection.execute(
            select(projects).where(shared, projects.c.archived_at.is_(None)).order_by(projects.c.project_id)
        )
        return [
            (read_project(row), Place(row.workspace_id, row.reports_to) if row.reports_to else None)
            for row in rows
        ]

    def names_people(self, project_id: int) -> bool:
        """Return whether any job is shared with this project for named people only."""
        found = select(shares.c.share_id).where(
            shares.c.project_id == project_id, shares.c.for_everyone.is_(False)
        )
        return self._connection.execute(found.limit(1)).first() is not None

    def add(
        self,
        project_id: int,
        deployment: str,
        actions: Iterable[Action],
        *,
        at: datetime,
        dag_id: str | None = None,
        tag: str | None = None,
        only: Iterable[Mapping[str, str]] | None = None,
        workspace_id: str = "",
    ) -> int:
        """Share a DAG or a tag with a project; return the share's id.

        `only` names people and groups, each as {"person_id": …} or {"group_id": …}. None shares it with
        everyone in the project.
        """
        row = self._connection.execute(
            shares.insert().values(
                project_id=project_id,
                deployment=deployment,
                dag_id=dag_id,
                tag=tag,
                actions=sorted(action.value for action in actions),
                for_everyone=only is None,
                created_at=at,
            )
        )
        key = row.inserted_primary_key
        assert key is not None
        for each in only or ():
            self._connection.execute(
                share_people.insert().values(share_id=key[0], workspace_id=workspace_id, **each)
            )
        return int(key[0])

    def remove(self, share_id: int) -> None:
        """Delete the share, with the people it names."""
        self._connection.execute(shares.delete().where(shares.c.share_id == share_id))


@cache
def _concerning(
    *, is_everywhere: bool, of_projects: bool, of_jobs: bool, at_places: bool
) -> CompoundSelect[Any]:
    """Return the query for shares and whom they name, built once: each decision asks it.

    Building takes longer than the answer.
    """
    workspace_id: BindParameter[str] = bindparam("workspace_id")
    is_asked = is_job_among(jobs.c.deployment, jobs.c.dag_id, "keys") if of_jobs else true()
    by_dag = and_(shares.c.dag_id == jobs.c.dag_id, shares.c.deployment == jobs.c.deployment)
    by_tag = and_(job_tags.c.dag_id == jobs.c.dag_id, job_tags.c.deployment == jobs.c.deployment)
    tagged = and_(shares.c.tag == job_tags.c.tag, shares.c.deployment == job_tags.c.deployment)
    named = naming(share_people, workspace_id, "person_ids", share_people.c.share_id).subquery("named")
    facts = select(
        shares.c.share_id,
        shares.c.project_id,
        cast(shares.c.actions, Text),  # as it is written: there are few kinds, and each is read once
        shares.c.for_everyone,
        jobs.c.deployment,
        jobs.c.dag_id,
        named.c.named_id,
        named.c.through,
        named.c.confirmed_at,
    ).select_from(shares)
    ways = (
        (facts.join(jobs, by_dag), (shares.c.project_id, shares.c.deployment, shares.c.dag_id)),
        (
            facts.join(job_tags, tagged).join(jobs, by_tag),
            (shares.c.project_id, job_tags.c.deployment, job_tags.c.dag_id),
        ),
    )
    return union_all(
        *(
            way.outerjoin(named, named.c.share_id == shares.c.share_id).where(
                is_within(
                    shares.c.project_id,
                    workspace_id,
                    "project_ids" if of_projects else None,
                    is_everywhere=is_everywhere,
                ),
                is_asked,
                is_place_among(*place, "places") if at_places else true(),
            )
            for way, place in ways
        )
    )


def is_among(keys: Collection[JobKey] | None) -> ColumnElement[bool]:
    """Return the condition that a row of `jobs` is one of these; true for None."""
    if keys is None:
        return true()
    return is_job_among(jobs.c.deployment, jobs.c.dag_id, keys)


def _gather(rows: Iterable[Sequence[Any]], person_id: str) -> dict[tuple[int, JobKey], list[Share]]:
    """Return the shares by project and job. Plain tuples do the work, because there are thousands of rows."""
    facts: dict[tuple[int, str, str, int], tuple[str, bool]] = {}
    ways: dict[tuple[int, str, str, int], list[Named]] = {}
    for share_id, project_id, actions, for_everyone, deployment, dag_id, named_id, through, at in rows:
        place = (project_id, deployment, dag_id, share_id)
        facts[place] = (actions, for_everyone)
        if named_id == person_id:
            ways.setdefault(place, []).append(Named(bool(through), confirmed_at=at))
    found: dict[tuple[int, str, str], list[Share]] = {}
    for place, (actions, for_everyone) in facts.items():
        named = None if for_everyone else tuple(ways.get(place, ()))
        found.setdefault(place[:3], []).append(Share(_allowed(actions), named))
    return {(project_id, JobKey(*key)): each for (project_id, *key), each in found.items()}


@cache
def _allowed(actions: str) -> frozenset[Action]:
    """Return the actions of a share, from the list in JSON that its row has."""
    return frozenset(Action(each) for each in json.loads(actions))
