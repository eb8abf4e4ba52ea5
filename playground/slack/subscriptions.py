"""Which events an app gets: those its manifest subscribes to, and has a scope for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.slack.manifest import Manifest

CHANNELS, GROUPS = frozenset({"channels:read"}), frozenset({"groups:read"})
ANY_CONVERSATION = frozenset({"channels:read", "groups:read", "mpim:read"})
FREE: frozenset[str] = frozenset()

# event -> the scopes of which one is needed; none is needed for those that come to every app
SCOPES: dict[str, frozenset[str]] = {
    "app_home_opened": FREE,
    "app_mention": frozenset({"app_mentions:read"}),
    "app_uninstalled": FREE,
    "channel_archive": CHANNELS,
    "channel_created": CHANNELS,
    "channel_rename": CHANNELS,
    "channel_unarchive": CHANNELS,
    "file_shared": frozenset({"files:read"}),
    "group_archive": GROUPS,
    "group_rename": GROUPS,
    "group_unarchive": GROUPS,
    "member_joined_channel": ANY_CONVERSATION,
    "member_left_channel": ANY_CONVERSATION,
    "message.channels": frozenset({"channels:history"}),
    "message.groups": frozenset({"groups:history"}),
    "message.im": frozenset({"im:history"}),
    "message.mpim": frozenset({"mpim:history"}),
    "reaction_added": frozenset({"reactions:read"}),
    "reaction_removed": frozenset({"reactions:read"}),
    "subteam_created": frozenset({"usergroups:read"}),
    "subteam_members_changed": frozenset({"usergroups:read"}),
    "subteam_updated": frozenset({"usergroups:read"}),
    "team_join": frozenset({"users:read"}),
    "tokens_revoked": FREE,
    "user_change": frozenset({"users:read"}),
}


def wanted(manifest: Manifest, name: str) -> bool:
    return name in manifest.events


def missing_scope(manifest: Manifest, name: str) -> str:
    """A scope that the app would need for this event and has not; "" when it may have it."""
    needed = SCOPES[name]
    return "" if not needed or needed & manifest.scopes else min(needed)
