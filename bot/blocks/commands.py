"""Buttons and menus that do what a command does, for people who would rather press than type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slack_sdk.models.blocks import OverflowMenuElement

from bot.blocks.ids import LONGEST_VALUE, Button
from bot.blocks.parts import button, option

if TYPE_CHECKING:
    from slack_sdk.models.blocks import ButtonElement

LOOKS = (("My schedules", "list"), ("Jobs", "jobs"), ("Recent runs", "runs"))
"""What anybody who sees a job may look at, each with its words and its command."""


def attempts(*offered: tuple[str, str], style: str | None = None) -> list[ButtonElement]:
    """Return buttons that do what a command does; each has its words and its command.

    Slack wants another action id for each button of a row.
    """
    return [
        button(f"{Button.TRY}.{place}", words, command, style=style)
        for place, (words, command) in enumerate(offered)
    ]


def menu(*offered: tuple[str, str]) -> OverflowMenuElement | None:
    """Return a menu of commands; None if all of them are longer than Slack lets an option carry."""
    options = [option(words, command) for words, command in offered if len(command) <= LONGEST_VALUE]
    return OverflowMenuElement(action_id=Button.TRY, options=options) if options else None
