"""What people call a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.slack.records import Conversation
    from playground.slack.state import State


def conversation_title(state: State, conversation: Conversation, viewer: str) -> str:
    """ "#finance", or for direct messages the names of the others."""
    if not conversation.direct:
        return f"#{conversation.name}"
    others = [each for each in conversation.members if each != viewer] or [viewer]
    return ", ".join(state.people[each].name for each in others)
