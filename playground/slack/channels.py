"""A channel is made, renamed, closed and opened again; the app hears what it may know of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.slack.events import emit
from playground.slack.ids import new_id
from playground.slack.manifest import BOT_USER
from playground.slack.membership import say_quietly
from playground.slack.records import Conversation

if TYPE_CHECKING:
    from playground.slack.records import Json
    from playground.slack.workspace import Workspace

NEW = dict.fromkeys(
    (
        "is_archived",
        "is_ext_shared",
        "is_frozen",
        "is_general",
        "is_group",
        "is_im",
        "is_org_shared",
        "is_pending_ext_shared",
        "is_private",
        "is_shared",
    ),
    False,
)
"""What a new public channel is not."""


def create_channel(workspace: Workspace, name: str, person: str, *, private: bool = False) -> Conversation:
    """Public ones are told to every app; a private one to nobody."""
    kind, created = ("private" if private else "channel"), int(workspace.clock.now())
    made = Conversation(new_id("C"), name, kind, [person], created=created)
    workspace.state.keep(made)
    if not private:
        told = {**_told(made), **NEW, "creator": person, "context_team_id": workspace.state.team.id}
        emit(workspace, {"type": "channel_created", "channel": told, "event_ts": workspace.state.new_ts()})
    return made


def rename_channel(workspace: Workspace, channel: str, name: str, person: str) -> None:
    conversation = workspace.state.conversations[channel]
    before, conversation.name = conversation.name, name
    workspace.state.keep(conversation)
    done = f"has renamed the channel from “{before}” to “{name}”"
    say_quietly(workspace, conversation, person, "channel_name", done)
    _tell(workspace, conversation, "rename", {"channel": _told(conversation)})


def archive_channel(workspace: Workspace, channel: str, person: str) -> None:
    _open_or_close(workspace, channel, person, "archive")


def unarchive_channel(workspace: Workspace, channel: str, person: str) -> None:
    _open_or_close(workspace, channel, person, "unarchive")


def _open_or_close(workspace: Workspace, channel: str, person: str, done: str) -> None:
    conversation = workspace.state.conversations[channel]
    conversation.archived = done == "archive"
    workspace.state.keep(conversation)
    say_quietly(workspace, conversation, person, f"channel_{done}", f"{done}d the channel")
    _tell(workspace, conversation, done, {"channel": channel, "user": person})


def _tell(workspace: Workspace, conversation: Conversation, what: str, more: Json) -> None:
    """Of private channels only a member hears. Assumed of public ones, too: no source says otherwise."""
    family = "channel" if conversation.kind == "channel" else "group"
    if BOT_USER in conversation.members:
        emit(workspace, {"type": f"{family}_{what}", **more, "event_ts": workspace.state.new_ts()})


def _told(conversation: Conversation) -> Json:
    return {
        "id": conversation.id,
        "name": conversation.name,
        "name_normalized": conversation.name,
        "created": conversation.created,
        "is_channel": conversation.kind == "channel",
        "is_mpim": False,
    }
