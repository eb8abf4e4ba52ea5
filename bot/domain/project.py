"""Projects, the people in them, and where they talk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Person:
    """A Slack person as the directory knows them. `tz`: their Slack zone."""

    workspace_id: str
    person_id: str
    name: str
    tz: ZoneInfo
    is_bot: bool = False
    is_deactivated: bool = False
    is_guest: bool = False
    is_outsider: bool = False
    """From another workspace, in a channel shared with it."""
    is_admin: bool = False
    """By Slack's own word, where a setting says that it counts."""
    email: str = ""
    """Only where the app may read it."""
    groups_since: datetime | None = None
    """What they have through a user group counts if Slack told of it since then; None: in any case."""

    @property
    def counts(self) -> bool:
        """Bots and deactivated people never have a right."""
        return not (self.is_bot or self.is_deactivated)

    @property
    def counts_in_groups(self) -> bool:
        """Guests and outsiders count only when named themselves."""
        return self.counts and not (self.is_guest or self.is_outsider)


@dataclass(frozen=True, slots=True)
class Project:
    project_id: int
    workspace_id: str
    name: str
    tz: ZoneInfo
    is_managed: bool = False
    """By a file: nothing of it is changed elsewhere."""
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where something reports: a channel, or a person's id for a direct message."""

    workspace_id: str
    channel_id: str

    @property
    def is_direct(self) -> bool:
        return self.channel_id.startswith(("U", "W", "D"))

    @property
    def mention(self) -> str:
        """As Slack's mrkdwn shows it."""
        return "a direct message to you" if self.is_direct else f"<#{self.channel_id}>"


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel mapped to a project."""

    workspace_id: str
    channel_id: str
    name: str
    project_id: int
    is_shared: bool = False
    """Shared with other companies: no inputs, no log text there."""
    is_private: bool = False
    """Its name is for its members only."""
    is_archived: bool = False
    """In Slack: nothing can be posted there until it is taken out of the archive."""

    @property
    def label(self) -> str:
        """For menus, which anybody may read who may manage or use the project."""
        return f"private channel {self.channel_id}" if self.is_private else f"#{self.name}"
