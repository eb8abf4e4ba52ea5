"""Projects: their channels, members and shares; and every fact that rights are decided from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import String, and_, cast, literal, null, or_, select, union_all

from bot.domain.job import JobKey
from bot.domain.project import Channel, Place, Project
from bot.domain.rights import Action, Membership, Named, Role, Share
from storage.directory import zone
from storage.tables import (
    channels,
    job_tags,
    jobs,
    memberships,
    projects,
    share_people,
    shares,
    user_group_people,
    user_groups,
    workspace_roles,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, CompoundSelect, Connection, Row, Table

    from bot.domain.project import Person


class Projects:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # Who and where ----------------------------------------------------------------------------------

    def all(self, project_ids: Iterable[int]) -> dict[int, Project]:
        rows = self._connection.execute(select(projects).where(projects.c.project_id.in_(project_ids)))
        return {row.project_id: _project(row) for row in rows}

    def of_workspace(self, workspace_id: str) -> list[int]:
        """All that are not archived."""
        rows = self._connection.execute(
            select(projects.c.project_id).where(
                projects.c.workspace_id == workspace_id, projects.c.archived_at.is_(None)
            )
        )
        return list(rows.scalars())

    def everything(self, workspace_id: str) -> list[Project]:
        """By name, those that are archived last."""
        rows = self._connection.execute(
            select(projects)
            .where(projects.c.workspace_id == workspace_id)
            .order_by(projects.c.archived_at.is_not(None), projects.c.name)
        )
        return [_project(row) for row in rows]

    def get(self, project_id: int) -> Project | None:
        return self.all([project_id]).get(project_id)

    def named(self, workspace_id: str, name: str) -> Project | None:
        row = self._connection.execute(
            select(projects).where(projects.c.workspace_id == workspace_id, projects.c.name == name)
        ).first()
        return None if row is None else _project(row)

    def channel(self, workspace_id: str, channel_id: str) -> Channel | None:
        row = self._connection.execute(
            select(channels).where(
                channels.c.workspace_id == workspace_id, channels.c.channel_id == channel_id
            )
        ).first()
        return None if row is None else read_channel(row)

    def whereabouts(self, person: Person, channel_id: str) -> tuple[Channel | None, frozenset[str]]:
        """In one query: the channel, if it is mapped, and the person's roles in the workspace."""
        rows = self._connection.execute(
            select(
                channels.c.name,
                channels.c.project_id,
                channels.c.is_shared,
                cast(null(), String).label("role"),
            )
            .where(channels.c.workspace_id == person.workspace_id, channels.c.channel_id == channel_id)
            .union_all(
                select(literal(""), literal(0), literal(value=False), workspace_roles.c.role).where(
                    workspace_roles.c.workspace_id == person.workspace_id,
                    workspace_roles.c.person_id == person.person_id,
                )
            )
        ).all()
        mapped = (
            Channel(person.workspace_id, channel_id, row.name, row.project_id, row.is_shared)
            for row in rows
            if row.role is None
        )
        return next(mapped, None), frozenset(row.role for row in rows if row.role is not None)

    def channels(self, project_id: int) -> list[Channel]:
        rows = self._connection.execute(
            select(channels).where(channels.c.project_id == project_id).order_by(channels.c.name)
        )
        return [read_channel(row) for row in rows]

    def memberships(
        self, person: Person, *, everywhere: bool = False
    ) -> dict[int, tuple[Project, list[Membership]]]:
        """By project, those that reach this person, themselves or through a user group.

        `everywhere`: every project of the workspace, those without any, too. Never an archived one.
        """
        own = _naming(memberships, person, memberships.c.project_id, memberships.c.role).subquery()
        rows = self._connection.execute(
            select(projects, own.c.role, own.c.through, own.c.confirmed_at)
            .join(own, projects.c.project_id == own.c.project_id, isouter=everywhere)
            .where(projects.c.archived_at.is_(None), projects.c.workspace_id == person.workspace_id)
        )
        found: dict[int, tuple[Project, list[Membership]]] = {}
        for row in rows:
            _, named = found.setdefault(row.project_id, (_project(row), []))
            if row.role is not None:
                named.append(Membership(bool(row.through), Role(row.role), confirmed_at=row.confirmed_at))
        return found

    def managers(self, project_id: int) -> list[str]:
        """The Slack ids of those who manage it, themselves or through a user group."""
        direct = select(memberships.c.person_id).where(
            memberships.c.project_id == project_id,
            memberships.c.role == Role.MANAGER,
            memberships.c.person_id.is_not(None),
        )
        grouped = (
            select(user_group_people.c.person_id)
            .join(
                memberships,
                and_(
                    user_group_people.c.workspace_id == memberships.c.workspace_id,
                    user_group_people.c.group_id == memberships.c.group_id,
                ),
            )
            .where(memberships.c.project_id == project_id, memberships.c.role == Role.MANAGER)
        )
        return sorted(set(self._connection.execute(direct.union(grouped)).scalars()))

    # Shares -----------------------------------------------------------------------------------------

    def shares(
        self, person: Person, project_ids: Iterable[int], key: JobKey | None = None
    ) -> dict[tuple[int, JobKey], list[Share]]:
        """Per project and job, the shares as they concern this person; of one job, or of all.

        One row a share and a way in which it names the person; shares that name only others come too,
        with an empty `named`.
        """
        wanted = list(project_ids)
        by_dag = and_(shares.c.dag_id == jobs.c.dag_id, shares.c.deployment == jobs.c.deployment)
        by_tag = and_(job_tags.c.dag_id == jobs.c.dag_id, job_tags.c.deployment == jobs.c.deployment)
        tagged = and_(shares.c.tag == job_tags.c.tag, shares.c.deployment == job_tags.c.deployment)
        named = _naming(share_people, person, share_people.c.share_id).subquery("named")
        facts = select(
            shares.c.share_id,
            shares.c.project_id,
            shares.c.actions,
            shares.c.for_everyone,
            jobs.c.deployment,
            jobs.c.dag_id,
            named.c.through,
            named.c.confirmed_at,
        ).select_from(shares)
        ways = (facts.join(jobs, by_dag), facts.join(job_tags, tagged).join(jobs, by_tag))
        query = union_all(
            *(
                way.outerjoin(named, named.c.share_id == shares.c.share_id).where(
                    shares.c.project_id.in_(wanted), jobs.c.gone_at.is_(None), _is_job(key)
                )
                for way in ways
            )
        )
        return _gather(self._connection.execute(query))

    def projects_sharing(self, key: JobKey) -> list[tuple[Project, Place | None]]:
        """Projects with which the job is shared for everyone, and where each reports."""
        tagged = select(job_tags.c.tag).where(
            job_tags.c.deployment == key.deployment, job_tags.c.dag_id == key.dag_id
        )
        rows = self._connection.execute(
            select(projects)
            .join(shares, shares.c.project_id == projects.c.project_id)
            .where(
                shares.c.deployment == key.deployment,
                or_(shares.c.dag_id == key.dag_id, shares.c.tag.in_(tagged)),
                shares.c.for_everyone,
                projects.c.archived_at.is_(None),
            )
            .distinct()
        )
        return [
            (_project(row), Place(row.workspace_id, row.reports_to) if row.reports_to else None)
            for row in rows
        ]

    # Set up ------------------------------------------------------------------------------------------

    def create(self, workspace_id: str, name: str, tz: str, *, reports_to: str | None, at: datetime) -> int:
        row = self._connection.execute(
            projects.insert().values(
                workspace_id=workspace_id, name=name, tz=tz, reports_to=reports_to, created_at=at
            )
        )
        key = row.inserted_primary_key
        assert key is not None
        return int(key[0])

    def add_member(
        self,
        project_id: int,
        workspace_id: str,
        role: Role,
        *,
        person_id: str | None = None,
        group_id: str | None = None,
    ) -> None:
        self._connection.execute(
            memberships.insert().values(
                project_id=project_id,
                workspace_id=workspace_id,
                person_id=person_id,
                group_id=group_id,
                role=role.value,
            )
        )

    def remove_member(self, project_id: int, workspace_id: str, person_id: str) -> None:
        self._connection.execute(
            memberships.delete().where(
                memberships.c.project_id == project_id,
                memberships.c.workspace_id == workspace_id,
                memberships.c.person_id == person_id,
            )
        )

    def share(
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
        """`only`: {"person_id": …} or {"group_id": …} each; None shares it with everyone in the project."""
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

    def unshare(self, share_id: int) -> None:
        self._connection.execute(shares.delete().where(shares.c.share_id == share_id))


def _naming(table: Table, person: Person, *columns: ColumnElement[Any]) -> CompoundSelect[Any]:
    """Rows that name this person, with how: `through` 0 themselves, 1 a user group, `confirmed_at` when."""
    of_workspace = table.c.workspace_id == person.workspace_id
    in_group = and_(
        user_group_people.c.workspace_id == person.workspace_id,
        user_group_people.c.person_id == person.person_id,
        user_group_people.c.group_id == table.c.group_id,
    )
    its_group = and_(
        user_groups.c.workspace_id == user_group_people.c.workspace_id,
        user_groups.c.group_id == user_group_people.c.group_id,
    )
    never = cast(null(), user_groups.c.confirmed_at.type).label("confirmed_at")
    return union_all(
        select(*columns, literal(0).label("through"), never).where(
            of_workspace, table.c.person_id == person.person_id
        ),
        select(*columns, literal(1).label("through"), user_groups.c.confirmed_at)
        .select_from(table)
        .join(user_group_people, in_group)
        .join(user_groups, its_group)
        .where(of_workspace),
    )


def _is_job(key: JobKey | None) -> ColumnElement[bool]:
    if key is None:
        return literal(1) == 1
    return and_(jobs.c.deployment == key.deployment, jobs.c.dag_id == key.dag_id)


def _gather(rows: Iterable[Row[Any]]) -> dict[tuple[int, JobKey], list[Share]]:
    ways: dict[tuple[int, JobKey, int], list[Named]] = {}
    facts: dict[tuple[int, JobKey, int], Row[Any]] = {}
    for row in rows:
        place = (row.project_id, JobKey(row.deployment, row.dag_id), row.share_id)
        facts[place] = row
        named = ways.setdefault(place, [])
        if row.through is not None:
            named.append(Named(bool(row.through), confirmed_at=row.confirmed_at))
    found: dict[tuple[int, JobKey], list[Share]] = {}
    for (project_id, key, share_id), row in facts.items():
        share = Share(
            actions=frozenset(Action(each) for each in row.actions),
            named=None if row.for_everyone else tuple(ways[project_id, key, share_id]),
        )
        found.setdefault((project_id, key), []).append(share)
    return found


def _project(row: Row[Any]) -> Project:
    return Project(
        row.project_id,
        row.workspace_id,
        row.name,
        zone(row.tz),
        is_managed=row.managed_by_file,
        is_archived=row.archived_at is not None,
    )


def read_channel(row: Row[Any]) -> Channel:
    return Channel(
        row.workspace_id,
        row.channel_id,
        row.name,
        row.project_id,
        is_shared=row.is_shared,
        is_private=row.is_private,
        is_archived=row.is_archived,
    )
