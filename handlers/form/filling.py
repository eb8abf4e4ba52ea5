"""The form is filled in: a job is looked for and chosen, its inputs appear, a preset fills them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.blocks import choices, form_inputs
from bot.blocks import form as form_blocks
from bot.blocks.filled import Filled
from bot.blocks.form_inputs import LAST_USED
from bot.blocks.ids import MOVING, TYPED, input_block, job_and_part, option_value, part_of
from bot.domain.errors import NotFound
from bot.domain.form_field import FormField
from bot.domain.rights import Action
from bot.language.inputs import Fit, dependents, fit
from bot.services.catalog import reference_of
from handlers import kept
from handlers.form.chosen import chosen_in
from handlers.form.inputs import carried_over, preset_option
from handlers.form.more import is_open, with_policies_of
from handlers.form.opening import filled_in, label_of
from handlers.form.picking import with_when_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.job import Job
    from bot.rules.access import Asker, Offer
    from handlers.form.live import LiveForms
    from handlers.payloads import Press, Typing, ViewState
    from handlers.talk import Talk


def suggest(talk: Talk, typing: Typing) -> list[dict[str, Any]]:
    """Return the jobs that fit what was typed."""
    asker = kept.asker(talk, typing.metadata)
    found = talk.services.catalog.search(asker, typing.text, Action.RUN, only_startable=True)
    return form_blocks.job_options([(reference_of(offer), label_of(offer, found)) for offer in found])


def suggest_choices(talk: Talk, typing: Typing) -> list[dict[str, Any]]:
    """Return the choices that fit, of an input that has more than a form can hold, or of what moves."""
    reference, part = job_and_part(typing.block_id)
    offer = talk.services.catalog.offer(kept.asker(talk, typing.metadata), reference)
    if part.startswith(f"{MOVING}."):
        return choices.moving(offer.job, part.removeprefix(f"{MOVING}."), typing.text, talk.viewpoint)
    return choices.found(offer.job, part.removeprefix("input."), typing.text, typing.block_id)


def choose(live: LiveForms, talk: Talk, press: Press) -> None:
    """Show the inputs of the chosen job, with what was filled in for inputs like them.

    What to do and when stay as they stand.
    """
    view = press.view
    if view is None or not press.value:
        return
    asker = kept.asker(talk, view.metadata)
    offer = talk.services.catalog.offer(asker, press.value)
    values = {**_carried_over(talk, asker, view, offer), **secrets_of(talk, offer.job, view.metadata)}
    _draw(live, talk, press, view, filled_in(talk, offer, asker=asker, values=values))


def choose_preset(live: LiveForms, talk: Talk, press: Press) -> None:
    """Fill in the preset's inputs. What stands under When, and where it reports, stays."""
    chosen = chosen_in(talk, press)
    if chosen is None:
        return
    view, asker, reference, offer = chosen.view, chosen.asker, chosen.reference, chosen.offer
    option = preset_option(offer.job, {FormField.PRESET: press.value})
    if press.value and not option:
        return  # it was deleted while the form was open
    found = _of_preset(talk, offer, option)
    filled = filled_in(
        talk,
        offer,
        asker=asker,
        values={**secrets_of(talk, offer.job, view.metadata), **found.values},
        reports_to=place_of(parts_of(view, reference)),
    )
    filled = replace(filled, preset=option, wrong=found.wrong, lost=found.gone, is_open=not _is_folded(view))
    _draw(live, talk, press, view, filled)


def _of_preset(talk: Talk, offer: Offer, option: str) -> Fit:
    """Return what fits of a preset, or of the person's last run for LAST_USED."""
    if option == LAST_USED:
        return Fit(talk.services.drafting.last_used(talk.asker, offer), {}, ())
    preset = form_inputs.chosen_preset(offer.job, option)
    return Fit({}, {}, ()) if preset is None else fit(offer.job, preset)


def show_more(live: LiveForms, talk: Talk, press: Press) -> None:
    """Show the inputs that were folded, where their button stood. Everything else stays as it stands."""
    chosen = chosen_in(talk, press)
    if chosen is None:
        return
    view, reference, offer = chosen.view, chosen.reference, chosen.offer
    preset = preset_option(offer.job, parts_of(view, reference))
    values = _leading(offer.job, parts_of(view, reference))
    filled = Filled(
        reference=reference_of(offer),
        job=offer.job,
        preset=preset,
        values=values,
        files=talk.services.files.limits,
    )
    parts = {part_of(each, reference) for each in view.blocks}
    away = [
        each
        for each in form_inputs.shown_inputs(offer.job)
        if not {f"input.{each.name}", f"{TYPED}.{each.name}"} & parts
    ]
    shown = [each.to_dict() for each in form_inputs.fields(offer.job, filled, away) if each is not None]
    button = input_block(reference_of(offer), form_inputs.MORE)

    def changed(content: Mapping[str, Any]) -> Mapping[str, Any]:
        parted = ([each] if each.get("block_id") != button else shown for each in content.get("blocks", ()))
        return {**content, "blocks": [each for part in parted for each in part]}

    live.draw(talk, press, changed)


def choose_leading(live: LiveForms, talk: Talk, press: Press) -> None:
    """Draw anew the fields whose choices depend on the one that was chosen, where they stand.

    Everything else stays as it stands.
    """
    chosen = chosen_in(talk, press)
    if chosen is None:
        return
    reference, offer = chosen.reference, chosen.offer
    led = dependents(offer.job, (part_of(press.block_id, reference) or "").removeprefix("input."))
    names = {each.name for each in led}
    parts = parts_of(chosen.view, reference)
    values = {name: value for name, value in _leading(offer.job, parts).items() if name not in names}
    filled = Filled(
        reference=reference_of(offer), job=offer.job, preset=preset_option(offer.job, parts), values=values
    )
    drawn = {each.name: form_inputs.fields(offer.job, filled, [each]) for each in led}

    def changed(content: Mapping[str, Any]) -> Mapping[str, Any]:
        blocks: list[Any] = []
        for block in content.get("blocks", ()):
            part = part_of(block.get("block_id", ""), reference) or ""
            name = part.partition(".")[2]
            is_field = part.startswith(("input.", f"{TYPED}.")) and name in drawn
            blocks += [one.to_dict() for one in drawn[name] if one] if is_field else [block]
        return {**content, "blocks": blocks}

    if names:
        live.draw(talk, press, changed)


def _leading(job: Job, parts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is chosen in the fields on which the choices of others depend."""
    states = {each.name: parts.get(f"input.{each.name}") for each in job.inputs}
    return {
        each.name: value
        for each in job.inputs
        if dependents(job, each.name)
        for value, _ in each.choices
        if option_value(value) == states[each.name]
    }


def _is_folded(view: ViewState) -> bool:
    return any(job_and_part(each)[1] == form_inputs.MORE for each in view.blocks)


def given_of(talk: Talk, asker: Asker, view: ViewState, offer: Offer) -> Mapping[str, Any]:
    """Return the values that the form opened with: of a preset, of what was typed, or of what is changed.

    A secret that was given is shown by no field, and stays whatever preset is chosen.
    """
    inputs: Mapping[str, Any] = {}
    draft_id, changes = kept.value(view.metadata, "draft"), kept.changes(view.metadata)
    if draft_id is not None:
        draft = talk.services.drafting.kept(talk.asker, draft_id)
        is_of_job = (draft.project_id, draft.key) == (offer.project.project_id, offer.job.key)
        inputs = draft.inputs if is_of_job else {}
    elif changes is not None:
        schedule = talk.services.drafting.to_edit(asker, changes).schedule
        inputs = schedule.inputs if schedule.key == offer.job.key else {}
    preset = preset_option(offer.job, parts_of(view, reference_of(offer)))
    if not preset:
        return inputs
    return {**secrets_of(talk, offer.job, view.metadata), **_of_preset(talk, offer, preset).values}


def _carried_over(talk: Talk, asker: Asker, view: ViewState, offer: Offer) -> dict[str, Any]:
    """Return what was filled in for the job that the form showed before, as far as this job takes it."""
    shown = {job_and_part(block_id)[0] for block_id in view.values} - {""}
    if len(shown) != 1:
        return {}
    (reference,) = shown
    try:
        before = talk.services.catalog.offer(asker, reference)
    except NotFound:
        return {}
    given = given_of(talk, asker, view, before)
    return carried_over(before.job, parts_of(view, reference), given, offer.job, talk.viewpoint)


def _draw(live: LiveForms, talk: Talk, press: Press, view: ViewState, filled: Filled) -> None:
    """Draw the form anew; what to do and when stay as they stand."""
    title = kept.value(view.metadata, "title") or kept.NEW
    if FormField.DOING not in view.blocks:
        filled = replace(filled, doing="", changes=kept.changes(view.metadata) or "")
    filled = replace(filled, usual_grace=talk.services.adjusting.usual_grace)

    def drawn(content: Mapping[str, Any]) -> Mapping[str, Any]:
        beside = replace(filled, more_is_open=is_open(content))
        shown = form_blocks.form(beside, metadata=view.metadata, title=title)
        return with_policies_of(with_when_of(shown, content), content)

    live.draw(talk, press, drawn)


def parts_of(view: ViewState, reference: str) -> dict[str, Any]:
    """Return the fields of this job, without those of a job chosen before."""
    named = ((part_of(block_id, reference), value) for block_id, value in view.values.items())
    return {name: value for name, value in named if name is not None}


def place_of(parts: Mapping[str, Any]) -> str:
    """Return the id of the place where the form says that it reports; "" if it says none."""
    place = parts.get(FormField.REPORTS_TO)
    return place if isinstance(place, str) else ""


def secrets_of(talk: Talk, job: Job, metadata: str) -> Mapping[str, Any]:
    """Return the secret inputs of the draft or schedule that the form changes, which no field shows."""
    return talk.services.drafting.secrets(
        talk.asker, job, draft_id=kept.value(metadata, "draft"), schedule_id=kept.changes(metadata)
    )
