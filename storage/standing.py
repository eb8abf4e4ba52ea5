"""Projects as they stand, read and written whole; for whoever administers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update

from bot.domain.project import Channel
from bot.domain.rights import Action, Role
from bot.domain.standing import ChannelFacts, KeptProject, ProjectStanding, Shared, Who
from storage.projects import Projects
from storage.tables import channels, memberships, projects, share_people, shares, workspace_roles

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


class Standings:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._projects = Projects(connection)

    def all(self, workspace_id: str, deployment: str) -> dict[str, KeptProject]:
        """By name, the archived ones too, by name; shares are those of this deployment."""
        mapped = self._channels(workspace_id)
        members = self._members()
        shared = self._shares(deployment)
        rows = self._connection.execute(
            select(projects).where(projects.c.workspace_id == workspace_id).order_by(projects.c.name)
        )
        return {
            row.name: KeptProject(
                row.project_id,
                row.name,
                row.managed_by_file,
                row.archived_at is not None,
                ProjectStanding(
                    row.tz,
                    mapped.get(row.project_id, {}),
                    row.reports_to,
                    members.get(row.project_id, {}),
                    {key: actions for key, (actions, _) in shared.get(row.project_id, {}).items()},
                ),
            )
            for row in rows
        }

    def put(
        self, workspace_id: str, name: str, wanted: ProjectStanding, deployment: str, *, at: datetime
    ) -> int:
        """Make it so, under the file's hand; what is so already stays untouched."""
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
            .values(tz=wanted.tz, reports_to=wanted.reports_to, archived_at=None, managed_by_file=True)
        )
        self._put_channels(workspace_id, project_id, wanted, at)
        self._put_members(workspace_id, project_id, wanted)
        self._put_shares(workspace_id, project_id, wanted, deployment, at)
        return project_id

    def release_channels(self, project_id: int, keep: set[str]) -> None:
        """Those not to be kept become free for another project."""
        self._connection.execute(
            delete(channels).where(channels.c.project_id == project_id, channels.c.channel_id.not_in(keep))
        )

    def archive(self, project_id: int, *, at: datetime) -> None:
        """Nobody has a right in it from now on; its schedules and runs stay."""
        self.release_channels(project_id, set())
        self._connection.execute(
            update(projects)
            .where(projects.c.project_id == project_id)
            .values(archived_at=at, reports_to=None)
        )

    def workspace_roles(self, workspace_id: str) -> dict[str, frozenset[str]]:
        """Who is "admin", who "auditor"."""
        rows = self._connection.execute(
            select(workspace_roles).where(workspace_roles.c.workspace_id == workspace_id)
        )
        found: dict[str, set[str]] = {"admin": set(), "auditor": set()}
        for row in rows:
            found[row.role].add(row.person_id)
        return {role: frozenset(people) for role, people in found.items()}

    def take_workspace_role(self, workspace_id: str, person_id: str, role: str) -> None:
        self._connection.execute(
            delete(workspace_roles).where(
                workspace_roles.c.workspace_id == workspace_id,
                workspace_roles.c.person_id == person_id,
                workspace_roles.c.role == role,
            )
        )

    def _channels(self, workspace_id: str) -> dict[int, dict[str, ChannelFacts]]:
        rows = self._connection.execute(select(channels).where(channels.c.workspace_id == workspace_id))
        found: dict[int, dict[str, ChannelFacts]] = {}
        for row in rows:
            facts = ChannelFacts(row.channel_id, row.name, row.is_private, row.is_shared)
            found.setdefault(row.project_id, {})[row.channel_id] = facts
        return found

    def _members(self, project_id: int | None = None) -> dict[int, dict[Who, Role]]:
        """Of one project, or of all."""
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
        """By project and what is shared: the actions, and the rows that say so."""
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

    def _put_channels(
        self, workspace_id: str, project_id: int, wanted: ProjectStanding, at: datetime
    ) -> None:
        self.release_channels(project_id, set(wanted.channels))
        for facts in wanted.channels.values():
            channel = Channel(workspace_id, facts.channel_id, facts.name, project_id, facts.is_shared)
            self._projects.map_channel(channel, is_private=facts.is_private, at=at)

    def _put_members(self, workspace_id: str, project_id: int, wanted: ProjectStanding) -> None:
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
        self, workspace_id: str, project_id: int, wanted: ProjectStanding, deployment: str, at: datetime
    ) -> None:
        kept = self._shares(deployment, project_id).get(project_id, {})
        for shared, (actions, share_ids) in kept.items():
            if wanted.shares.get(shared) != actions:
                for share_id in share_ids:
                    self._projects.unshare(share_id)
        for shared, actions in wanted.shares.items():
            if shared not in kept or kept[shared][0] != actions:
                self._projects.share(
                    project_id,
                    deployment,
                    actions,
                    at=at,
                    dag_id=None if shared.is_tag else shared.name,
                    tag=shared.name if shared.is_tag else None,
                    only=None if shared.only is None else [_named(each) for each in shared.only],
                    workspace_id=workspace_id,
                )


def _who(row: Any) -> Who:
    return Who(row.group_id, is_group=True) if row.person_id is None else Who(row.person_id)


def _named(who: Who) -> dict[str, str]:
    return {"group_id" if who.is_group else "person_id": who.slack_id}
