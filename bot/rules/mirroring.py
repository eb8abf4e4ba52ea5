"""People and user groups from Slack, written to our tables. Whoever loses a right loses it at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rules.suspending import rightful_of, suspend_orphans

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.ports import UserGroup
    from bot.domain.project import Person
    from bot.domain.schedule import Schedule
    from storage.transaction import Transaction


def mirror_groups(
    tx: Transaction, workspace_id: str, found: Sequence[UserGroup], *, asked_at: datetime, now: datetime
) -> list[Schedule]:
    """Make these the workspace's user groups; return the schedules that this suspended.

    People who left a group lose their rights at once. `asked_at` is when Slack was asked.
    """
    named = {(group.group_id, person_id) for group in found for person_id in group.person_ids}
    left = {person_id for _, person_id in tx.directory.group_people(workspace_id) - named}
    owned = rightful_of(tx, tx.directory.known(workspace_id, left).values())
    tx.directory.keep_groups(workspace_id, found, at=asked_at)
    return suspend_orphans(tx, owned, now=now)


def mirror_people(tx: Transaction, found: Sequence[Person], *, now: datetime) -> list[Schedule]:
    """Write what Slack says about these people; return the schedules that this suspended.

    People who left, or became guests, lose their rights at once.
    """
    known: dict[str, Person] = {}
    for workspace_id in {each.workspace_id for each in found}:
        known |= tx.directory.known(workspace_id, [each.person_id for each in found])
    owned = rightful_of(tx, [each for each in found if _counts_less(each, known.get(each.person_id))])
    tx.directory.keep_people(found, at=now)
    return suspend_orphans(tx, owned, now=now)


def _counts_less(person: Person, before: Person | None) -> bool:
    return before is not None and (
        (before.counts and not person.counts) or (before.counts_in_groups and not person.counts_in_groups)
    )
