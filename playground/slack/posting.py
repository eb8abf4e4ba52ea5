"""How the app's words get into a conversation: posts, answers to commands, response_url."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.slack.block_kit.surfaces import check_message
from playground.slack.escaping import entities
from playground.slack.events import emit_edit, emit_message
from playground.slack.ids import with_ids
from playground.slack.manifest import BOT_USER
from playground.slack.payloads import message_wire
from playground.slack.records import Message

if TYPE_CHECKING:
    from playground.slack.records import Json
    from playground.slack.response_urls import ResponseUrl
    from playground.slack.workspace import Workspace


class RefusedAnswerError(Exception):
    """An answer that Slack does not take; its text is the error code."""


def post_by_app(workspace: Workspace, channel: str, text: str, blocks: list[Json], **more: Any) -> Message:
    """Put the app's message there; the caller has checked it and the right to post."""
    message = Message(
        ts=workspace.state.new_ts(),
        channel=channel,
        user=BOT_USER,
        text=text,
        blocks=with_ids(blocks),
        bot=True,
        **more,
    )
    workspace.state.post(message)
    emit_message(workspace, message)
    return message


def edit_by_app(workspace: Workspace, message: Message, text: str, blocks: list[Json]) -> None:
    """Replace text and blocks; omitted blocks are gone. Nobody is notified: the ts stays."""
    before = message_wire(message)
    message.text, message.blocks = text, with_ids(blocks)
    message.edited_ts = workspace.state.new_ts()
    workspace.troubles = {key for key in workspace.troubles if key[1] != message.ts}
    workspace.state.changed(message)
    if not message.ephemeral:
        emit_edit(workspace, message, before)


def answer_command(workspace: Workspace, channel: str, person: str, typed: str, answer: Any) -> None:
    """The acknowledgement's own words: ephemeral unless `in_channel`, which also shows the command."""
    body = read_answer(answer)
    if body is None:
        return
    check_answer(workspace, body)
    in_channel = body.get("response_type") == "in_channel"
    if in_channel:
        shown = Message(workspace.state.new_ts(), channel, person, entities(typed), subtype="slash_command")
        workspace.state.post(shown)
    post_by_app(
        workspace,
        channel,
        body.get("text", ""),
        body.get("blocks") or [],
        visible_to=None if in_channel else person,
    )


def answer_by_url(workspace: Workspace, url: ResponseUrl, body: Json) -> None:
    """What was posted to a response_url."""
    original = workspace.state.message(url.channel, url.ts) if url.ts else None
    if body.get("delete_original"):
        if original is None:
            raise RefusedAnswerError("no_original_to_delete")
        workspace.state.delete(original)
        return
    check_answer(workspace, body)
    text, blocks = body.get("text", ""), body.get("blocks") or []
    if body.get("replace_original") and original is not None:
        edit_by_app(workspace, original, text, blocks)
        return
    public = body.get("response_type") == "in_channel"
    thread = body.get("thread_ts") or (url.thread_ts if not public else None)
    post_by_app(
        workspace, url.channel, text, blocks, visible_to=None if public else url.person, thread_ts=thread
    )


def read_answer(answer: Any) -> Json | None:
    if answer in (None, "", {}):
        return None
    return {"text": answer} if isinstance(answer, str) else dict(answer)


def check_answer(workspace: Workspace, body: Json) -> None:
    if check_message(body.get("blocks") or [], workspace.faults.unknown_blocks):
        raise RefusedAnswerError("invalid_blocks")
    if not (body.get("text") or body.get("blocks") or body.get("attachments")):
        raise RefusedAnswerError("no_text")
