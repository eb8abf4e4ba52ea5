"""Save as preset…, on a preview: its inputs are kept, for oneself or for everybody in the project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.blocks import form as form_blocks
from bot.blocks import presets as blocks
from bot.domain.form_field import FormField
from bot.rules.preset_edits import savable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handlers.payloads import Press, Submission
    from handlers.talk import Talk


def ask(talk: Talk, press: Press) -> None:
    """Ask for the preset's name, on top of the form if the preview stands in one."""
    shown = talk.services.drafting.preview(talk.asker, press.value)
    inputs = savable(shown.job, shown.draft.inputs)
    view = blocks.preset_form(shown.draft, shown.job, shown.project, inputs, may_share=shown.may_share)
    if press.view is None:
        talk.open(view)
    else:
        talk.push(view)


def save(talk: Talk, submission: Submission) -> Mapping[str, Any]:
    """Keep the preset. The preview beneath stays open."""
    shown = talk.services.drafting.preview(talk.asker, submission.view.metadata)
    draft, job, view = shown.draft, shown.job, submission.view
    preset = talk.services.presets.save(
        talk.asker,
        draft.project_id,
        job,
        view.text(FormField.NAME),
        draft.inputs,
        is_own=view.text(FormField.WHOM) != blocks.EVERYBODY,
        replaces=bool(view.many(FormField.REPLACES)),
    )
    told = form_blocks.told("Saved", blocks.preset_saved(job, preset), ends=False)
    return {"response_action": "update", "view": told}
