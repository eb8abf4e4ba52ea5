"""Runbell's introduction to a channel that was given to a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.parts import bold, context, message, section

if TYPE_CHECKING:
    from bot.domain.announcement import ChannelMapped
    from bot.domain.notice import Message


def introduction(told: ChannelMapped) -> Message:
    """Return Runbell's introduction to a channel that a project was given."""
    project = told.project
    by = f"<@{told.by}>" if told.by.startswith(("U", "W")) else "whoever runs Runbell"
    text = (
        f":wave: This channel now belongs to the project {bold(project)}, set up by {by}. "
        "You can schedule and run its jobs from here, and they report here."
    )
    return message(
        f"This channel now belongs to the project {project}.",
        section(text),
        context(
            "`/schedule` opens the form, `/schedule jobs` lists what you can use, `/schedule help` the rest."
        ),
    )
