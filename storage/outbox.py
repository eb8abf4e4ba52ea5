"""The outbox: the durable queue of messages to Slack, and where each card was posted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, exists, func, or_, select, update

from bot.domain.notice import Notice, NoticeKind
from bot.domain.project import Place
from storage.announcements import ANNOUNCEMENTS
from storage.cards import Cards
from storage.notice_rows import notice_of
from storage.reading import readable
from storage.tables import cards, notices
from storage.turns import LAST, STILL_FREE, next_of_each_channel

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row, Select

    from bot.domain.announcement import Announcement


MOST_PASSED_OVER = 50
"""The most unreadable notices of a channel that one look passes over, because each costs a query."""
UNREADABLE_RESTS = timedelta(minutes=10)
"""How long an unreadable notice rests: for longer than it takes to pass over a thousand.

By then another version may run, which can read it.
"""
REDRAWN = frozenset({NoticeKind.CARD, NoticeKind.INCIDENT, NoticeKind.STORM, NoticeKind.LATE})
_OF_ID = update(notices).where(notices.c.notice_id == bindparam("its_id"))
_HELD = _OF_ID.where(notices.c.leased_until == bindparam("held_until")).returning(notices.c.notice_id)
"""A notice, if the lease under which it was claimed has not been lost."""


class Outbox(Cards):
    has_more = False
    """Whether this transaction has queued a notice, or lets one be sent sooner."""

    def put(
        self,
        place: Place,
        kind: NoticeKind,
        subject: str,
        *,
        send_at: datetime,
        told: Announcement | None = None,
        rule: str = "",
        under: str | None = None,
    ) -> None:
        """Queue a notice for the place.

        A notice that is edited in place is not queued again while one waits, because the waiting one is drawn
        when it is sent and will show the latest state. `told` holds the facts of words and questions; None
        for notices that show a run or an incident. `rule` is the reference of the rule by which it goes, and
        `under` the subject of the message in whose thread it is posted, if not where its kind is.
        """
        if kind in REDRAWN and self._has_waiting(place, subject, kind):
            return
        row = {
            "workspace_id": place.workspace_id,
            "channel_id": place.channel_id,
            "kind": kind,
            "subject": subject,
            "message": None if told is None else ANNOUNCEMENTS.encode(told),
            "send_at": send_at,
            "wanted_at": send_at,
            "rule": rule,
            "under": under,
        }
        self._connection.execute(notices.insert(), row)
        self.has_more = True

    def put_new_cards(self, cards_at: Sequence[tuple[Place, str, datetime]]) -> None:
        """Queue a card for each (place, subject, send_at), for subjects without any notice so far."""
        if not cards_at:
            return
        self.has_more = True
        self._connection.execute(
            notices.insert(),
            [
                {
                    "workspace_id": place.workspace_id,
                    "channel_id": place.channel_id,
                    "kind": NoticeKind.CARD,
                    "subject": subject,
                    "send_at": send_at,
                    "wanted_at": send_at,
                }
                for place, subject, send_at in cards_at
            ],
        )

    def put_words(
        self, place: Place, told: Announcement, *, subject: str, send_at: datetime, rule: str = ""
    ) -> None:
        """Queue something that is said once."""
        self.put(place, NoticeKind.WORDS, subject, send_at=send_at, told=told, rule=rule)

    def take_back_words(self, place: Place, subject: str) -> bool:
        """Delete words about the subject that are still to be said there; return whether there were any."""
        waiting = (notices.c.kind == NoticeKind.WORDS, notices.c.leased_until.is_(None))
        return self._connection.execute(delete(notices).where(*_about(subject, place), *waiting)).rowcount > 0

    def put_question(
        self, place: Place, told: Announcement, *, subject: str, send_at: datetime, rule: str = ""
    ) -> None:
        """Queue a message with buttons. If the subject has a card in the place, that is edited instead."""
        self.put(place, NoticeKind.QUESTION, subject, send_at=send_at, told=told, rule=rule)

    def close_question(self, subject: str, told: Announcement, *, send_at: datetime) -> dict[Place, str]:
        """Replace the question wherever it was posted. Where it was not posted yet, drop it.

        Return the subjects of the messages below which it stands, by place.
        """
        seen_in = self.take_back_question(subject)
        for place, under in seen_in.items():
            self.put(place, NoticeKind.QUESTION, subject, send_at=send_at, told=told, under=under)
        return {place: under for place, under in seen_in.items() if under is not None}

    def take_back_question(self, subject: str) -> dict[Place, str | None]:
        """Drop the question where it was not posted yet. Return the places where it was or is being posted.

        Each comes with the subject of the message below which the question stands. Where that is posted, it
        shows the question already, so the place is returned even if the question was still to be posted.
        """
        about, is_waiting = notices.c.subject == subject, notices.c.send_at.is_not(None)
        below = self._places_of(about, notices.c.under.is_not(None))
        self._connection.execute(delete(notices).where(about, is_waiting, notices.c.leased_until.is_(None)))
        listed = [place for place, under in below.items() if under and self.is_heard(under, place)]
        return {
            place: below.get(place)
            for place in {*self.places(subject), *self._places_of(about, is_waiting), *listed}
        }

    def unsaid_at(self, subject: str) -> set[Place]:
        """Return the places for which something about the subject waits, and is not being sent now."""
        is_free = (notices.c.send_at.is_not(None), notices.c.leased_until.is_(None))
        return set(self._places_of(notices.c.subject == subject, *is_free))

    def _places_of(self, *wanted: ColumnElement[bool]) -> dict[Place, str | None]:
        """Return the places of these notices, each with the subject below whose message it is posted."""
        query = select(notices.c.workspace_id, notices.c.channel_id, notices.c.under).where(*wanted)
        rows = self._connection.execute(query.distinct())
        return {Place(row.workspace_id, row.channel_id): row.under for row in rows}

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
            .values(channel_id=new.channel_id, under=None)
        )

    def hasten(self, place: Place, subject: str, *, send_at: datetime) -> None:
        """Let its card, which was to be posted later, be posted then."""
        self.has_more = True
        self._connection.execute(
            update(notices)
            .where(
                *_about(subject, place),
                notices.c.kind == NoticeKind.CARD,
                notices.c.leased_until.is_(None),
                notices.c.send_at > send_at,
            )
            .values(send_at=send_at, wanted_at=send_at)
        )

    def put_off(self, place: Place, subject: str, *, until: datetime) -> None:
        """Let its card, which is not posted yet, wait until then."""
        self._connection.execute(
            update(notices)
            .where(
                *_about(subject, place),
                notices.c.kind == NoticeKind.CARD,
                notices.c.leased_until.is_(None),
                notices.c.send_at < until,
            )
            .values(send_at=until)
        )

    def is_coming(self, subject: str, place: Place, *, by: datetime | None = None) -> bool:
        """Return whether a message that shows the subject is still to be posted there, at the latest `by`."""
        query = select(notices.c.notice_id).where(*_about(subject, place), notices.c.kind.in_(REDRAWN))
        if by is not None:
            query = query.where(notices.c.send_at <= by)
        return self._connection.execute(query.limit(1)).first() is not None

    def is_heard(self, subject: str, place: Place) -> bool:
        """Return whether a message that shows the subject is posted there, or is being posted now.

        One below a sum that is posted counts as posted, because the sum tells of it.
        """
        if self.card(subject, place) is not None:
            return True
        is_summed_up = exists().where(cards.c.subject == notices.c.under)
        query = select(notices.c.notice_id).where(
            *_about(subject, place),
            notices.c.kind.in_(REDRAWN),
            or_(notices.c.leased_until.is_not(None), is_summed_up),
        )
        return self._connection.execute(query.limit(1)).first() is not None

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

        One that this version cannot read is left for a while, and the next of its channel takes its turn.

        Among equals, the person with the fewest notices waiting in a channel comes first, so that a burst of
        one person's runs delays nobody else's. At most one of the notices only shows progress.

        A notice waits for earlier ones of its subject and place. Replies do not wait for edits of a posted
        card, because Slack takes few edits a minute. `resting` names channels to leave alone.
        """
        query = next_of_each_channel(edits=edits, progress=progress)
        wanted = {"now": now, "resting": list(resting), "limit": limit}
        for _ in range(MOST_PASSED_OVER):
            rows = self._next(query, wanted)
            found = [replace(each, leased_until=leased_until) for each in readable(rows, notice_of)]
            self._lease([each.notice_id for each in found], leased_until)
            # Out of the way for a while, or the first one that cannot be read would end its channel's turns
            # for good.
            odd = {row.notice_id for row in rows} - {each.notice_id for each in found}
            self._lease(odd, now + UNREADABLE_RESTS)
            if found or not rows:
                return found
        return []

    def _lease(self, notice_ids: Collection[int], until: datetime) -> None:
        if notice_ids:
            chosen = notices.c.notice_id.in_(notice_ids)
            self._connection.execute(update(notices).where(chosen).values(leased_until=until))

    def _next(self, query: Select[Any], wanted: Mapping[str, Any]) -> list[Row[Any]]:
        """Return the next row of each channel, locked; at most one of them only shows progress."""
        turns = self._connection.execute(query, wanted).all()
        # One edit of progress a round: Slack takes few edits, and what people wait to hear comes before them.
        last = [each.notice_id for each in turns if each.urgency == LAST][:1]
        chosen = [each.notice_id for each in turns if each.urgency != LAST] + last
        if not chosen:
            return []
        rows = self._connection.execute(STILL_FREE, {"now": wanted["now"], "chosen": chosen})
        free = {row.notice_id: row for row in rows}
        return [free[each] for each in chosen if each in free]

    def hold(self, notice: Notice, *, until: datetime) -> bool:
        """Renew the lease. Return False if it was lost: then another process sends the notice."""
        # The old end of the lease is the fence: whoever claimed the notice since has written another one.
        held = {**_lease_of(notice), "leased_until": until}
        return self._connection.execute(_HELD, held).first() is not None

    def release(self, claimed: Iterable[Notice]) -> None:
        """End the leases of notices that the caller claimed and will not send."""
        for notice in claimed:
            self._connection.execute(_HELD, {**_lease_of(notice), "leased_until": None})

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

    def _has_waiting(self, place: Place, subject: str, kind: NoticeKind) -> bool:
        """Return whether such a notice waits, and lock it.

        The lock keeps a notifier from drawing now what this transaction is about to change.
        """
        waiting = (*_about(subject, place), notices.c.kind == kind, notices.c.leased_until.is_(None))
        # One that is leased does not count: it may be drawn already, without what has just changed.
        query = select(notices.c.notice_id).where(*waiting).limit(1).with_for_update()
        return self._connection.execute(query).first() is not None

    def _change(self, notice: Notice, **values: Any) -> None:
        self._connection.execute(_OF_ID, {"its_id": notice.notice_id, **values})


def _lease_of(notice: Notice) -> dict[str, Any]:
    return {"its_id": notice.notice_id, "held_until": notice.leased_until}


def _about(subject: str, place: Place) -> tuple[ColumnElement[bool], ...]:
    """Return what finds the notices that are yet to be sent about it there."""
    return (
        notices.c.subject == subject,
        notices.c.workspace_id == place.workspace_id,
        notices.c.channel_id == place.channel_id,
        notices.c.send_at.is_not(None),
    )
