"""What was typed before its form opens: kept, and filled in, even if something is missing or unreadable."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.blocks import form as form_blocks
from bot.blocks.form_when import LATER, NOW
from bot.blocks.ids import Button
from bot.domain.draft import Typed
from bot.domain.job import job_reference
from bot.language.inputs import missing_inputs
from bot.language.say import say
from bot.rules.access import Asker
from handlers import kept
from handlers.form import opening
from handlers.form.inputs import read_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slack_bolt import App

    from bot.domain.draft import Draft
    from bot.domain.listed import Listed
    from bot.language.command import OnSchedule
    from bot.rules.access import Offer
    from handlers.answer import Answering
    from handlers.payloads import Press
    from handlers.talk import Talk


FIX_IT = "Fix it in the form"


def register(app: App, answering: Answering) -> None:
    """Connect the button that opens what was typed."""
    app.action(Button.OPEN_TYPED)(answering.press(open_kept))


def open_for(talk: Talk, offer: Offer, typed: Mapping[str, str], when: str, *, now: bool = False) -> None:
    """Open the form with what was typed. What cannot be read stands at its field, to be corrected."""
    given, wrong = read_words(offer.job, typed, talk.viewpoint)
    if given or wrong or when:
        _open(talk, offer, talk.services.drafting.keep(talk.asker, offer, given, Typed(when, now, wrong)))
    else:
        opening.open_job(talk, offer, NOW if now else LATER)


def open_kept(talk: Talk, press: Press) -> None:
    """Open the form that could not open at once, with everything that was typed."""
    draft = talk.services.drafting.typed(talk.asker, press.value)
    offer = talk.services.catalog.offer(talk.asker, job_reference(draft.project_id, draft.key))
    _open(talk, offer, draft)


def open_change(talk: Talk, request: OnSchedule, listed: Listed) -> None:
    """Open the form for a typed change of a schedule of which an input cannot be read."""
    anywhere = Asker(talk.asker.person)
    schedule_id = listed.schedule.schedule_id
    editable = talk.services.drafting.to_edit(anywhere, schedule_id)
    before = editable.schedule.inputs
    given, wrong = read_words(editable.offer.job, request.inputs, talk.viewpoint, beside=before)
    when = request.when_text or say(editable.schedule.when)
    inputs = {**before, **given}
    _open(
        talk,
        editable.offer,
        talk.services.drafting.keep(
            anywhere, editable.offer, inputs, Typed(when, wrong=wrong), changes=schedule_id
        ),
    )


def _open(talk: Talk, offer: Offer, draft: Draft) -> None:
    typed = draft.typed or Typed()
    reasons = [reason for _, reason in typed.wrong.values()]
    if draft.changes_id is not None:
        opening.open_change(talk, draft, typed.when, why="\n".join(reasons), press=FIX_IT)
        return
    doing = NOW if typed.now else LATER
    shown = opening.filled_in(talk, offer, values=draft.inputs, when=typed.when, doing=doing)
    filled = replace(shown, wrong=typed.wrong)
    missing = [f"{offer.job.title} needs “{each.title}”." for each in missing_inputs(offer.job, draft.inputs)]
    talk.open(
        form_blocks.form(filled, metadata=kept.metadata(talk.asker, draft_id=draft.draft_id)),
        (Button.OPEN_TYPED, draft.draft_id),
        why="\n".join(reasons or missing),
        press=FIX_IT if reasons else "Fill in the form",
    )
