"""What a caller says about the workspace it wants: team, people, channels, user groups."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TeamDescription:
    id: str = "T0PLAYGRND"
    name: str = "Playground"
    domain: str = "playground"
    plan_has_user_groups: bool = True
    edit_window: float | None = None
    """Seconds after which messages can no longer be edited; None: for ever."""


@dataclass(frozen=True, slots=True)
class PersonDescription:
    """`name` is what everybody sees and what a test acts by; `tz` None is a profile without a zone."""

    id: str
    name: str
    tz: str | None = "Etc/UTC"
    title: str = ""
    email: str | None = None
    display_name: str | None = None
    locale: str = "en-US"
    guest: bool = False
    bot: bool = False
    deactivated: bool = False
    admin: bool = False
    owner: bool = False
    primary_owner: bool = False
    team: str | None = None
    """Another workspace's id: somebody seen through a shared channel only."""


@dataclass(frozen=True, slots=True)
class ChannelDescription:
    """`members` are people's ids; `app` says whether the app has been invited."""

    id: str
    name: str
    members: tuple[str, ...] = ()
    private: bool = False
    archived: bool = False
    app: bool = True
    topic: str = ""
    shared_with_other_teams: bool = False
    posting: str = "everyone"
    """Who may post there besides people: everyone, or read_only and threads_only for apps."""


@dataclass(frozen=True, slots=True)
class GroupDescription:
    id: str
    handle: str
    name: str
    members: tuple[str, ...] = ()
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class WorkspaceDescription:
    people: tuple[PersonDescription, ...]
    channels: tuple[ChannelDescription, ...]
    groups: tuple[GroupDescription, ...] = ()
    team: TeamDescription = field(default_factory=TeamDescription)
