"""Ask for access: the one button for people with whom nothing is shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks import help as blocks
from bot.blocks.ids import Button

if TYPE_CHECKING:
    from slack_bolt import App

    from handlers.answer import Answering, Talk
    from handlers.payloads import Press


def register(app: App, answering: Answering) -> None:
    app.action(Button.ASK_FOR_ACCESS)(answering.press(ask))


def ask(talk: Talk, _press: Press) -> None:
    talk.services.asking.ask(talk.asker)
    talk.say(blocks.access_asked())
