"""Presets: saved from a preview, for oneself or for everybody; seen and deleted from the form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.blocks import form as form_blocks
from bot.blocks import presets as blocks
from bot.domain.form_field import FormField
from bot.rules.preset_edits import savable
from bot.services.catalog import reference_of
from handlers import kept
from handlers.form.chosen import chosen_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.rules.access import Asker, Offer
    from handlers.payloads import Press, Submission
    from handlers.talk import Talk

_JOB = "job"
"""Under this name the window keeps the reference of the job whose presets it shows."""


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
    told = form_blocks.told("Saved", blocks.preset_saved(job, preset), ends=view.view_id == view.root_id)
    return {"response_action": "update", "view": told}


def show(talk: Talk, press: Press) -> None:
    """Show what each preset of the form's job holds, on top of the form."""
    chosen = chosen_in(talk, press)
    if chosen is not None:
        kept_with = kept.with_fields(chosen.view.metadata, {_JOB: chosen.reference})
        talk.push(_window(talk, chosen.asker, chosen.offer, kept_with))


def delete(talk: Talk, press: Press) -> None:
    """Delete the preset, and show those that are left. Raises NotFound if the job or the preset is gone."""
    metadata = "" if press.view is None else press.view.metadata
    reference = kept.value(metadata, _JOB)
    if press.view is None or not reference:
        return
    asker = kept.asker(talk, metadata)
    offer = talk.services.catalog.offer(asker, reference)
    preset = next((each for each in offer.job.presets if blocks.reference_of(each) == press.value), None)
    if preset is None:
        notice = ":information_source: It is gone already."
    else:
        talk.services.presets.delete(asker, offer.project.project_id, offer.job, preset)
        notice = blocks.deleted(preset)
    left = talk.services.catalog.offer(asker, reference_of(offer))
    talk.update(press.view.view_id, None, _window(talk, asker, left, metadata, notice))


def _window(talk: Talk, asker: Asker, offer: Offer, metadata: str, notice: str = "") -> dict[str, Any]:
    may_delete_all = talk.services.presets.may_delete_all(asker, offer.project.project_id)
    return blocks.presets(offer.job, metadata=metadata, may_delete_all=may_delete_all, notice=notice)
