"""chat.*: posting, editing and deleting messages, with Slack's refusals."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from playground.slack.block_kit.surfaces import check_message
from playground.slack.events import emit_deletion
from playground.slack.manifest import BOT_USER
from playground.slack.payloads import message_wire
from playground.slack.posting import edit_by_app, post_by_app
from playground.slack.web_api.call import ApiError, Call, method

if TYPE_CHECKING:
    from playground.slack.records import Conversation, Json, Message

LONGEST_POST = 40_000
LONGEST_UPDATE = 4_000
LONGEST_MARKDOWN = 12_000
LONGEST_BLOCKS = 13_200
"""Seen, not documented: of a message's blocks, all together."""
MOST_ATTACHMENTS = 100
PER_SECOND = "1 per second and channel"


@method("chat.postMessage", 5, "chat:write", required=("channel",))
def post_message(call: Call) -> Json:
    conversation = destination_of(call)
    may_post(call, conversation)
    check_posting(conversation, call.text("thread_ts"))
    text, blocks = content_of(call)
    warning = None
    if len(text) > LONGEST_POST:
        text, warning = text[:LONGEST_POST], "message_truncated"
    _pace(call, conversation)
    message = post_by_app(
        call.workspace,
        conversation.id,
        text,
        blocks,
        thread_ts=thread_of(call, conversation),
        broadcast=call.flag("reply_broadcast") and bool(call.text("thread_ts")),
        metadata=metadata_of(call),
        markdown="markdown_text" in call.arguments,
        mrkdwn=call.arguments.get("mrkdwn", True) not in (False, "false", "0"),
    )
    answer: Json = {"channel": conversation.id, "ts": message.ts, "message": message_wire(message)}
    if warning:
        answer |= {"warning": warning, "response_metadata": {"warnings": [warning]}}
    return answer


@method("chat.postEphemeral", 4, "chat:write", required=("channel", "user"))
def post_ephemeral(call: Call) -> Json:
    conversation = call.conversation(by_name=True)
    may_post(call, conversation)
    check_posting(conversation, call.text("thread_ts"), "restricted_action")
    user = call.text("user")
    if user not in conversation.members:
        raise ApiError("user_not_in_channel")
    text, blocks = content_of(call)
    check_length(text)
    thread = thread_of(call, conversation)
    if call.workspace.faults.lose_ephemerals:
        return {"message_ts": call.state.new_ts()}
    message = post_by_app(call.workspace, conversation.id, text, blocks, visible_to=user, thread_ts=thread)
    return {"message_ts": message.ts}


@method("chat.update", 3, "chat:write", required=("channel", "ts"))
def update(call: Call) -> Json:
    conversation = call.conversation()
    if conversation.archived:
        raise ApiError("is_inactive")
    message = _own_message(call, conversation, "cant_update_message")
    _check_edit_window(call, message)
    text, blocks = content_of(call)
    if len(call.text("text")) > LONGEST_UPDATE:
        raise ApiError("msg_too_long")
    if call.flag("reply_broadcast"):
        if message.thread_ts in {None, message.ts}:
            raise ApiError("cant_broadcast_message")
        message.broadcast = True
    if "metadata" in call.arguments:
        message.metadata = metadata_of(call)
    edit_by_app(call.workspace, message, text, blocks)
    return {"channel": conversation.id, "ts": message.ts, "text": text, "message": message_wire(message)}


@method("chat.delete", 3, "chat:write", required=("channel", "ts"))
def delete(call: Call) -> Json:
    conversation = call.conversation()
    message = _own_message(call, conversation, "cant_delete_message")
    call.state.delete(message)
    emit_deletion(call.workspace, message)
    return {"channel": conversation.id, "ts": message.ts}


@method("chat.getPermalink", 5, required=("channel", "message_ts"))
def permalink(call: Call) -> Json:
    conversation = call.conversation()
    ts = call.text("message_ts")
    message = call.state.message(conversation.id, ts)
    if message is None or message.ephemeral:
        raise ApiError("message_not_found")
    origin = call.workspace.response_urls.origin
    url = f"{origin}/archives/{conversation.id}/p{ts.replace('.', '')}"
    if message.thread_ts and message.thread_ts != ts:
        url += f"?thread_ts={message.thread_ts}&cid={conversation.id}"
    return {"channel": conversation.id, "permalink": url}


def destination_of(call: Call) -> Conversation:
    """A person's id opens the direct messages with them."""
    wanted = call.text("channel")
    if wanted in call.state.people and wanted != BOT_USER:
        if call.state.people[wanted].deactivated:
            raise ApiError("channel_not_found")
        return call.state.direct(BOT_USER, wanted)
    return call.conversation(by_name=True)


def may_post(call: Call, conversation: Conversation) -> None:
    if conversation.archived:
        raise ApiError("is_archived")
    public = conversation.kind == "channel" and "chat:write.public" in call.workspace.manifest.scopes
    if BOT_USER not in conversation.members and not public:
        raise ApiError("not_in_channel")
    if conversation.kind == "im" and not call.workspace.manifest.messages_tab:
        raise ApiError("messages_tab_disabled")


def check_posting(conversation: Conversation, thread_ts: str, otherwise: str = "") -> None:
    """What the channel's managers allow apps; `otherwise` names it where a method has one word for all."""
    refusals = {
        "read_only": "restricted_action_read_only_channel",
        "threads_only": "" if thread_ts else "restricted_action_thread_only_channel",
    }
    refusal = refusals.get(conversation.posting)
    if refusal:
        raise ApiError(otherwise or refusal)


def _pace(call: Call, conversation: Conversation) -> None:
    wait = call.workspace.rate_limits.check_posting(conversation.id)
    if wait is not None:
        raise ApiError("ratelimited", retry_after=wait, rule=PER_SECOND)


def thread_of(call: Call, conversation: Conversation) -> str | None:
    """Assumed: an unknown thread is refused; a reply to a reply goes to its thread's root."""
    ts = call.text("thread_ts")
    if not ts:
        return None
    root = call.state.message(conversation.id, ts)
    if root is None or root.ephemeral:
        raise ApiError("cannot_reply_to_message")
    return root.thread_ts or root.ts


def _own_message(call: Call, conversation: Conversation, not_own: str) -> Message:
    message = call.state.message(conversation.id, call.text("ts"))
    if message is None or message.ephemeral:
        raise ApiError("message_not_found")
    if not message.bot:
        raise ApiError(not_own)
    return message


def _check_edit_window(call: Call, message: Message) -> None:
    window = call.state.team.edit_window
    if window is not None and call.workspace.clock.now() - float(message.ts) > window:
        raise ApiError("edit_window_closed")


def content_of(call: Call) -> tuple[str, list[Any]]:
    """Text and checked blocks; at least one of them."""
    text = call.text("text")
    blocks = call.structure("blocks", "invalid_blocks_format")
    if "markdown_text" in call.arguments:
        if text or blocks:
            raise ApiError("markdown_text_conflict")
        text = call.text("markdown_text")
        if len(text) > LONGEST_MARKDOWN:
            raise ApiError("msg_too_long")
    if blocks is not None and not isinstance(blocks, list):
        raise ApiError("invalid_blocks_format")
    blocks = blocks or []
    found = check_message(blocks, call.workspace.faults.unknown_blocks)
    if found:
        said = [str(each) for each in found]
        raise ApiError("invalid_blocks", errors=said, response_metadata={"messages": said})
    if size_of(blocks) > LONGEST_BLOCKS:
        raise ApiError("msg_blocks_too_long")
    attachments = call.structure("attachments") or []
    if len(attachments) > MOST_ATTACHMENTS:
        raise ApiError("too_many_attachments")
    if not text.strip() and not blocks and not attachments:
        raise ApiError("no_text")
    return text, blocks


def check_length(text: str) -> None:
    """Only chat.postMessage cuts what is too long. Assumed: for the others the same length is too long."""
    if len(text) > LONGEST_POST:
        raise ApiError("msg_too_long")


def metadata_of(call: Call) -> Json | None:
    """None, or an empty object, is none."""
    given = call.structure("metadata", "invalid_metadata_format")
    if not given:
        return None
    if not isinstance(given, dict):
        raise ApiError("invalid_metadata_format")
    said = isinstance(given.get("event_type"), str) and isinstance(given.get("event_payload"), dict)
    if not said and "entities" not in given:
        raise ApiError("invalid_metadata_schema")
    return given


def size_of(blocks: list[Any]) -> int:
    """Assumed: all of their JSON counts. Seen: 11,341 characters of text, refused for what is around them."""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))
