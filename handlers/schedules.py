"""Existing schedules: shown, paused, skipped, run, changed, deleted, by a word or a button.

A press in a list, or at a schedule that is shown alone, is answered in its place: what it did, with its way
back, above the list or the schedule as it is now.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.blocks import listing as list_blocks
from bot.blocks import schedule as blocks
from bot.blocks import taking_over as taken
from bot.blocks.firing import HAS_CHANGED, run_after_all
from bot.blocks.form import told
from bot.blocks.ids import Button
from bot.blocks.pausing import ENDS
from bot.domain.errors import NotFound
from bot.language.command import OnRuns, Verb
from bot.language.until import read_until
from bot.rules.access import NO_SUCH_THING
from handlers import choosing, editing, listing, on_runs, pausing, policies, taking_over
from handlers.form.opening import open_schedule
from handlers.form.sending import preview_message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from slack_bolt import App

    from bot.domain.listed import Listed
    from bot.domain.notice import Message
    from bot.language.command import OnSchedule
    from handlers.answer import Answering
    from handlers.payloads import Press
    from handlers.talk import Talk

    Act = Callable[[Talk, str], Message]


def register(app: App, answering: Answering) -> None:
    """Connect the buttons and menus of schedules, with their policies, choices and lists."""
    for which, act in _ACTS.items():
        app.action(which)(answering.press(_pressing(act)))
    app.action(Button.MENU)(answering.press(choose))
    app.action(Button.RUN_IT)(answering.press(lambda talk, press: run_it(talk, press.value)))
    app.action(Button.RUN_MISSED)(answering.press(run_missed))
    app.action(Button.EDIT)(answering.press(lambda talk, press: open_schedule(talk, press.value)))
    app.action(Button.DELETE_IN_FORM)(answering.press(delete_in_form))
    policies.register(app, answering)
    choosing.register(app, answering)
    listing.register(app, answering)
    pausing.register(app, answering)


def on_schedule(talk: Talk, request: OnSchedule) -> None:
    """Do what was typed about a schedule. If several fit, show a row for each; never guess."""
    ends_at = _until(talk, request.until)
    if not request.schedule:
        choosing.ask_of_mine(talk, request.verb, until=ends_at)
        return
    found = talk.services.scheduling.find(talk.asker, request.schedule)
    if request.verb is Verb.COPY or (request.verb is Verb.EDIT and (request.when_text or request.inputs)):
        editing.by_words(talk, request, talk.services.scheduling.read(talk.asker, found))
        return
    if len(found) > 1:
        choosing.ask(talk, request.verb, talk.services.scheduling.read(talk.asker, found), until=ends_at)
        return
    _do(talk, request, found[0], ends_at)


def _do(talk: Talk, request: OnSchedule, schedule_id: str, ends_at: datetime | None) -> None:
    match request.verb:
        case Verb.PAUSE:
            talk.say(pausing.pause(talk, schedule_id, ends_at))
        case Verb.RESUME | Verb.SKIP | Verb.DELETE | Verb.TAKE:
            talk.say(_BY_VERB[request.verb](talk, schedule_id))
        case Verb.RENAME:
            talk.say(blocks.renamed(talk.services.adjusting.rename(talk.asker, schedule_id, request.name)))
        case Verb.TRANSFER:
            given = talk.services.taking_over.transfer(talk.asker, schedule_id, request.person_id)
            talk.say(blocks.acted(given, taken.given_away(given)))
        case Verb.STOP | Verb.RETRY:
            on_runs.ask(talk, OnRuns(request.verb, ()), of_schedule=schedule_id)
        case Verb.RUN:
            run_it(talk, schedule_id)
        case Verb.EDIT if talk.trigger_id:
            open_schedule(talk, schedule_id)
        case _:
            talk.say(_card(talk, talk.services.scheduling.show(talk.asker, schedule_id)))


def choose(talk: Talk, press: Press) -> None:
    """Do what was chosen in the menu of a row."""
    which, _, schedule_id = press.value.partition(":")
    if which == Button.RUN_IT:
        run_it(talk, schedule_id)
    elif which == Button.EDIT:
        open_schedule(talk, schedule_id)
    elif which in _ACTS:
        _answer(talk, press, _ACTS[Button(which)](talk, schedule_id))
    else:
        raise NotFound(NO_SUCH_THING)


def _pressing(act: Act) -> Callable[[Talk, Press], None]:
    return lambda talk, press: _answer(talk, press, act(talk, press.value))


def _answer(talk: Talk, press: Press, done: Message) -> None:
    """Answer in the place of the list or the schedule where it was pressed; else in a new message."""
    place, schedule_id = list_blocks.read_place(press.block_id), blocks.read_shown(press.block_id)
    if place is not None:
        shown = listing.page(talk, listing.reread(talk, place.words), first_shown=place.first_shown)
        talk.replace(list_blocks.after(done, shown, place))
    elif schedule_id is not None:
        try:
            card = _card(talk, talk.services.scheduling.show(talk.asker, schedule_id))
        except NotFound:
            card = None
        talk.replace(blocks.again(done, card, schedule_id))
    else:
        talk.say(done)


def _card(talk: Talk, listed: Listed) -> Message:
    return blocks.schedule(listed, talk.services.adjusting.usual_grace)


def _until(talk: Talk, text: str) -> datetime | None:
    """Return the moment typed behind "pause … until". None if nothing was typed."""
    return read_until(text, now=talk.services.clock.now(), tz=talk.asker.person.tz) if text else None


def _pause_until(which: Button, talk: Talk, schedule_id: str) -> Message:
    return pausing.pause_until(talk, which, schedule_id)


def resume(talk: Talk, schedule_id: str) -> Message:
    """Resume the schedule."""
    return blocks.resumed(talk.services.scheduling.resume(talk.asker, schedule_id))


def skip(talk: Talk, schedule_id: str) -> Message:
    """Skip the schedule's next run, with a button that undoes that."""
    return blocks.skipped(talk.services.adjusting.skip_next(talk.asker, schedule_id))


def undo_skip(talk: Talk, firing_id: str) -> Message:
    """Let the skipped run take place."""
    return blocks.not_skipped(talk.services.adjusting.undo_skip(talk.asker, firing_id))


def delete(talk: Talk, schedule_id: str) -> Message:
    """Delete the schedule, with a button that undoes that."""
    return blocks.deleted(talk.services.scheduling.delete(talk.asker, schedule_id))


def delete_in_form(talk: Talk, press: Press) -> None:
    """Delete the schedule that a form changes; the form says so, with the button that undoes it."""
    if press.view is not None:
        talk.update(press.view.view_id, None, told("Deleted", delete(talk, press.value)))


def undo_delete(talk: Talk, schedule_id: str) -> Message:
    """Bring the deleted schedule back."""
    return blocks.brought_back(talk.services.adjusting.undo_delete(talk.asker, schedule_id))


def run_it(talk: Talk, schedule_id: str) -> None:
    """Show a preview of a run now: with which inputs, and where it reports."""
    shown = talk.services.drafting.propose_run(talk.asker, schedule_id)
    talk.say(preview_message(shown))


def run_missed(talk: Talk, press: Press) -> None:
    """Run what was missed, and say so in place of the message about it; ask first if much has changed."""
    done = talk.services.catching_up.run(talk.asker, press.value)
    if done is None:
        shown = talk.services.drafting.propose_missed(talk.asker, press.value)
        talk.say(preview_message(shown, [HAS_CHANGED]))
    else:
        talk.replace(run_after_all(done))


_ACTS: Mapping[Button, Act] = {
    Button.PAUSE: pausing.pause,
    **{each: partial(_pause_until, each) for each in ENDS},
    Button.RESUME: resume,
    Button.SKIP: skip,
    Button.UNDO_SKIP: undo_skip,
    Button.DELETE: delete,
    Button.UNDO_DELETE: undo_delete,
    Button.TAKE_OVER: taking_over.take_over,
}
_BY_VERB: Mapping[Verb, Act] = {
    Verb.RESUME: resume,
    Verb.SKIP: skip,
    Verb.DELETE: delete,
    Verb.TAKE: taking_over.take_over,
}
