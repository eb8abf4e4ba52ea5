"""What a caller says about the workspace it wants: team, people, channels, user groups."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TeamDescription:
    id: str = "T0PLAYGRND"
    name: str = "Playground"
    domain: str = "playground"
    plan_has_user_groups: bool = True


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
