"""What a channel reads when it is given to a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.parts import context, escape, message, section

if TYPE_CHECKING:
    from bot.domain.notice import Message
    from bot.domain.telling import ChannelMapped


def introduction(told: ChannelMapped) -> Message:
    project = told.project
    by = f"<@{told.by}>" if told.by.startswith(("U", "W")) else "whoever runs Runbell"
    text = (
        f":wave: This channel belongs to the project *{escape(project)}* now, set up by {by}. "
        "Its jobs can be scheduled and run from here, and tell here how they went."
    )
    return message(
        f"This channel belongs to the project {project} now.",
        section(text),
        context(
            "`/schedule` opens the form, `/schedule jobs` lists what you can use, `/schedule help` the rest."
        ),
    )
