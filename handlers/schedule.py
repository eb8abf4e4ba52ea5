"""Typed -> preview -> Schedule it | Change | Discard; where one is there already: Change that one."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from bot.blocks import help as help_blocks
from bot.blocks import preview as preview_blocks
from bot.blocks.ids import Button
from bot.domain.errors import Conflict, NotUnderstood, ScheduledMeanwhile
from bot.domain.rights import Action
from bot.language.command import SmallTalk
from bot.language.inputs import NoSuchInput, missing_inputs, read_inputs
from bot.language.marks import strong
from bot.language.say import say
from bot.language.when import read
from bot.rules.confirming import is_fresh
from bot.services.catalog import called_so
from handlers import typed
from handlers.form.inputs import read_words
from handlers.form.opening import open_draft
from handlers.form.sending import preview, preview_message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_bolt import App

    from bot.domain.draft import Draft
    from bot.domain.job import Job
    from bot.domain.notice import Message
    from bot.language.command import Plan
    from bot.rules.access import Offer
    from bot.rules.confirming import Confirmed
    from bot.services.schedules.drafted import Preview
    from handlers.answer import Answering
    from handlers.payloads import Press
    from handlers.talk import Talk


MOST_NAMED = 10


def register(app: App, answering: Answering) -> None:
    """Connect the buttons of a preview."""
    app.action(re.compile(rf"{re.escape(Button.CHOOSE)}\.\d+"))(answering.press(show_preview))
    app.action(Button.CHANGE_THAT_ONE)(answering.press(change_that_one))
    app.action(Button.CONFIRM)(answering.press(confirm))
    app.action(Button.ADD_ANOTHER)(answering.press(partial(confirm, another=True)))
    app.action(Button.CHANGE)(answering.press(change))
    app.action(Button.LET_MOVE)(answering.press(let_move))
    app.action(Button.DISCARD)(answering.press(discard))
    app.action(Button.RESUME_FIRST)(answering.press(resume_first))


def plan(talk: Talk, wanted: Plan, offers: Sequence[Offer]) -> None:
    """Show a preview of what was typed, or open the form. `offers` are all that the person may see here."""
    try:
        _plan(talk, wanted, offers)
    except NoSuchInput as error:
        example = wanted.with_name(error.words, error.meant)
        raise NotUnderstood(error.message, words=error.words, example=example) from error


def _plan(talk: Talk, wanted: Plan, offers: Sequence[Offer]) -> None:
    candidates = called_so(offers, wanted.jobs)
    if not (wanted.when_text or wanted.now) or _needs_its_form(talk, wanted, candidates[0].job):
        _check_one_job(candidates)
        typed.open_for(talk, candidates[0], wanted.inputs, wanted.when_text, now=wanted.now)
        return
    reading = None
    if wanted.when_text:
        try:
            reading = read(wanted.when_text, now=talk.services.clock.now(), tz=talk.asker.person.tz)
        except NotUnderstood as error:
            example = wanted.example(error.example)
            raise NotUnderstood(error.message, words=error.words, example=example) from error
    action = Action.SCHEDULE if reading else Action.RUN
    allowed = [offer for offer in candidates if action in offer.actions] or candidates[:1]
    shown = [
        talk.services.drafting.propose(
            talk.asker,
            offer,
            when=reading.when if reading else None,
            inputs=read_inputs(offer.job, wanted.inputs, talk.viewpoint),
        )
        for offer in allowed[:10]
    ]
    if len(shown) > 1:
        labels = [(f"{each.job.title} ({each.project.name})", each.draft.draft_id) for each in shown]
        talk.say(preview_blocks.choose("Which one do you mean?", labels))
        return
    job = shown[0].job
    asks = job.settings.asks_first or shown[0].project.pause is not None or job.is_paused
    if reading is None and not asks:
        done = talk.services.previews.confirm(talk.asker, shown[0].draft.draft_id)
        talk.say(preview_blocks.started(done.job, done.place))
        return
    notes = [*(reading.warnings if reading else ()), *([reading.note] if reading and reading.note else ())]
    talk.say(preview_message(shown[0], notes))


def show_preview(talk: Talk, press: Press) -> None:
    """Show the preview that was chosen among several."""
    talk.replace(_preview(talk, press.value))


def change_that_one(talk: Talk, press: Press) -> None:
    """Show the preview as a change of the like schedule, in the message or form where it was."""
    _show_instead(talk, press, talk.services.previews.instead(talk.asker, press.value))


def let_move(talk: Talk, press: Press) -> None:
    """Show the preview with days that move with each run, in the message or form where it was."""
    _show_instead(talk, press, talk.services.previews.let_move(talk.asker, press.value))


def resume_first(talk: Talk, press: Press) -> None:
    """Resume the job for everyone, then ask whether to run it, in the message or form where it was."""
    job = talk.services.previews.show(talk.asker, press.value).job
    with suppress(Conflict):  # somebody was quicker
        talk.services.running.pause_job(talk.asker, job.key, paused=False)
    _show_instead(talk, press, talk.services.previews.show(talk.asker, press.value))


def _show_instead(talk: Talk, press: Press, shown: Preview) -> None:
    if press.view is not None:
        talk.update(press.view.view_id, press.view.view_hash, preview(shown))
    else:
        talk.replace(preview_message(shown))


def confirm(talk: Talk, press: Press, *, another: bool = False) -> None:
    """Do what the preview says. If a schedule like it was made since, show the preview again with that."""
    try:
        done = talk.services.previews.confirm(talk.asker, press.value, another=another)
    except ScheduledMeanwhile:
        talk.replace(_preview(talk, press.value))
        return
    talk.replace(_settled(done))


def agree(talk: Talk) -> None:
    """Do what the one open preview says, for somebody who writes "yes".

    If several are open, ask which. One that is older, or like a schedule that is there, is shown again.
    """
    previews = talk.services.previews
    found = previews.latest(talk.asker)
    if not found:
        talk.say(help_blocks.small_talk(SmallTalk.YES))
        return
    if len(found) > 1:
        talk.say(
            preview_blocks.choose("Several previews are open. Which one do you mean?", _labels(talk, found))
        )
        return
    shown = previews.show(talk.asker, found[0].draft_id)
    if shown.alike is None and is_fresh(found[0], talk.services.clock.now()):
        talk.say(_settled(previews.confirm(talk.asker, found[0].draft_id)))
        return
    do_it = preview_blocks.doing(shown.draft, shown.changes, shown.alike, shown.project)
    talk.say(preview_blocks.again(preview_message(shown), do_it))


def decline(talk: Talk) -> None:
    """Discard the open previews, for somebody who writes "no"."""
    previews, count = talk.services.previews, 0
    for each in previews.latest(talk.asker):
        with suppress(Conflict):  # settled since by a press
            previews.discard(talk.asker, each.draft_id)
            count += 1
    talk.say(preview_blocks.declined(count) if count else help_blocks.small_talk(SmallTalk.NO))


def _labels(talk: Talk, drafts: Sequence[Draft]) -> list[tuple[str, str]]:
    """Return what people read of each preview, with its id."""
    shown = [talk.services.previews.show(talk.asker, each.draft_id) for each in drafts]
    return [
        (f"{each.job.title}, {say(each.draft.when) if each.draft.when else 'now'}", each.draft.draft_id)
        for each in shown
    ]


def _settled(done: Confirmed) -> Message:
    if done.schedule is None:
        return preview_blocks.started(done.job, done.place)
    if done.is_change:
        return preview_blocks.changed(done.schedule, done.job, done.next_at)
    return preview_blocks.scheduled(done.schedule, done.job, done.next_at)


def change(talk: Talk, press: Press) -> None:
    """Open the form with the preview's draft."""
    open_draft(talk, press.value)


def discard(talk: Talk, press: Press) -> None:
    """Discard the draft."""
    talk.services.previews.discard(talk.asker, press.value)
    talk.replace(preview_blocks.discarded())


def _preview(talk: Talk, draft_id: str) -> Message:
    return preview_message(talk.services.previews.show(talk.asker, draft_id))


def _needs_its_form(talk: Talk, wanted: Plan, job: Job) -> bool:
    """Return whether a typed input cannot be read, or one that the job needs is missing."""
    given, wrong = read_words(job, wanted.inputs, talk.viewpoint)
    return bool(wrong or missing_inputs(job, given))


def _check_one_job(candidates: Sequence[Offer]) -> None:
    """Raise NotUnderstood if several jobs fit, because a form is for one."""
    titles = list(dict.fromkeys(each.job.title for each in candidates))
    if len(titles) > 1:
        named = ", ".join(strong(each) for each in titles[:MOST_NAMED])
        raise NotUnderstood(f"Several jobs fit: {named}. Type the whole name.", example=titles[0].lower())
