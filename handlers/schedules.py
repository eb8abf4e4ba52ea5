"""Existing schedules: shown, paused, skipped, run, changed, deleted, by a word or a button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks import preview as preview_blocks
from bot.blocks import schedule as blocks
from bot.blocks.ids import Button
from bot.language.command import Verb
from bot.language.until import read_until
from handlers import choosing, editing, policies
from handlers.form.opening import open_schedule

if TYPE_CHECKING:
    from datetime import datetime

    from slack_bolt import App

    from bot.domain.listed import Listed
    from bot.language.command import OnSchedule
    from handlers.answer import Answering
    from handlers.payloads import Press
    from handlers.talk import Talk


def register(app: App, answering: Answering) -> None:
    """Connect the buttons under a schedule, with its policies and choices."""
    app.action(Button.PAUSE)(answering.press(lambda talk, press: pause(talk, press.value)))
    app.action(Button.RESUME)(answering.press(lambda talk, press: resume(talk, press.value)))
    app.action(Button.SKIP)(answering.press(lambda talk, press: skip(talk, press.value)))
    app.action(Button.UNDO_SKIP)(answering.press(undo_skip))
    app.action(Button.RUN_IT)(answering.press(lambda talk, press: run_it(talk, press.value)))
    app.action(Button.EDIT)(answering.press(lambda talk, press: open_schedule(talk, press.value)))
    app.action(Button.DELETE)(answering.press(delete))
    policies.register(app, answering)
    choosing.register(app, answering)


def on_schedule(talk: Talk, request: OnSchedule) -> None:
    """Do what was typed about a schedule. If several fit, show a row for each; never guess."""
    ends_at = _until(talk, request.until)
    if not request.schedule:
        choosing.ask_of_mine(talk, request.verb, until=ends_at)
        return
    found = talk.services.scheduling.find(talk.asker, request.schedule)
    if request.verb is Verb.EDIT and (request.when_text or request.inputs):
        editing.by_words(talk, request, found)
        return
    if len(found) > 1:
        choosing.ask(talk, request.verb, found, until=ends_at)
        return
    schedule_id = found[0].schedule.schedule_id
    match request.verb:
        case Verb.PAUSE:
            pause(talk, schedule_id, ends_at)
        case Verb.RESUME:
            resume(talk, schedule_id)
        case Verb.SKIP:
            skip(talk, schedule_id)
        case Verb.RUN:
            run_it(talk, schedule_id)
        case Verb.EDIT if talk.trigger_id:
            open_schedule(talk, schedule_id)
        case _:
            show(talk, talk.services.scheduling.show(talk.asker, schedule_id))


def show(talk: Talk, listed: Listed) -> None:
    """Show the schedule to this person."""
    talk.say(blocks.schedule(listed, talk.services.adjusting.usual_grace))


def _until(talk: Talk, text: str) -> datetime | None:
    """Return the moment typed behind "pause … until". None if nothing was typed."""
    return read_until(text, now=talk.services.clock.now(), tz=talk.asker.person.tz) if text else None


def pause(talk: Talk, schedule_id: str, ends_at: datetime | None = None) -> None:
    """Pause the schedule. `ends_at` None means until it is resumed."""
    listed = talk.services.scheduling.pause(talk.asker, schedule_id, until=ends_at)
    talk.say(blocks.paused(listed, now=talk.services.clock.now()))


def resume(talk: Talk, schedule_id: str) -> None:
    """Resume the schedule."""
    talk.say(blocks.resumed(talk.services.scheduling.resume(talk.asker, schedule_id)))


def skip(talk: Talk, schedule_id: str) -> None:
    """Skip the schedule's next run, with a button that undoes that."""
    talk.say(blocks.skipped(talk.services.adjusting.skip_next(talk.asker, schedule_id)))


def undo_skip(talk: Talk, press: Press) -> None:
    """Let the skipped run take place."""
    talk.say(blocks.not_skipped(talk.services.adjusting.undo_skip(talk.asker, press.value)))


def run_it(talk: Talk, schedule_id: str) -> None:
    """Show a preview of a run now: with which inputs, and where it reports."""
    shown = talk.services.drafting.propose_run(talk.asker, schedule_id)
    talk.say(preview_blocks.preview(shown.draft, shown.job, shown.project, shown.times))


def delete(talk: Talk, press: Press) -> None:
    """Delete the schedule."""
    talk.say(blocks.deleted(talk.services.scheduling.delete(talk.asker, press.value)))
