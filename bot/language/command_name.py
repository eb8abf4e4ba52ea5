"""The command's name. All texts say /schedule, and are renamed if a setting calls the command otherwise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.domain.notice import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMAND = "/schedule"
_OURS = re.compile(r"(?<=`)/schedule(?=[ `])")
"""The command as our texts write it, in backticks. Elsewhere, /schedule is a link, a path or a title."""


def under_its_name(said: Mapping[str, Any], command: str) -> dict[str, Any]:
    """Return what is about to be sent, in any form that Slack takes, with the command's own name."""
    if command == COMMAND:
        return dict(said)
    renamed: dict[str, Any] = _renamed(dict(said), command)
    return renamed


def message_under_its_name(message: Message, command: str) -> Message:
    """Return the message, in both its forms, with the command's own name."""
    said = under_its_name({"text": message.text, "blocks": message.blocks, "newer": message.newer}, command)
    return Message(said["text"], tuple(said["blocks"]), tuple(said["newer"]))


def _renamed(said: Any, command: str) -> Any:
    match said:
        case str():
            return _OURS.sub(lambda _: command, said)
        case dict():
            return {name: _renamed(each, command) for name, each in said.items()}
        case list() | tuple():
            return [_renamed(each, command) for each in said]
    return said
