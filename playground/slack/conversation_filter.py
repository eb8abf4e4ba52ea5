"""Which conversations a menu offers: never archived ones, and what its filter lets through."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.slack.records import Conversation, Json
    from playground.slack.state import State

KINDS = {"channel": "public", "private": "private", "im": "im", "mpim": "mpim"}


def passes(state: State, conversation: Conversation, wanted: Json) -> bool:
    if conversation.archived:
        return False
    if "include" in wanted and KINDS[conversation.kind] not in wanted["include"]:
        return False
    if wanted.get("exclude_external_shared_channels") and conversation.shared:
        return False
    bots = {person for person in conversation.members if state.people[person].bot}
    return not (wanted.get("exclude_bot_users") and conversation.kind == "im" and bots)
