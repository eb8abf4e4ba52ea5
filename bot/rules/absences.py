"""Owners who are away: who hears in their place, and how lists show it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.project import Place
from bot.domain.rights import Action, actions_on, role_of
from bot.rules.access import Access

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.domain.absence import Absence
    from bot.domain.job import JobKey
    from bot.domain.listed import Listed
    from bot.domain.project import Person
    from storage.transaction import Transaction


def reached(tx: Transaction, owner: Place, project_id: int, key: JobKey, now: datetime) -> list[Place]:
    """Return where the owner's direct messages go: to the owner, and to a stand-in who may see the job."""
    absence = tx.absences.now(owner.workspace_id, [owner.channel_id], now).get(owner.channel_id)
    if absence is None:
        return [owner]
    stand_in = tx.directory.person(owner.workspace_id, absence.stand_in_id)
    if stand_in is None or not may_see(tx, stand_in, project_id, key):
        return [owner]
    return [owner, Place(owner.workspace_id, stand_in.person_id)]


def with_absences(tx: Transaction, listed: Sequence[Listed], now: datetime) -> list[Listed]:
    """Return the schedules, each with its owner's absence, if there is one."""
    found: dict[str, Absence] = {}
    for workspace_id in {each.schedule.place.workspace_id for each in listed}:
        found |= tx.absences.now(workspace_id, _owners(listed), now)
    return [replace(each, absence=found.get(each.schedule.owner_id)) for each in listed]


def _owners(listed: Iterable[Listed]) -> set[str]:
    return {each.schedule.owner_id for each in listed}


def may_see(tx: Transaction, person: Person, project_id: int, key: JobKey) -> bool:
    """Return whether the person may see the job in the project."""
    return Action.SEE in Access(tx, person).actions(project_id, key)


def who_see(tx: Transaction, people: Iterable[Person], project_id: int, key: JobKey) -> set[str]:
    """Return the ids of those people of one workspace who see the job by their role in the project.

    What is asked of the tables does not grow with the people. An admin or auditor may see the job as well.
    """
    some = {each.person_id: each for each in people if each.counts}
    if not some:
        return set()
    workspace_id = next(iter(some.values())).workspace_id
    members = tx.projects.memberships_of(workspace_id, list(some), [project_id])
    shares = tx.shares.concerning_each(workspace_id, {each: {(project_id, key)} for each in some})
    return {
        person_id
        for person_id, person in some.items()
        if Action.SEE
        in actions_on(
            person,
            role_of(person, members.get((person_id, project_id), ())),
            shares[person_id].get((project_id, key), []),
        )
    }
