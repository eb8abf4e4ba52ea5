"""Projects: their members; and every fact that rights are decided from."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, cast, func, literal, null, select, true, union_all

from bot.domain.project import Project, ProjectPause
from bot.domain.rights import Membership, Role
from storage.among import is_text_among
from storage.directory import zone
from storage.tables import (
    memberships,
    people,
    projects,
    user_group_people,
    user_groups,
)
from storage.words import all_stand_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import BindParameter, ColumnElement, CompoundSelect, Connection, Row, Select, Table

    from bot.domain.project import Person
    from storage.reach import Reach


class Projects:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # Who and where ----------------------------------------------------------------------------------

    def all(self, project_ids: Iterable[int]) -> dict[int, Project]:
        """Return the known projects among these ids, by id, archived ones too."""
        rows = self._connection.execute(select(projects).where(projects.c.project_id.in_(project_ids)))
        return {row.project_id: read_project(row) for row in rows}

    def living(self, reach: Reach) -> dict[int, Project]:
        """Return the projects within reach, by id."""
        rows = self._connection.execute(select(projects).where(reach.of(projects.c.project_id)))
        return {row.project_id: read_project(row) for row in rows}

    def names(self, reach: Reach) -> dict[int, str]:
        """Return the names of the projects within reach, by id."""
        named = select(projects.c.project_id, projects.c.name).where(reach.of(projects.c.project_id))
        return {row.project_id: row.name for row in self._connection.execute(named).all()}

    def everything(
        self,
        workspace_id: str,
        *,
        among: Collection[int] | None = None,
        words: Sequence[str] = (),
        only_changeable: bool = False,
        behind: int = 0,
        limit: int | None = None,
    ) -> list[Project]:
        """Return projects of the workspace by name, archived ones last: the next `limit` behind so many.

        `among` leaves out the others. `words` leaves out most projects in whose names they do not all stand.
        `only_changeable` leaves out archived projects and those that a file owns.
        """
        is_changeable = and_(projects.c.archived_at.is_(None), projects.c.managed_by_file.is_(False))
        rows = self._connection.execute(
            select(projects)
            .where(
                _is_among(workspace_id, among),
                is_changeable if only_changeable else true(),
                *all_stand_in(self._connection, [projects.c.name], words),
            )
            .order_by(projects.c.archived_at.is_not(None), projects.c.name)
            .offset(behind)
            .limit(limit)
        )
        return [read_project(row) for row in rows]

    def how_many(self, workspace_id: str, *, among: Collection[int] | None = None) -> int:
        """Return how many projects the workspace has, archived ones too; of `among` alone if given."""
        counted = select(func.count()).select_from(projects).where(_is_among(workspace_id, among))
        return int(self._connection.execute(counted).scalar_one())

    def get(self, project_id: int) -> Project | None:
        """Return the project, also an archived one. None if unknown."""
        return self.all([project_id]).get(project_id)

    def named(self, workspace_id: str, name: str) -> Project | None:
        """Return the project of this exact name, also an archived one. None if there is none."""
        row = self._connection.execute(
            select(projects).where(projects.c.workspace_id == workspace_id, projects.c.name == name)
        ).first()
        return None if row is None else read_project(row)

    def memberships(self, person: Person) -> dict[int, tuple[Project, list[Membership]]]:
        """Return, by project, every membership that reaches the person: their own or a user group's.

        Archived projects are left out.
        """
        rows = self._connection.execute(
            _their_projects(), {"workspace_id": person.workspace_id, "person_ids": [person.person_id]}
        )
        found: dict[int, tuple[Project, list[Membership]]] = {}
        for row in rows:
            _, named = found.setdefault(row.project_id, (read_project(row), []))
            named.append(Membership(bool(row.through), Role(row.role), confirmed_at=row.confirmed_at))
        return found

    def memberships_of(
        self, workspace_id: str, person_ids: Collection[str], project_ids: Collection[int]
    ) -> dict[tuple[str, int], list[Membership]]:
        """Return, by person and project, every membership that reaches one of these people in these projects.

        Archived projects are left out.
        """
        own = naming(
            memberships, workspace_id, person_ids, memberships.c.project_id, memberships.c.role
        ).subquery()
        rows = self._connection.execute(
            select(own)
            .join(projects, projects.c.project_id == own.c.project_id)
            .where(projects.c.archived_at.is_(None), projects.c.project_id.in_(project_ids))
        )
        found: dict[tuple[str, int], list[Membership]] = {}
        for row in rows:
            reaching = Membership(bool(row.through), Role(row.role), confirmed_at=row.confirmed_at)
            found.setdefault((row.named_id, row.project_id), []).append(reaching)
        return found

    def managers(self, project_id: int) -> list[str]:
        """Return the Slack ids of the project's managers, also those by user group, sorted.

        People who have left do not count. Guests and people of other companies count only when named
        themselves.
        """
        # People whom Slack has not described yet are managers as well: hence outer joins, and "is not true".
        is_person = and_(
            people.c.workspace_id == memberships.c.workspace_id, people.c.person_id == memberships.c.person_id
        )
        direct = (
            select(memberships.c.person_id)
            .outerjoin(people, is_person)
            .where(
                memberships.c.project_id == project_id,
                memberships.c.role == Role.MANAGER,
                memberships.c.person_id.is_not(None),
                people.c.is_deactivated.is_not(true()),
                people.c.is_bot.is_not(true()),
            )
        )
        is_in_group = and_(
            people.c.workspace_id == user_group_people.c.workspace_id,
            people.c.person_id == user_group_people.c.person_id,
        )
        counts = [
            flag.is_not(true())
            for flag in (people.c.is_deactivated, people.c.is_bot, people.c.is_guest, people.c.is_outsider)
        ]
        grouped = (
            select(user_group_people.c.person_id)
            .join(
                memberships,
                and_(
                    user_group_people.c.workspace_id == memberships.c.workspace_id,
                    user_group_people.c.group_id == memberships.c.group_id,
                ),
            )
            .outerjoin(people, is_in_group)
            .where(memberships.c.project_id == project_id, memberships.c.role == Role.MANAGER, *counts)
        )
        return sorted(set(self._connection.execute(direct.union(grouped)).scalars()))

    def asked(self, project_id: int) -> list[str]:
        """Return who hears that somebody asks for access: the people whom the project names for it.

        Every manager if it names nobody, or only people who have left.
        """
        named = self._connection.execute(
            select(projects.c.asked).where(projects.c.project_id == project_id)
        ).scalar()
        able = (
            select(people.c.person_id)
            .join(projects, projects.c.workspace_id == people.c.workspace_id)
            .where(
                projects.c.project_id == project_id,
                people.c.person_id.in_(named or []),
                people.c.is_deactivated.is_not(true()),
            )
        )
        return sorted(self._connection.execute(able).scalars()) or self.managers(project_id)

    # Set up ------------------------------------------------------------------------------------------

    def create(self, workspace_id: str, name: str, tz: str, *, reports_to: str | None, at: datetime) -> int:
        """Insert a project without members, channels or shares; return its id."""
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
        """Give one person, or one user group, a role. The table refuses a second role for the same one."""
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
        """Take the person's own role away. Does nothing if they have none; groups' roles stay."""
        self._connection.execute(
            memberships.delete().where(
                memberships.c.project_id == project_id,
                memberships.c.workspace_id == workspace_id,
                memberships.c.person_id == person_id,
            )
        )


def _is_among(workspace_id: str, project_ids: Collection[int] | None) -> ColumnElement[bool]:
    of_workspace = projects.c.workspace_id == workspace_id
    return of_workspace if project_ids is None else and_(of_workspace, projects.c.project_id.in_(project_ids))


def naming(
    table: Table,
    workspace_id: str | BindParameter[str],
    person_ids: Collection[str] | str,
    *columns: ColumnElement[Any],
) -> CompoundSelect[Any]:
    """Return a query for rows of the table that name one of these people, with how they do so.

    `named_id` is the person's id; `through` is 0 for a row with that id and 1 for one with a user group;
    `confirmed_at` is when Slack last described that group. `person_ids` may be the name of a parameter.
    """
    of_workspace = table.c.workspace_id == workspace_id
    in_group = and_(
        user_group_people.c.workspace_id == workspace_id,
        is_text_among(user_group_people.c.person_id, person_ids),
        user_group_people.c.group_id == table.c.group_id,
    )
    its_group = and_(
        user_groups.c.workspace_id == user_group_people.c.workspace_id,
        user_groups.c.group_id == user_group_people.c.group_id,
    )
    never = cast(null(), user_groups.c.confirmed_at.type).label("confirmed_at")
    return union_all(
        select(*columns, table.c.person_id.label("named_id"), literal(0).label("through"), never).where(
            of_workspace, is_text_among(table.c.person_id, person_ids)
        ),
        select(
            *columns, user_group_people.c.person_id, literal(1).label("through"), user_groups.c.confirmed_at
        )
        .select_from(table)
        .join(user_group_people, in_group)
        .join(user_groups, its_group)
        .where(of_workspace),
    )


@cache
def _their_projects() -> Select[Any]:
    """Return the query for a person's memberships, built once: building takes longer than the answer."""
    workspace_id: BindParameter[str] = bindparam("workspace_id")
    own = naming(
        memberships, workspace_id, "person_ids", memberships.c.project_id, memberships.c.role
    ).subquery()
    return (
        select(projects, own.c.role, own.c.through, own.c.confirmed_at)
        .join(own, projects.c.project_id == own.c.project_id)
        .where(projects.c.archived_at.is_(None), projects.c.workspace_id == workspace_id)
    )


def read_project(row: Row[Any]) -> Project:
    """Return the project of a row."""
    return Project(
        row.project_id,
        row.workspace_id,
        row.name,
        zone(row.tz),
        is_managed=row.managed_by_file,
        is_archived=row.archived_at is not None,
        tells_changes=row.tells_changes,
        pause=_pause(row),
    )


def _pause(row: Row[Any]) -> ProjectPause | None:
    if row.paused_from is None or row.paused_until is None:
        return None
    return ProjectPause(row.paused_from, row.paused_until, row.paused_by or "", row.paused_because or "")
