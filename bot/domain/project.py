"""Projects, the people in them, and where they talk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Person:
    """A person as Slack last described them. `tz` is their zone in Slack."""

    workspace_id: str
    person_id: str
    name: str
    tz: ZoneInfo
    is_bot: bool = False
    is_deactivated: bool = False
    is_guest: bool = False
    is_outsider: bool = False
    """Whether the person belongs to another workspace that shares a channel."""
    is_admin: bool = False
    """An admin in Slack, if a setting says that Slack's admins count."""
    email: str = ""
    """Empty unless the app may read it."""
    groups_since: datetime | None = None
    """User groups count if Slack has described them since then. None means always."""

    @property
    def counts(self) -> bool:
        """Whether the person can have rights at all: bots and people who have left cannot."""
        return not (self.is_bot or self.is_deactivated)

    @property
    def counts_in_groups(self) -> bool:
        """Whether user groups give the person rights: not guests, nor people of other companies."""
        return self.counts and not (self.is_guest or self.is_outsider)


@dataclass(frozen=True, slots=True)
class ProjectPause:
    """All schedules of a project rest from `begins_at` on, and go on by themselves at `ends_at`."""

    begins_at: datetime
    ends_at: datetime
    by: str
    """The Slack id of whoever paused the project."""
    reason: str = ""
    """In words, as somebody typed them; perhaps empty."""

    def covers(self, moment: datetime) -> bool:
        """Return whether the project rests at that moment."""
        return self.begins_at <= moment < self.ends_at

    def keeps_back(self, due_at: datetime, now: datetime) -> bool:
        """Return whether a schedule's moment does not run because of the pause.

        What is due during the pause does not, nor what was due before it and has not begun yet.
        """
        return self.covers(due_at) or (due_at < self.begins_at and self.covers(now))


@dataclass(frozen=True, slots=True)
class Project:
    project_id: int
    workspace_id: str
    name: str
    tz: ZoneInfo
    is_managed: bool = False
    """A file owns it, so nothing of it is changed elsewhere."""
    is_archived: bool = False
    tells_changes: bool = True
    """Whether channels hear who scheduled, paused, changed or deleted what reports there."""
    pause: ProjectPause | None = None
    """The pause of all its schedules: one that lasts, or has ended and is still to be told of."""

    def as_of(self, now: datetime) -> Project:
        """Return the project without a pause that is over."""
        return self if self.pause is None or self.pause.covers(now) else replace(self, pause=None)

    def rests_to(self, now: datetime) -> datetime:
        """Return the last moment that does not run: just before the end of a pause that lasts, or now."""
        pause = self.rests(now)
        return now if pause is None else pause.ends_at - timedelta(microseconds=1)

    def rests(self, now: datetime) -> ProjectPause | None:
        """Return the pause of all its schedules if it lasts, else None."""
        return self.pause if self.pause is not None and self.pause.covers(now) else None


@dataclass(frozen=True, slots=True)
class Place:
    """Where something reports: a channel, or a person's id for a direct message."""

    workspace_id: str
    channel_id: str

    @property
    def is_direct(self) -> bool:
        """Whether it is a person's direct messages; Slack's ids of people begin with U or W."""
        return self.channel_id.startswith(("U", "W", "D"))

    @property
    def mention(self) -> str:
        """The place as Slack's mrkdwn shows it."""
        return "a direct message to you" if self.is_direct else f"<#{self.channel_id}>"


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel that belongs to a project."""

    workspace_id: str
    channel_id: str
    name: str
    project_id: int
    is_shared: bool = False
    """Shared with other companies, so no inputs and no log text are shown there."""
    is_private: bool = False
    """Only the channel's members may see its name."""
    is_archived: bool = False
    """Whether it is archived in Slack, so that nothing can be posted there."""

    @property
    def label(self) -> str:
        """The channel in menus, which are read by people who may not know a private channel's name."""
        return f"private channel {self.channel_id}" if self.is_private else f"#{self.name}"
