"""What the app receives when a person does something, key for key as Slack sends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.slack.manifest import APP_ID, BOT_ID
from playground.slack.rich_writing import rich_text
from playground.slack.values import state_values

if TYPE_CHECKING:
    from playground.slack.description import PersonDescription, TeamDescription
    from playground.slack.manifest import Command, Shortcut
    from playground.slack.records import Conversation, Json, Message
    from playground.slack.views import View

VERIFICATION = "verification-token"


def handle_of(person: PersonDescription) -> str:
    return person.name.lower().replace(" ", ".")


def channel_name(conversation: Conversation) -> str:
    """A command's `channel_name`: direct and private conversations are not named."""
    return {"im": "directmessage", "private": "privategroup"}.get(conversation.kind, conversation.name)


def command_payload(
    team: TeamDescription,
    person: PersonDescription,
    channel: Conversation,
    command: Command,
    text: str,
    *,
    response_url: str,
    trigger_id: str,
) -> Json:
    return {
        "token": VERIFICATION,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": person.id,
        "user_name": handle_of(person),
        "command": command.name,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def _head(kind: str, team: TeamDescription, person: PersonDescription) -> Json:
    """All but shortcuts say which app they are for; those have one name for the person, each another.

    Of somebody from another workspace it names that one; a form's `team` is theirs, too.
    """
    home, handle = person.team or team.id, handle_of(person)
    user = {"id": person.id, "username": handle, "name": handle, "team_id": home}
    around = {"id": home if kind.startswith("view_") else team.id, "domain": team.domain}
    left_out = {"shortcut": "name", "message_action": "username"}.get(kind)
    return {
        "type": kind,
        "user": {key: each for key, each in user.items() if key != left_out},
        **({} if left_out else {"api_app_id": APP_ID}),
        "token": VERIFICATION,
        "team": around,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def message_place(channel: Conversation, message: Message) -> Json:
    """Container, channel and message of an interaction in a message; an ephemeral one has no body."""
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.ephemeral,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    place: Json = {
        "container": container,
        "channel": {"id": channel.id, "name": channel_name(channel)},
    }
    if not message.ephemeral:
        place["message"] = message_wire(message)
    return place


def view_place(team: TeamDescription, view: View) -> Json:
    return {
        "container": {"type": "view", "view_id": view.id},
        "view": view.to_wire(team.id),
    }


def block_actions(
    team: TeamDescription, person: PersonDescription, place: Json, action: Json, *, trigger_id: str
) -> Json:
    return {
        **_head("block_actions", team, person),
        **place,
        "trigger_id": trigger_id,
        "actions": [action],
    }


def message_state(message: Message, held: dict[tuple[str, str], object]) -> Json:
    return {"values": state_values(message.blocks, held)}


def block_suggestion(
    team: TeamDescription, person: PersonDescription, place: Json, name: tuple[str, str], value: str
) -> Json:
    return {
        **_head("block_suggestion", team, person),
        **place,
        "action_id": name[1],
        "block_id": name[0],
        "value": value,
    }


def view_submission(
    team: TeamDescription,
    person: PersonDescription,
    view: View,
    *,
    trigger_id: str,
    response_urls: list[Json],
) -> Json:
    return {
        **_head("view_submission", team, person),
        "trigger_id": trigger_id,
        "view": view.to_wire(team.id),
        "response_urls": response_urls,
    }


def view_closed(team: TeamDescription, person: PersonDescription, view: View, *, is_cleared: bool) -> Json:
    return {
        **_head("view_closed", team, person),
        "view": view.to_wire(team.id),
        "is_cleared": is_cleared,
    }


def shortcut_payload(
    team: TeamDescription, person: PersonDescription, shortcut: Shortcut, *, action_ts: str, trigger_id: str
) -> Json:
    return {
        **_head("shortcut", team, person),
        "action_ts": action_ts,
        "callback_id": shortcut.callback_id,
        "trigger_id": trigger_id,
    }


def message_shortcut(
    team: TeamDescription,
    person: PersonDescription,
    shortcut: Shortcut,
    channel: Conversation,
    message: Message,
    *,
    action_ts: str,
    trigger_id: str,
    response_url: str,
) -> Json:
    return {
        **_head("message_action", team, person),
        "action_ts": action_ts,
        "callback_id": shortcut.callback_id,
        "trigger_id": trigger_id,
        "response_url": response_url,
        "message_ts": message.ts,
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "message": message_wire(message),
    }


def with_replies(wire: Json, replies: list[Message]) -> Json:
    """As history tells of a thread's root; of any other message it says no more."""
    if not replies:
        return wire
    users = list(dict.fromkeys(each.user for each in replies))
    return {
        **wire,
        "thread_ts": wire["ts"],
        "reply_count": len(replies),
        "reply_users": users,
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
    }


def message_wire(message: Message) -> Json:
    """A message as history, events and interactions carry it."""
    wire: Json = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
    if message.bot:
        wire |= {"bot_id": BOT_ID, "app_id": APP_ID}
    subtype = message.subtype or ("thread_broadcast" if message.broadcast else None)
    if subtype:
        wire["subtype"] = subtype
    if message.blocks:
        wire["blocks"] = message.blocks
    elif not (message.bot or message.subtype):
        wire["blocks"] = [{**rich_text(message.text), "block_id": message.ts.replace(".", "")[-5:]}]
    if message.thread_ts:
        wire |= {"thread_ts": message.thread_ts}
    if message.edited_ts:
        wire["edited"] = {"user": message.user, "ts": message.edited_ts}
    if message.files:
        wire["files"] = message.files
    if message.metadata:
        wire["metadata"] = message.metadata
    if message.reactions:
        wire["reactions"] = [
            {"name": name, "users": users, "count": len(users)} for name, users in message.reactions.items()
        ]
    return wire
