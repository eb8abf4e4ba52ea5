"""The audit: narrowed down, and taken along as a file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.blocks.admin.audit import ANY
from bot.blocks.ids import Admin
from handlers.admin.pages import sought, turn

if TYPE_CHECKING:
    from slack_bolt import App

    from bot.blocks.admin.frame import Where
    from handlers.answer import Answering
    from handlers.payloads import Press
    from handlers.talk import Talk


def register(app: App, answering: Answering) -> None:
    """Connect the filters and the export of the audit."""
    app.action(Admin.AUDIT_WHO)(answering.press(turn(_of_person)))
    app.action(Admin.AUDIT_KIND)(answering.press(turn(_of_kind)))
    app.action(Admin.EXPORT)(answering.press(turn(_export)))


def _of_person(_talk: Talk, press: Press, where: Where) -> tuple[Where, str]:
    return replace(where, who=press.value, at=0), ""


def _of_kind(_talk: Talk, press: Press, where: Where) -> tuple[Where, str]:
    return replace(where, kind="" if press.value == ANY else press.value, at=0), ""


def _export(talk: Talk, _press: Press, where: Where) -> tuple[Where, str]:
    count = talk.services.auditing.export(talk.asker, sought(where))
    return where, f":white_check_mark: {count} entries are in your direct messages with Runbell."
