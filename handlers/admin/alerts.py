"""What a project's channels hear, opened from its administration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.alert_rule import rules
from bot.blocks.form import told
from bot.blocks.ids import Admin
from handlers.admin.pages import pushing

if TYPE_CHECKING:
    from typing import Any

    from slack_bolt import App

    from bot.blocks.admin.frame import Where
    from handlers.answer import Answering
    from handlers.payloads import Press
    from handlers.talk import Talk


def register(app: App, answering: Answering) -> None:
    """Connect the button beside each channel."""
    app.action(Admin.HEARS)(answering.press(pushing(_heard)))


def _heard(talk: Talk, press: Press, where: Where) -> dict[str, Any]:
    talk.services.managing.project(talk.asker, where.project_id)
    heard = talk.services.alerting.heard(talk.asker, press.value)
    return told("Alerts", rules(heard, talk.services.clock.now()), ends=False)
