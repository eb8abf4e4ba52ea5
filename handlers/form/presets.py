"""Presets: saved from a preview, for oneself or for everybody; seen and deleted from the form."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bot.blocks import form as form_blocks
from bot.blocks import presets as blocks
from bot.domain.errors import NotFound
from bot.domain.form_field import FormField
from bot.domain.preset import Preset
from bot.language.inputs import problem
from bot.rules.access import NO_SUCH_THING
from bot.rules.preset_edits import savable
from bot.services.catalog import reference_of
from handlers import kept
from handlers.form.chosen import chosen_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.rules.access import Asker, Offer
    from handlers.payloads import Press, Submission
    from handlers.talk import Talk

_DELETED = "deleted"
"""Under this name it keeps the preset that was deleted last; what comes back from Slack is not trusted."""
_JOB = "job"
"""Under this name the window keeps the reference of the job whose presets it shows."""


def ask(talk: Talk, press: Press) -> None:
    """Ask for the preset's name, on top of the form if the preview stands in one."""
    shown = talk.services.previews.show(talk.asker, press.value)
    inputs = savable(shown.job, shown.draft.inputs)
    view = blocks.preset_form(shown.draft, shown.job, shown.project, inputs, may_share=shown.may_share)
    if press.view is None:
        talk.open(view)
    else:
        talk.push(view)


def save(talk: Talk, submission: Submission) -> Mapping[str, Any]:
    """Keep the preset. The preview beneath stays open."""
    shown = talk.services.previews.show(talk.asker, submission.view.metadata)
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
    told = form_blocks.told("Saved", blocks.preset_saved(job, preset), ends=view.view_id == view.root_id)
    return {"response_action": "update", "view": told}


def show(talk: Talk, press: Press) -> None:
    """Show what each preset of the form's job holds, on top of the form."""
    chosen = chosen_in(talk, press)
    if chosen is not None:
        kept_with = kept.with_fields(chosen.view.metadata, {_JOB: chosen.reference})
        talk.push(_window(talk, chosen.asker, chosen.offer, kept_with))


def delete(talk: Talk, press: Press) -> None:
    """Delete the preset, and show those that are left, with Undo. Raises NotFound if the job is gone.

    The window keeps what was deleted, unless that is longer than Slack keeps.
    """
    metadata = "" if press.view is None else press.view.metadata
    reference = kept.value(metadata, _JOB)
    if press.view is None or not reference:
        return
    asker = kept.asker(talk, metadata)
    offer = talk.services.catalog.offer(asker, reference)
    preset = next((each for each in offer.job.presets if blocks.reference_of(each) == press.value), None)
    if preset is None:
        notice = ":information_source: It is gone already."
        kept_with = metadata
    else:
        talk.services.presets.delete(asker, offer.project.project_id, offer.job, preset)
        notice = blocks.deleted(preset)
        kept_with = kept.with_fields(metadata, {_DELETED: _written(preset)})
    left = talk.services.catalog.offer(asker, reference_of(offer))
    can_undo = preset is not None and kept_with != metadata
    talk.update(press.view.view_id, None, _window(talk, asker, left, kept_with, notice, undo=can_undo))


def undo_delete(talk: Talk, press: Press) -> None:
    """Keep the deleted preset again, as if it were saved now, and show all. Raises NotFound and Conflict."""
    metadata = "" if press.view is None else press.view.metadata
    reference, preset = kept.value(metadata, _JOB), _read(kept.value(metadata, _DELETED) or "")
    if press.view is None or not reference or preset is None:
        raise NotFound(NO_SUCH_THING)
    asker = kept.asker(talk, metadata)
    offer = talk.services.catalog.offer(asker, reference)
    fitting = {
        each.name: preset.inputs[each.name]
        for each in offer.job.inputs
        if each.name in preset.inputs and problem(each, preset.inputs[each.name]) is None
    }
    if not any(each.folded == preset.folded and each.is_own == preset.is_own for each in offer.job.presets):
        talk.services.presets.save(
            asker, offer.project.project_id, offer.job, preset.name, fitting,
            is_own=preset.is_own, replaces=False,
        )  # fmt: skip
    again = talk.services.catalog.offer(asker, reference_of(offer))
    talk.update(press.view.view_id, None, _window(talk, asker, again, metadata, blocks.brought_back(preset)))


def _written(preset: Preset) -> str:
    return json.dumps([preset.name, dict(preset.inputs), preset.is_own])


def _read(text: str) -> Preset | None:
    """Return the preset that a window keeps; None if it keeps none, or nonsense."""
    try:
        name, inputs, is_own = json.loads(text)
    except (ValueError, TypeError):
        return None
    is_preset = isinstance(name, str) and isinstance(inputs, dict) and isinstance(is_own, bool)
    return Preset(name, inputs, is_own) if is_preset else None


def _window(
    talk: Talk, asker: Asker, offer: Offer, metadata: str, notice: str = "", *, undo: bool = False
) -> dict[str, Any]:
    may_delete_all = talk.services.presets.may_delete_all(asker, offer.project.project_id)
    return blocks.presets(
        offer.job, metadata=metadata, may_delete_all=may_delete_all, notice=notice, undo=undo
    )
