"""What admins hear when Slack or PagerDuty refuses something, and how that is posted elsewhere."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.blocks.parts import context, escape, message, section

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.notice import Message
    from bot.domain.refused import PagerRefused, SlackRefused

INVITE = (
    "I am not in it, or it is gone: invite me there, or give its project another channel (`/schedule admin`)."
)
WORKSPACE = "The workspace does not let me post there; whoever administers it can."
ARCHIVED = "It is archived: restore it, or give its project another channel (`/schedule admin`)."
HAS_LEFT = "They have left: somebody else can take their schedules over (`/schedule list all`)."
_ADVICE: Mapping[str, str] = MappingProxyType(
    {
        "channel_not_found": INVITE,
        "not_in_channel": INVITE,
        "is_archived": ARCHIVED,
        "is_inactive": ARCHIVED,
        "restricted_action": WORKSPACE,
        "restricted_action_read_only_channel": WORKSPACE,
        "restricted_action_thread_only_channel": WORKSPACE,
        "ekm_access_denied": WORKSPACE,
        "app_access_restricted": WORKSPACE,
        "messages_tab_disabled": "The app's page, App Home, has a switch for its Messages tab: turn it on.",
        "cannot_dm_bot": "It is an app, which reads no messages.",
        "user_disabled": HAS_LEFT,
        "user_not_found": HAS_LEFT,
        "user_not_visible": "The workspace does not let me see this person.",
        "missing_scope": "The app lacks a scope: `python -m bot check` says which.",
    }
)
_PAGER: Mapping[str, str] = MappingProxyType(
    {"no_answer": "has not answered for some minutes", "unknown_routing_key": "has no such key here"}
)
OURS = "I will try once more as plain text. The log has the details, under `notice.rejected`."


def refused(told: SlackRefused) -> Message:
    """Return the message to admins that Slack refused one of ours, and what to do."""
    place_id, code = told.place_id, told.code
    where = f"to <@{place_id}>" if place_id.startswith(("U", "W")) else f"in <#{place_id}>"
    text = f":warning: Slack refused what I had to say {where} (`{code}`). {_ADVICE.get(code, OURS)}"
    return message(f"Slack refused a message of mine: {code}.", section(text))


def pager_refused(told: PagerRefused) -> Message:
    """Return the message to admins that PagerDuty does not take what it is told, and what to do."""
    why = _PAGER.get(told.code, f"answered {told.code}")
    words = f"PagerDuty {why}, so nobody is paged for failures in {told.project} (routing key {told.pager})."
    advice = "Check the key of that name in the file RUNBELL_PAGERDUTY_KEYS, and restart Runbell."
    return message(words, section(f":warning: {escape(words)} {advice}"))


def moved(drawn: Message, place_id: str, code: str) -> Message:
    """Return the message as it is posted elsewhere, with the place that it was meant for, and why not there.

    `code` is Slack's word for why; "" if that place takes messages again.
    """
    where = f"<@{place_id}>" if place_id.startswith(("U", "W")) else f"<#{place_id}>"
    reason = f", where Slack takes no message of mine (`{code}`). {_ADVICE.get(code, '')}"
    why = reason.rstrip() if code else "."
    line = context(f":twisted_rightwards_arrows: Meant for {where}{why}")
    assert line is not None
    other = "somebody else" if where.startswith("<@") else "another channel"
    return drawn.below([line.to_dict()], f"{drawn.text} (Meant for {other}.)")
