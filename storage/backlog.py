"""The backlog: messages of the outbox that have waited for long, and those that were given up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, exists, func, or_, select, update

from bot.domain.backlog import Backlog
from bot.domain.incident import BY_HAND
from bot.domain.notice import NoticeKind
from bot.domain.project import Place
from storage.notice_rows import notice_of
from storage.reading import readable
from storage.tables import firings, incidents, notices, runs
from storage.turns import HAS_CARD

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from bot.domain.notice import Notice

_POSTED_ONCE = (
    NoticeKind.CARD,
    NoticeKind.INCIDENT,
    NoticeKind.STORM,
    NoticeKind.LATE,
    NoticeKind.QUESTION,
)
_SAID_ONCE = (
    NoticeKind.RECOVERED,
    NoticeKind.STORM_OVER,
    NoticeKind.FAILURE,
    NoticeKind.RECOVERY,
    NoticeKind.WORDS,
)
_ASKED_FOR = or_(
    exists().where(
        runs.c.id == notices.c.subject,
        firings.c.firing_id == runs.c.firing_id,
        firings.c.schedule_id.is_(None),
    ),
    exists().where(incidents.c.incident_id == notices.c.subject, incidents.c.source == BY_HAND),
)
"""What became of a run that somebody started by hand, who waits for it."""
_IS_FREE = and_(notices.c.send_at.is_not(None), notices.c.leased_until.is_(None), notices.c.under.is_(None))
_IS_SUMMED_UP = and_(
    or_(and_(notices.c.kind.in_(_POSTED_ONCE), ~HAS_CARD), notices.c.kind.in_(_SAID_ONCE)), ~_ASKED_FOR
)
_IS_SUM = notices.c.kind == NoticeKind.BACKLOG
_OVERDUE = func.sum(case((and_(notices.c.wanted_at <= bindparam("before"), ~_IS_SUM), 1), else_=0))
_PLACES = (
    select(notices.c.workspace_id, notices.c.channel_id)
    .where(_IS_FREE, or_(_IS_SUM, _IS_SUMMED_UP))
    .group_by(notices.c.workspace_id, notices.c.channel_id)
    .having(or_(bindparam("at_least") <= _OVERDUE, func.sum(case((_IS_SUM, 1), else_=0)) > 0))
    .order_by(notices.c.workspace_id, notices.c.channel_id)
)


class BacklogTable:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def places(self, before: datetime, *, at_least: int) -> list[Place]:
        """Return the places where so many messages should have been sent before then.

        And those where a sum of what waited is yet to be posted, which takes up what has come since.
        """
        rows = self._connection.execute(_PLACES, {"before": before, "at_least": at_least})
        return [Place(row.workspace_id, row.channel_id) for row in rows]

    def lock_waiting(self, place: Place, now: datetime) -> list[Notice]:
        """Return the messages of the place that can be summed up and are due, oldest first, locked."""
        query = (
            select(notices)
            .where(*_at(place), _IS_FREE, _IS_SUMMED_UP, notices.c.wanted_at <= now)
            .order_by(notices.c.notice_id)
            .with_for_update(skip_locked=True, of=notices)
        )
        return readable(self._connection.execute(query), notice_of)

    def lock_sum(self, place: Place) -> str | None:
        """Return the subject of the place's sum that is yet to be posted, locked. None if there is none."""
        query = (
            select(notices.c.subject)
            .where(*_at(place), notices.c.kind == NoticeKind.BACKLOG, _IS_FREE)
            .order_by(notices.c.notice_id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        return self._connection.execute(query).scalar()

    def sum_up(self, place: Place, subject: str, waiting: Collection[Notice], *, now: datetime) -> None:
        """Put these messages below one message, the sum of the subject, which is queued if it is new."""
        chosen = notices.c.notice_id.in_([each.notice_id for each in waiting])
        oldest = self._connection.execute(select(func.min(notices.c.wanted_at)).where(chosen)).scalar()
        known = select(notices.c.notice_id).where(notices.c.subject == subject)
        if self._connection.execute(known.limit(1)).first() is None:
            self._connection.execute(
                notices.insert().values(
                    workspace_id=place.workspace_id,
                    channel_id=place.channel_id,
                    kind=NoticeKind.BACKLOG,
                    subject=subject,
                    send_at=now,
                    wanted_at=oldest or now,
                )
            )
        self._connection.execute(update(notices).where(chosen).values(under=subject, send_at=now))

    def summed_up(self, subject: str, *, most: int) -> tuple[list[Notice], int, datetime | None]:
        """Return the newest messages below the sum, newest first; how many there are; when it begins."""
        below = notices.c.under == subject
        query = select(notices).where(below).order_by(notices.c.wanted_at.desc(), notices.c.notice_id.desc())
        found = readable(self._connection.execute(query.limit(most)), notice_of)
        row = self._connection.execute(select(func.count(), func.min(notices.c.wanted_at)).where(below)).one()
        return found, int(row[0]), row[1]

    def figures(self, now: datetime, *, given_up_since: datetime) -> Backlog:
        """Return how much waits that is due by now, and what was given up since then."""
        row = self._connection.execute(
            select(func.count(), func.min(notices.c.wanted_at)).where(
                notices.c.send_at.is_not(None), notices.c.wanted_at <= now
            )
        ).one()
        given_up = (
            select(notices.c.given_up, func.count())
            .where(notices.c.given_up.is_not(None), notices.c.sent_at >= given_up_since)
            .group_by(notices.c.given_up)
            .order_by(func.count().desc(), notices.c.given_up)
        )
        found: Any = self._connection.execute(given_up)
        return Backlog(int(row[0]), row[1], tuple((str(why), int(count)) for why, count in found))


def _at(place: Place) -> tuple[ColumnElement[bool], ...]:
    return (notices.c.workspace_id == place.workspace_id, notices.c.channel_id == place.channel_id)
