"""Take over: by a button under a schedule, under the message that it is suspended, or by words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks import schedule as schedule_blocks
from bot.blocks import taking_over as blocks
from bot.blocks.ids import Button
from bot.language.command import Verb
from handlers import choosing

if TYPE_CHECKING:
    from slack_bolt import App

    from handlers.answer import Answering
    from handlers.payloads import Press
    from handlers.talk import Talk


def register(app: App, answering: Answering) -> None:
    """Connect the buttons that take a schedule over."""
    app.action(Button.TAKE_OVER)(answering.press(take_over))
    app.action(Button.TAKE_OVER_SUSPENDED)(answering.press(take_over_suspended))


def by_words(talk: Talk, words: str) -> None:
    """Take over the schedule that was named. If several fit, or none is named, show a row for each."""
    if not words:
        choosing.ask_of_mine(talk, Verb.TAKE)
        return
    found = talk.services.scheduling.find(talk.asker, words)
    if len(found) > 1:
        choosing.ask(talk, Verb.TAKE, found)
        return
    _take_over(talk, found[0].schedule.schedule_id)


def take_over(talk: Talk, press: Press) -> None:
    """Take over the schedule of the button."""
    _take_over(talk, press.value)


def take_over_suspended(talk: Talk, press: Press) -> None:
    """Take over the schedule of the message, unless somebody was quicker."""
    _take_over(talk, press.value, only_suspended=True)


def _take_over(talk: Talk, schedule_id: str, *, only_suspended: bool = False) -> None:
    listed = talk.services.taking_over.take_over(talk.asker, schedule_id, only_suspended=only_suspended)
    talk.say(schedule_blocks.acted(listed, blocks.taken_over(listed)))
