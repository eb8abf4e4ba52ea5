"""How projects stand: their members, channels and shares as values that can be compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.rights import Action, Role


@dataclass(frozen=True, slots=True, order=True)
class Who:
    """A person or a user group, by Slack's id."""

    slack_id: str
    is_group: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Shared:
    """What a share gives: one job, or all with an Airflow tag; to everyone (`only` None) or to some."""

    name: str
    is_tag: bool
    only: tuple[Who, ...] | None = None

    def __str__(self) -> str:
        return f"{'tag' if self.is_tag else 'job'} {self.name}"


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """A channel as Slack tells of it. `is_shared`: with other companies."""

    channel_id: str
    name: str
    is_private: bool = False
    is_shared: bool = False
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class ProjectStanding:
    tz: str
    channels: Mapping[str, ChannelFacts] = field(default_factory=dict)
    reports_to: str | None = None
    members: Mapping[Who, Role] = field(default_factory=dict)
    shares: Mapping[Shared, frozenset[Action]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KeptProject:
    """A project in our tables. `is_managed`: a file owns it."""

    project_id: int
    name: str
    is_managed: bool
    is_archived: bool
    standing: ProjectStanding


@dataclass(frozen=True, slots=True)
class Standing:
    """What a file asks for. `workspace_roles`: "admin" and "auditor", where the file names them at all."""

    projects: Mapping[str, ProjectStanding]
    workspace_roles: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Names:
    """How people call what our tables and a file know by id."""

    people: Mapping[str, str]
    groups: Mapping[str, str]
    """By id, the handle."""
    channels: Mapping[str, str]
    jobs: Mapping[str, str]
    """By DAG id, the title."""

    def who(self, who: Who) -> str:
        if who.is_group:
            return f"@{self.groups.get(who.slack_id, who.slack_id)}"
        return self.people.get(who.slack_id, who.slack_id)

    def channel(self, channel_id: str) -> str:
        name = self.channels.get(channel_id)
        return f"#{name}" if name else channel_id
