"""Whole setups of projects, read and written, for a projects file and for managers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update

from bot.domain.project import Channel
from bot.domain.project_setup import ChannelFacts, KeptProject, ProjectSetup, Shared, Who
from bot.domain.rights import Action, Role
from storage.alert_rules import AlertRules
from storage.channels import Channels
from storage.codec import read_settings, settings_row
from storage.pages import escalation_of, escalation_row
from storage.projects import Projects, read_project
from storage.shares import Shares
from storage.tables import (
    channels,
    job_settings,
    memberships,
    projects,
    share_people,
    shares,
    workspace_roles,
)
from storage.upsert import upsert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from bot.domain.job import JobSettings


class ProjectSetups:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._projects = Projects(connection)
        self._mapped = Channels(connection)
        self._shared = Shares(connection)
        self._alerts = AlertRules(connection)

    def all(self, workspace_id: str, deployment: str) -> dict[str, KeptProject]:
        """Return all projects of the workspace by name, archived ones too, with the deployment's shares."""
        found = self._read(projects.c.workspace_id == workspace_id, deployment, None)
        return {each.name: each for each in found}

    def one(self, project_id: int, deployment: str) -> KeptProject | None:
        """Return the project, also an archived one. None if unknown."""
        found = self._read(projects.c.project_id == project_id, deployment, project_id)
        return next(iter(found), None)

    def put(
        self,
        workspace_id: str,
        name: str,
        wanted: ProjectSetup,
        deployment: str,
        *,
        at: datetime,
        by_file: bool = True,
        before: ProjectSetup | None = None,
    ) -> int:
        """Create or change the project so that it is set up as wanted; return its id.

        Rows that are right already stay untouched. `by_file` says that the projects file owns it from now on.
        An archived project comes back. `before` is how the project is set up, where the caller has just read
        that: its channels, members, shares and jobs that are to stay are then not read again.
        """
        known = self._projects.named(workspace_id, name)
        if known is None:
            project_id = self._projects.create(
                workspace_id, name, wanted.tz, reports_to=wanted.reports_to, at=at
            )
        else:
            project_id = known.project_id
        self._connection.execute(
            update(projects)
            .where(projects.c.project_id == project_id)
            .values(
                tz=wanted.tz,
                reports_to=wanted.reports_to,
                archived_at=None,
                managed_by_file=by_file,
                asked=sorted(wanted.asked),
                tells_changes=wanted.tells_changes,
                escalation=escalation_row(wanted.escalation),
            )
        )
        if before is None or before.channels != wanted.channels:
            self._put_channels(workspace_id, project_id, wanted, at)
        if before is None or before.members != wanted.members:
            self._put_members(workspace_id, project_id, wanted)
        if before is None or before.shares != wanted.shares:
            self._put_shares(workspace_id, project_id, wanted, deployment, at)
        if before is None or before.jobs != wanted.jobs:
            self._put_jobs(project_id, wanted, deployment)
        self._alerts.put_by_file(workspace_id, project_id, wanted, deployment, at=at)
        return project_id

    def rename(self, project_id: int, name: str) -> None:
        """Rename the project. The table's unique key refuses a name that another one has."""
        self._connection.execute(
            update(projects).where(projects.c.project_id == project_id).values(name=name)
        )

    def release_channels(self, project_id: int, keep: set[str]) -> None:
        """Free the project's channels, except those in `keep`, for other projects."""
        self._connection.execute(
            delete(channels).where(channels.c.project_id == project_id, channels.c.channel_id.not_in(keep))
        )

    def archive(self, project_id: int, *, at: datetime) -> None:
        """Archive the project: its roles and shares no longer count. Its schedules and runs stay."""
        self.release_channels(project_id, set())
        self._connection.execute(
            update(projects)
            .where(projects.c.project_id == project_id)
            .values(archived_at=at, reports_to=None)
        )

    def workspace_roles(self, workspace_id: str) -> dict[str, frozenset[str]]:
        """Return the ids of the people who were given each role: "admin" and "auditor"."""
        rows = self._connection.execute(
            select(workspace_roles).where(workspace_roles.c.workspace_id == workspace_id)
        )
        found: dict[str, set[str]] = {"admin": set(), "auditor": set()}
        for row in rows:
            found[row.role].add(row.person_id)
        return {role: frozenset(people) for role, people in found.items()}

    def take_workspace_role(self, workspace_id: str, person_id: str, role: str) -> None:
        """Take the role away. Does nothing if the person was not given it."""
        self._connection.execute(
            delete(workspace_roles).where(
                workspace_roles.c.workspace_id == workspace_id,
                workspace_roles.c.person_id == person_id,
                workspace_roles.c.role == role,
            )
        )

    def _read(self, which: ColumnElement[bool], deployment: str, project_id: int | None) -> list[KeptProject]:
        """Return projects with their setups. `project_id` is the only one that `which` picks, if any.

        It keeps the rows of all other projects from being read.
        """
        mapped = self._channels(project_id)
        members = self._members(project_id)
        shared = self._shares(deployment, project_id)
        settings = self._jobs(deployment, project_id)
        alerts = self._alerts.by_file(project_id)
        rows = self._connection.execute(select(projects).where(which).order_by(projects.c.name))
        return [
            KeptProject(
                row.project_id,
                row.name,
                row.managed_by_file,
                row.archived_at is not None,
                ProjectSetup(
                    row.tz,
                    mapped.get(row.project_id, {}),
                    row.reports_to,
                    members.get(row.project_id, {}),
                    {key: actions for key, (actions, _) in shared.get(row.project_id, {}).items()},
                    settings.get(row.project_id, {}),
                    frozenset(row.asked),
                    row.tells_changes,
                    alerts.get(row.project_id, frozenset()),
                    None if row.escalation is None else escalation_of(row.escalation),
                ),
                read_project(row).pause,
            )
            for row in rows
        ]

    def _channels(self, project_id: int | None) -> dict[int, dict[str, ChannelFacts]]:
        """Return channels by id, by project; of one project or of all."""
        query = select(channels)
        if project_id is not None:
            query = query.where(channels.c.project_id == project_id)
        found: dict[int, dict[str, ChannelFacts]] = {}
        for row in self._connection.execute(query):
            facts = ChannelFacts(
                row.channel_id, row.name, row.is_private, row.is_shared, is_archived=row.is_archived
            )
            found.setdefault(row.project_id, {})[row.channel_id] = facts
        return found

    def _members(self, project_id: int | None = None) -> dict[int, dict[Who, Role]]:
        """Return roles by member, by project; of one project or of all."""
        query = select(memberships)
        if project_id is not None:
            query = query.where(memberships.c.project_id == project_id)
        found: dict[int, dict[Who, Role]] = {}
        for row in self._connection.execute(query):
            found.setdefault(row.project_id, {})[_who(row)] = Role(row.role)
        return found

    def _shares(
        self, deployment: str, project_id: int | None = None
    ) -> dict[int, dict[Shared, tuple[frozenset[Action], list[int]]]]:
        """Return, by project and by what is shared, the actions and the ids of the rows that give them."""
        wanted = select(shares).where(shares.c.deployment == deployment)
        if project_id is not None:
            wanted = wanted.where(shares.c.project_id == project_id)
        ids = wanted.with_only_columns(shares.c.share_id)
        only: dict[int, list[Who]] = {}
        for row in self._connection.execute(select(share_people).where(share_people.c.share_id.in_(ids))):
            only.setdefault(row.share_id, []).append(_who(row))
        found: dict[int, dict[Shared, tuple[frozenset[Action], list[int]]]] = {}
        for row in self._connection.execute(wanted):
            named = None if row.for_everyone else tuple(sorted(only.get(row.share_id, [])))
            shared = Shared(row.dag_id or row.tag, row.dag_id is None, named)
            of_project = found.setdefault(row.project_id, {})
            actions, share_ids = of_project.get(shared, (frozenset(), []))
            granted = frozenset(Action(each) for each in row.actions)
            of_project[shared] = (actions | granted, [*share_ids, row.share_id])
        return found

    def _put_channels(self, workspace_id: str, project_id: int, wanted: ProjectSetup, at: datetime) -> None:
        self.release_channels(project_id, set(wanted.channels))
        for facts in wanted.channels.values():
            self._mapped.map(channel_of(workspace_id, project_id, facts), at=at)

    def _put_members(self, workspace_id: str, project_id: int, wanted: ProjectSetup) -> None:
        kept = self._members(project_id).get(project_id, {})
        for who, role in kept.items():
            if wanted.members.get(who) is not role:
                self._connection.execute(
                    delete(memberships).where(
                        memberships.c.project_id == project_id,
                        (memberships.c.group_id if who.is_group else memberships.c.person_id) == who.slack_id,
                    )
                )
        for who, role in wanted.members.items():
            if kept.get(who) is not role:
                self._projects.add_member(project_id, workspace_id, role, **_named(who))

    def _put_shares(
        self, workspace_id: str, project_id: int, wanted: ProjectSetup, deployment: str, at: datetime
    ) -> None:
        kept = self._shares(deployment, project_id).get(project_id, {})
        for shared, (actions, share_ids) in kept.items():
            if wanted.shares.get(shared) != actions:
                for share_id in share_ids:
                    self._shared.remove(share_id)
        for shared, actions in wanted.shares.items():
            if shared not in kept or kept[shared][0] != actions:
                self._shared.add(
                    project_id,
                    deployment,
                    actions,
                    at=at,
                    dag_id=None if shared.is_tag else shared.name,
                    tag=shared.name if shared.is_tag else None,
                    only=None if shared.only is None else [_named(each) for each in shared.only],
                    workspace_id=workspace_id,
                )

    def _jobs(self, deployment: str, project_id: int | None) -> dict[int, dict[str, JobSettings]]:
        """Return jobs' settings by DAG id, by project; of one project or of all."""
        query = select(job_settings).where(job_settings.c.deployment == deployment)
        if project_id is not None:
            query = query.where(job_settings.c.project_id == project_id)
        found: dict[int, dict[str, JobSettings]] = {}
        for row in self._connection.execute(query):
            found.setdefault(row.project_id, {})[row.dag_id] = read_settings(row)
        return found

    def _put_jobs(self, project_id: int, wanted: ProjectSetup, deployment: str) -> None:
        kept = self._jobs(deployment, project_id).get(project_id, {})
        for dag_id in kept.keys() - wanted.jobs.keys():
            self._connection.execute(
                delete(job_settings).where(
                    job_settings.c.project_id == project_id,
                    job_settings.c.deployment == deployment,
                    job_settings.c.dag_id == dag_id,
                )
            )
        changed = [
            {"project_id": project_id, "deployment": deployment, "dag_id": dag_id, **settings_row(settings)}
            for dag_id, settings in wanted.jobs.items()
            if kept.get(dag_id) != settings
        ]
        upsert(self._connection, job_settings, changed)


def channel_of(workspace_id: str, project_id: int, facts: ChannelFacts) -> Channel:
    """Return the channel of a project with what Slack says about it."""
    return Channel(
        workspace_id,
        facts.channel_id,
        facts.name,
        project_id,
        is_shared=facts.is_shared,
        is_private=facts.is_private,
        is_archived=facts.is_archived,
    )


def _who(row: Any) -> Who:
    return Who(row.group_id, is_group=True) if row.person_id is None else Who(row.person_id)


def _named(who: Who) -> dict[str, str]:
    return {"group_id" if who.is_group else "person_id": who.slack_id}
