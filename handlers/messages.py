"""What is written to the bot or where it is mentioned: read as if the command stood before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers import command
from handlers.payloads import Command

if TYPE_CHECKING:
    from slack_bolt import App

    from handlers.answer import Answering
    from handlers.payloads import Written
    from handlers.talk import Talk

SAID_BY_PEOPLE = (None, "file_share", "thread_broadcast")
"""Subtypes of messages that people write: plain, with a file, or from a thread to the channel."""


def register(app: App, answering: Answering) -> None:
    """Connect direct messages to the bot, and mentions of it."""
    app.event("app_mention")(answering.written(converse))
    app.event({"type": "message", "subtype": SAID_BY_PEOPLE})(answering.written(converse))
    app.event("message")(lambda: None)  # edits, joins and what bots say need no answer


def converse(talk: Talk, written: Written) -> None:
    """Answer a message as if the command stood before it. A mention alone is offered the form."""
    command.converse(talk, Command(written.origin, written.text))
