"""Undo, beside what was taken away from a project: it is given back, to whoever may still change that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.ids import Admin
from bot.domain.errors import NotFound
from bot.rules.access import NO_SUCH_THING
from bot.rules.bringing_back_setups import CHANNEL, MEMBER, bring_back
from handlers.admin.pages import turn

if TYPE_CHECKING:
    from slack_bolt import App

    from bot.blocks.admin.frame import Where
    from handlers.answer import Answering
    from handlers.payloads import Press
    from handlers.talk import Talk

STAY = " Schedules that it suspended wait until somebody resumes them."


def register(app: App, answering: Answering) -> None:
    """Connect the button."""
    app.action(Admin.UNDO)(answering.press(turn(_undo)))


def _undo(talk: Talk, press: Press, where: Where) -> tuple[Where, str]:
    services = talk.services
    entry = services.undoing.entry(talk.asker, press.value)
    if entry.project_id is None:
        raise NotFound(NO_SUCH_THING)
    services.managing.must_manage(talk.asker, entry.project_id)
    facts = services.channels.look(talk.asker, entry.subject) if entry.action == CHANNEL else None
    services.managing.edit(talk.asker, entry.project_id, bring_back(entry, facts))
    return where, f":white_check_mark: {_said(entry.action)}"


def _said(action: str) -> str:
    if action == CHANNEL:
        return (
            "The channel belongs to the project again. Schedules that left it keep reporting to their owners."
        )
    return f"{'They are in the project' if action == MEMBER else 'It is shared'} again.{STAY}"
