"""Home: shown when somebody opens it, turned by its buttons, and drawn anew after each press in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.ids import Button

if TYPE_CHECKING:
    from slack_bolt import App

    from handlers.answer import Answering
    from handlers.payloads import Press
    from handlers.talk import Talk

MOST_TURNED = 100_000


def register(app: App, answering: Answering) -> None:
    """Connect the opening of Home, and the buttons that turn its list."""
    app.event("app_home_opened")(answering.home(show))
    app.action(Button.HOME_SOONER)(answering.press(turn))
    app.action(Button.HOME_LATER)(answering.press(turn))


def show(talk: Talk) -> None:
    """Show the person their Home as it is now."""
    talk.services.homes.opened(talk.asker.person)
    talk.services.homes.publish(talk.asker.person, talk.slack)


def turn(talk: Talk, press: Press) -> None:
    """Show other schedules of the person's in their Home, which is drawn anew after each press."""
    to = int(press.value) if press.value.isdecimal() else 0
    talk.services.homes.turn(talk.asker.person, min(to, MOST_TURNED))
