"""Schedules with their owners, and with what gives these their rights, in few queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.rights import role_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.domain.project import Person
    from bot.domain.rights import Role, Share
    from bot.domain.schedule import Schedule
    from storage.transaction import Transaction

OWNERS_AT_ONCE = 500
"""Their rights are read together."""


def with_owners(
    tx: Transaction, schedules: Iterable[Schedule]
) -> Iterator[tuple[Schedule, Person, Role | None, list[Share]]]:
    """Yield each schedule with its owner, the owner's role and the shares that concern the owner.

    Schedules of nobody known are left out. What is asked of the tables does not grow with the owners.
    """
    owned: dict[str, dict[str, list[Schedule]]] = {}
    for schedule in schedules:
        owned.setdefault(schedule.place.workspace_id, {}).setdefault(schedule.owner_id, []).append(schedule)
    for workspace_id, theirs in owned.items():
        everybody = sorted(theirs)
        for start in range(0, len(everybody), OWNERS_AT_ONCE):
            some = everybody[start : start + OWNERS_AT_ONCE]
            places = {who: {(each.project_id, each.key) for each in theirs[who]} for who in some}
            project_ids = {project_id for wanted in places.values() for project_id, _ in wanted}
            owners = tx.directory.known(workspace_id, some)
            members = tx.projects.memberships_of(workspace_id, some, project_ids)
            shares = tx.shares.concerning_each(workspace_id, places)
            for who in owners:
                for each in theirs[who]:
                    role = role_of(owners[who], members.get((who, each.project_id), ()))
                    yield each, owners[who], role, shares[who].get((each.project_id, each.key), [])
