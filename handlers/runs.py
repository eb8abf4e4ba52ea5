"""A run's buttons: Stop, Retry, Show log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks import run as blocks
from bot.blocks.ids import Button

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_bolt import App

    from handlers.answer import Answering
    from handlers.payloads import Press
    from handlers.talk import Talk


def register(app: App, answering: Answering) -> None:
    app.action(Button.RETRY)(answering.press(_on_its_card(retry)))
    app.action(Button.STOP)(answering.press(_on_its_card(stop)))
    app.action(Button.SHOW_LOG)(answering.press(_on_its_card(show_log)))
    app.action(Button.OPEN_IN_AIRFLOW)(answering.press(lambda _talk, _press: None))  # a link: Slack opens it


def _on_its_card(converse: Callable[[Talk, Press], None]) -> Callable[[Talk, Press], None]:
    """The card that was pressed is the one people look at: it is kept up to date, whatever comes of it."""

    def pressed(talk: Talk, press: Press) -> None:
        talk.services.running.keep_card(
            talk.asker, press.value, channel_id=press.origin.channel_id, ts=press.message_ts
        )
        converse(talk, press)

    return pressed


def retry(talk: Talk, press: Press) -> None:
    """The card says who pressed it; the button disappears from there."""
    talk.services.running.retry(talk.asker, press.value)


def stop(talk: Talk, press: Press) -> None:
    """The card says who stopped it, as soon as Airflow has."""
    talk.services.running.stop(talk.asker, press.value)


def show_log(talk: Talk, press: Press) -> None:
    talk.say(blocks.private_log(talk.services.running.log(talk.asker, press.value)))
