"""The notifier: notices -> Slack messages. The only thing that speaks unprompted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.blocks import run as blocks
from bot.domain.errors import RateLimited, Rejected, Unavailable
from bot.domain.notice import Message, Notice, NoticeKind
from bot.language.command_name import COMMAND, under_its_name
from bot.services.running import run_card
from bot.workers import tell

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.domain.card import RunCard
    from bot.domain.clock import Clock
    from bot.domain.ports import Airflow, Slack
    from storage.database import Database

LEASE = timedelta(seconds=60)
AT_ONCE = 20
IDLE = 1.0
PER_CHANNEL = timedelta(seconds=1)
"""Slack takes about one message a second in a channel."""
FORGET_AFTER = 100
"""Channels remembered for pacing before those at rest are forgotten."""
RETRY_AFTER = (1, 2, 5, 10, 30, 60)
MOST_REJECTIONS = 3
CARD_IS_GONE = frozenset({"message_not_found", "thread_not_found", "cannot_reply_to_message"})
CARD_STAYS_AS_IT_IS = frozenset(
    {
        "edit_window_closed",
        "cant_update_message",
        "restricted_action_thread_locked",
        "restricted_action_non_threadable_channel",
    }
)
"""By the workspace's policy, because it is no longer the app's own, or nobody may reply to it."""
log = structlog.get_logger()


class Notifier:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        slack: Slack,
        airflows: Mapping[str, Airflow],
        *,
        command: str = COMMAND,
    ) -> None:
        self._database = database
        self._clock = clock
        self._slack = slack
        self._airflows = airflows
        self._command = command
        self._spoken_at: dict[str, datetime] = {}

    def step(self) -> float:
        now = self._clock.now()
        with self._database.transaction() as tx:
            claimed = tx.outbox.claim(now, leased_until=now + LEASE, limit=AT_ONCE)
        for notice in claimed:
            self._send(notice)
        return 0.0 if len(claimed) == AT_ONCE else IDLE / 4 if claimed else IDLE

    def _send(self, notice: Notice) -> None:
        wait = self._wait_for(notice.place.channel_id)
        if wait is not None:
            self._put_back(notice, wait)
            return
        if not self._is_ours(notice):
            return
        try:
            self._say(notice)
        except RateLimited as error:
            self._put_back(notice, self._clock.now() + timedelta(seconds=error.retry_after))
        except Unavailable as error:
            log.warning("notice.delayed", notice=notice.notice_id, detail=error.detail)
            seconds = RETRY_AFTER[min(notice.attempts, len(RETRY_AFTER) - 1)]
            self._again(notice, self._clock.now() + timedelta(seconds=seconds), plain=notice.plain)
        except Rejected as error:
            self._rejected(notice, error)

    def _is_ours(self, notice: Notice) -> bool:
        """It may have waited here for longer than its lease: then somebody else says it."""
        with self._database.transaction() as tx:
            return tx.outbox.hold(notice, until=self._clock.now() + LEASE)

    def _say(self, notice: Notice) -> None:
        """Post, update or reply; then write down that it was said."""
        with self._database.transaction() as tx:
            card = None if notice.message else run_card(tx, notice.subject, self._airflows)
            posted = tx.outbox.card(notice.subject, notice.place)
            channel = tx.projects.channel(notice.place.workspace_id, notice.place.channel_id)
        message = self._draw(notice, card, shared=channel is not None and channel.is_shared)
        if message is None:
            self._done(notice, None)  # what it was about is gone
        elif notice.kind in _EDITED_IN_PLACE and posted is not None:
            self._slack.update(*posted, message)
            self._done(notice, None)
        elif notice.kind in _ON_THEIR_OWN or posted is None:
            sent = self._slack.post(notice.place.channel_id, message)
            self._done(notice, sent if notice.kind in _EDITED_IN_PLACE else None)
        else:
            self._slack.post(posted[0], message, thread_ts=posted[1], broadcast=True)
            self._follow_up(notice, card, posted)
            self._done(notice, None)
        self._spoken_at[notice.place.channel_id] = self._clock.now()

    def _follow_up(self, notice: Notice, card: RunCard | None, posted: tuple[str, str]) -> None:
        """The log's tail stays in the thread: the channel need not read it."""
        tail = blocks.log_tail(card) if card and notice.kind is NoticeKind.FAILURE else None
        if tail is not None:
            self._slack.post(posted[0], tail, thread_ts=posted[1])

    def _draw(self, notice: Notice, card: RunCard | None, *, shared: bool) -> Message | None:
        if notice.message is not None:
            drawn = notice.message
        elif card is None:
            return None
        else:
            drawn = _DRAWN[notice.kind](card, shared=shared)
        said = under_its_name({"text": drawn.text, "blocks": list(drawn.blocks)}, self._command)
        return Message(said["text"], () if notice.plain else tuple(said["blocks"]))

    def _done(self, notice: Notice, sent: tuple[str, str] | None) -> None:
        with self._database.transaction() as tx:
            tx.outbox.sent(notice, at=self._clock.now())
            if sent is not None:
                tx.outbox.keep_card(notice.subject, notice.place, *sent)

    def _rejected(self, notice: Notice, error: Rejected) -> None:
        """Slack will say the same again: once more as plain text, then it is given up, loudly."""
        log.error("notice.rejected", notice=notice.notice_id, code=error.code, detail=error.detail)
        if error.code in CARD_IS_GONE | CARD_STAYS_AS_IT_IS and notice.attempts < MOST_REJECTIONS:
            self._without_its_card(notice, error.code)
            return
        with self._database.transaction() as tx:
            tell.refused(tx, notice, error.code, self._clock.now())
        if notice.attempts < MOST_REJECTIONS and not notice.plain:
            self._again(notice, self._clock.now(), plain=True)
            return
        with self._database.transaction() as tx:
            tx.outbox.give_up(notice, error.code)

    def _without_its_card(self, notice: Notice, code: str) -> None:
        """What people are to hear is posted on its own; a card that somebody deleted is not put back."""
        with self._database.transaction() as tx:
            if notice.kind in _EDITED_IN_PLACE and code in CARD_IS_GONE:
                tx.outbox.give_up(notice, code)
                return
            tx.outbox.forget_card(notice.subject, notice.place)
            tx.outbox.send_again(notice, send_at=self._clock.now(), plain=notice.plain)

    def _put_back(self, notice: Notice, send_at: datetime) -> None:
        with self._database.transaction() as tx:
            tx.outbox.put_back(notice, send_at=send_at)

    def _again(self, notice: Notice, send_at: datetime, *, plain: bool) -> None:
        with self._database.transaction() as tx:
            tx.outbox.send_again(notice, send_at=send_at, plain=plain)

    def _wait_for(self, channel_id: str) -> datetime | None:
        now = self._clock.now()
        if self._spoken_at.get(channel_id, now) > now:
            return None  # the clock was put back
        if len(self._spoken_at) > FORGET_AFTER:
            self._spoken_at = {each: at for each, at in self._spoken_at.items() if now - at < PER_CHANNEL}
        free_at = self._spoken_at.get(channel_id, now - PER_CHANNEL) + PER_CHANNEL
        return free_at if free_at > now else None


_EDITED_IN_PLACE = {NoticeKind.CARD, NoticeKind.QUESTION}
_ON_THEIR_OWN = {*_EDITED_IN_PLACE, NoticeKind.WORDS}
_DRAWN = {
    NoticeKind.CARD: blocks.card,
    NoticeKind.FAILURE: blocks.failure,
    NoticeKind.RESULT: blocks.result,
    NoticeKind.RECOVERY: blocks.recovery,
}
