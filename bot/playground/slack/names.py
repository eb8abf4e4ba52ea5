"""What people call a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.playground.slack.records import Conversation
    from bot.playground.slack.state import State


def conversation_title(state: State, conversation: Conversation, viewer: str) -> str:
    """ "#finance", or for direct messages the other person's name."""
    if conversation.kind != "im":
        return f"#{conversation.name}"
    others = [each for each in conversation.members if each != viewer] or [viewer]
    return state.people[others[0]].name
