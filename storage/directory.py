"""People and user groups, mirrored from Slack so that no right needs a network call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import and_, delete, literal, or_, select, union_all

from bot.domain.project import Person
from storage.tables import people, user_group_people, user_groups, workspace_roles
from storage.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import BindParameter, ColumnElement, CompoundSelect, Connection, RowMapping, Table

    from bot.domain.ports import UserGroup

ADMIN = "admin"
AT_ONCE = 500
"""Rows named in one statement."""


class Directory:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def person(self, workspace_id: str, person_id: str) -> Person | None:
        """Return the person as Slack last described them. None if unknown."""
        return self.known(workspace_id, [person_id]).get(person_id)

    def known(self, workspace_id: str, person_ids: Iterable[str]) -> dict[str, Person]:
        """Return the known people among these ids, by id."""
        wanted = list(person_ids)
        found: dict[str, Person] = {}
        for start in range(0, len(wanted), AT_ONCE):
            rows = self._connection.execute(
                select(people).where(
                    people.c.workspace_id == workspace_id,
                    people.c.person_id.in_(wanted[start : start + AT_ONCE]),
                )
            )
            found |= {row["person_id"]: _person(row) for row in rows.mappings()}
        return found

    def people(self, workspace_id: str) -> list[Person]:
        """Return everybody known in the workspace, also bots and people who have left."""
        rows = self._connection.execute(select(people).where(people.c.workspace_id == workspace_id))
        return [_person(row) for row in rows.mappings()]

    def group_handles(self, workspace_id: str) -> dict[str, str]:
        """Return the handle of every user group, by its id."""
        rows = self._connection.execute(
            select(user_groups.c.group_id, user_groups.c.handle).where(
                user_groups.c.workspace_id == workspace_id
            )
        )
        return {row.group_id: row.handle for row in rows}

    def group_people(self, workspace_id: str) -> set[tuple[str, str]]:
        """Return who is in which user group, as pairs (group id, person id)."""
        rows = self._connection.execute(
            select(user_group_people.c.group_id, user_group_people.c.person_id).where(
                user_group_people.c.workspace_id == workspace_id
            )
        )
        return {(row.group_id, row.person_id) for row in rows}

    def keep_people(self, found: Iterable[Person], *, at: datetime) -> None:
        """Insert or overwrite these people. `at` is when Slack described them."""
        upsert(self._connection, people, [_row(person, at) for person in found])

    def keep_groups(self, workspace_id: str, found: Sequence[UserGroup], *, at: datetime) -> None:
        """Make these the workspace's user groups, with these people; delete all others.

        `at` is when Slack was asked.
        """
        # Only the differences are written: the mirror reads all groups every minute.
        there = self.group_people(workspace_id)
        wanted = {(group.group_id, person_id) for group in found for person_id in group.person_ids}
        gone = self.group_handles(workspace_id).keys() - {group.group_id for group in found}
        self._delete(user_groups, workspace_id, [user_groups.c.group_id == each for each in sorted(gone)])
        self._delete(
            user_group_people,
            workspace_id,
            [
                and_(user_group_people.c.group_id == group_id, user_group_people.c.person_id == person_id)
                for group_id, person_id in sorted(there - wanted)
            ],
        )
        upsert(self._connection, user_groups, [_group(workspace_id, each, at) for each in found])
        added = [
            {"workspace_id": workspace_id, "group_id": group_id, "person_id": person_id}
            for group_id, person_id in sorted(wanted - there)
        ]
        upsert(self._connection, user_group_people, added)

    def is_late(self, person: Person, since: datetime) -> bool:
        """Return whether Slack last described one of this person's user groups before `since`."""
        mine = and_(
            user_groups.c.workspace_id == user_group_people.c.workspace_id,
            user_groups.c.group_id == user_group_people.c.group_id,
        )
        found = (
            select(literal(1))
            .select_from(user_group_people)
            .join(user_groups, mine)
            .where(
                user_group_people.c.workspace_id == person.workspace_id,
                user_group_people.c.person_id == person.person_id,
                user_groups.c.confirmed_at < since,
            )
        )
        return self._connection.execute(found.limit(1)).first() is not None

    def admins(self, workspace_id: str) -> list[Person]:
        """Return the admins, whether Runbell or Slack made them; not bots, nor who has left."""
        given = select(workspace_roles.c.person_id).where(
            workspace_roles.c.workspace_id == workspace_id, workspace_roles.c.role == ADMIN
        )
        rows = self._connection.execute(
            select(people)
            .where(
                people.c.workspace_id == workspace_id, or_(people.c.is_admin, people.c.person_id.in_(given))
            )
            .order_by(people.c.person_id)
        )
        found = (_person(row) for row in rows.mappings())
        return [each for each in found if each.counts]

    def give_workspace_role(self, workspace_id: str, person_id: str, role: str) -> None:
        """Give the role ("admin" or "auditor"). Does nothing if the person has it already."""
        upsert(
            self._connection,
            workspace_roles,
            [{"workspace_id": workspace_id, "person_id": person_id, "role": role}],
        )

    def _delete(self, table: Table, workspace_id: str, which: Sequence[ColumnElement[bool]]) -> None:
        for start in range(0, len(which), AT_ONCE):
            some = or_(*which[start : start + AT_ONCE])
            self._connection.execute(delete(table).where(table.c.workspace_id == workspace_id, some))


def roles_query(
    workspace_id: str | BindParameter[str], person_id: str | BindParameter[str]
) -> CompoundSelect[Any]:
    """Return the query for a person's roles: those given here, and "admin" for Slack's own admins."""
    return union_all(
        select(workspace_roles.c.role).where(
            workspace_roles.c.workspace_id == workspace_id,
            workspace_roles.c.person_id == person_id,
        ),
        select(literal(ADMIN)).where(
            people.c.workspace_id == workspace_id,
            people.c.person_id == person_id,
            people.c.is_admin,
        ),
    )


def _row(person: Person, at: datetime) -> dict[str, Any]:
    return {
        "workspace_id": person.workspace_id,
        "person_id": person.person_id,
        "name": person.name,
        "tz": person.tz.key,
        "is_bot": person.is_bot,
        "is_deactivated": person.is_deactivated,
        "is_guest": person.is_guest,
        "is_outsider": person.is_outsider,
        "is_admin": person.is_admin,
        "email": person.email,
        "confirmed_at": at,
    }


def _group(workspace_id: str, group: UserGroup, at: datetime) -> dict[str, Any]:
    return {
        "workspace_id": workspace_id,
        "group_id": group.group_id,
        "handle": group.handle,
        "name": group.name,
        "confirmed_at": at,
    }


def _person(row: RowMapping) -> Person:
    return Person(
        workspace_id=row["workspace_id"],
        person_id=row["person_id"],
        name=row["name"],
        tz=zone(row["tz"]),
        is_bot=row["is_bot"],
        is_deactivated=row["is_deactivated"],
        is_guest=row["is_guest"],
        is_outsider=row["is_outsider"],
        is_admin=row["is_admin"],
        email=row["email"],
    )


def zone(name: str) -> ZoneInfo:
    """Return the zone; UTC if this machine's tz database does not have that name (any more)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
