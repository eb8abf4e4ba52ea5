"""Who asks, and what they may do: facts from our tables, decided by domain/rights. No network call."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from bot.domain.errors import Attempt, NotAllowed, NotFound
from bot.domain.job import JobSettings, job_reference
from bot.domain.rights import Action, Role, Share, actions_on, may_manage, reports_privately, role_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.job import Job, JobKey
    from bot.domain.project import Channel, Person, Project
    from bot.domain.rights import Membership
    from storage.database import Transaction

NO_SUCH_THING = "I can't find that. It may be gone, or it is not shared with you."

AS_IN_AIRFLOW = JobSettings()
UNCONFIRMED = (
    "You have this through a Slack user group, and for over 5 minutes Slack has not told us who is in it. "
    "Nothing is lost: try again in a few minutes."
)

_DOING = {
    Action.SEE: "see",
    Action.RUN: "run",
    Action.SCHEDULE: "schedule",
    Action.STOP: "stop other people's runs of",
    Action.PAUSE: "pause",
}


@dataclass(frozen=True, slots=True)
class Asker:
    """A person, and the channel they ask from ("" where there is none)."""

    person: Person
    channel_id: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A job that a person may use in a project, and how."""

    project: Project
    job: Job
    actions: frozenset[Action]
    reports_privately: bool
    """Only shares that name people give it: it reports by direct message only."""


class Access:
    """One person's rights as they are in this transaction.

    One decision costs three queries, the list of all offers five, whatever the sizes.
    """

    def __init__(self, tx: Transaction, person: Person, channel_id: str = "") -> None:
        self._tx = tx
        self.person = person
        self._channel_id = channel_id

    @cached_property
    def _whereabouts(self) -> tuple[Channel | None, frozenset[str]]:
        return self._tx.projects.whereabouts(self.person, self._channel_id)

    @property
    def channel(self) -> Channel | None:
        """The channel asked from, if it is mapped."""
        return self._whereabouts[0]

    @cached_property
    def _memberships(self) -> Mapping[int, tuple[Project, Sequence[Membership]]]:
        """By project. In a mapped channel only that project counts: a channel only ever narrows."""
        found = self._tx.projects.memberships(self.person, everywhere=self.reads_everything)
        return {
            project_id: each
            for project_id, each in found.items()
            if self.channel is None or self.channel.project_id == project_id
        }

    @cached_property
    def roles(self) -> Mapping[int, Role]:
        """By project."""
        found = {each: role_of(self.person, named) for each, (_, named) in self._memberships.items()}
        return {project_id: role for project_id, role in found.items() if role is not None}

    @property
    def workspace_roles(self) -> frozenset[str]:
        """ "admin", "auditor", both or none."""
        return self._whereabouts[1] if self.person.counts else frozenset()

    @property
    def is_admin(self) -> bool:
        return "admin" in self.workspace_roles

    @property
    def reads_everything(self) -> bool:
        """Admins and auditors see what is shared with nobody, too."""
        return bool(self.workspace_roles)

    def manages(self, project_id: int, *, trusting: bool = False) -> bool:
        """A manager of it, or an admin. `trusting`: whatever the age of what Slack told of user groups."""
        if trusting:
            return self._trusting is not None and self._trusting.manages(project_id)
        return may_manage(self.person, self.roles.get(project_id), self.workspace_roles)

    def project(self, project_id: int) -> Project | None:
        """None for one that this person may not know of here."""
        return self._memberships[project_id][0] if project_id in self.projects else None

    @cached_property
    def projects(self) -> frozenset[int]:
        """Those whose jobs and schedules this person may look at here."""
        return frozenset(self._memberships if self.reads_everything else self.roles)

    def actions(self, project_id: int, key: JobKey) -> frozenset[Action]:
        if project_id not in self.projects:
            return frozenset()
        shares = self._tx.shares.concerning(self.person, [project_id], key).get((project_id, key), [])
        return self._allowed(project_id, shares)

    def require(self, action: Action, project_id: int, key: JobKey) -> None:
        """Raises NotFound for what this person may not see, NotAllowed for what they may not do."""
        allowed = self.actions(project_id, key)
        if action in allowed:
            return
        attempt = Attempt(action, key.dag_id, project_id)
        if self._trusting is not None and action in self._trusting.actions(project_id, key):
            raise NotAllowed(UNCONFIRMED, attempt=attempt)
        if Action.SEE not in allowed:
            raise NotFound(NO_SUCH_THING, attempt=attempt)
        words = f"You may not {_DOING[action]} this job. {self.who_can_allow(project_id)}"
        raise NotAllowed(words, attempt=replace(attempt, reference=job_reference(project_id, key)))

    @cached_property
    def _trusting(self) -> Access | None:
        """The same, were every user group as Slack last told of it, however long ago; None when it is."""
        if self.person.groups_since is None:
            return None
        return Access(self._tx, replace(self.person, groups_since=None), self._channel_id)

    def unconfirmed(self, action: Action = Action.SEE) -> list[Offer]:
        """What is not offered only because Slack has not told of a user group for too long."""
        if self._trusting is None:
            return []
        known = {(each.project.project_id, each.job.key) for each in self.offers(action)}
        found = self._trusting.offers(action)
        return [each for each in found if (each.project.project_id, each.job.key) not in known]

    def who_can_allow(self, project_id: int) -> str:
        managers = self._tx.projects.managers(project_id)
        if not managers:
            return "Ask an admin of Runbell to allow it."
        return f"{' or '.join(f'<@{each}>' for each in managers[:3])} can allow it."

    def offers(self, action: Action = Action.SEE, *, with_gone: bool = False) -> list[Offer]:
        """Every job with which this person may do `action`, by title, once for each project.

        `with_gone`: also what is no longer in Airflow, of which there may still be schedules and runs.
        """
        shares = self._tx.shares.concerning(self.person, self.projects)
        allowed = {place: self._allowed(place[0], found) for place, found in shares.items()}
        wanted = [place for place, actions in allowed.items() if action in actions]
        settings = self._tx.jobs.settings({project_id for project_id, _ in wanted})
        jobs = self._tx.jobs.all({key for _, key in wanted})
        found = [
            Offer(
                self._memberships[project_id][0],
                jobs[key].within(settings.get((project_id, key), AS_IN_AIRFLOW)),
                allowed[project_id, key],
                self._private(shares, project_id, key),
            )
            for project_id, key in wanted
            if with_gone or not jobs[key].is_gone
        ]
        return sorted(found, key=lambda offer: (offer.job.title.casefold(), offer.project.name))

    def _allowed(self, project_id: int, shares: list[Share]) -> frozenset[Action]:
        own = actions_on(self.person, self.roles.get(project_id), shares)
        return own | {Action.SEE} if self.reads_everything else own

    def reports_privately(self, project_id: int, key: JobKey) -> bool:
        return self._private(self._tx.shares.concerning(self.person, [project_id], key), project_id, key)

    def _private(
        self, shares: Mapping[tuple[int, JobKey], list[Share]], project_id: int, key: JobKey
    ) -> bool:
        return reports_privately(self.person, shares.get((project_id, key), []))
