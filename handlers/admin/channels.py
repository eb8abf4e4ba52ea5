"""A project's channels: mapped and taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.admin import channels as blocks
from bot.blocks.ids import Admin, View
from bot.domain.errors import NotUnderstood
from bot.domain.form_field import FormField
from bot.rules import project_edits
from handlers.admin.pages import pushing, saving, taking_away

if TYPE_CHECKING:
    from typing import Any

    from slack_bolt import App

    from bot.blocks.admin.frame import Where
    from handlers.answer import Answering
    from handlers.payloads import Press, Submission
    from handlers.talk import Talk


def register(app: App, answering: Answering) -> None:
    """Connect the buttons of a project's channels."""
    app.action(Admin.MAP)(answering.press(pushing(_ask)))
    app.view(View.ADMIN_CHANNEL)(answering.submission(saving(_map)))
    app.action(Admin.UNMAP)(answering.press(taking_away(_unmap)))


def _ask(talk: Talk, _press: Press, where: Where) -> dict[str, Any]:
    talk.services.managing.must_manage(talk.asker, where.project_id)
    return blocks.map_channel(where)


def _map(talk: Talk, submission: Submission, where: Where) -> str:
    channel_id = submission.view.text(FormField.CHANNEL)
    if not channel_id:
        raise NotUnderstood("Choose a channel.", field=FormField.CHANNEL)
    talk.services.managing.must_manage(talk.asker, where.project_id)
    facts = talk.services.channels.look(talk.asker, channel_id)
    talk.services.managing.edit(talk.asker, where.project_id, project_edits.map_channel(facts))
    with_others = f" It is {blocks.WITH_OTHERS}." if facts.is_shared else ""
    invite = "" if facts.has_bot else " To have me listed among its members: `/invite @Runbell` there."
    return f":white_check_mark: <#{facts.channel_id}> is mapped.{with_others}{invite}"


def _unmap(talk: Talk, press: Press, where: Where) -> tuple[Where, str]:
    talk.services.managing.edit(talk.asker, where.project_id, project_edits.unmap_channel(press.value))
    return where, f":white_check_mark: <#{press.value}> is no longer a channel of this project."
