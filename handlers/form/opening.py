"""The form opens: empty, of a job, or with all that a draft or a schedule holds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.blocks import form as form_blocks
from bot.blocks import job as job_blocks
from bot.blocks.filled import Filled
from bot.blocks.form_inputs import LAST_USED
from bot.blocks.form_when import LATER, NOW
from bot.blocks.ids import Button
from bot.blocks.parts import cut
from bot.domain.job import job_reference
from bot.domain.rights import Action
from bot.domain.when import zone_of
from bot.language.say import say
from bot.rules.access import Asker
from bot.services.catalog import reference_of
from handlers import kept
from handlers.form.picking import reading_of
from handlers.talk import THE_EMPTY_FORM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.draft import Draft
    from bot.domain.project import Place
    from bot.rules.access import Offer
    from bot.services.schedules.drafted import Editable
    from handlers.payloads import Press
    from handlers.talk import Talk


def open_empty(talk: Talk) -> None:
    """Open the form without a job; show the jobs to somebody who may only look at them."""
    may = talk.services.catalog.actions(talk.asker)
    if may and not may & {Action.RUN, Action.SCHEDULE}:
        found = talk.services.catalog.jobs(talk.asker, "")
        looks = job_blocks.may_only_look(found.seen, found.seen_count)
        if talk.respond is None:
            talk.open(form_blocks.told("Jobs", looks))
        else:
            talk.say(looks)
        return
    talk.open(form_blocks.form(Filled(), metadata=kept.metadata(talk.asker)))


def open_pressed(talk: Talk, press: Press) -> None:
    """Open the form of the job that the button names, or an empty one."""
    if press.value == THE_EMPTY_FORM[1]:
        open_empty(talk)
    else:
        open_job(talk, talk.services.catalog.offer(talk.asker, press.value))


def open_to_run(talk: Talk, press: Press) -> None:
    """Open the form that runs a job once, now, filled in as the person ran it last."""
    open_job(talk, talk.services.catalog.offer(talk.asker, press.value, Action.RUN), NOW, as_last=True)


def open_job(talk: Talk, offer: Offer, doing: str = LATER, *, as_last: bool = False) -> None:
    """Open the form of a job. `doing`: NOW or LATER, as it is chosen first.

    Nothing is filled in, or, with `as_last`, what the person ran it with last.
    """
    filled = filled_in(talk, offer, doing=doing)
    last_used = talk.services.drafting.last_used(talk.asker, offer) if as_last else {}
    if last_used:
        filled = replace(filled, values=last_used, preset=LAST_USED)
    view = form_blocks.form(filled, metadata=kept.metadata(talk.asker))
    talk.open(view, (Button.OPEN_FORM, reference_of(offer)))


def open_draft(talk: Talk, draft_id: str) -> None:
    """Open the form with everything in the draft."""
    shown = talk.services.previews.show(talk.asker, draft_id)
    draft = shown.draft
    if draft.changes_id is not None:
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
        doing=NOW if draft.when is None else LATER,
        reports_to=draft.place.channel_id,
    )
    filled = replace(filled, policies=draft.policies or filled.policies)
    talk.open(form_blocks.form(filled, metadata=kept.metadata(anywhere, draft_id=draft_id)))


def open_schedule(talk: Talk, schedule_id: str) -> None:
    """Open the form with everything in the schedule."""
    editable = talk.services.drafting.to_edit(talk.asker, schedule_id)
    schedule = editable.schedule
    filled = _of_schedule(talk, editable, say(schedule.when), schedule.inputs, schedule.place)
    _open_change(talk, editable, filled, None)


def open_change(talk: Talk, draft: Draft, when: str, **how: str) -> None:
    """Open the form of the schedule that a draft changes, with everything in the draft.

    `how` is as `Talk.open` takes it.
    """
    assert draft.changes_id is not None
    editable = talk.services.drafting.to_edit(talk.asker, draft.changes_id)
    filled = _of_schedule(talk, editable, when, draft.inputs, draft.place)
    filled = replace(filled, policies=draft.policies or filled.policies)
    if draft.typed is not None:
        filled = replace(filled, wrong=draft.typed.wrong)
    _open_change(talk, editable, filled, draft, **how)


def _of_schedule(
    talk: Talk, editable: Editable, when: str, values: Mapping[str, Any], place: Place
) -> Filled:
    return Filled(
        doing="",
        changes=editable.schedule.schedule_id,
        reading=reading_of(talk, when, zone_of(editable.schedule.when))[1],
        reference=reference_of(editable.offer),
        label=editable.offer.job.title,
        when=when,
        job=editable.offer.job,
        places=[each for each, _ in editable.places],
        place_names={each.channel_id: name for each, name in editable.places},
        reports_to=place.channel_id,
        values=values,
        policies=editable.schedule.policies,
        usual_grace=talk.services.adjusting.usual_grace,
        files=talk.services.files.limits,
    )


def _open_change(talk: Talk, editable: Editable, filled: Filled, draft: Draft | None, **how: str) -> None:
    """Open the form. `draft` is the change that the values come from; None if they are the schedule's own."""
    title = cut(f"Change schedule #{editable.schedule.number}", 24)
    anywhere = Asker(talk.asker.person)  # it is a matter of its own project, wherever one asks from
    draft_id = None if draft is None else draft.draft_id
    metadata = kept.metadata(
        anywhere,
        changes=editable.schedule.schedule_id,
        version=editable.schedule.version if draft is None else draft.changes_version,
        draft_id=draft_id,
        title=title,
        tz=zone_of(editable.schedule.when),
    )
    is_typed = draft is not None and draft.typed is not None
    again = (Button.OPEN_TYPED, draft_id or "") if is_typed else THE_EMPTY_FORM
    talk.open(form_blocks.form(filled, metadata=metadata, title=title), again, **how)


def filled_in(
    talk: Talk,
    offer: Offer,
    *,
    asker: Asker | None = None,
    values: Mapping[str, Any] | None = None,
    when: str = "",
    doing: str = LATER,
    reports_to: str = "",
) -> Filled:
    """Return the form of the offer with these values. `asker` limits the places where it may report."""
    places = talk.services.drafting.places(asker or talk.asker, offer)
    last_used = talk.services.drafting.last_used(talk.asker, offer)
    return Filled(
        has_last_used=bool(last_used),
        reference=reference_of(offer),
        label=label_of(offer, [offer]),
        when=when,
        doing=doing,
        reading=reading_of(talk, when, talk.asker.person.tz)[1],
        job=offer.job,
        places=[place for place, _ in places],
        place_names={place.channel_id: name for place, name in places},
        reports_to=reports_to,
        values=values or {},
        usual_grace=talk.services.adjusting.usual_grace,
        files=talk.services.files.limits,
    )


def label_of(offer: Offer, among: Sequence[Offer]) -> str:
    """Return the job's title, with its project if another one among the offers shares the same job."""
    alike = sum(each.job.key == offer.job.key for each in among)
    return f"{offer.job.title} ({offer.project.name})" if alike > 1 else offer.job.title
