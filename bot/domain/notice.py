"""Notices: what Slack must be told, kept until it was."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.project import Place


@dataclass(frozen=True, slots=True)
class Message:
    """`text` is what notifications and screen readers get; `blocks` is Block Kit."""

    text: str
    blocks: tuple[dict[str, Any], ...] = ()


class NoticeKind(StrEnum):
    """What is drawn is looked up when it is sent, so that only the latest state is ever shown."""

    CARD = "card"
    """A run's card: posted once for each place, edited in place from then on."""
    FAILURE = "failure"
    """A reply in the card's thread, shown in the channel: what broke."""
    LOG = "log"
    """A reply in the card's thread that the channel need not read: the log's tail."""
    RESULT = "result"
    """A reply in the card's thread, shown in the channel: what the job published."""
    RECOVERY = "recovery"
    """A reply in the card's thread: back to normal."""
    WORDS = "words"
    """Plain words of ours, already drawn."""
    QUESTION = "question"
    """Words with buttons, already drawn: the next of their subject take their place."""


@dataclass(frozen=True, slots=True)
class Notice:
    """`subject`: the firing's or the run's id it is about; `message`: what is drawn already."""

    notice_id: int
    place: Place
    kind: NoticeKind
    subject: str
    message: Message | None = None
    in_shared: Message | None = None
    """What is said instead where the channel is shared with another company when it is sent."""
    attempts: int = 0
    plain: bool = field(default=False)
    """Slack rejected the blocks: send the text alone."""
    leased_until: datetime | None = None
    """Whoever claimed it may send it while this is unchanged."""
