"""Slack's own commands: who is in a channel, what it is called, whether it is still open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playground.slack import channels, membership

if TYPE_CHECKING:
    from collections.abc import Callable

    from playground.slack.records import Conversation
    from playground.slack.workspace import Workspace

NAME = re.compile(r"[^\s.,#@&<>|A-Z]{1,80}")
BUILT_IN = {
    "/archive": ("", "Archive this channel"),
    "/invite": ("@somebody", "Add somebody to this channel"),
    "/leave": ("", "Leave this channel"),
    "/remove": ("@somebody", "Take somebody out of this channel"),
    "/rename": ("new-name", "Rename this channel"),
    "/topic": ("text", "Set this channel's topic"),
}


def run_built_in(workspace: Workspace, person: str, conversation: Conversation, name: str, text: str) -> None:
    """Whatever cannot be done is told to the person by Slackbot."""
    if conversation.direct:
        said: str | None = f"`{name}` works in channels only."
    else:
        said = DOERS[name](workspace, person, conversation, text.strip())
    if said:
        workspace.note(person, conversation.id, said)


def _invite(workspace: Workspace, person: str, conversation: Conversation, text: str) -> str | None:
    del person
    return _change_member(workspace, conversation, text, membership.add)


def _remove(workspace: Workspace, person: str, conversation: Conversation, text: str) -> str | None:
    del person
    return _change_member(workspace, conversation, text, membership.take_out)


def _change_member(
    workspace: Workspace,
    conversation: Conversation,
    text: str,
    change: Callable[[Workspace, Conversation, str], None],
) -> str | None:
    wanted = text.lstrip("@").lower()
    for each in workspace.state.people.values():
        if each.name.lower() == wanted or f"<@{each.id}>".lower() == text.lower():
            change(workspace, conversation, each.id)
            return None
    return f"Nobody here is called “{text}”."


def _leave(workspace: Workspace, person: str, conversation: Conversation, text: str) -> str | None:
    del text
    membership.take_out(workspace, conversation, person)
    return None


def _archive(workspace: Workspace, person: str, conversation: Conversation, text: str) -> str | None:
    del text
    if workspace.state.people[person].guest:
        return "Guests cannot archive channels."
    channels.archive_channel(workspace, conversation.id, person)
    return None


def _rename(workspace: Workspace, person: str, conversation: Conversation, text: str) -> str | None:
    name = text.lstrip("#")
    wrong = refused_name(workspace, name)
    if not wrong:
        channels.rename_channel(workspace, conversation.id, name, person)
    return wrong


def refused_name(workspace: Workspace, name: str) -> str | None:
    """Why a channel cannot be called that."""
    if not NAME.fullmatch(name):
        return "A channel's name has no spaces, periods or capitals, and at most 80 characters."
    if any(each.name == name for each in workspace.state.conversations.values()):
        return f"There is a channel called #{name} already."
    return None


def _topic(workspace: Workspace, person: str, conversation: Conversation, text: str) -> str | None:
    conversation.topic = text
    workspace.state.keep(conversation)
    membership.say_quietly(workspace, conversation, person, "channel_topic", f"set the topic: {text}")
    return None


DOERS = {
    "/archive": _archive,
    "/invite": _invite,
    "/leave": _leave,
    "/remove": _remove,
    "/rename": _rename,
    "/topic": _topic,
}
