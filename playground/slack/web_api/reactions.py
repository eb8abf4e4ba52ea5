"""reactions.*: what the app puts under a message, and takes away again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.slack.events import emit_reaction
from playground.slack.manifest import BOT_USER
from playground.slack.web_api.call import ApiError, Call, method

if TYPE_CHECKING:
    from playground.slack.records import Json, Message


@method("reactions.add", 3, "reactions:write", required=("channel", "name", "timestamp"))
def add(call: Call) -> Json:
    message, name = _message(call), call.text("name").strip(":")
    users = message.reactions.setdefault(name, [])
    if BOT_USER in users:
        raise ApiError("already_reacted")
    users.append(BOT_USER)
    call.state.changed(message)
    emit_reaction(call.workspace, message, BOT_USER, name, added=True)
    return {}


@method("reactions.remove", 2, "reactions:write", required=("name",))
def remove(call: Call) -> Json:
    message, name = _message(call), call.text("name").strip(":")
    if BOT_USER not in message.reactions.get(name, ()):
        raise ApiError("no_reaction")
    message.take_back(BOT_USER, name)
    call.state.changed(message)
    emit_reaction(call.workspace, message, BOT_USER, name, added=False)
    return {}


def _message(call: Call) -> Message:
    conversation = call.conversation()
    if conversation.archived:
        raise ApiError("is_archived")
    message = call.state.message(conversation.id, call.text("timestamp"))
    if message is None or message.ephemeral:
        raise ApiError("message_not_found")
    return message
