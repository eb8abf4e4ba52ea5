"""A run's buttons: Stop, Retry, Show log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks import run as blocks
from bot.blocks.ids import Button
from handlers.form.sending import preview_message

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_bolt import App

    from handlers.answer import Answering
    from handlers.payloads import Press
    from handlers.talk import Talk


def register(app: App, answering: Answering) -> None:
    """Connect the buttons of a run's card."""
    app.action(Button.RETRY)(answering.press(_on_its_card(retry)))
    app.action(Button.STOP)(answering.press(_on_its_card(stop)))
    app.action(Button.RUN_AGAIN)(answering.press(_on_its_card(run_again)))
    app.action(Button.SHOW_LOG)(answering.press(_on_its_card(show_log)))
    app.action(Button.OPEN_IN_AIRFLOW)(answering.press(lambda _talk, _press: None))  # a link: Slack opens it


def _on_its_card(converse: Callable[[Talk, Press], None]) -> Callable[[Talk, Press], None]:
    """Return the conversation, but first make the pressed message the one that is kept up to date.

    Whoever pressed looks at that message, whatever comes of the press.
    """

    def pressed(talk: Talk, press: Press) -> None:
        talk.services.running.keep_card(
            talk.asker, press.value, channel_id=press.origin.channel_id, ts=press.message_ts
        )
        converse(talk, press)

    return pressed


def retry(talk: Talk, press: Press) -> None:
    """Retry the run. Its card then says who did, and loses the button."""
    talk.services.running.retry(talk.asker, press.value)


def stop(talk: Talk, press: Press) -> None:
    """Stop the run. Its card says who did, once Airflow has."""
    talk.services.running.stop(talk.asker, press.value)


def run_again(talk: Talk, press: Press) -> None:
    """Show a preview of another run with the same inputs, to the person who pressed alone."""
    talk.say(preview_message(talk.services.drafting.propose_again(talk.asker, press.value)))


def show_log(talk: Talk, press: Press) -> None:
    """Show the end of the log to this person only."""
    talk.say(blocks.private_log(talk.services.running.log(talk.asker, press.value)))
