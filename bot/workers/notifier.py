"""The notifier: notices -> Slack messages. The only thing that speaks unprompted."""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.domain.errors import AppRefused, RateLimited, Rejected, Unavailable
from bot.domain.notice import Message, Notice, NoticeKind
from bot.domain.project import Place
from bot.language.command_name import COMMAND
from bot.rules.backlog import sum_up
from bot.rules.destination import CLOSED, destination_of
from bot.rules.result_files import without_file
from bot.services.once_more import once_more
from bot.workers import announcing
from bot.workers.files import Files
from bot.workers.loop import on_its_own
from bot.workers.notices import KEPT, Showing, Thread, incident_of_card, message_of, stands_in, thread_of
from bot.workers.pace import ALL_EDITS, PER_CHANNEL, PER_PROGRESS, PROGRESS, RETRY_AFTER, Pace, rest_after

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from bot.domain.clock import Clock
    from bot.domain.ports import Airflow, Slack
    from storage.database import Database
    from storage.transaction import Transaction

LEASE = timedelta(seconds=60)
AT_ONCE, A_STEP = 4, 20
"""How many notices are claimed at once, and sent in a step: a failure waits for few others."""
IDLE = 1.0
STUBBORN_AFTER = 10
"""The attempts, some five minutes, after which an error that only this message meets is a refusal."""
WHILE_REFUSED = timedelta(seconds=10)
"""How long a message rests if Slack refuses the app as such: the next try is another message."""
CARD_IS_GONE = frozenset({"message_not_found", "thread_not_found", "cannot_reply_to_message"})
CARD_STAYS_AS_IT_IS = frozenset({"edit_window_closed", "cant_update_message"})
"""The workspace forbids the edit, or the message is no longer the app's own."""
NO_REPLIES = frozenset({"restricted_action_thread_locked", "restricted_action_non_threadable_channel"})
"""The channel takes no replies to a card, though the card itself can be edited."""
SUMS_UP_EVERY = timedelta(seconds=10)
"""How often what waits is looked through for what has waited too long."""
CLOSED_FOR = timedelta(minutes=10)
"""After how long a place is tried again in which Slack took nothing."""
NOWHERE = "nowhere_to_post"
"""Why a message is given up that Slack takes in none of the places where it could be said."""
FOR_ITS_THREAD = timedelta(seconds=2)
"""How long a reply rests whose thread's first message is yet to be posted."""
FOR_ITS_FILE = timedelta(seconds=5)
"""How long a file rests that has not come yet; its channel hears other messages then."""
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
        self._files = Files(slack, airflows)
        self._command = command
        self._pace = Pace()
        """When Slack last accepted something from this process."""
        self._summed_up_at: datetime | None = None

    def step(self) -> float:
        """Send one notice of each channel that may be spoken to; return the seconds until the next step.

        A channel with many waiting delays no other. Raises Unavailable if the database or all of Slack does
        not answer.
        """
        is_resting = bool(self._pace.resting(self._clock.now()))
        served: set[str] = set()
        while len(served) < A_STEP:
            claimed = self._claim(served)
            self._send_all(claimed)
            served |= {each.place.channel_id for each in claimed}
            if len(claimed) < AT_ONCE:
                # After a message its channel rests for a second, so look again soon.
                return IDLE / 4 if served or is_resting else IDLE
        return 0.0

    def _claim(self, served: Collection[str]) -> list[Notice]:
        """Claim the next few notices, of channels that were not spoken to in this step."""
        now = self._clock.now()
        resting = self._pace.resting(now)
        with self._database.transaction() as tx:
            if self._summed_up_at is None or abs(now - self._summed_up_at) >= SUMS_UP_EVERY:
                self._summed_up_at = now
                sum_up(tx, now)
            return tx.outbox.claim(
                now,
                leased_until=now + LEASE,
                limit=AT_ONCE,
                resting={*resting, *served},
                edits=ALL_EDITS not in resting,
                progress=PROGRESS not in resting,
            )

    def _send_all(self, claimed: Iterable[Notice]) -> None:
        left = deque(claimed)
        try:
            while left:
                notice = left.popleft()
                with on_its_own("notice", notice=notice.notice_id, kind=notice.kind) as outcome:
                    self._send(notice)
                if outcome.is_odd:
                    self._could_not_say(notice)
        finally:  # a database that is away must not keep them all
            if left:
                with self._database.transaction() as tx:
                    tx.outbox.release(left)

    def _send(self, notice: Notice) -> None:
        if not self._is_ours(notice):
            return
        try:
            self._say(notice)
        except RateLimited as error:
            self._left_alone(notice, notice.place.channel_id, error)
        except AppRefused:  # which is about everything: the loop rests, and says why
            with self._database.transaction() as tx:
                tx.outbox.put_back(notice, send_at=self._clock.now() + WHILE_REFUSED)
            raise
        except Unavailable as error:
            if self._is_stubborn(notice, error):
                self._rejected(notice, Rejected("Slack", error.detail, error.code))
            else:
                self._delayed(notice, error)
        except Rejected as error:
            if error.system == "database":
                raise
            self._rejected(notice, error)

    def _could_not_say(self, notice: Notice) -> None:
        """Try again later, in case the run changes; in the end give up and tell the admins."""
        if notice.attempts < STUBBORN_AFTER:
            self._again(notice, self._clock.now() + rest_after(notice.attempts), plain=notice.plain)
            return
        with self._database.transaction() as tx:
            announcing.refused(tx, notice.place, "internal_error", self._clock.now())
            tx.outbox.give_up(notice, "internal_error", at=self._clock.now())

    def _delayed(self, notice: Notice, error: Unavailable) -> None:
        log.warning("notice.delayed", notice=notice.notice_id, detail=error.detail)
        send_at = self._clock.now() + rest_after(notice.attempts)
        if notice.attempts < len(RETRY_AFTER) or self._pace.spoke_lately(self._clock.now()):
            self._again(notice, send_at, plain=notice.plain)
            return
        with self._database.transaction() as tx:  # an outage is nothing that this message meets alone
            tx.outbox.put_back(notice, send_at=send_at)

    def _is_stubborn(self, notice: Notice, error: Unavailable) -> bool:
        """Return whether Slack answers only this message with an error, and takes all others."""
        takes_others = self._pace.spoke_lately(self._clock.now())
        return bool(error.code) and notice.attempts >= STUBBORN_AFTER and takes_others

    def _is_ours(self, notice: Notice) -> bool:
        """Renew the lease. False if the notice waited longer than that: another process sends it."""
        with self._database.transaction() as tx:
            return tx.outbox.hold(notice, until=self._clock.now() + LEASE)

    def _say(self, notice: Notice) -> None:
        """Post, edit or reply; then write that it was sent."""
        with self._database.reading() as tx:
            now, counted_in = self._clock.now(), incident_of_card(tx, notice)
            posted = tx.outbox.card(notice.subject, notice.place)
            under = thread_of(tx, notice, counted_in)
            where = destination_of(tx, notice, stands_in(notice, posted, under), now)
            showing = Showing(tx, self._airflows, now)
            shown = None if where is None else showing.of(notice, where.project_id, counted_in)
        if notice.kind is NoticeKind.FILE and where is not None:
            if not self._files.bring(shown, under.root or (where.place_id, None)):
                self._wait_for_more(notice, FOR_ITS_FILE)
                return
            self._done(notice, None, under=under.root)
            self._pace.rest(notice.place.channel_id, self._clock.now(), PER_CHANNEL)
            return
        message = None if where is None else message_of(notice, shown, where, self._command)
        if where is None:
            self._give_up(notice, NOWHERE)
        elif message is None or (notice.kind is NoticeKind.LOG and under.root is None):
            self._done(notice, None)  # what it was about is gone
        elif notice.kind in KEPT and posted is not None:
            self._edit(notice, posted, message)
        elif under.is_coming:
            self._wait_for_more(notice, FOR_ITS_THREAD)
        else:
            self._post(notice, under, message, where.place_id)

    def _edit(self, notice: Notice, posted: tuple[str, str], message: Message) -> None:
        """Edit the message; then let progress rest, so that edits of ended runs find room."""
        if ALL_EDITS in self._pace.resting(self._clock.now()):  # since one that was claimed with it
            with self._database.transaction() as tx:
                tx.outbox.put_back(notice, send_at=self._clock.now())
            return
        try:
            self._slack.update(*posted, message)
        except RateLimited as error:  # which is about all edits, not about this channel
            self._left_alone(notice, ALL_EDITS, error)
            return
        self._done(notice, None)
        self._pace.edited(self._clock.now())
        self._pace.rest(PROGRESS, self._clock.now(), PER_PROGRESS)

    def _post(self, notice: Notice, under: Thread, message: Message, place_id: str) -> None:
        """Post a message or a reply.

        Where threads are not possible, a reply that must be seen becomes a message in the place.
        """
        sent = self._reply(under, message, place_id)
        self._pace.spoke(self._clock.now())
        is_kept = notice.kind in KEPT
        self._done(notice, sent if is_kept else None, under=under.root)
        self._pace.rest(notice.place.channel_id, self._clock.now(), PER_CHANNEL)

    def _reply(self, under: Thread, message: Message, place_id: str) -> tuple[str, str] | None:
        if under.root is None:
            return self._slack.post(place_id, message)
        channel_id, ts = under.root
        try:
            return self._slack.post(channel_id, message, thread_ts=ts, broadcast=under.is_shown)
        except Rejected as error:
            if error.code not in NO_REPLIES:
                raise
            return self._slack.post(channel_id, message) if under.is_shown else None

    def _wait_for_more(self, notice: Notice, span: timedelta) -> None:
        """Put the notice back for a while: its thread's first message is not posted, or its file not read."""
        with self._database.transaction() as tx:
            tx.outbox.put_back(notice, send_at=self._clock.now() + span)

    def _left_alone(self, notice: Notice, what: str, error: RateLimited) -> None:
        """Put the notice back for as long as Slack asks. This does not count as an attempt."""
        now, span = self._clock.now(), timedelta(seconds=error.retry_after)
        self._pace.rest(what, now, span)
        with self._database.transaction() as tx:
            tx.outbox.put_back(notice, send_at=now + span)

    @once_more  # or what Slack has taken would be said a second time
    def _done(
        self, notice: Notice, sent: tuple[str, str] | None, under: tuple[str, str] | None = None
    ) -> None:
        """Record the notice as sent.

        `sent` is its (channel id, ts) if the message will be edited; `under` is its thread's.
        """
        with self._database.transaction() as tx:
            now = self._clock.now()
            tx.outbox.sent(notice, at=now)
            if notice.kind is NoticeKind.FAILURE:
                tx.outbox.put(notice.place, NoticeKind.LOG, notice.subject, send_at=now)
            if sent is not None:
                tx.outbox.keep_card(notice.subject, notice.place, *sent, at=now, thread_ts=under and under[1])

    def _rejected(self, notice: Notice, error: Rejected) -> None:
        """Try once more as plain text, because blocks may be what Slack rejects; then give up."""
        log.error("notice.rejected", notice=notice.notice_id, code=error.code, detail=error.detail)
        if notice.kind is NoticeKind.FILE:  # a place that takes no files may take every message
            with self._database.transaction() as tx:
                without_file(tx, notice.subject, error, self._clock.now())
                tx.outbox.give_up(notice, error.code, at=self._clock.now())
            return
        if error.code in CARD_IS_GONE | CARD_STAYS_AS_IT_IS and self._without_its_card(notice, error.code):
            return
        if error.code in CLOSED:
            self._closed(notice, error.code)
            return
        with self._database.transaction() as tx:
            announcing.refused(tx, notice.place, error.code, self._clock.now())
        if not notice.plain:
            self._again(notice, self._clock.now(), plain=True)
            return
        self._give_up(notice, error.code)

    def _closed(self, notice: Notice, code: str) -> None:
        """Note that Slack takes nothing in the place that was tried, and try the next best one at once.

        A message that stands in a closed place is left there: what comes next is a new message elsewhere.
        """
        with self._database.transaction() as tx:
            now = self._clock.now()
            root = self._root_of(tx, notice)
            standing = None if root is None else tx.outbox.card(root, notice.place)
            tried = destination_of(tx, notice, None if standing is None else standing[0], now)
            place = notice.place if tried is None else Place(notice.place.workspace_id, tried.place_id)
            if root is not None:
                tx.outbox.forget_card(root, notice.place)
            announcing.refused(tx, place, code, now)
            tx.closed_places.close(place, code, until=now + CLOSED_FOR)
            is_settled_question = notice.kind is NoticeKind.QUESTION and standing is not None
            if is_settled_question or destination_of(tx, notice, None, now) is None:
                tx.outbox.give_up(notice, code, at=now)
            else:
                tx.outbox.send_again(notice, send_at=now, plain=notice.plain)

    def _give_up(self, notice: Notice, why: str) -> None:
        with self._database.transaction() as tx:
            tx.outbox.give_up(notice, why, at=self._clock.now())

    def _without_its_card(self, notice: Notice, code: str) -> bool:
        """Post what people should hear on its own, if its card is gone. A deleted card stays deleted.

        Return False if there is no card: then Slack refused it for something else.
        """
        with self._database.transaction() as tx:
            root = self._root_of(tx, notice)
            if root is None:
                return False
            if notice.kind in KEPT and notice.subject == root and code in CARD_IS_GONE:
                tx.outbox.give_up(notice, code, at=self._clock.now())
                return True
            if code in CARD_IS_GONE:
                tx.outbox.drop_waiting_card(root, notice.place)
            tx.outbox.forget_card(root, notice.place)
            tx.outbox.send_again(notice, send_at=self._clock.now(), plain=notice.plain)
        return True

    def _root_of(self, tx: Transaction, notice: Notice) -> str | None:
        """Return the subject whose message Slack has just refused to edit, or to reply to."""
        if tx.outbox.card(notice.subject, notice.place) is not None:
            return notice.subject
        return thread_of(tx, notice, incident_of_card(tx, notice)).subject

    def _again(self, notice: Notice, send_at: datetime, *, plain: bool) -> None:
        with self._database.transaction() as tx:
            tx.outbox.send_again(notice, send_at=send_at, plain=plain)
