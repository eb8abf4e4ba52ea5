"""What happens around the app: people, channels and groups change, the app is removed; and its events."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.playground.slack.changes import Change
from bot.playground.slack.events import emit
from bot.playground.slack.manifest import BOT_USER
from bot.playground.slack.web_api.users import group_wire, user_wire

if TYPE_CHECKING:
    from bot.playground.slack.description import PersonDescription
    from bot.playground.slack.workspace import Workspace


def add_person(workspace: Workspace, person: PersonDescription) -> None:
    """Somebody joins the team."""
    workspace.state.people[person.id] = person
    workspace.changes.publish(Change("sidebar"))
    user = user_wire(workspace, person, locale=True)
    emit(workspace, {"type": "team_join", "user": user, "cache_ts": 0, "event_ts": workspace.state.new_ts()})


def change_person(workspace: Workspace, person: str, **changes: Any) -> None:
    """A directory entry changes: name, tz, deactivated, …"""
    workspace.state.people[person] = replace(workspace.state.people[person], **changes)
    workspace.changes.publish(Change("sidebar"))
    user = user_wire(workspace, workspace.state.people[person], locale=True)
    emit(
        workspace, {"type": "user_change", "user": user, "cache_ts": 0, "event_ts": workspace.state.new_ts()}
    )


def change_group(workspace: Workspace, group: str, **changes: Any) -> None:
    """A user group changes: members, handle, disabled, …"""
    found = next(each for each in workspace.state.groups if each.id == group)
    changed = replace(found, **changes)
    workspace.state.groups[workspace.state.groups.index(found)] = changed
    wire = group_wire(workspace, changed, with_users=True)
    emit(workspace, {"type": "subteam_updated", "subteam": wire, "event_ts": workspace.state.new_ts()})


def rename_channel(workspace: Workspace, channel: str, name: str) -> None:
    conversation = workspace.state.conversations[channel]
    conversation.name = name
    workspace.state.keep(conversation)
    told = {
        "id": channel,
        "name": name,
        "name_normalized": name,
        "created": conversation.created,
        "is_channel": conversation.kind == "channel",
        "is_mpim": False,
    }
    kind = "channel_rename" if conversation.kind == "channel" else "group_rename"
    if BOT_USER in conversation.members:
        emit(workspace, {"type": kind, "channel": told, "event_ts": workspace.state.new_ts()})


def archive_channel(workspace: Workspace, channel: str, person: str) -> None:
    conversation = workspace.state.conversations[channel]
    conversation.archived = True
    workspace.state.keep(conversation)
    kind = "channel_archive" if conversation.kind == "channel" else "group_archive"
    if BOT_USER in conversation.members:
        event = {"type": kind, "channel": channel, "user": person, "event_ts": workspace.state.new_ts()}
        emit(workspace, event)


def uninstall(workspace: Workspace) -> None:
    """The app is removed: it hears so, and its tokens stop working."""
    emit(workspace, {"type": "app_uninstalled", "event_ts": workspace.state.new_ts()})
    tokens = {"oauth": [], "bot": [BOT_USER]}
    emit(workspace, {"type": "tokens_revoked", "tokens": tokens, "event_ts": workspace.state.new_ts()})
    workspace.faults.token_revoked = True
