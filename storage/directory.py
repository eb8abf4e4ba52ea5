"""People and user groups, mirrored from Slack so that no right needs a network call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import delete, select

from bot.domain.project import Person
from storage.tables import people, user_group_people, user_groups, workspace_roles
from storage.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

    from bot.domain.ports import UserGroup


class Directory:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def person(self, workspace_id: str, person_id: str) -> Person | None:
        row = (
            self._connection.execute(
                select(people).where(people.c.workspace_id == workspace_id, people.c.person_id == person_id)
            )
            .mappings()
            .first()
        )
        return None if row is None else _person(row)

    def people(self, workspace_id: str) -> list[Person]:
        rows = self._connection.execute(select(people).where(people.c.workspace_id == workspace_id))
        return [_person(row) for row in rows.mappings()]

    def group_handles(self, workspace_id: str) -> dict[str, str]:
        """By id."""
        rows = self._connection.execute(
            select(user_groups.c.group_id, user_groups.c.handle).where(
                user_groups.c.workspace_id == workspace_id
            )
        )
        return {row.group_id: row.handle for row in rows}

    def group_people(self, workspace_id: str, group_id: str) -> set[str]:
        rows = self._connection.execute(
            select(user_group_people.c.person_id).where(
                user_group_people.c.workspace_id == workspace_id, user_group_people.c.group_id == group_id
            )
        )
        return set(rows.scalars())

    def keep_people(self, found: Iterable[Person], *, at: datetime) -> None:
        upsert(self._connection, people, [_row(person, at) for person in found])

    def keep_groups(self, workspace_id: str, found: Sequence[UserGroup], *, at: datetime) -> None:
        """These groups, with these people, and no others."""
        self._connection.execute(delete(user_groups).where(user_groups.c.workspace_id == workspace_id))
        self._connection.execute(
            delete(user_group_people).where(user_group_people.c.workspace_id == workspace_id)
        )
        if not found:
            return
        self._connection.execute(
            user_groups.insert(),
            [
                {
                    "workspace_id": workspace_id,
                    "group_id": group.group_id,
                    "handle": group.handle,
                    "name": group.name,
                    "confirmed_at": at,
                }
                for group in found
            ],
        )
        members = [
            {"workspace_id": workspace_id, "group_id": group.group_id, "person_id": person_id}
            for group in found
            for person_id in sorted(group.person_ids)
        ]
        if members:
            self._connection.execute(user_group_people.insert(), members)

    def workspace_roles(self, person: Person) -> frozenset[str]:
        """ "admin", "auditor", both or none."""
        rows = self._connection.execute(
            select(workspace_roles.c.role).where(
                workspace_roles.c.workspace_id == person.workspace_id,
                workspace_roles.c.person_id == person.person_id,
            )
        )
        return frozenset(rows.scalars())

    def give_workspace_role(self, workspace_id: str, person_id: str, role: str) -> None:
        upsert(
            self._connection,
            workspace_roles,
            [{"workspace_id": workspace_id, "person_id": person_id, "role": role}],
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
    )


def zone(name: str) -> ZoneInfo:
    """UTC for a zone that this machine's tz database no longer has."""
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return ZoneInfo("UTC")
