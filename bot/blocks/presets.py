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
    SectionBlock,
)
from slack_sdk.models.views import View

from bot.blocks import ids
from bot.blocks.form_inputs import preset_value
from bot.blocks.parts import bold, button, confirmation, escape, inputs_line, message, option, section
from bot.domain.form_field import FormField
from bot.domain.preset import LONGEST_NAME
from bot.language.marks import strong

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
        section(f"{bold(job.title)} with {inputs_line(job, inputs)}"),
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
    told = f":white_check_mark: {strong(title)} has the preset {strong(name)} from now on. {whom}"
    return message(
        f"{job.title} has the preset {preset.name}.",
        section(f'{told} Choose it in the form, or type `with preset="{name}"`.'),
    )


def presets(
    job: Job, *, metadata: str, may_delete_all: bool, notice: str = "", undo: bool = False
) -> dict[str, Any]:
    """Return the window with the job's presets, on top of its form. Slack gives its `metadata` back.

    `may_delete_all` also offers to delete those for everybody. `notice` is what was just done, as mrkdwn.
    `undo` offers to bring back what was deleted.
    """
    press = button(ids.Button.UNDO_PRESET, "Undo", "preset", label="Undo: bring the preset back")
    blocks = [section(notice, accessory=press if undo else None)] if notice else []
    blocks += [_preset(job, each, may_delete=each.is_own or may_delete_all) for each in job.presets]
    return View(
        type="modal",
        callback_id=ids.View.PRESETS,
        title=PlainTextObject(text="Presets"),
        close=PlainTextObject(text="Back"),
        private_metadata=metadata,
        blocks=blocks or [section("There are no presets.")],
    ).to_dict()


def deleted(preset: Preset) -> str:
    """Return what was done, as mrkdwn."""
    return f":white_check_mark: {bold(preset.name)} is deleted."


def brought_back(preset: Preset) -> str:
    """Return that the preset is there again, as mrkdwn."""
    return f":white_check_mark: {bold(preset.name)} is back."


def reference_of(preset: Preset) -> str:
    """Return a short name for a job's preset, which says nothing about it."""
    return ids.mark_of(preset_value(preset))


def _preset(job: Job, preset: Preset, *, may_delete: bool) -> SectionBlock:
    whose = "Only you see it." if preset.is_own else "For everybody who uses the job here."
    who = "You" if preset.is_own else "Everybody"
    press = button(
        ids.Button.DELETE_PRESET,
        "Delete…",
        reference_of(preset),
        confirm=confirmation(
            "Delete this preset?",
            f"{who} can then no longer choose it. Schedules and runs stay.",
            "Delete it",
            destroys=True,
        ),
        label=f"Delete the preset {preset.words}",
    )
    text = f"{bold(preset.name)}\n{inputs_line(job, preset.inputs)}\n{whose}"
    return section(text, accessory=press if may_delete else None)
