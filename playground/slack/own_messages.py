"""What a person does with messages that are there: react, change their own, take it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.slack.acting import NotPossibleError, visible_message
from playground.slack.events import emit_deletion, emit_edit, emit_reaction
from playground.slack.payloads import message_wire
from playground.slack.typing_text import writable, written

if TYPE_CHECKING:
    from playground.slack.records import Message
    from playground.slack.workspace import Workspace


def react(workspace: Workspace, person: str, *, channel: str, ts: str, name: str) -> None:
    """The same reaction a second time takes it back."""
    writable(workspace, person, channel)
    message = visible_message(workspace, person, channel, ts)
    if message.ephemeral:
        raise NotPossibleError("what is visible to you alone takes no reactions")
    added = person not in message.reactions.get(name, ())
    if added:
        message.reactions.setdefault(name, []).append(person)
    else:
        message.take_back(person, name)
    workspace.state.changed(message)
    emit_reaction(workspace, message, person, name, added=added)


def edit(workspace: Workspace, person: str, *, channel: str, ts: str, text: str) -> None:
    message = _own(workspace, person, channel, ts)
    if not text.strip():
        raise NotPossibleError("a message needs words; delete it instead")
    before = message_wire(message)
    message.text, message.edited_ts = written(workspace, person, text), workspace.state.new_ts()
    workspace.state.changed(message)
    emit_edit(workspace, message, before)


def delete(workspace: Workspace, person: str, *, channel: str, ts: str) -> None:
    message = _own(workspace, person, channel, ts)
    workspace.state.delete(message)
    emit_deletion(workspace, message)


def _own(workspace: Workspace, person: str, channel: str, ts: str) -> Message:
    writable(workspace, person, channel)
    message = visible_message(workspace, person, channel, ts)
    if message.user != person or message.subtype:
        raise NotPossibleError("only your own messages can be changed")
    return message
