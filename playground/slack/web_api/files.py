"""files.*: the three steps of an upload, and what is known of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.slack.block_kit.surfaces import check_message
from playground.slack.events import emit
from playground.slack.manifest import BOT_USER
from playground.slack.posting import post_by_app
from playground.slack.web_api.call import ApiError, Call, method
from playground.slack.web_api.chat import check_posting, thread_of

if TYPE_CHECKING:
    from playground.slack.records import Conversation, Json, Upload


@method("files.getUploadURLExternal", 4, "files:write", required=("filename", "length"))
def upload_url(call: Call) -> Json:
    size = call.whole("length", 0)
    if size <= 0:
        raise ApiError("missing_argument" if size == 0 else "invalid_arguments")
    upload = call.workspace.uploads.announce(call.text("filename"), size, BOT_USER)
    return {"upload_url": f"{call.workspace.uploads.origin}/upload/{upload.id}", "file_id": upload.id}


@method("files.completeUploadExternal", 4, "files:write", required=("files",))
def complete(call: Call) -> Json:
    channel = call.text("channel_id")
    conversation = _destination(call) if channel else None
    found = _uploads(call)
    for each in found:
        call.workspace.uploads.finish(each, channel or None)
    if conversation is not None:
        _share(call, conversation, found)
    return {"files": [{"id": each.id, "title": each.title} for each in found]}


@method("files.info", 4, "files:read", required=("file",))
def info(call: Call) -> Json:
    upload = call.workspace.uploads.find(call.text("file"))
    if upload is None or not upload.done:
        raise ApiError("file_not_found")
    wire = call.workspace.uploads.wire(upload)
    return {"file": wire, "comments": [], "response_metadata": {"next_cursor": ""}}


def _uploads(call: Call) -> list[Upload]:
    """Each once: a file that has been completed cannot be completed again."""
    wanted = call.structure("files")
    if not isinstance(wanted, list) or not wanted or not all(isinstance(each, dict) for each in wanted):
        raise ApiError("invalid_arguments")
    found = []
    for each in wanted:
        upload = call.workspace.uploads.find(each.get("id", ""))
        if upload is None or not upload.arrived or upload.done:
            raise ApiError("file_not_found")
        upload.title = each.get("title") or upload.name
        found.append(upload)
    return found


def _destination(call: Call) -> Conversation:
    """Unlike chat.postMessage it takes no person's id: their direct messages are opened first."""
    conversation = call.conversation("channel_id")
    if BOT_USER not in conversation.members:
        raise ApiError("not_in_channel")
    check_posting(conversation, call.text("thread_ts"), "posting_to_channel_denied")
    return conversation


def _share(call: Call, conversation: Conversation, uploads: list[Upload]) -> None:
    blocks: Any = call.structure("blocks", "invalid_blocks") or []
    if check_message(blocks):
        raise ApiError("invalid_blocks")
    post_by_app(
        call.workspace,
        conversation.id,
        call.text("initial_comment"),
        blocks,
        thread_ts=thread_of(call, conversation),
        files=[call.workspace.uploads.wire(each) for each in uploads],
    )
    for each in uploads:
        event = {
            "type": "file_shared",
            "file_id": each.id,
            "user_id": BOT_USER,
            "file": {"id": each.id},
            "channel_id": conversation.id,
            "event_ts": call.state.new_ts(),
        }
        emit(call.workspace, event)
