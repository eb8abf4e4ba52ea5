"""Notices: messages to Slack, kept until they are sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.announcement import Announcement
    from bot.domain.project import Place


@dataclass(frozen=True, slots=True)
class Message:
    """A message. `text` is for notifications and screen readers; `blocks` is Block Kit."""

    text: str
    blocks: tuple[dict[str, Any], ...] = ()
    newer: tuple[dict[str, Any], ...] = ()
    """The whole message with one kind of block that not every Slack takes; empty if there is no such form.

    `blocks` has the same facts, for where Slack refuses that kind, and where it takes none, as in modals.
    """

    def below(self, above: Sequence[dict[str, Any]], text: str) -> Message:
        """Return the message with these blocks above its own, and another text."""
        newer = (*above, *self.newer) if self.newer else ()
        return Message(text, (*above, *self.blocks), newer)


class NoticeKind(StrEnum):
    """What a notice is. It is drawn when it is sent, so that only the latest state is ever shown."""

    CARD = "card"
    """A run's card: posted once in each place, and edited from then on."""
    INCIDENT = "incident"
    """The message about an incident: a reply below its first card, shown in the channel.

    Without such a card it is posted on its own. Later news edit it.
    """
    RECOVERED = "recovered"
    """A reply in the incident's thread, shown in the channel: it works again."""
    AGAIN = "again"
    """A reply in the incident's thread that the channel need not read: a Retry has failed."""
    STORM = "storm"
    """Many incidents in one message, edited in place."""
    LATE = "late"
    """Many runs that are late or did not run, in one message, edited in place."""
    STORM_OVER = "storm over"
    """A reply in the storm's thread, shown in the channel."""
    FAILURE = "failure"
    """What 0.1.0 put in place of INCIDENT: a reply in a run's thread, shown in the channel."""
    LOG = "log"
    """A reply in the card's thread that the channel need not read: the log's tail."""
    RESULT = "result"
    """A reply in the card's thread, shown in the channel: what the job published."""
    FILE = "file"
    """The file that the job published, in the card's thread."""
    RECOVERY = "recovery"
    """What 0.1.0 put in place of RECOVERED: a reply in a run's thread."""
    WORDS = "words"
    """Something that is said once; the notice has its facts."""
    BACKLOG = "backlog"
    """One message in place of many that have waited for long; those become quiet replies to it."""
    QUESTION = "question"
    """Words with buttons. The next ones of their subject replace them."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A message of release 0.1.0. `in_shared` replaces it in channels shared with another company."""

    message: Message
    in_shared: Message | None


@dataclass(frozen=True, slots=True)
class Notice:
    """A message that the notifier has to post or to edit.

    `subject` is the id of the firing, run or incident that it shows; `told` has the facts of words and
    questions.
    """

    notice_id: int
    place: Place
    kind: NoticeKind
    subject: str
    told: Announcement | None = None
    drawn: Drawn | None = None
    """What release 0.1.0 kept in place of facts."""
    attempts: int = 0
    plain: bool = field(default=False)
    """Slack rejected the blocks: send the text alone."""
    wanted_at: datetime | None = None
    """When it was first to be sent."""
    rule: str = ""
    """The reference of the alert rule by which it goes; "" if none is asked, or it is noted elsewhere."""
    under: str | None = None
    """The subject of the sum of what has waited, in whose thread the notice is posted."""
    leased_until: datetime | None = None
    """The notifier that claimed the notice may send it while this moment is unchanged."""
