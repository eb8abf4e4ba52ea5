"""files.*: the three steps of an upload, and reactions beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.playground.slack.ids import new_id
from bot.playground.slack.manifest import BOT_USER
from bot.playground.slack.posting import post_by_app
from bot.playground.slack.records import Upload
from bot.playground.slack.web_api.call import ApiError, Call, method

if TYPE_CHECKING:
    from bot.playground.slack.records import Json


@method("files.getUploadURLExternal", 4, "files:write", required=("filename", "length"))
def upload_url(call: Call) -> Json:
    upload = Upload(new_id("F"), call.text("filename"), call.text("filename"), call.whole("length", 0))
    if upload.size <= 0:
        raise ApiError("invalid_arguments")
    call.workspace.uploads[upload.id] = upload
    origin = call.workspace.response_urls.origin
    return {"upload_url": f"{origin}/upload/{upload.id}", "file_id": upload.id}


@method("files.completeUploadExternal", 4, "files:write", required=("files",))
def complete(call: Call) -> Json:
    wanted = call.structure("files")
    if not isinstance(wanted, list) or not wanted:
        raise ApiError("invalid_arguments")
    found = []
    for each in wanted:
        upload = call.workspace.uploads.get(each.get("id", ""))
        if upload is None or not upload.arrived:
            raise ApiError("file_not_found")
        upload.title = each.get("title") or upload.name
        found.append(upload)
    if call.text("channel_id"):
        _share(call, found)
    return {"files": [{"id": each.id, "title": each.title} for each in found]}


@method("files.info", 4, "files:read", required=("file",))
def info(call: Call) -> Json:
    upload = call.workspace.uploads.get(call.text("file"))
    if upload is None:
        raise ApiError("file_not_found")
    return {"file": file_wire(call, upload), "comments": [], "response_metadata": {"next_cursor": ""}}


def file_wire(call: Call, upload: Upload) -> Json:
    origin = call.workspace.response_urls.origin
    return {
        "id": upload.id,
        "name": upload.name,
        "title": upload.title,
        "size": upload.size,
        "user": BOT_USER,
        "url_private": f"{origin}/files/{upload.id}",
        "channels": upload.shared_in,
    }


def _share(call: Call, uploads: list[Upload]) -> None:
    conversation = call.conversation("channel_id")
    if BOT_USER not in conversation.members:
        raise ApiError("not_in_channel")
    for each in uploads:
        each.shared_in.append(conversation.id)
    post_by_app(
        call.workspace,
        conversation.id,
        call.text("initial_comment"),
        [],
        thread_ts=call.text("thread_ts") or None,
        files=[file_wire(call, each) for each in uploads],
    )


@method("reactions.add", 3, "reactions:write", required=("channel", "name", "timestamp"))
def react(call: Call) -> Json:
    conversation = call.conversation()
    message = call.state.message(conversation.id, call.text("timestamp"))
    if message is None or message.ephemeral:
        raise ApiError("message_not_found")
    users = message.reactions.setdefault(call.text("name"), [])
    if BOT_USER in users:
        raise ApiError("already_reacted")
    users.append(BOT_USER)
    call.state.changed(message)
    return {}
