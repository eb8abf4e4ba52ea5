"""Who asks, and what they may do: facts from our tables, decided by domain/rights. No network call."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from bot.domain.errors import Attempt, NotAllowed, NotFound
from bot.domain.job import job_reference
from bot.domain.rights import Action, Role, Share, actions_on, may_manage, reports_privately, role_of
from bot.rules.shares_ahead import SharesAhead
from storage.reach import Reach

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from bot.domain.job import Job, JobKey
    from bot.domain.project import Channel, Person, Project
    from bot.domain.rights import Membership
    from storage.shares import Shares
    from storage.transaction import Transaction

NO_SUCH_THING = "I can't find that. It may be gone, or it is not shared with you."

MOST_NAMED = 300
"""The number of jobs that a query names; of more, all of their projects are read, which is quicker."""
UNCONFIRMED = (
    "You have this through a Slack user group, and for over 5 minutes Slack has not told us who is in it. "
    "Nothing is lost: try again in a few minutes."
)


@dataclass(frozen=True, slots=True)
class Asker:
    """A person, and the channel they ask from ("" where there is none)."""

    person: Person
    channel_id: str = ""


def fixed_by(project: Project, job: Job) -> Job:
    """Return the job, with the project's name where it has fixed some of its inputs."""
    return replace(job, fixed_in=project.name) if job.fixed_inputs else job


@dataclass(frozen=True, slots=True)
class Offer:
    """A job that a person may use in a project, and how."""

    project: Project
    job: Job
    actions: frozenset[Action]
    reports_privately: bool
    """Whether only shares with named people give the job, so that it reports by direct message."""


class Access:
    """One person's rights as they are in this transaction.

    One decision costs three queries, a list of offers five, whatever the sizes. Queries only narrow down what
    is to be decided: `bot.domain.rights` decides.
    """

    def __init__(
        self, tx: Transaction, person: Person, channel_id: str = "", *, as_member: bool = False
    ) -> None:
        """Weigh the rights of a person, asking from a channel.

        `as_member` leaves out what they may do as an admin or an auditor.
        """
        self._tx = tx
        self.person = person
        self._channel_id = channel_id
        self._as_member = as_member
        self._actions: dict[tuple[int, JobKey], frozenset[Action]] = {}
        self._shares_of: dict[tuple[int, JobKey], list[Share]] = {}
        self._shared: Shares | SharesAhead = tx.shares

    def read_ahead(self) -> None:
        """Read every share within reach now, for a page that asks about jobs again and again.

        Weigh the person as a member then: within reach of an admin are all shares that there are.
        """
        self._shared = SharesAhead(self._tx.shares, self.person, self.reach)

    @cached_property
    def _whereabouts(self) -> tuple[Channel | None, frozenset[str]]:
        return self._tx.channels.whereabouts(self.person, self._channel_id)

    @property
    def channel(self) -> Channel | None:
        """The channel asked from, if it belongs to a project."""
        return self._whereabouts[0] if self._channel_id else None

    @cached_property
    def _memberships(self) -> Mapping[int, tuple[Project, Sequence[Membership]]]:
        """Return the person's memberships by project. In a project's channel only that project counts."""
        found = self._tx.projects.memberships(self.person)
        return {
            project_id: each
            for project_id, each in found.items()
            if self.channel is None or self.channel.project_id == project_id
        }

    @cached_property
    def roles(self) -> Mapping[int, Role]:
        """Return the person's roles by project."""
        found = {each: role_of(self.person, named) for each, (_, named) in self._memberships.items()}
        return {project_id: role for project_id, role in found.items() if role is not None}

    @property
    def workspace_roles(self) -> frozenset[str]:
        """The person's roles in the workspace: "admin", "auditor", both or none."""
        counts = self.person.counts and not self._as_member
        return self._whereabouts[1] if counts else frozenset()

    @property
    def is_admin(self) -> bool:
        """Whether the person is an admin, made so in Slack or in Runbell."""
        return "admin" in self.workspace_roles

    @property
    def reads_everything(self) -> bool:
        """Whether the person sees every job, also those shared with nobody: admins and auditors do."""
        return bool(self.workspace_roles)

    def manages(self, project_id: int, *, trusting: bool = False) -> bool:
        """Return whether the person manages the project, as its manager or as an admin.

        `trusting` counts user groups however long ago Slack described them.
        """
        if trusting:
            return self._trusting is not None and self._trusting.manages(project_id)
        return may_manage(self.person, self.roles.get(project_id), self.workspace_roles)

    @cached_property
    def reach(self) -> Reach:
        """Return the projects whose jobs and schedules the person may look at from here."""
        if not self.reads_everything:
            return Reach(self.person.workspace_id, frozenset(self.roles))
        everywhere = Reach.everywhere(self.person.workspace_id)
        return everywhere if self.channel is None else everywhere.only([self.channel.project_id])

    def reach_for(self, action: Action) -> Reach:
        """Return the projects where the person may have the right to an action: all but SEE need a role."""
        return self.reach if action is Action.SEE else Reach(self.person.workspace_id, frozenset(self.roles))

    def memberships(self) -> list[tuple[Project, Role]]:
        """Return the projects in which the person has a role here, by name, each with the role."""
        found = [(self._memberships[project_id][0], role) for project_id, role in self.roles.items()]
        return sorted(found, key=lambda each: (each[0].name.casefold(), each[0].project_id))

    def project(self, project_id: int) -> Project | None:
        """Return the project, or None if the person may not know of it here."""
        if project_id in self.roles:
            return self._memberships[project_id][0]
        if not self.reads_everything:
            return None
        return self._tx.projects.living(self.reach.only([project_id])).get(project_id)

    def actions(self, project_id: int, key: JobKey) -> frozenset[Action]:
        """Return what the person may do with the job in the project, read once."""
        if (project_id, key) not in self._actions:
            self._actions[project_id, key] = self._read_actions(project_id, key)
        return self._actions[project_id, key]

    def _read_actions(self, project_id: int, key: JobKey) -> frozenset[Action]:
        if project_id not in self.roles:
            sees = self.reads_everything and self.project(project_id) is not None
            return self._allowed(project_id, []) if sees else frozenset()
        return self._allowed(project_id, self._shares_at([(project_id, key)]).get((project_id, key), []))

    def allowed(
        self,
        project_ids: Iterable[int] | None = None,
        keys: Collection[JobKey] | None = None,
        *,
        to: Action = Action.SEE,
    ) -> dict[tuple[int, JobKey], frozenset[Action]]:
        """Return, by project and job, what the person may do; None stands for all projects, or for all jobs.

        Jobs that are not shared are left out. `to` keeps the query to projects in which the person's role can
        allow that action; what they may only see is then left out.
        """
        reach = self.reach_for(to)
        reach = reach if project_ids is None else reach.only(project_ids)
        weigh = self._allowed if to is Action.SEE else self._by_role
        return {place: weigh(place[0], found) for place, found in self._shares(reach, keys).items()}

    def allowed_at(
        self, places: Collection[tuple[int, JobKey]]
    ) -> dict[tuple[int, JobKey], frozenset[Action]]:
        """Return what the person may do with these jobs in these projects, for each that is shared there."""
        return {place: self._allowed(place[0], shares) for place, shares in self._shares_at(places).items()}

    def actions_anywhere(self, key: JobKey | None = None) -> frozenset[Action]:
        """Return what the person may do in at least one project here: with the job, or with any job."""
        own = self.allowed(self.roles, None if key is None else [key])
        return self._allowed(0, []).union(*own.values())

    def _shares(self, reach: Reach, keys: Collection[JobKey] | None) -> dict[tuple[int, JobKey], list[Share]]:
        if keys is None or len(keys) <= MOST_NAMED:
            return self._shared.concerning(self.person, reach, keys)
        found = self._shared.concerning(self.person, reach)
        return {place: shares for place, shares in found.items() if place[1] in keys}

    def _shares_at(self, places: Collection[tuple[int, JobKey]]) -> dict[tuple[int, JobKey], list[Share]]:
        """Return the shares of these jobs in these projects, read once; what is not shared is left out."""
        unread = [each for each in places if each not in self._shares_of]
        if unread:
            found = self._shared.concerning(self.person, self.reach, places=unread)
            self._shares_of.update((each, found.get(each, [])) for each in unread)
        return {each: self._shares_of[each] for each in places if self._shares_of[each]}

    def require(self, action: Action, project_id: int, key: JobKey) -> None:
        """Raise NotFound if the person may not see the job, NotAllowed if they may not do the action."""
        allowed = self.actions(project_id, key)
        if action in allowed:
            return
        attempt = Attempt(action, key.dag_id, project_id)
        # Before "not found": somebody whose group Slack has not confirmed must learn why, and not search for
        # it.
        if self._trusting is not None and action in self._trusting.actions(project_id, key):
            raise NotAllowed(UNCONFIRMED, attempt=attempt)
        if Action.SEE not in allowed:
            raise NotFound(NO_SUCH_THING, attempt=attempt)
        words = f"You may not {action.verb} this job. {self.who_can_allow(project_id)}"
        raise NotAllowed(words, attempt=replace(attempt, reference=job_reference(project_id, key)))

    @cached_property
    def _trusting(self) -> Access | None:
        """Return the rights with all user groups counted, however old our list. None if they are counted."""
        if self.person.groups_since is None:
            return None
        known = replace(self.person, groups_since=None)
        return Access(self._tx, known, self._channel_id, as_member=self._as_member)

    @property
    def trusting(self) -> Access | None:
        """The rights with all user groups counted, however old our list. None if that changes nothing."""
        since = self.person.groups_since
        is_late = since is not None and self._tx.directory.is_late(self.person, since)
        return self._trusting if is_late else None

    def unconfirmed(self, action: Action = Action.SEE) -> list[Offer]:
        """Return the offers that are missing only because Slack has not described a group for too long."""
        if self.trusting is None:
            return []
        known = {(each.project.project_id, each.job.key) for each in self.offers(action)}
        found = self.trusting.offers(action)
        return [each for each in found if (each.project.project_id, each.job.key) not in known]

    def who_can_allow(self, project_id: int, *, what: str = "allow it") -> str:
        """Return a sentence that names up to three of the project's managers, or else an admin.

        `what` they can do, for words such as "allow it".
        """
        managers = self._tx.projects.managers(project_id)
        if not managers:
            return f"Ask an admin of Runbell to {what}."
        return f"{' or '.join(f'<@{each}>' for each in managers[:3])} can {what}."

    def offers(
        self,
        action: Action = Action.SEE,
        *,
        project_ids: Iterable[int] | None = None,
        keys: Collection[JobKey] | None = None,
        with_gone: bool = False,
    ) -> list[Offer]:
        """Return every job with which the person may do the action, by title, once for each project.

        `project_ids` and `keys` limit the projects and jobs. `with_gone` adds jobs that are no longer in
        Airflow, of which there may still be schedules and runs.
        """
        reach = self.reach_for(action)
        shares = self._shares(reach if project_ids is None else reach.only(project_ids), keys)
        return self._offers(shares, action, with_gone=with_gone)

    def offers_at(
        self,
        places: Collection[tuple[int, JobKey]],
        action: Action = Action.SEE,
        *,
        with_gone: bool = False,
    ) -> list[Offer]:
        """Return the offers of these jobs in these projects, as `offers` does."""
        return self._offers(self._shares_at(places), action, with_gone=with_gone)

    def _offers(
        self, shares: Mapping[tuple[int, JobKey], list[Share]], action: Action, *, with_gone: bool
    ) -> list[Offer]:
        allowed = {place: self._allowed(place[0], found) for place, found in shares.items()}
        wanted = [place for place, actions in allowed.items() if action in actions]
        jobs = self._tx.jobs.all_within(wanted)
        projects = self._projects({project_id for project_id, _ in wanted})
        found = [
            Offer(
                projects[project_id],
                fixed_by(projects[project_id], jobs[project_id, key]),
                allowed[project_id, key],
                reports_privately(self.person, shares[project_id, key]),
            )
            for project_id, key in wanted
            if with_gone or not jobs[project_id, key].is_gone
        ]
        return sorted(found, key=lambda offer: (offer.job.title.casefold(), offer.project.name))

    def _projects(self, project_ids: set[int]) -> Mapping[int, Project]:
        known = {each: self._memberships[each][0] for each in project_ids & self._memberships.keys()}
        others = project_ids - known.keys()
        return {**known, **self._tx.projects.living(self.reach.only(others))} if others else known

    def _by_role(self, project_id: int, shares: list[Share]) -> frozenset[Action]:
        return actions_on(self.person, self.roles.get(project_id), shares)

    def _allowed(self, project_id: int, shares: list[Share]) -> frozenset[Action]:
        own = self._by_role(project_id, shares)
        return own | {Action.SEE} if self.reads_everything else own

    def reports_privately(self, project_id: int, key: JobKey) -> bool:
        """Return whether only shares that name people give the person this job.

        Its schedules then report by direct message only.
        """
        shares = self._shares_at([(project_id, key)])
        return reports_privately(self.person, shares.get((project_id, key), []))
