"""conversations.*: what the app may see of channels, their members and their history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.slack.events import emit_membership
from playground.slack.manifest import BOT_USER
from playground.slack.payloads import message_wire, with_replies
from playground.slack.web_api.call import ApiError, Call, method, page_of

if TYPE_CHECKING:
    from playground.slack.records import Conversation, Json, Message

FAMILY = {"channel": "channels", "private": "groups", "im": "im", "mpim": "mpim"}
MOST_IN_GROUP = 8
MOST = 999
"""On a page of channels, members or messages; of people and replies it is one more."""
TYPES = {"public_channel": "channel", "private_channel": "private", "im": "im", "mpim": "mpim"}
READ = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")


def conversation_wire(conversation: Conversation) -> Json:
    wire: Json = {
        "id": conversation.id,
        "created": conversation.created,
        "is_archived": conversation.archived,
        "is_channel": conversation.kind == "channel",
        "is_group": conversation.kind in {"private", "mpim"},
        "is_im": conversation.kind == "im",
        "is_mpim": conversation.kind == "mpim",
        "is_private": conversation.kind != "channel",
        "is_org_shared": False,
        "is_ext_shared": conversation.shared,
        "is_shared": conversation.shared,
    }
    if conversation.kind == "im":
        others = [each for each in conversation.members if each != BOT_USER]
        return {**wire, "user": others[0] if others else BOT_USER}
    return {
        **wire,
        "name": conversation.name,
        "name_normalized": conversation.name,
        "is_general": conversation.name == "general",
        "is_member": BOT_USER in conversation.members,
        "topic": {"value": conversation.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


@method("conversations.info", 3, *READ, required=("channel",))
def info(call: Call) -> Json:
    conversation = _readable(call, "read")
    wire = conversation_wire(conversation)
    if call.flag("include_num_members"):
        wire["num_members"] = len(conversation.members)
    return {"channel": wire}


@method("conversations.list", 2, *READ)
def list_(call: Call) -> Json:
    found = [each for each in _wanted(call) if call.app_sees(each)]
    rows, more = page_of(call, found, 100, MOST, refusal="invalid_limit")
    return {"channels": [conversation_wire(each) for each in rows], "response_metadata": more}


@method("users.conversations", 3, *READ)
def of_user(call: Call) -> Json:
    user = call.text("user", BOT_USER)
    found = [each for each in _wanted(call) if call.app_sees(each) and user in each.members]
    rows, more = page_of(call, found, 100, MOST, refusal="invalid_limit")
    return {"channels": [conversation_wire(each) for each in rows], "response_metadata": more}


@method("conversations.members", 4, *READ, required=("channel",))
def members(call: Call) -> Json:
    conversation = _readable(call, "read")
    rows, more = page_of(call, conversation.members, 100, MOST, refusal="invalid_limit")
    return {"members": rows, "response_metadata": more}


@method("conversations.open", 3, "im:write", "mpim:write", "groups:write", "channels:manage")
def open_(call: Call) -> Json:
    if call.text("channel"):
        conversation = call.conversation()
        if not conversation.direct:
            raise ApiError("method_not_supported_for_channel_type")
    else:
        conversation = _direct(call, [each for each in call.text("users").split(",") if each])
    wire = conversation_wire(conversation) if call.flag("return_im") else {"id": conversation.id}
    return {"channel": wire}


def _direct(call: Call, users: list[str]) -> Conversation:
    """The app's direct messages with one person, or with several and one another."""
    if not users:
        raise ApiError("users_list_not_supplied")
    if len(users) > MOST_IN_GROUP:
        raise ApiError("too_many_users")
    for each in users:
        if each not in call.state.people or each == BOT_USER:
            raise ApiError("user_not_found")
        if call.state.people[each].deactivated:
            raise ApiError("user_disabled")
    if len(users) == 1:
        call.require_scope("im:write")
        return call.state.direct(BOT_USER, users[0])
    call.require_scope("mpim:write")
    return call.state.group_direct([*users, BOT_USER])


@method("conversations.join", 3, "channels:join", required=("channel",))
def join(call: Call) -> Json:
    conversation = call.conversation()
    if conversation.kind != "channel":
        raise ApiError("method_not_supported_for_channel_type")
    if conversation.archived:
        raise ApiError("is_archived")
    if BOT_USER not in conversation.members:
        conversation.members.append(BOT_USER)
        call.state.keep(conversation)
        emit_membership(call.workspace, conversation, BOT_USER, joined=True)
    return {"channel": conversation_wire(conversation)}


@method("conversations.history", 3, *HISTORY, required=("channel",))
def history(call: Call) -> Json:
    conversation = _readable(call, "history")
    found = [each for each in call.state.history(conversation.id) if each.in_main_view]
    rows, more = page_of(call, _between(call, found)[::-1], 100, MOST)
    wires = [_with_replies(call, each) for each in rows]
    return {"messages": wires, "has_more": bool(more["next_cursor"]), "response_metadata": more}


@method("conversations.replies", 3, *HISTORY, required=("channel", "ts"))
def replies(call: Call) -> Json:
    conversation = _readable(call, "history")
    root = call.state.message(conversation.id, call.text("ts"))
    if root is None or root.ephemeral:
        raise ApiError("thread_not_found")
    if call.whole("limit", 1) < 1:
        raise ApiError("invalid_arguments")
    found = [root, *_between(call, call.state.replies(conversation.id, root.thread_ts or root.ts))]
    rows, more = page_of(call, found, 1000)
    wires = [_with_replies(call, each) for each in rows]
    return {"messages": wires, "has_more": bool(more["next_cursor"]), "response_metadata": more}


def _readable(call: Call, what: str) -> Conversation:
    conversation = call.conversation()
    call.require_scope(f"{FAMILY[conversation.kind]}:{what}")
    if what == "history" and BOT_USER not in conversation.members:
        raise ApiError("not_in_channel")
    return conversation


def _wanted(call: Call) -> list[Conversation]:
    names = [each.strip() for each in call.text("types", "public_channel").split(",")]
    if not set(names) <= set(TYPES):
        raise ApiError("invalid_types")
    kinds = {TYPES[each] for each in names}
    for kind in kinds & set(FAMILY):
        call.require_scope(f"{FAMILY[kind]}:read")
    archived = not call.flag("exclude_archived")
    return [
        each
        for each in call.state.conversations.values()
        if each.kind in kinds and (archived or not each.archived)
    ]


def _between(call: Call, messages: list[Message]) -> list[Message]:
    oldest, newest = _moment(call, "oldest", 0.0), _moment(call, "latest", float("inf"))
    inclusive = call.flag("inclusive")
    return [
        each
        for each in messages
        if oldest < float(each.ts) < newest or (inclusive and float(each.ts) in {oldest, newest})
    ]


def _moment(call: Call, name: str, otherwise: float) -> float:
    given = call.text(name)
    try:
        return otherwise if given in {"now", ""} else float(given)
    except ValueError:
        raise ApiError(f"invalid_ts_{name}") from None


def _with_replies(call: Call, message: Message) -> Json:
    wire = message_wire(message)
    if not call.flag("include_all_metadata"):
        wire.pop("metadata", None)
    return with_replies(wire, call.state.replies(message.channel, message.ts))
