"""The message to admins when Slack refuses one of ours."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.blocks.parts import message, section

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.announcement import SlackRefused
    from bot.domain.notice import Message

INVITE = (
    "I am not in it, or it is gone: invite me there, or give its project another channel (`/schedule admin`)."
)
WORKSPACE = "The workspace does not let me post there; whoever administers it can."
ARCHIVED = "It is archived: restore it, or give its project another channel (`/schedule admin`)."
_ADVICE: Mapping[str, str] = MappingProxyType(
    {
        "channel_not_found": INVITE,
        "not_in_channel": INVITE,
        "is_archived": ARCHIVED,
        "is_inactive": ARCHIVED,
        "restricted_action": WORKSPACE,
        "restricted_action_read_only_channel": WORKSPACE,
        "restricted_action_thread_only_channel": WORKSPACE,
        "missing_scope": "The app lacks a scope: `python -m bot check` says which.",
    }
)
OURS = "I will try once more as plain text. The log has the details, under `notice.rejected`."


def refused(told: SlackRefused) -> Message:
    """Return the message to admins that Slack refused one of ours, and what to do."""
    place_id, code = told.place_id, told.code
    where = f"to <@{place_id}>" if place_id.startswith(("U", "W")) else f"in <#{place_id}>"
    text = f":warning: Slack refused what I had to say {where} (`{code}`). {_ADVICE.get(code, OURS)}"
    return message(f"Slack refused a message of mine: {code}.", section(text))
