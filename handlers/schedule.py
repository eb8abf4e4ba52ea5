"""Typed -> preview -> Schedule it | Change | Discard; then list, pause, resume, delete."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.blocks import preview as preview_blocks
from bot.blocks import schedule as schedule_blocks
from bot.blocks.ids import Button
from bot.blocks.parts import escape
from bot.domain.errors import NotUnderstood
from bot.domain.rights import Action
from bot.language.command import Verb
from bot.language.inputs import read_inputs
from bot.language.when import read
from handlers import form

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from slack_bolt import App

    from bot.domain.listed import Listed
    from bot.domain.notice import Message
    from bot.language.command import OnSchedule, Plan
    from bot.services.access import Offer
    from handlers.answer import Answering, Talk
    from handlers.payloads import Press


def register(app: App, answering: Answering) -> None:
    app.action(re.compile(rf"{re.escape(Button.CHOOSE)}\.\d+"))(answering.press(show_preview))
    app.action(Button.CONFIRM)(answering.press(confirm))
    app.action(Button.CHANGE)(answering.press(change))
    app.action(Button.DISCARD)(answering.press(discard))
    app.action(Button.PAUSE)(answering.press(pause))
    app.action(Button.RESUME)(answering.press(resume))
    app.action(Button.DELETE)(answering.press(delete))


# A new schedule, or a run-now ---------------------------------------------------------------------------


def plan(talk: Talk, wanted: Plan, offers: Sequence[Offer]) -> None:
    """`offers`: all that the person may see here."""
    candidates = [offer for offer in offers if offer.job in wanted.jobs]
    if not wanted.when_text and (not wanted.now or _lacks_inputs(wanted, candidates)):
        form.open_for(talk, candidates[0], wanted.inputs)
        return
    reading = None
    if wanted.when_text:
        try:
            reading = read(wanted.when_text, now=talk.services.clock.now(), tz=talk.asker.person.tz)
        except NotUnderstood as error:
            raise _with_job(error, candidates[0]) from error
    action = Action.SCHEDULE if reading else Action.RUN
    allowed = [offer for offer in candidates if action in offer.actions] or candidates[:1]
    drafts = [
        talk.services.scheduling.draft(
            talk.asker,
            offer,
            when=reading.when if reading else None,
            inputs=read_inputs(offer.job, wanted.inputs),
        )
        for offer in allowed[:10]
    ]
    if len(drafts) > 1:
        labels = [
            (f"{offer.job.title} ({offer.project.name})", draft.draft_id)
            for offer, draft in zip(allowed, drafts, strict=False)
        ]
        talk.say(preview_blocks.choose("Which one do you mean?", labels))
        return
    notes = [*(reading.warnings if reading else ()), *([reading.note] if reading and reading.note else ())]
    talk.say(_preview(talk, drafts[0].draft_id, notes))


def show_preview(talk: Talk, press: Press) -> None:
    talk.replace(_preview(talk, press.value))


def confirm(talk: Talk, press: Press) -> None:
    done = talk.services.scheduling.confirm(talk.asker, press.value)
    if done.schedule is None:
        talk.replace(preview_blocks.started(done.job, done.place))
    else:
        talk.replace(preview_blocks.scheduled(done.schedule, done.job))


def change(talk: Talk, press: Press) -> None:
    form.open_draft(talk, press.value)


def discard(talk: Talk, press: Press) -> None:
    talk.services.scheduling.discard(talk.asker, press.value)
    talk.replace(preview_blocks.discarded())


def _preview(talk: Talk, draft_id: str, warnings: Sequence[str] = ()) -> Message:
    shown = talk.services.scheduling.preview(talk.asker, draft_id)
    return preview_blocks.preview(shown.draft, shown.job, shown.project, shown.times, warnings=warnings)


def _lacks_inputs(wanted: Plan, candidates: Sequence[Offer]) -> bool:
    needed = {each.name for each in candidates[0].job.inputs if each.must_be_given}
    return not needed <= set(wanted.inputs)


def _with_job(error: NotUnderstood, offer: Offer) -> NotUnderstood:
    """The example as a whole command, not a phrase alone."""
    phrase = error.example or "every weekday at 9am"
    return NotUnderstood(error.message, words=error.words, example=f"{offer.job.title.lower()} {phrase}")


# Schedules that are there ---------------------------------------------------------------------------------


def on_schedule(talk: Talk, request: OnSchedule) -> None:
    """Several fit: all are shown, each with its buttons; never a guess."""
    found = talk.services.scheduling.find(talk.asker, request.schedule)
    if len(found) > 1 or request.verb in {Verb.SHOW, Verb.DELETE}:
        talk.say(schedule_blocks.schedules(found, everyones=False))
        return
    kept = found[0].schedule
    act = talk.services.scheduling.pause if request.verb is Verb.PAUSE else talk.services.scheduling.resume
    talk.say(_done(act(talk.asker, kept.schedule_id), request.verb))


def pause(talk: Talk, press: Press) -> None:
    _act(talk, press, talk.services.scheduling.pause, Verb.PAUSE)


def resume(talk: Talk, press: Press) -> None:
    _act(talk, press, talk.services.scheduling.resume, Verb.RESUME)


def delete(talk: Talk, press: Press) -> None:
    deleted = talk.services.scheduling.delete(talk.asker, press.value)
    talk.say(schedule_blocks.deleted(deleted))


def _act(talk: Talk, press: Press, act: Callable[..., Listed], verb: Verb) -> None:
    talk.say(_done(act(talk.asker, press.value), verb))


def _done(listed: Listed, verb: Verb) -> Message:
    name = f"#{listed.schedule.number} *{escape(listed.job.title)}*"
    text = (
        f"Paused {name}: it will not run until it is resumed." if verb is Verb.PAUSE else f"Resumed {name}."
    )
    return schedule_blocks.schedule(listed, done=text)
