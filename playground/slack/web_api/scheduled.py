"""chat.scheduleMessage and its two companions: Slack's own posting at a time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from playground.slack.ids import new_id
from playground.slack.posting import post_by_app
from playground.slack.records import Scheduled
from playground.slack.web_api.call import ApiError, Call, method, page_of
from playground.slack.web_api.chat import (
    check_length,
    check_posting,
    content_of,
    destination_of,
    may_post,
    thread_of,
)

if TYPE_CHECKING:
    from playground.slack.records import Json
    from playground.slack.workspace import Workspace

FARTHEST = 120 * 86_400
LOOK = 0.2


@method("chat.scheduleMessage", 3, "chat:write", required=("channel", "post_at"))
def schedule(call: Call) -> Json:
    conversation = destination_of(call)
    may_post(call, conversation)
    check_posting(conversation, call.text("thread_ts"))
    thread = thread_of(call, conversation)
    text, blocks = content_of(call)
    check_length(text)
    at, now = call.whole("post_at", 0), call.workspace.clock.now()
    if at <= now:
        raise ApiError("time_in_past")
    if at > now + FARTHEST:
        raise ApiError("time_too_far")
    one = Scheduled(new_id("Q"), conversation.id, at, text, blocks, thread)
    call.workspace.scheduled[one.id] = one
    call.workspace.in_background(_post_when_due(call.workspace, one))
    return {"channel": one.channel, "scheduled_message_id": one.id, "post_at": at, "message": {"text": text}}


@method("chat.deleteScheduledMessage", 3, "chat:write", required=("channel", "scheduled_message_id"))
def delete(call: Call) -> Json:
    conversation, name = call.conversation(), call.text("scheduled_message_id")
    one = call.workspace.scheduled.get(name)
    if one is None or one.channel != conversation.id:
        raise ApiError("invalid_scheduled_message_id")
    del call.workspace.scheduled[name]
    return {}


@method("chat.scheduledMessages.list", 3)
def list_(call: Call) -> Json:
    wanted = call.text("channel")
    if wanted and wanted not in call.state.conversations:
        raise ApiError("invalid_channel")
    found = [each for each in call.workspace.scheduled.values() if wanted in {"", each.channel}]
    rows, more = page_of(call, found, 100)
    wires = [
        {"id": each.id, "channel_id": each.channel, "post_at": each.post_at, "text": each.text}
        for each in rows
    ]
    return {"scheduled_messages": wires, "response_metadata": more}


async def _post_when_due(workspace: Workspace, one: Scheduled) -> None:
    while workspace.clock.now() < one.post_at:  # noqa: ASYNC110  a clock moved by hand rings no bell
        await asyncio.sleep(LOOK)
    if workspace.scheduled.pop(one.id, None) is not None:
        post_by_app(workspace, one.channel, one.text, one.blocks, thread_ts=one.thread_ts)
