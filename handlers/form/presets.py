"""Save as preset…, on a preview: its inputs are kept under a name, for everybody in the project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.blocks import form as form_blocks
from bot.blocks import preview as blocks
from bot.domain.form_field import FormField
from bot.rules.project_edits import add_preset, savable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handlers.payloads import Press, Submission
    from handlers.talk import Talk


def ask(talk: Talk, press: Press) -> None:
    """Ask for the preset's name, on top of the form if the preview stands in one."""
    shown = talk.services.drafting.preview(talk.asker, press.value)
    view = blocks.preset_form(shown.draft, shown.job, savable(shown.job, shown.draft.inputs))
    if press.view is None:
        talk.open(view)
    else:
        talk.push(view)


def save(talk: Talk, submission: Submission) -> Mapping[str, Any]:
    """Keep the preset, for those who manage the project. The preview beneath stays open."""
    shown = talk.services.drafting.preview(talk.asker, submission.view.metadata)
    draft, job = shown.draft, shown.job
    name = submission.view.text(FormField.NAME)
    talk.services.managing.edit(talk.asker, draft.project_id, add_preset(job, name, draft.inputs))
    told = form_blocks.told("Saved", blocks.preset_saved(job, " ".join(name.split())), ends=False)
    return {"response_action": "update", "view": told}
