"""The outbox: the durable queue of messages to Slack, and where each card was posted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, or_, select, update

from bot.domain.notice import Drawn, Message, Notice, NoticeKind
from bot.domain.project import Place
from storage.reading import readable
from storage.tables import cards, notices
from storage.tellings import TELLINGS
from storage.turns import BLOCKED, IS_EDIT, IS_PROGRESS, LAST, turns_of
from storage.upsert import took_effect, upsert

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from bot.domain.telling import Telling


class Outbox:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(
        self,
        place: Place,
        kind: NoticeKind,
        subject: str,
        *,
        send_at: datetime,
        told: Telling | None = None,
    ) -> None:
        """Queue a notice for the place. A card that waits there already is not queued twice.

        A card is drawn when it is sent, so the waiting one will show the latest state. `told` holds the facts
        of words and questions; cards have none.
        """
        if kind is NoticeKind.CARD and self._has_waiting_card(place, subject):
            return
        self._connection.execute(
            notices.insert().values(
                workspace_id=place.workspace_id,
                channel_id=place.channel_id,
                kind=kind,
                subject=subject,
                message=None if told is None else TELLINGS.encode(told),
                send_at=send_at,
            )
        )

    def put_new_cards(self, cards_at: Sequence[tuple[Place, str, datetime]]) -> None:
        """Queue a card for each (place, subject, send_at), for subjects without any notice so far."""
        if not cards_at:
            return
        self._connection.execute(
            notices.insert(),
            [
                {
                    "workspace_id": place.workspace_id,
                    "channel_id": place.channel_id,
                    "kind": NoticeKind.CARD,
                    "subject": subject,
                    "send_at": send_at,
                }
                for place, subject, send_at in cards_at
            ],
        )

    def put_words(self, place: Place, told: Telling, *, subject: str, send_at: datetime) -> None:
        """Queue something that is said once."""
        self.put(place, NoticeKind.WORDS, subject, send_at=send_at, told=told)

    def put_question(self, place: Place, told: Telling, *, subject: str, send_at: datetime) -> None:
        """Queue a message with buttons. If the subject has a card in the place, that is edited instead."""
        self.put(place, NoticeKind.QUESTION, subject, send_at=send_at, told=told)

    def close_question(self, subject: str, told: Telling, *, send_at: datetime) -> None:
        """Replace the question wherever it was posted. Where it was not posted yet, drop it."""
        # Where the question was posted, the answer replaces it in place; where it was not, nobody has seen
        # it.
        self.drop_unsent(subject)
        for place in self.places(subject):
            self.put_question(place, told, subject=subject, send_at=send_at)

    def drop_unsent(self, subject: str) -> None:
        """Delete the subject's unsent notices, which are no longer true."""
        self._connection.execute(
            delete(notices).where(notices.c.subject == subject, notices.c.send_at.is_not(None))
        )

    def move_unsent(self, subject: str, old: Place, new: Place) -> None:
        """Send the subject's unsent notices to another place."""
        self._connection.execute(
            update(notices)
            .where(
                notices.c.subject == subject,
                notices.c.workspace_id == old.workspace_id,
                notices.c.channel_id == old.channel_id,
                notices.c.send_at.is_not(None),
            )
            .values(channel_id=new.channel_id)
        )

    def drop_waiting_card(self, subject: str, place: Place) -> None:
        """Delete the waiting edit of a card that somebody deleted in Slack."""
        self._connection.execute(
            delete(notices).where(
                notices.c.subject == subject,
                notices.c.workspace_id == place.workspace_id,
                notices.c.channel_id == place.channel_id,
                notices.c.kind == NoticeKind.CARD,
                notices.c.send_at.is_not(None),
            )
        )

    def claim(
        self,
        now: datetime,
        *,
        leased_until: datetime,
        limit: int,
        resting: Collection[str] = (),
        edits: bool = True,
        progress: bool = True,
    ) -> list[Notice]:
        """Lease and return the notices to be sent now: at most one of each channel, failures first.

        Among equals, the person with the fewest notices waiting in a channel comes first, so that a burst of
        one person's runs delays nobody else's. At most one of the notices only shows progress.

        A notice waits for earlier ones of its subject and place. Replies do not wait for edits of a posted
        card, because Slack takes few edits a minute. `resting` names channels to leave alone.
        """
        free = and_(
            notices.c.send_at <= now,
            or_(
                notices.c.leased_until.is_(None),
                notices.c.leased_until <= now,
            ),
        )
        wanted = [free, ~BLOCKED, notices.c.channel_id.not_in(resting)]
        wanted += [] if edits else [~IS_EDIT]
        wanted += [] if progress else [~IS_PROGRESS]
        turns = turns_of(*wanted)  # window functions cannot be locked, so the rows are joined to their turns
        rows = self._connection.execute(
            select(notices, turns.c.urgency)
            .join(turns, turns.c.notice_id == notices.c.notice_id)
            # `free` again: PostgreSQL checks it once more on the row it locks, which may be leased by now.
            .where(turns.c.turn == 1, free)
            .order_by(turns.c.urgency, notices.c.notice_id)
            .limit(limit)
            # SKIP LOCKED: two processes that claim at once take different notices, and neither waits.
            .with_for_update(skip_locked=True, of=notices)
        ).all()
        # One edit of progress a round: Slack takes few edits, and what people wait to hear comes before them.
        shown = [row for row in rows if row.urgency == LAST][:1]
        rows = [row for row in rows if row.urgency != LAST] + shown
        if rows:
            self._connection.execute(
                update(notices)
                .where(notices.c.notice_id.in_([row.notice_id for row in rows]))
                .values(leased_until=leased_until)
            )
        return [replace(each, leased_until=leased_until) for each in readable(rows, _notice)]

    def hold(self, notice: Notice, *, until: datetime) -> bool:
        """Renew the lease. Return False if it was lost: then another process sends the notice."""
        # The old end of the lease is the fence: whoever claimed the notice since has written another one.
        held = (
            update(notices)
            .where(notices.c.notice_id == notice.notice_id, notices.c.leased_until == notice.leased_until)
            .values(leased_until=until)
        )
        return took_effect(self._connection, held)

    def release(self, claimed: Iterable[Notice]) -> None:
        """End the leases of notices that the caller claimed and will not send."""
        for notice in claimed:
            self._connection.execute(
                update(notices)
                .where(notices.c.notice_id == notice.notice_id, notices.c.leased_until == notice.leased_until)
                .values(leased_until=None)
            )

    def waiting(self) -> int:
        """Return how many notices wait to be sent."""
        return int(
            self._connection.execute(
                select(func.count()).select_from(notices).where(notices.c.send_at.is_not(None))
            ).scalar_one()
        )

    def sent(self, notice: Notice, *, at: datetime) -> None:
        """Mark the notice as sent."""
        self._change(notice, sent_at=at, send_at=None, leased_until=None)

    def put_back(self, notice: Notice, *, send_at: datetime) -> None:
        """Send the notice later, without counting an attempt."""
        self._change(notice, send_at=send_at, leased_until=None)

    def send_again(self, notice: Notice, *, send_at: datetime, plain: bool) -> None:
        """Send the notice later and count an attempt; `plain` leaves out the blocks that Slack refused."""
        self._change(notice, send_at=send_at, leased_until=None, attempts=notice.attempts + 1, plain=plain)

    def give_up(self, notice: Notice, why: str, *, at: datetime) -> None:
        """Mark the notice as never to be sent, with the reason."""
        self._change(notice, sent_at=at, send_at=None, leased_until=None, given_up=why)

    # Cards ------------------------------------------------------------------------------------------

    def card(self, subject: str, place: Place) -> tuple[str, str] | None:
        """Return (channel id, ts) of the subject's message in this place. None if none was posted."""
        row = self._connection.execute(
            select(cards.c.channel_id, cards.c.ts).where(
                cards.c.subject == subject,
                cards.c.workspace_id == place.workspace_id,
                cards.c.place_id == place.channel_id,
            )
        ).first()
        return None if row is None else (row.channel_id, row.ts)

    def places(self, subject: str) -> list[Place]:
        """Return the places where the subject has a posted card."""
        rows = self._connection.execute(
            select(cards.c.workspace_id, cards.c.place_id).where(cards.c.subject == subject)
        )
        return [Place(row.workspace_id, row.place_id) for row in rows]

    def keep_card(self, subject: str, place: Place, channel_id: str, ts: str) -> None:
        """Remember where the subject's message was posted; the next card there edits it."""
        upsert(
            self._connection,
            cards,
            [
                {
                    "subject": subject,
                    "workspace_id": place.workspace_id,
                    "place_id": place.channel_id,
                    "channel_id": channel_id,
                    "ts": ts,
                }
            ],
        )

    def forget_card(self, subject: str, place: Place) -> None:
        """Forget the subject's message in this place; the next card there is a new message."""
        self._connection.execute(
            delete(cards).where(
                cards.c.subject == subject,
                cards.c.workspace_id == place.workspace_id,
                cards.c.place_id == place.channel_id,
            )
        )

    def _has_waiting_card(self, place: Place, subject: str) -> bool:
        return (
            self._connection.execute(
                select(notices.c.notice_id)
                .where(
                    notices.c.subject == subject,
                    notices.c.workspace_id == place.workspace_id,
                    notices.c.channel_id == place.channel_id,
                    notices.c.kind == NoticeKind.CARD,
                    notices.c.send_at.is_not(None),
                    # A card under lease is being drawn at this moment, perhaps with the state before: another
                    # one is queued.
                    notices.c.leased_until.is_(None),
                )
                .limit(1)
            ).first()
            is not None
        )

    def _change(self, notice: Notice, **values: Any) -> None:
        self._connection.execute(
            update(notices).where(notices.c.notice_id == notice.notice_id).values(**values)
        )


def _drawn(kept: dict[str, Any]) -> Drawn:
    """Return a notice that release 0.1.0 stored as it was drawn."""
    in_shared = kept.get("in_shared")
    return Drawn(_message(kept), None if in_shared is None else _message(in_shared))


def _message(kept: dict[str, Any]) -> Message:
    return Message(kept["text"], tuple(kept["blocks"]))


def _notice(row: Row[Any]) -> Notice:
    kept = row.message
    is_drawn = kept is not None and "blocks" in kept
    return Notice(
        notice_id=row.notice_id,
        place=Place(row.workspace_id, row.channel_id),
        kind=NoticeKind(row.kind),
        subject=row.subject,
        told=None if kept is None or is_drawn else TELLINGS.decode(kept),
        drawn=_drawn(kept) if is_drawn else None,
        attempts=row.attempts,
        plain=row.plain,
    )
