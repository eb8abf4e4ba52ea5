"""People come into a channel and go; the channel says so in a quiet line, and the app hears of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.slack.events import emit_membership, emit_message
from playground.slack.records import Message

if TYPE_CHECKING:
    from playground.slack.records import Conversation
    from playground.slack.workspace import Workspace


def add(workspace: Workspace, conversation: Conversation, person: str) -> None:
    if person not in conversation.members and not conversation.direct:
        conversation.members.append(person)
        workspace.state.keep(conversation)
        say_quietly(workspace, conversation, person, "channel_join", "has joined the channel")
        emit_membership(workspace, conversation, person, joined=True)


def take_out(workspace: Workspace, conversation: Conversation, person: str) -> None:
    if person in conversation.members and not conversation.direct:
        say_quietly(workspace, conversation, person, "channel_leave", "has left the channel")
        emit_membership(workspace, conversation, person, joined=False)
        conversation.members.remove(person)
        workspace.state.keep(conversation)


def say_quietly(
    workspace: Workspace, conversation: Conversation, person: str, subtype: str, done: str
) -> None:
    """A line that only says what somebody did here."""
    text = f"<@{person}> {done}"
    said = Message(workspace.state.new_ts(), conversation.id, person, text, subtype=subtype)
    workspace.state.post(said)
    emit_message(workspace, said)
