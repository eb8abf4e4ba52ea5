"""The form: job, when, its inputs as fields, where it reports; then the same preview, in the same modal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ExternalDataSelectElement,
    InputBlock,
    PlainTextObject,
)
from slack_sdk.models.views import View

from bot.blocks import form_inputs, form_more, form_when, ids
from bot.blocks.parts import MOST_OPTIONS, actions, button, context, cut, escape, option, section
from bot.domain.form_field import FormField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.blocks.filled import Filled
    from bot.domain.notice import Message


def form(filled: Filled, *, metadata: str, title: str = "Schedule a job") -> dict[str, Any]:
    """Return the form as a view. Slack gives its `metadata` back."""
    blocks: list[Block | None] = [_job(filled)]
    if filled.doing:
        blocks.append(form_when.doing(filled.doing))
    if filled.doing != form_when.NOW:
        blocks += [
            form_when.field(filled.when),
            form_when.reading(filled.reading),
            form_when.picking(is_open=False),
        ]
    if filled.job is not None:
        if filled.job.description:
            blocks.insert(1, context(escape(cut(filled.job.description, 500))))
        blocks += [form_inputs.preset(filled.job, filled), form_inputs.lost(filled)]
        blocks.append(form_inputs.presets_button(filled.job, filled.reference))
        blocks += form_inputs.inputs(filled.job, filled)
        blocks.append(form_inputs.unread(filled.reference) if filled.job.has_unread_inputs else None)
        blocks += form_more.more(filled)
    if filled.changes:
        blocks.append(_delete(filled.changes))
    return _view(title, blocks, metadata, submit="Preview", callback=ids.View.FORM)


def preview(message: Message, *, metadata: str, submit: str | None, another: bool = False) -> dict[str, Any]:
    """Return the preview as a view, in which the modal's own buttons replace the message's.

    `submit` None is one that cannot be done as things are. `another` says that it adds a schedule beside one
    like it.
    """
    shown = [block for block in message.blocks if block["type"] != "actions"]
    return _view(
        "Is this right?",
        shown,
        metadata,
        submit=submit,
        callback=ids.View.PREVIEW_OF_ANOTHER if another else ids.View.PREVIEW,
        close="Back",
    )


def told(title: str, message: Message, *, ends: bool = True) -> dict[str, Any]:
    """Return the last view of a conversation, with nothing to press but Close.

    `ends`: closing it also closes the forms beneath it. Otherwise Close is called Back.
    """
    blocks: Sequence[Block | dict[str, Any]] = message.blocks or [section(message.text)]
    close = "Close" if ends else "Back"
    return _view(title, blocks, "", submit=None, callback=ids.View.TOLD, close=close, ends=ends)


def job_options(labels: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return the options of the type-ahead. `labels` has (reference, what people read)."""
    return [option(words, reference).to_dict() for reference, words in labels[:MOST_OPTIONS]]


def _view(
    title: str,
    blocks: Sequence[Block | dict[str, Any] | None],
    metadata: str,
    *,
    submit: str | None,
    callback: ids.View,
    close: str = "Cancel",
    ends: bool = False,
) -> dict[str, Any]:
    """Return a view. `ends` says that closing it also closes the forms beneath it."""
    return View(
        type="modal",
        callback_id=callback,
        title=PlainTextObject(text=title),
        submit=None if submit is None else PlainTextObject(text=submit),
        close=PlainTextObject(text=close),
        private_metadata=metadata,
        clear_on_close=ends or None,
        blocks=[block for block in blocks if block is not None],
    ).to_dict()


def _delete(schedule_id: str) -> ActionsBlock | None:
    return actions(button(ids.Button.DELETE_IN_FORM, "Delete this schedule", schedule_id, style="danger"))


def _job(filled: Filled) -> InputBlock:
    chosen = option(filled.label, filled.reference) if filled.reference else None
    return InputBlock(
        block_id=FormField.JOB,
        label=PlainTextObject(text="Job"),
        dispatch_action=True,
        element=ExternalDataSelectElement(
            action_id=ids.VALUE,
            placeholder=PlainTextObject(text="Type a few letters of its name"),
            min_query_length=0,
            initial_option=chosen,
        ),
    )
