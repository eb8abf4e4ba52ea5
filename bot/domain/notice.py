"""Notices: what Slack must be told, kept until it was."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.project import Place
    from bot.domain.telling import Telling


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
    """Something that is said once, whose facts the notice has."""
    QUESTION = "question"
    """Words with buttons: the next of their subject take their place."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """`in_shared`: what is said instead where the channel is shared with another company."""

    message: Message
    in_shared: Message | None


@dataclass(frozen=True, slots=True)
class Notice:
    """`subject`: the firing's or the run's id it is about; `told`: the facts, of words and questions."""

    notice_id: int
    place: Place
    kind: NoticeKind
    subject: str
    told: Telling | None = None
    drawn: Drawn | None = None
    """What 0.1.0 kept in place of facts."""
    attempts: int = 0
    plain: bool = field(default=False)
    """Slack rejected the blocks: send the text alone."""
    leased_until: datetime | None = None
    """Whoever claimed it may send it while this is unchanged."""
