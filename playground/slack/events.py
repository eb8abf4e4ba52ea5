"""Events API: only what the manifest subscribes to and the scopes allow, with retries and one event id."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING

from playground.slack.delivery import NoAnswerError, NotDeliveredError, Parcel
from playground.slack.ids import new_id
from playground.slack.manifest import APP_ID, BOT_USER
from playground.slack.payloads import VERIFICATION, message_wire, with_replies
from playground.slack.subscriptions import missing_scope, wanted

if TYPE_CHECKING:
    from playground.slack.records import Conversation, Json, Message
    from playground.slack.workspace import Workspace

MESSAGE_EVENTS = {
    "channel": "message.channels",
    "private": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}
CHANNEL_TYPES = {"channel": "channel", "private": "group", "im": "im", "mpim": "mpim"}


def emit(workspace: Workspace, event: Json, subscription: str | None = None) -> None:
    """`subscription`: the name in the manifest, where it is not the event's own type."""
    name = subscription or event["type"]
    if not wanted(workspace.manifest, name):
        return
    scope = missing_scope(workspace.manifest, name)
    if scope:
        entry = workspace.journal.open("Slack → app", name, event)
        workspace.journal.close(entry, None, f"not sent: the app has no scope {scope}")
        return
    if workspace.event_limits.disabled or not workspace.event_limits.take():
        _hold_back(workspace, name, event)
        return
    envelope = _envelope(workspace, event)
    workspace.in_background(_deliver(workspace, envelope))
    if workspace.faults.duplicate_events:
        workspace.in_background(_deliver(workspace, envelope))


def _hold_back(workspace: Workspace, name: str, event: Json) -> None:
    """What is not sent is lost; that it is too much is told to the app once a minute."""
    why = "more than the app may get in an hour"
    if workspace.event_limits.disabled:
        why = "events are disabled: the app did not take almost any of them"
    entry = workspace.journal.open("Slack → app", name, event)
    workspace.journal.close(entry, None, f"not sent: {why}")
    minute = workspace.event_limits.minute_to_tell()
    if minute is not None and not workspace.event_limits.disabled:
        told = {
            "token": VERIFICATION,
            "type": "app_rate_limited",
            "team_id": workspace.state.team.id,
            "minute_rate_limited": minute,
            "api_app_id": APP_ID,
        }
        workspace.in_background(_deliver(workspace, told))


def emit_message(workspace: Workspace, message: Message) -> None:
    """A message event, where the app is a member; and app_mention when it names the app."""
    conversation = workspace.state.conversations[message.channel]
    if BOT_USER not in conversation.members or message.ephemeral:
        return
    event = {
        **message_wire(message),
        "channel": message.channel,
        "channel_type": CHANNEL_TYPES[conversation.kind],
        "event_ts": message.ts,
        "team": _home(workspace, message.user),
        **_beside(workspace, message),
    }
    emit(workspace, event, MESSAGE_EVENTS[conversation.kind])
    if (
        f"<@{BOT_USER}>" in message.text
        and not (message.bot or message.subtype)
        and conversation.kind != "im"
    ):
        mention = {key: each for key, each in event.items() if key != "channel_type"}
        emit(workspace, {**mention, "type": "app_mention"})


def _home(workspace: Workspace, user: str) -> str:
    """The workspace that somebody is of."""
    person = workspace.state.people.get(user)
    return (person.team if person is not None else None) or workspace.state.team.id


def _beside(workspace: Workspace, message: Message) -> Json:
    """What only the event says: of what a person sent its client's id, of a reply in the channel its root."""
    told: Json = {} if message.bot or message.subtype else {"client_msg_id": str(uuid.uuid4())}
    if message.files:
        told |= {"subtype": "file_share", "upload": False, "display_as_bot": False}
    state = workspace.state
    root = state.message(message.channel, message.thread_ts or "") if message.broadcast else None
    if root is not None:
        told["root"] = with_replies(message_wire(root), state.replies(root.channel, root.ts))
    return told


def emit_edit(workspace: Workspace, message: Message, before: Json) -> None:
    conversation = workspace.state.conversations[message.channel]
    if BOT_USER in conversation.members:
        event = {
            "type": "message",
            "subtype": "message_changed",
            "hidden": True,
            "channel": message.channel,
            "channel_type": CHANNEL_TYPES[conversation.kind],
            "ts": workspace.state.new_ts(),
            "event_ts": message.edited_ts or message.ts,
            "message": message_wire(message),
            "previous_message": before,
        }
        emit(workspace, event, MESSAGE_EVENTS[conversation.kind])


def emit_deletion(workspace: Workspace, message: Message) -> None:
    conversation = workspace.state.conversations[message.channel]
    if BOT_USER in conversation.members:
        event = {
            "type": "message",
            "subtype": "message_deleted",
            "hidden": True,
            "channel": message.channel,
            "channel_type": CHANNEL_TYPES[conversation.kind],
            "deleted_ts": message.ts,
            "ts": workspace.state.new_ts(),
            "event_ts": workspace.state.new_ts(),
            "previous_message": message_wire(message),
        }
        emit(workspace, event, MESSAGE_EVENTS[conversation.kind])


def emit_reaction(workspace: Workspace, message: Message, user: str, name: str, *, added: bool) -> None:
    if BOT_USER not in workspace.state.conversations[message.channel].members:
        return
    event = {
        "type": "reaction_added" if added else "reaction_removed",
        "user": user,
        "reaction": name,
        "item_user": message.user,
        "item": {"type": "message", "channel": message.channel, "ts": message.ts},
        "event_ts": workspace.state.new_ts(),
    }
    emit(workspace, event)


def emit_membership(workspace: Workspace, conversation: Conversation, person: str, *, joined: bool) -> None:
    if BOT_USER not in conversation.members and person != BOT_USER:
        return
    kind = "member_joined_channel" if joined else "member_left_channel"
    letter = "C" if conversation.kind == "channel" else "G"
    emit(
        workspace,
        {
            "type": kind,
            "user": person,
            "channel": conversation.id,
            "channel_type": letter,
            "team": workspace.state.team.id,
            "event_ts": workspace.state.new_ts(),
        },
    )


def _envelope(workspace: Workspace, event: Json) -> Json:
    team = workspace.state.team.id
    channel = workspace.state.conversations.get(str(event.get("channel")))
    return {
        "token": VERIFICATION,
        "team_id": event["team"] if event["type"] == "message" and "team" in event else team,
        "context_team_id": team,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": new_id("Ev"),
        "event_time": int(workspace.clock.now()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": team,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": channel is not None and channel.shared,
        "event_context": new_id("4-"),
    }


async def _deliver(workspace: Workspace, envelope: Json) -> None:
    """Once, then up to three times more: at once, after a minute, after five."""
    parcel = Parcel("events_api", envelope)
    for attempt, wait in enumerate((None, *workspace.timing.event_retries)):
        if wait is not None:
            await asyncio.sleep(wait)
        try:
            await _attempt(workspace, parcel)
        except NoAnswerError:
            reason = "timeout" if workspace.manifest.socket_mode else "http_timeout"
        except NotDeliveredError as failure:
            if workspace.manifest.socket_mode:
                return  # assumed: with no connection there is nobody to retry to
            if str(failure) == "no_retry":
                return
            reason = str(failure).split(" ", 1)[0]
        else:
            return
        parcel = Parcel("events_api", envelope, retry=attempt + 1, retry_reason=reason)


async def _attempt(workspace: Workspace, parcel: Parcel) -> None:
    """Assumed: only over HTTP is an app judged by what it takes."""
    judged = not workspace.manifest.socket_mode
    try:
        await workspace.deliver(parcel)
    except (NoAnswerError, NotDeliveredError):
        if judged:
            workspace.event_limits.attempted(taken=False)
        raise
    if judged:
        workspace.event_limits.attempted(taken=True)
