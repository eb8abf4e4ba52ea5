"""The outbox: the durable queue of what Slack must be told, and where each card stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, or_, select, update

from bot.domain.notice import Drawn, Message, Notice, NoticeKind
from bot.domain.project import Place
from storage.reading import readable
from storage.tables import cards, handled, notices
from storage.tellings import TELLINGS
from storage.turns import BLOCKED, IS_EDIT, IS_PROGRESS, LAST, turns_of
from storage.upsert import insert_for, took_effect, upsert

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
        """A card that is waiting to be sent already is not put twice: it is drawn when it is sent."""
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
        """(place, subject, send_at): of subjects that nothing has been said of yet."""
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
        self.put(place, NoticeKind.WORDS, subject, send_at=send_at, told=told)

    def put_question(self, place: Place, told: Telling, *, subject: str, send_at: datetime) -> None:
        self.put(place, NoticeKind.QUESTION, subject, send_at=send_at, told=told)

    def close_question(self, subject: str, told: Telling, *, send_at: datetime) -> None:
        """Wherever it was put; where it has not been posted yet, nobody hears of it."""
        self.drop_unsent(subject)
        for place in self.places(subject):
            self.put_question(place, told, subject=subject, send_at=send_at)

    def drop_unsent(self, subject: str) -> None:
        """What was to be said of it and no longer is true."""
        self._connection.execute(
            delete(notices).where(notices.c.subject == subject, notices.c.send_at.is_not(None))
        )

    def move_unsent(self, subject: str, old: Place, new: Place) -> None:
        """What was to be said of it in one place is said in another."""
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
        """Its edit, of a card that somebody deleted."""
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
        """Those to be sent now, one of each channel: failures first, one at most that only shows progress;
        among the rest first of the person who has fewest waiting there, so that no burst holds up another's.

        Never one before an earlier one of its subject and place; but what is heard does not wait for edits of
        a card that stands, of which Slack takes few. `resting`: channels to leave alone.
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
        turns = turns_of(*wanted)
        rows = self._connection.execute(
            select(notices, turns.c.urgency)
            .join(turns, turns.c.notice_id == notices.c.notice_id)
            .where(turns.c.turn == 1, free)
            .order_by(turns.c.urgency, notices.c.notice_id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=notices)
        ).all()
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
        """Renew the lease; False when it was lost: then somebody else says it."""
        held = (
            update(notices)
            .where(notices.c.notice_id == notice.notice_id, notices.c.leased_until == notice.leased_until)
            .values(leased_until=until)
        )
        return took_effect(self._connection, held)

    def release(self, claimed: Iterable[Notice]) -> None:
        """What the caller claimed and will not come to."""
        for notice in claimed:
            self._connection.execute(
                update(notices)
                .where(notices.c.notice_id == notice.notice_id, notices.c.leased_until == notice.leased_until)
                .values(leased_until=None)
            )

    def waiting(self) -> int:
        return int(
            self._connection.execute(
                select(func.count()).select_from(notices).where(notices.c.send_at.is_not(None))
            ).scalar_one()
        )

    def sent(self, notice: Notice, *, at: datetime) -> None:
        self._change(notice, sent_at=at, send_at=None, leased_until=None)

    def put_back(self, notice: Notice, *, send_at: datetime) -> None:
        """It is not its turn yet; no attempt was made."""
        self._change(notice, send_at=send_at, leased_until=None)

    def send_again(self, notice: Notice, *, send_at: datetime, plain: bool) -> None:
        self._change(notice, send_at=send_at, leased_until=None, attempts=notice.attempts + 1, plain=plain)

    def give_up(self, notice: Notice, why: str, *, at: datetime) -> None:
        self._change(notice, sent_at=at, send_at=None, leased_until=None, given_up=why)

    # Cards ------------------------------------------------------------------------------------------

    def card(self, subject: str, place: Place) -> tuple[str, str] | None:
        """The (channel id, ts) of the message that shows it in this place."""
        row = self._connection.execute(
            select(cards.c.channel_id, cards.c.ts).where(
                cards.c.subject == subject,
                cards.c.workspace_id == place.workspace_id,
                cards.c.place_id == place.channel_id,
            )
        ).first()
        return None if row is None else (row.channel_id, row.ts)

    def places(self, subject: str) -> list[Place]:
        """Where its card stands."""
        rows = self._connection.execute(
            select(cards.c.workspace_id, cards.c.place_id).where(cards.c.subject == subject)
        )
        return [Place(row.workspace_id, row.place_id) for row in rows]

    def keep_card(self, subject: str, place: Place, channel_id: str, ts: str) -> None:
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
        self._connection.execute(
            delete(cards).where(
                cards.c.subject == subject,
                cards.c.workspace_id == place.workspace_id,
                cards.c.place_id == place.channel_id,
            )
        )

    # Requests from Slack, which may come twice --------------------------------------------------------

    def first_time(self, workspace_id: str, request_id: str, *, at: datetime) -> bool:
        """Whether this event or request had not been handled before."""
        insert = insert_for(self._connection, handled).values(
            workspace_id=workspace_id, request_id=request_id, handled_at=at
        )
        return took_effect(self._connection, insert.on_conflict_do_nothing())

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
    """As 0.1.0 has written it."""
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
