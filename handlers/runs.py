"""A run's buttons: Stop, Retry, Show log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks import run as blocks
from bot.blocks.ids import Button

if TYPE_CHECKING:
    from slack_bolt import App

    from handlers.answer import Answering, Talk
    from handlers.payloads import Press


def register(app: App, answering: Answering) -> None:
    app.action(Button.RETRY)(answering.press(retry))
    app.action(Button.STOP)(answering.press(stop))
    app.action(Button.SHOW_LOG)(answering.press(show_log))
    app.action(Button.OPEN_IN_AIRFLOW)(answering.press(lambda _talk, _press: None))  # a link: Slack opens it


def retry(talk: Talk, press: Press) -> None:
    """The card says who pressed it; the button disappears from there."""
    talk.services.running.retry(talk.asker, press.value)


def stop(talk: Talk, press: Press) -> None:
    """The card says who stopped it, as soon as Airflow has."""
    talk.services.running.stop(talk.asker, press.value)


def show_log(talk: Talk, press: Press) -> None:
    talk.say(blocks.private_log(talk.services.running.log(talk.asker, press.value)))
