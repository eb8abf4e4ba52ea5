"""How projects are set up: their members, channels and shares, as values that can be compared."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.alert_setup import AlertSetup
    from bot.domain.escalation import Escalation
    from bot.domain.job import JobSettings
    from bot.domain.project import ProjectPause
    from bot.domain.rights import Action, Role

Key = TypeVar("Key")
Value = TypeVar("Value")


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

    @property
    def reference(self) -> str:
        """A short name for buttons. Shares that differ in anything have different ones."""
        named = "everyone" if self.only is None else ",".join(each.slack_id for each in self.only)
        return hashlib.blake2b(f"{self}\n{named}".encode(), digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """A channel as Slack describes it. `is_shared` means with other companies."""

    channel_id: str
    name: str
    is_private: bool = False
    is_shared: bool = False
    is_archived: bool = False
    has_bot: bool = field(default=True, compare=False)
    """Whether Runbell was a member when Slack was asked. It is not kept."""


@dataclass(frozen=True, slots=True)
class ProjectSetup:
    tz: str
    channels: Mapping[str, ChannelFacts] = field(default_factory=dict)
    reports_to: str | None = None
    members: Mapping[Who, Role] = field(default_factory=dict)
    shares: Mapping[Shared, frozenset[Action]] = field(default_factory=dict)
    jobs: Mapping[str, JobSettings] = field(default_factory=dict)
    """Settings by DAG id, for jobs that the project shows or limits in a way of its own."""
    asked: frozenset[str] = frozenset()
    """Who hears that somebody asks for access. Empty means every manager."""
    tells_changes: bool = True
    """Whether channels hear who scheduled, paused, changed or deleted what reports there."""
    alerts: frozenset[AlertSetup] = frozenset()
    """The alert rules of its channels that stand in the projects file, without those made in Slack."""
    escalation: Escalation | None = None
    """What happens to failures that nobody claims; None for nothing."""

    def with_member(self, who: Who, role: Role) -> ProjectSetup:
        """Return the setup with this role for the person or group, in place of the one they have."""
        return replace(self, members={**self.members, who: role})

    def without_member(self, who: Who) -> ProjectSetup:
        """Return the setup without the person or group.

        Shares that name them stay, so that whoever comes back finds them as they were.
        """
        return replace(self, members=_without(self.members, who), asked=self.asked - {who.slack_id})

    def with_channel(self, facts: ChannelFacts) -> ProjectSetup:
        """Return the setup with the channel. The project reports to its first channel."""
        channels = {**self.channels, facts.channel_id: facts}
        return replace(
            self, channels=channels, reports_to=self.reports_to if self.channels else facts.channel_id
        )

    def without_channel(self, channel_id: str) -> ProjectSetup:
        """Return the setup without the channel. If it reported there, another one takes over."""
        left = _without(self.channels, channel_id)
        reports_to = self.reports_to if self.reports_to in left else next(iter(sorted(left)), None)
        alerts = frozenset(each for each in self.alerts if each.channel_id != channel_id)
        return replace(self, channels=left, reports_to=reports_to, alerts=alerts)

    def with_share(self, shared: Shared, actions: frozenset[Action]) -> ProjectSetup:
        """Return the setup with these actions for the share, in place of those it has."""
        return replace(self, shares={**self.shares, shared: actions})

    def without_share(self, shared: Shared) -> ProjectSetup:
        """Return the setup without the share."""
        return replace(self, shares=_without(self.shares, shared))

    def with_job(self, dag_id: str, settings: JobSettings) -> ProjectSetup:
        """Return the setup with these settings of a job. Empty settings are left out."""
        kept = _without(self.jobs, dag_id)
        return replace(self, jobs=kept if settings == type(settings)() else {**kept, dag_id: settings})


def _without(kept: Mapping[Key, Value], key: Key) -> dict[Key, Value]:
    return {each: value for each, value in kept.items() if each != key}


@dataclass(frozen=True, slots=True)
class KeptProject:
    """A project in our tables. `is_managed` means that a file owns it."""

    project_id: int
    name: str
    is_managed: bool
    is_archived: bool
    setup: ProjectSetup
    pause: ProjectPause | None = None
    """The pause of all its schedules: one that lasts, or has ended and is still to be told of."""
    may_change: bool = True
    """Whether the person who looks at it may change it; an auditor may not."""

    @property
    def is_changeable(self) -> bool:
        """Whether the person may change it here and now: not if a file owns it or it is archived."""
        return self.may_change and not self.is_managed and not self.is_archived


@dataclass(frozen=True, slots=True)
class WantedSetups:
    """What a file asks for. `workspace_roles` has "admin" and "auditor" if the file names them."""

    projects: Mapping[str, ProjectSetup]
    workspace_roles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    by_file: bool = True
    """Whether the file owns the projects from then on; otherwise they are managed in Slack."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names that people use for ids."""

    people: Mapping[str, str]
    groups: Mapping[str, str]
    """Handles by group id."""
    channels: Mapping[str, str]
    jobs: Mapping[str, str]
    """Titles by DAG id."""

    def who(self, who: Who) -> str:
        """Return the person's name, or the group's handle with "@". Unknown ones keep their ids."""
        if who.is_group:
            return f"@{self.groups.get(who.slack_id, who.slack_id)}"
        return self.people.get(who.slack_id, who.slack_id)

    def channel(self, channel_id: str) -> str:
        """Return the channel's name with "#". An unknown one keeps its id."""
        name = self.channels.get(channel_id)
        return f"#{name}" if name else channel_id
