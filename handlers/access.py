"""Ask for access, and what whoever can allow it answers: Allow, Decline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks import asking as blocks
from bot.blocks.form import told
from bot.blocks.ids import Button
from bot.domain.errors import Conflict
from bot.domain.rights import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_bolt import App

    from bot.domain.notice import Message
    from handlers.answer import Answering, Talk
    from handlers.payloads import Press


def register(app: App, answering: Answering) -> None:
    app.action(Button.ASK_FOR_ACCESS)(answering.press(ask))
    app.action(Button.ASK_FOR_MORE)(answering.press(ask_for_more))
    app.action(Button.ALLOW_VIEWER)(answering.press(allow_viewer))
    app.action(Button.ALLOW_RUNNER)(answering.press(allow_runner))
    app.action(Button.DECLINE_ACCESS)(answering.press(decline))


def ask(talk: Talk, _press: Press) -> None:
    talk.services.asking.ask(talk.asker)
    talk.say(blocks.asked())


def ask_for_more(talk: Talk, press: Press) -> None:
    """Also from a form, which has no channel to answer in."""
    talk.services.asking.ask_for_more(talk.asker, press.value)
    if press.view is None:
        talk.say(blocks.asked())
    else:
        talk.update(press.view.view_id, press.view.view_hash, told("Asked", blocks.asked()))


def allow_viewer(talk: Talk, press: Press) -> None:
    _settle(talk, lambda: talk.services.asking.allow(talk.asker, press.value, Role.VIEWER))


def allow_runner(talk: Talk, press: Press) -> None:
    _settle(talk, lambda: talk.services.asking.allow(talk.asker, press.value, Role.RUNNER))


def decline(talk: Talk, press: Press) -> None:
    _settle(talk, lambda: talk.services.asking.decline(talk.asker, press.value))


def _settle(talk: Talk, act: Callable[[], Message]) -> None:
    """The buttons disappear, also for whoever comes second."""
    try:
        talk.replace(act())
    except Conflict as conflict:
        talk.replace(blocks.already(conflict.message))
