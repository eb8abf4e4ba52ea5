"""The form: open -> choose a job -> its inputs appear -> preview in the same modal -> Schedule it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.blocks import form as form_blocks
from bot.blocks import preview as preview_blocks
from bot.blocks.form import Filled
from bot.blocks.ids import REPORTS_TO, VALUE, Button, Field, View, option_value, part_of
from bot.domain.errors import NotUnderstood
from bot.domain.job import InputKind
from bot.domain.rights import Action
from bot.language.inputs import read_inputs
from bot.language.say import say
from bot.language.when import read
from bot.services.access import Asker
from bot.services.catalog import reference_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slack_bolt import App

    from bot.domain.job import Input, Job
    from bot.services.access import Offer
    from handlers.answer import Answering, Talk
    from handlers.payloads import Press, Submission, Typing, ViewState


def register(app: App, answering: Answering) -> None:
    app.action(Button.OPEN_FORM)(answering.press(lambda talk, _press: open_empty(talk)))
    app.options(VALUE)(answering.typing(suggest))
    app.action({"action_id": VALUE, "block_id": Field.JOB})(answering.press(choose))
    app.view(View.FORM)(answering.submission(submit))
    app.view(View.PREVIEW)(answering.submission(confirm))
    app.view(View.TOLD)(answering.submission(lambda _talk, _submission: {}))


def open_empty(talk: Talk) -> None:
    talk.open(form_blocks.form(Filled(), metadata=_metadata(talk.asker)))


def open_for(talk: Talk, offer: Offer, values: Mapping[str, Any]) -> None:
    talk.open(form_blocks.form(_filled(talk, offer, values=values), metadata=_metadata(talk.asker)))


def open_draft(talk: Talk, draft_id: str) -> None:
    """To change it: all that it holds, filled in."""
    shown = talk.services.scheduling.preview(talk.asker, draft_id)
    draft = shown.draft
    offer = next(
        each
        for each in talk.services.catalog.offers(talk.asker)
        if (each.project.project_id, each.job.key) == (draft.project_id, draft.key)
    )
    filled = _filled(
        talk,
        offer,
        values=draft.inputs,
        when="" if draft.when is None else say(draft.when),
        reports_to=draft.place.channel_id,
    )
    talk.open(form_blocks.form(filled, metadata=_metadata(talk.asker)))


def suggest(talk: Talk, typing: Typing) -> list[dict[str, Any]]:
    asker = _asker(talk, typing.metadata)
    found = talk.services.catalog.search(asker, typing.text, Action.RUN)
    return form_blocks.job_options([(reference_of(offer), _label(offer, found)) for offer in found])


def choose(talk: Talk, press: Press) -> None:
    """A job was chosen: show its inputs; what was typed under When stays."""
    view = press.view
    if view is None or not press.value:
        return
    asker = _asker(talk, view.metadata)
    offer = talk.services.catalog.offer(asker, press.value)
    filled = _filled(talk, offer, asker=asker, when=view.values.get(Field.WHEN) or "")
    talk.update(view.view_id, view.view_hash, form_blocks.form(filled, metadata=view.metadata))


def submit(talk: Talk, submission: Submission) -> Mapping[str, Any]:
    """Errors at their fields, or the preview in the form's place."""
    view = submission.view
    asker = _asker(talk, view.metadata)
    reference = view.values.get(Field.JOB)
    if not reference:
        raise NotUnderstood("Choose a job first.", field=Field.JOB)
    offer = talk.services.catalog.offer(asker, reference)
    reading = None
    text = (view.values.get(Field.WHEN) or "").strip()
    if text:
        try:
            reading = read(text, now=talk.services.clock.now(), tz=asker.person.tz)
        except NotUnderstood as error:
            raise NotUnderstood(error.message, example=error.example, field=Field.WHEN) from error
    parts = _parts(view, reference)
    draft = talk.services.scheduling.draft(
        asker,
        offer,
        when=reading.when if reading else None,
        inputs=read_inputs(offer.job, _typed(offer.job, parts)),
        reports_to=parts.get(REPORTS_TO),
    )
    shown = talk.services.scheduling.preview(asker, draft.draft_id)
    message = preview_blocks.preview(
        shown.draft, shown.job, shown.project, shown.times, warnings=reading.warnings if reading else ()
    )
    next_view = form_blocks.preview(message, metadata=draft.draft_id, is_run=reading is None)
    return {"response_action": "update", "view": next_view}


def confirm(talk: Talk, submission: Submission) -> Mapping[str, Any]:
    done = talk.services.scheduling.confirm(talk.asker, submission.view.metadata)
    if done.schedule is None:
        title, message = "On its way", preview_blocks.started(done.job, done.place)
    else:
        title, message = "Scheduled", preview_blocks.scheduled(done.schedule, done.job)
    return {"response_action": "update", "view": form_blocks.told(title, message)}


def _filled(
    talk: Talk,
    offer: Offer,
    *,
    asker: Asker | None = None,
    values: Mapping[str, Any] | None = None,
    when: str = "",
    reports_to: str = "",
) -> Filled:
    places = talk.services.scheduling.places(asker or talk.asker, offer)
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


def _typed(job: Job, parts: Mapping[str, Any]) -> dict[str, Any]:
    """What was filled in; an empty field is left to the job."""
    filled = ((each, parts.get(f"input.{each.name}")) for each in job.inputs)
    return {each.name: _read(each, value) for each, value in filled if value not in (None, "", [])}


def _read(each: Input, value: Any) -> Any:
    """What an element gives, as the input takes it."""
    match each.kind:
        case InputKind.DATE_TIME:
            return datetime.fromtimestamp(int(value), UTC).isoformat()
        case InputKind.TIME:
            return f"{value}:00"
        case InputKind.CHOICE:
            return _choices(each).get(value, value)
        case InputKind.CHOICES:
            return [_choices(each).get(one, one) for one in value]
        case _:
            return value


def _choices(each: Input) -> dict[str, Any]:
    return {option_value(value): value for value, _ in each.choices}


def _metadata(asker: Asker) -> str:
    return json.dumps({"channel": asker.channel_id})


def _asker(talk: Talk, metadata: str) -> Asker:
    """Modals carry no channel: the one where the form was opened, which can only narrow what may be done."""
    try:
        channel_id = json.loads(metadata)["channel"]
    except (ValueError, KeyError, TypeError):
        channel_id = ""
    return Asker(talk.asker.person, str(channel_id))
