"""Who may do what: product.md section 3, as pure functions over facts read from our tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.domain.project import Person


TRUSTED_BY_REQUESTS = timedelta(minutes=5)
"""How long ago Slack may have described a user group for what somebody asks for now."""
TRUSTED_BY_FIRINGS = timedelta(hours=24)
"""How long ago Slack may have described a user group for what runs in somebody's name."""


class Action(StrEnum):
    SEE = "see"
    RUN = "run"
    SCHEDULE = "schedule"
    STOP = "stop"
    PAUSE = "pause"

    @property
    def verb(self) -> str:
        """What somebody does, in front of "this job"."""
        return "stop other people's runs of" if self is Action.STOP else self.value


class Role(StrEnum):
    """A role in a project; `rank` orders them."""

    VIEWER = "viewer"
    RUNNER = "runner"
    MANAGER = "manager"

    @property
    def rank(self) -> int:
        """The place of the role among the roles: a higher one allows more."""
        return list(Role).index(self)

    @property
    def allows(self) -> frozenset[Action]:
        """The actions that the role allows at most; a share must give them as well."""
        return _ALLOWED[self]


_ALLOWED = {
    Role.VIEWER: frozenset({Action.SEE}),
    Role.RUNNER: frozenset({Action.SEE, Action.RUN, Action.SCHEDULE}),
    Role.MANAGER: frozenset(Action),
}


@dataclass(frozen=True, slots=True)
class Named:
    """How a membership or a share reaches one person.

    `confirmed_at` is when Slack last described the group.
    """

    through_group: bool
    confirmed_at: datetime | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class Membership(Named):
    role: Role


@dataclass(frozen=True, slots=True)
class Share:
    """One share of one job with one project, as it concerns one person.

    `named` is None if it is for everyone in the project, and empty if it names only others.
    """

    actions: frozenset[Action]
    named: tuple[Named, ...] | None = None


def role_of(person: Person, memberships: Iterable[Membership]) -> Role | None:
    """Return the highest role among the memberships that count for this person. None if none counts."""
    roles = [each.role for each in memberships if _counts(person, each)]
    return max(roles, key=lambda role: role.rank, default=None)


def actions_on(person: Person, role: Role | None, shares: Iterable[Share]) -> frozenset[Action]:
    """Return what a person with this role in a project may do with a job, given its shares there."""
    if role is None or not person.counts:
        return frozenset()
    granted: set[Action] = set()
    for share in shares:
        if share.actions and _reaches(person, share):
            granted |= share.actions | {Action.SEE}
    return frozenset(granted) & role.allows


def may_manage(person: Person, role: Role | None, workspace_roles: Iterable[str]) -> bool:
    """Return whether the person manages the project, by their role there or as an admin."""
    return person.counts and (role is Role.MANAGER or "admin" in workspace_roles)


def reports_privately(person: Person, shares: Iterable[Share]) -> bool:
    """Return whether only shares that name people give this person the job."""
    reaching = [each for each in shares if each.actions and _reaches(person, each)]
    return bool(reaching) and all(each.named is not None for each in reaching)


def _reaches(person: Person, share: Share) -> bool:
    return share.named is None or any(_counts(person, each) for each in share.named)


def _counts(person: Person, named: Named) -> bool:
    if not named.through_group:
        return person.counts
    return person.counts_in_groups and _is_confirmed(person, named)


def _is_confirmed(person: Person, named: Named) -> bool:
    """Return whether Slack described the group lately.

    A moment in the future counts: a clock was put back.
    """
    since = person.groups_since
    return since is None or (named.confirmed_at is not None and named.confirmed_at >= since)
