"""Slack's people, user groups and channels, read as our tables can keep them: cut, cleaned, or left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.ports import UserGroup
from bot.domain.project import Person
from bot.domain.project_setup import ChannelFacts
from bot.domain.storable import storable
from bot.gateways.airflow.cells import LONGEST_NAME, OddRow, as_row, text

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_ID = 32
LONGEST_ZONE = 64
LONGEST_EMAIL = 254
UTC = ZoneInfo("UTC")


def read_person(row: Mapping[str, Any], workspace_id: str) -> Person:
    """Return the person of Slack's user object, of which any field may be missing. Raises OddRow.

    Without a zone that this machine knows, the person's zone is UTC.
    """
    user = as_row(row)
    person_id = _identifier(user)
    described = user.get("profile")
    profile = described if isinstance(described, dict) else {}
    names = (profile.get("display_name"), user.get("real_name"), user.get("name"), person_id)
    return Person(
        workspace_id=workspace_id,
        person_id=person_id,
        name=next(each for each in map(_name, names) if each),
        tz=_zone(user.get("tz")),
        is_bot=bool(user.get("is_bot")) or person_id == "USLACKBOT",
        is_deactivated=bool(user.get("deleted")),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_outsider=bool(user.get("is_stranger")) or user.get("team_id", workspace_id) != workspace_id,
        is_admin=bool(user.get("is_admin") or user.get("is_owner")),
        email=storable(text(profile.get("email"), LONGEST_EMAIL)),
    )


def read_group(row: Mapping[str, Any]) -> UserGroup:
    """Return the user group with its members. Raises OddRow if it has no usable id."""
    group = as_row(row)
    named = group.get("users")
    people = named if isinstance(named, list) else []
    members = frozenset(each for each in people if isinstance(each, str) and 0 < len(each) <= LONGEST_ID)
    return UserGroup(_identifier(group), _name(group.get("handle")), _name(group.get("name")), members)


def read_channel(row: Mapping[str, Any]) -> ChannelFacts:
    """Return the channel. Raises OddRow if it has no usable id."""
    channel = as_row(row)
    channel_id = _identifier(channel)
    return ChannelFacts(
        channel_id=channel_id,
        name=_name(channel.get("name")) or channel_id,
        is_private=bool(channel.get("is_private")),
        is_shared=bool(channel.get("is_ext_shared")),
        is_archived=bool(channel.get("is_archived")),
        has_bot=bool(channel.get("is_member")),
    )


def _identifier(row: Mapping[str, Any]) -> str:
    value = row.get("id")
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_ID or storable(value) != value:
        raise OddRow(f"id is {value!r:.100}")
    return value


def _name(value: Any) -> str:
    return str(storable(text(value, LONGEST_NAME)))


def _zone(name: Any) -> ZoneInfo:
    """Return the zone; UTC for anything else. A folder of the tz database, such as America, is no zone."""
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_ZONE:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
