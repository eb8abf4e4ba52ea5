"""Several schedules fit, or none was named: rows to choose from, each with everything that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks import listing as listing_blocks
from bot.blocks import schedule as schedule_blocks
from bot.blocks import which as blocks
from bot.blocks.ids import Button
from bot.domain.errors import Conflict, UserError
from bot.domain.listed import Page
from bot.domain.schedule import ScheduleState
from bot.language.command import Verb
from handlers import pausing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from slack_bolt import App

    from bot.domain.listed import Listed
    from handlers.answer import Answering
    from handlers.payloads import Press
    from handlers.talk import Talk

_QUESTIONS = {
    Verb.PAUSE: "Which one do you want to pause?",
    Verb.RESUME: "Which one do you want to resume?",
    Verb.SKIP: "Which one's next run do you want to skip?",
    Verb.EDIT: "Which one do you want to change?",
    Verb.DELETE: "Which one do you want to delete?",
    Verb.RUN: "Which one do you want to run now?",
    Verb.TAKE: "Which one do you want to take over?",
    Verb.RENAME: "Which one do you want to rename?",
}
_BUTTONS = {
    Verb.SKIP: blocks.simple(Button.SKIP, "Skip next"),
    Verb.EDIT: blocks.simple(Button.EDIT, "Edit"),
    Verb.RUN: blocks.simple(Button.RUN_IT, "Run now"),
    Verb.RENAME: blocks.simple(Button.POLICIES, "Rename…"),
    Verb.DELETE: blocks.deleting,
    Verb.TAKE: blocks.taking_over,
}


_RESTS = {ScheduleState.PAUSED, ScheduleState.SUSPENDED}
_FITTING: Mapping[Verb, tuple[Callable[[Listed], bool], str]] = {
    Verb.RESUME: (lambda each: each.schedule.state in _RESTS, "None of these is paused."),
    Verb.SKIP: (lambda each: each.next_at is not None, "None of these has a next run."),
}
"""Which schedules can be meant, where the verb cannot mean all, and what is said if none is."""


def register(app: App, answering: Answering) -> None:
    """Connect the rows among which people choose."""
    app.action(Button.CHOSEN)(answering.press(do_it))


def _fitting(verb: Verb, found: Sequence[Listed]) -> Sequence[Listed]:
    """Return those schedules that the verb can mean. Raises Conflict if there is none."""
    if verb not in _FITTING:
        return found
    fits, why_none = _FITTING[verb]
    left = [each for each in found if fits(each)]
    if not left:
        raise Conflict(f"{why_none} `/schedule list` shows yours.")
    return left


def ask(talk: Talk, verb: Verb, found: Sequence[Listed], *, until: datetime | None = None) -> None:
    """Show a row for each schedule that the verb can mean; for one that only looks, show a list.

    Raises Conflict if the verb can mean none of them.
    """
    found = _fitting(verb, found)
    if verb in {Verb.PAUSE, Verb.RESUME}:
        _ask_to_move(talk, verb, found, until)
    elif verb in _BUTTONS:
        press = _BUTTONS[verb]
        talk.say(blocks.which(_QUESTIONS[verb], [(each, press(each)) for each in found]))
    else:
        shown = found[: listing_blocks.ON_A_PAGE]
        talk.say(listing_blocks.schedules(Page(shown, len(shown)), everyones=True))


def ask_of_mine(talk: Talk, verb: Verb, *, until: datetime | None = None) -> None:
    """Show the person's schedules that could be meant, if they named none."""
    match verb:
        case Verb.RESUME:
            found, doing = talk.services.scheduling.owned(talk.asker, ScheduleState.PAUSED), "resumed"
        case Verb.PAUSE:
            found, doing = talk.services.scheduling.owned(talk.asker, ScheduleState.ACTIVE), "paused"
        case Verb.SKIP:
            mine = talk.services.scheduling.listed(talk.asker)
            found, doing = [each for each in mine if each.next_at is not None], "skipped"
        case Verb.TAKE:
            everyones = talk.services.scheduling.listed(talk.asker, everyones=True)
            found, doing = [each for each in everyones if each.may_take_over], "taken over"
        case _:
            found, doing = talk.services.scheduling.listed(talk.asker), f"used with `{verb}`"
    if found:
        ask(talk, verb, found, until=until)
    else:
        talk.say(blocks.none_of_yours(doing))


def _ask_to_move(talk: Talk, verb: Verb, found: Sequence[Listed], until: datetime | None) -> None:
    state = ScheduleState.PAUSED if verb is Verb.PAUSE else ScheduleState.ACTIVE
    words = blocks.pausing(until, found) if verb is Verb.PAUSE else "Resume"
    ids = [each.schedule.schedule_id for each in found if each.may_change]
    choices = talk.services.choosing.offer(
        talk.asker, state, [(each,) for each in ids] + ([tuple(ids)] if len(ids) > 1 else []), until=until
    )
    offered = {choice.schedule_ids: choice.choice_id for choice in choices}
    rows = []
    for each in found:
        choice_id = offered.get((each.schedule.schedule_id,))
        rows.append((each, blocks.choosing(words, choice_id, each) if choice_id else None))
    question = f"Which one do you want to {words[:1].lower()}{words[1:]}?" if until else _QUESTIONS[verb]
    whole = f"{words}: all {len(ids)}"
    every = blocks.choosing(whole, offered[tuple(ids)]) if len(ids) > 1 else None
    talk.say(blocks.which(question, rows, all_of_them=every))


def do_it(talk: Talk, press: Press) -> None:
    """Pause or resume the schedules of the row; what fails is said beside what worked."""
    choice = talk.services.choosing.chosen(talk.asker, press.value)
    scheduling = talk.services.scheduling
    is_pause = choice.state is ScheduleState.PAUSED

    def move(schedule_id: str) -> Listed:
        if is_pause:
            return scheduling.pause(talk.asker, schedule_id, until=choice.until)
        return scheduling.resume(talk.asker, schedule_id)

    if len(choice.schedule_ids) == 1:
        only = choice.schedule_ids[0]
        if is_pause:
            talk.replace(pausing.pause(talk, only, choice.until))
        else:
            talk.replace(schedule_blocks.resumed(scheduling.resume(talk.asker, only)))
        return
    done, problems = [], []
    for schedule_id in choice.schedule_ids:
        try:
            done.append(move(schedule_id))
        except UserError as error:
            problems.append(error.message)
    talk.replace(schedule_blocks.all_moved(done, problems))
