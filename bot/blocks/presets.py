"""Presets: saved from a preview, under a name, for oneself or for everybody in the project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    InputBlock,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
)
from slack_sdk.models.views import View

from bot.blocks import ids
from bot.blocks.parts import escape, inputs_line, message, option, section
from bot.domain.form_field import FormField
from bot.domain.preset import LONGEST_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.draft import Draft
    from bot.domain.job import Job
    from bot.domain.notice import Message
    from bot.domain.preset import Preset
    from bot.domain.project import Project

ME, EVERYBODY = "me", "everybody"
REPLACES = "replaces"


def preset_form(
    draft: Draft, job: Job, project: Project, inputs: Mapping[str, Any], *, may_share: bool = False
) -> dict[str, Any]:
    """Return the form that asks for the name of a preset with these inputs.

    `may_share` also asks whom it is for.
    """
    blocks: list[Block] = [
        section(f"*{escape(job.title)}* with {inputs_line(job, inputs)}"),
        InputBlock(
            block_id=FormField.NAME,
            label=PlainTextObject(text="Name"),
            hint=None if may_share else PlainTextObject(text="Only you can see it and choose it."),
            element=PlainTextInputElement(
                action_id=ids.VALUE,
                max_length=LONGEST_NAME,
                placeholder=PlainTextObject(text="Such as Month end"),
            ),
        ),
    ]
    if may_share:
        blocks.append(_whom(project))
    replaces = option("Replace the one of this name, if there is one", REPLACES)
    blocks.append(
        InputBlock(
            block_id=FormField.REPLACES,
            label=PlainTextObject(text="If the name is taken"),
            optional=True,
            element=CheckboxesElement(action_id=ids.VALUE, options=[replaces]),
        )
    )
    return View(
        type="modal",
        callback_id=ids.View.SAVE_PRESET,
        title=PlainTextObject(text="Save as preset"),
        submit=PlainTextObject(text="Save"),
        close=PlainTextObject(text="Cancel"),
        private_metadata=draft.draft_id,
        blocks=blocks,
    ).to_dict()


def _whom(project: Project) -> InputBlock:
    options = [
        option("Only for you", ME),
        option(f"For everybody in {project.name}", EVERYBODY, description="As far as they may use this job"),
    ]
    return InputBlock(
        block_id=FormField.WHOM,
        label=PlainTextObject(text="Who can choose it"),
        element=RadioButtonsElement(action_id=ids.VALUE, options=options, initial_option=options[0]),
    )


def preset_saved(job: Job, preset: Preset) -> Message:
    """Return the answer once a preset is kept."""
    name, title = escape(preset.name), escape(job.title)
    whom = "Only you can see it." if preset.is_own else "Everybody who uses the job here can choose it."
    told = f":white_check_mark: *{title}* has the preset *{name}* from now on. {whom}"
    return message(
        f"{job.title} has the preset {preset.name}.",
        section(f'{told} Choose it in the form, or type `with preset="{name}"`.'),
    )
