"""The form: open -> choose a job -> its inputs appear -> preview in the same modal -> Schedule it."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.blocks import choices
from bot.blocks import form as form_blocks
from bot.blocks import preview as preview_blocks
from bot.blocks.form import Filled
from bot.blocks.ids import CHOICE, VALUE, Button, View, job_and_part, part_of
from bot.blocks.parts import cut
from bot.domain.errors import NotUnderstood, ScheduledMeanwhile, SeveralWrong
from bot.domain.form_field import FormField
from bot.domain.job import job_reference
from bot.domain.rights import Action
from bot.domain.when import zone_of
from bot.language.say import say
from bot.language.when import read
from bot.rules.access import Asker
from bot.services.catalog import reference_of
from handlers import kept
from handlers.form_inputs import chosen_preset, read_form
from handlers.talk import THE_EMPTY_FORM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slack_bolt import App

    from bot.domain.draft import Draft
    from bot.domain.job import Job
    from bot.domain.notice import Message
    from bot.domain.project import Place
    from bot.language.when import Reading
    from bot.rules.access import Offer
    from bot.services.schedules.drafted import Editable, Preview
    from handlers.answer import Answering
    from handlers.payloads import Press, Submission, Typing, ViewState
from handlers.talk import Talk


def register(app: App, answering: Answering) -> None:
    app.action(Button.OPEN_FORM)(answering.press(open_pressed))
    app.options(VALUE)(answering.typing(suggest))
    app.options(CHOICE)(answering.typing(suggest_choices))
    app.action({"action_id": VALUE, "block_id": FormField.JOB})(answering.press(choose))
    app.action({"action_id": VALUE, "block_id": re.compile(rf"of\.\w+\.{FormField.PRESET}")})(
        answering.press(choose_preset)
    )
    app.view(View.FORM)(answering.submission(submit))
    app.view(View.PREVIEW)(answering.submission(confirm))
    app.view(View.PREVIEW_OF_ANOTHER)(answering.submission(partial(confirm, another=True)))
    app.view(View.TOLD)(answering.submission(lambda _talk, _submission: {}))


def open_empty(talk: Talk) -> None:
    talk.open(form_blocks.form(Filled(), metadata=kept.metadata(talk.asker)))


def open_pressed(talk: Talk, press: Press) -> None:
    """Of the job that the button names, or empty."""
    if press.value == THE_EMPTY_FORM[1]:
        open_empty(talk)
    else:
        open_job(talk, talk.services.catalog.offer(talk.asker, press.value))


def open_job(talk: Talk, offer: Offer) -> None:
    """Of this job, with nothing filled in."""
    view = form_blocks.form(filled_in(talk, offer), metadata=kept.metadata(talk.asker))
    talk.open(view, (Button.OPEN_FORM, reference_of(offer)))


def open_draft(talk: Talk, draft_id: str) -> None:
    """To change it: all that it holds, filled in."""
    shown = talk.services.drafting.preview(talk.asker, draft_id)
    draft = shown.draft
    if draft.changes is not None:
        open_change(talk, draft, "" if draft.when is None else say(draft.when))
        return
    anywhere = Asker(talk.asker.person)  # it is a matter of its own project, wherever one asks from
    offer = talk.services.catalog.offer(anywhere, job_reference(draft.project_id, draft.key))
    filled = filled_in(
        talk,
        offer,
        asker=anywhere,
        values=draft.inputs,
        when="" if draft.when is None else say(draft.when),
        reports_to=draft.place.channel_id,
    )
    talk.open(form_blocks.form(filled, metadata=kept.metadata(anywhere, draft_id=draft_id)))


def open_schedule(talk: Talk, schedule_id: str) -> None:
    """To change it: all that it is, filled in."""
    editable = talk.services.drafting.to_edit(talk.asker, schedule_id)
    schedule = editable.schedule
    filled = _of_schedule(editable, say(schedule.when), schedule.inputs, schedule.place)
    _open_change(talk, editable, filled, None)


def open_change(talk: Talk, draft: Draft, when: str, **how: str) -> None:
    """Of the schedule that a draft changes, with all that the draft holds. `how`: as `Talk.open` takes it."""
    assert draft.changes is not None
    editable = talk.services.drafting.to_edit(talk.asker, draft.changes)
    filled = _of_schedule(editable, when, draft.inputs, draft.place)
    if draft.typed is not None:
        filled = replace(filled, wrong=draft.typed.wrong)
    _open_change(talk, editable, filled, draft, **how)


def _of_schedule(editable: Editable, when: str, values: Mapping[str, Any], place: Place) -> Filled:
    return Filled(
        reference=reference_of(editable.offer),
        label=editable.offer.job.title,
        when=when,
        job=editable.offer.job,
        places=[each for each, _ in editable.places],
        place_names={each.channel_id: name for each, name in editable.places},
        reports_to=place.channel_id,
        values=values,
    )


def _open_change(talk: Talk, editable: Editable, filled: Filled, draft: Draft | None, **how: str) -> None:
    """`draft`: of the change that the values are from; None: they are the schedule's own."""
    title = cut(f"Change schedule #{editable.schedule.number}", 24)
    anywhere = Asker(talk.asker.person)  # it is a matter of its own project, wherever one asks from
    draft_id = None if draft is None else draft.draft_id
    metadata = kept.metadata(anywhere, changes=editable.schedule.schedule_id, draft_id=draft_id, title=title)
    is_typed = draft is not None and draft.typed is not None
    again = (Button.OPEN_TYPED, draft_id or "") if is_typed else THE_EMPTY_FORM
    talk.open(form_blocks.form(filled, metadata=metadata, title=title), again, **how)


def suggest(talk: Talk, typing: Typing) -> list[dict[str, Any]]:
    asker = kept.asker(talk, typing.metadata)
    found = talk.services.catalog.search(asker, typing.text, Action.RUN)
    return form_blocks.job_options([(reference_of(offer), _label(offer, found)) for offer in found])


def suggest_choices(talk: Talk, typing: Typing) -> list[dict[str, Any]]:
    """Of an input that has more of them than a form may hold."""
    reference, part = job_and_part(typing.block_id)
    offer = talk.services.catalog.offer(kept.asker(talk, typing.metadata), reference)
    return choices.found(offer.job, part.removeprefix("input."), typing.text)


def choose(talk: Talk, press: Press) -> None:
    """A job was chosen: show its inputs; what was typed under When stays."""
    view = press.view
    if view is None or not press.value:
        return
    asker = kept.asker(talk, view.metadata)
    offer = talk.services.catalog.offer(asker, press.value)
    secrets = _secrets(talk, offer.job, view.metadata)
    filled = filled_in(talk, offer, asker=asker, values=secrets, when=view.values.get(FormField.WHEN) or "")
    title = kept.value(view.metadata, "title") or kept.NEW
    shown = form_blocks.form(filled, metadata=view.metadata, title=title)
    talk.update(view.view_id, view.view_hash, shown)


def choose_preset(talk: Talk, press: Press) -> None:
    """Its inputs are filled in; what stands under When and where it reports stays."""
    view = press.view
    reference = view.values.get(FormField.JOB) if view else None
    if view is None or not reference:
        return
    asker = kept.asker(talk, view.metadata)
    offer = talk.services.catalog.offer(asker, reference)
    name = chosen_preset(offer.job, {FormField.PRESET: press.value})
    filled = filled_in(
        talk,
        offer,
        asker=asker,
        values={**_secrets(talk, offer.job, view.metadata), **offer.job.settings.presets.get(name, {})},
        when=view.values.get(FormField.WHEN) or "",
        reports_to=_parts(view, reference).get(FormField.REPORTS_TO) or "",
    )
    title = kept.value(view.metadata, "title") or kept.NEW
    shown = form_blocks.form(replace(filled, preset=name), metadata=view.metadata, title=title)
    talk.update(view.view_id, view.view_hash, shown)


def submit(talk: Talk, submission: Submission) -> Mapping[str, Any]:
    """Errors at their fields, or the preview in the form's place."""
    view = submission.view
    asker = kept.asker(talk, view.metadata)
    reference = view.values.get(FormField.JOB)
    if not reference:
        raise NotUnderstood("Choose a job first.", field=FormField.JOB)
    offer = talk.services.catalog.offer(asker, reference)
    changes = kept.changes(view.metadata)
    parts = _parts(view, reference)
    given = _given(talk, asker, view, offer)
    wrong: list[NotUnderstood] = []
    reading, inputs = None, {}
    try:
        reading = _read_when(talk, asker, (view.values.get(FormField.WHEN) or "").strip(), changes)
    except NotUnderstood as error:
        wrong.append(error)
    try:
        inputs = read_form(offer.job, parts, given, talk.viewpoint)
    except SeveralWrong as error:
        wrong += error.errors
    if wrong:
        raise SeveralWrong(wrong)
    shown = talk.services.drafting.propose(
        asker,
        offer,
        when=reading.when if reading else None,
        inputs=inputs,
        reports_to=parts.get(FormField.REPORTS_TO),
        changes=changes,
    )
    warnings = reading.warnings if reading else ()
    return {"response_action": "update", "view": preview(shown, warnings)}


def preview_message(shown: Preview, warnings: Sequence[str] = ()) -> Message:
    """The same in the form and in a message."""
    return preview_blocks.preview(
        shown.draft,
        shown.job,
        shown.project,
        shown.times,
        warnings=warnings,
        changes=shown.changes,
        alike=shown.alike,
    )


def preview(shown: Preview, warnings: Sequence[str] = ()) -> dict[str, Any]:
    """As a view, which is sent to do it."""
    message = preview_message(shown, warnings)
    submit = preview_blocks.doing(shown.draft, shown.changes, shown.alike)
    another = shown.alike is not None
    return form_blocks.preview(message, metadata=shown.draft.draft_id, submit=submit, another=another)


def _read_when(talk: Talk, asker: Asker, text: str, changes: str | None) -> Reading | None:
    """A schedule that is changed keeps its zone, whoever changes it."""
    if not text:
        return None
    tz = asker.person.tz
    if changes is not None:
        tz = zone_of(talk.services.drafting.to_edit(asker, changes).schedule.when)
    try:
        return read(text, now=talk.services.clock.now(), tz=tz)
    except NotUnderstood as error:
        raise NotUnderstood(error.message, example=error.example, field=FormField.WHEN) from error


def confirm(talk: Talk, submission: Submission, *, another: bool = False) -> Mapping[str, Any]:
    """Where one like it was made meanwhile, the preview is shown again and tells of it."""
    draft_id = submission.view.metadata
    try:
        done = talk.services.drafting.confirm(talk.asker, draft_id, another=another)
    except ScheduledMeanwhile:
        return {
            "response_action": "update",
            "view": preview(talk.services.drafting.preview(talk.asker, draft_id)),
        }
    if done.schedule is None:
        title, message = "On its way", preview_blocks.started(done.job, done.place)
    elif done.is_change:
        title, message = "Changed", preview_blocks.changed(done.schedule, done.job)
    else:
        title, message = "Scheduled", preview_blocks.scheduled(done.schedule, done.job)
    return {"response_action": "update", "view": form_blocks.told(title, message)}


def filled_in(
    talk: Talk,
    offer: Offer,
    *,
    asker: Asker | None = None,
    values: Mapping[str, Any] | None = None,
    when: str = "",
    reports_to: str = "",
) -> Filled:
    places = talk.services.drafting.places(asker or talk.asker, offer)
    return Filled(
        reference=reference_of(offer),
        label=_label(offer, [offer]),
        when=when,
        job=offer.job,
        places=[place for place, _ in places],
        place_names={place.channel_id: name for place, name in places},
        reports_to=reports_to,
        values=values or {},
    )


def _label(offer: Offer, among: Sequence[Offer]) -> str:
    """With its project where another project shares the same job."""
    alike = sum(each.job.key == offer.job.key for each in among)
    return f"{offer.job.title} ({offer.project.name})" if alike > 1 else offer.job.title


def _parts(view: ViewState, reference: str) -> dict[str, Any]:
    """What belongs to this job; fields of a job chosen before are left behind."""
    named = ((part_of(block_id, reference), value) for block_id, value in view.values.items())
    return {name: value for name, value in named if name is not None}


def _secrets(talk: Talk, job: Job, metadata: str) -> Mapping[str, Any]:
    """What the form does not show of the draft or schedule that it changes, and keeps."""
    return talk.services.drafting.secrets(
        talk.asker, job, draft_id=kept.value(metadata, "draft"), schedule_id=kept.changes(metadata)
    )


def _given(talk: Talk, asker: Asker, view: ViewState, offer: Offer) -> Mapping[str, Any]:
    """The values that the form opened with: of a preset, of what was typed, or of what is changed.

    A secret that was given is shown by no field: it stays whatever preset is chosen.
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
    preset = chosen_preset(offer.job, _parts(view, reference_of(offer)))
    if not preset:
        return inputs
    return {**_secrets(talk, offer.job, view.metadata), **offer.job.settings.presets[preset]}
