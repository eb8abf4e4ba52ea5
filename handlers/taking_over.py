"""Take over: by a button under a schedule, under the message that it is suspended, or by words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks import schedule as schedule_blocks
from bot.blocks import taking_over as blocks
from bot.blocks.ids import Button

if TYPE_CHECKING:
    from slack_bolt import App

    from bot.domain.notice import Message
    from handlers.answer import Answering
    from handlers.payloads import Press
    from handlers.talk import Talk


def register(app: App, answering: Answering) -> None:
    """Connect the button under the message that a schedule is suspended."""
    app.action(Button.TAKE_OVER_SUSPENDED)(answering.press(take_over_suspended))


def take_over_suspended(talk: Talk, press: Press) -> None:
    """Take over the schedule of the message, unless somebody was quicker."""
    talk.say(take_over(talk, press.value, only_suspended=True))


def take_over(talk: Talk, schedule_id: str, *, only_suspended: bool = False) -> Message:
    """Make it the person's own, and say so."""
    listed = talk.services.taking_over.take_over(talk.asker, schedule_id, only_suspended=only_suspended)
    return schedule_blocks.acted(listed, blocks.taken_over(listed))
