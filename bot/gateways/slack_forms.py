"""Which form of a message Slack gets: with a newer kind of block, or the older form of the same facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from bot.domain.errors import Rejected

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.domain.notice import Message

INVALID_BLOCKS = "invalid_blocks"
NEWER = frozenset({"container", "data_table", "data_visualization", "plan"})
"""Kinds of blocks of 2026. Nothing tells beforehand whether a workspace takes them."""
log = structlog.get_logger()
Sent = TypeVar("Sent")


class Forms:
    """Remembers, for as long as the process lives, which kinds of blocks Slack has refused."""

    def __init__(self) -> None:
        self._refused: set[str] = set()

    def send(self, message: Message, send: Callable[[Sequence[dict[str, Any]]], Sent]) -> Sent:
        """Send the newer form, or at once the older one if Slack refuses it; return what `send` returns.

        Raises what `send` raises, but for that refusal. If Slack refuses the older form as well, the kind of
        block is not to blame, and not remembered.
        """
        kinds = NEWER & {each["type"] for each in message.newer}
        if not kinds or kinds & self._refused:
            return send(message.blocks)
        try:
            return send(message.newer)
        except Rejected as error:
            if not error.code.startswith(INVALID_BLOCKS):
                raise
            refusal = error
        self._refused |= kinds
        try:
            sent = send(message.blocks)
        except Rejected as error:
            if error.code.startswith(INVALID_BLOCKS):
                self._refused -= kinds
            raise
        log.warning("slack.older_form", kinds=sorted(kinds), detail=refusal.detail)
        return sent
