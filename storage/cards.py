"""Where the message stands that shows a run, an incident or a question in a place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from bot.domain.notice import NoticeKind
from bot.domain.project import Place
from storage.tables import cards, notices
from storage.upsert import upsert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


class Cards:
    """A part of the outbox: what has been posted and is edited from then on."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

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

    def shown_at(self, subject: str) -> list[Place]:
        """Return the places where a card shows the subject, or is to show it."""
        coming = self._connection.execute(
            select(notices.c.workspace_id, notices.c.channel_id)
            .where(
                notices.c.subject == subject,
                notices.c.kind == NoticeKind.CARD,
                notices.c.send_at.is_not(None),
            )
            .distinct()
        )
        return list(dict.fromkeys([*self.places(subject), *(Place(*row) for row in coming)]))

    def places(self, subject: str) -> list[Place]:
        """Return the places where the subject has a posted card."""
        rows = self._connection.execute(
            select(cards.c.workspace_id, cards.c.place_id).where(cards.c.subject == subject)
        )
        return [Place(row.workspace_id, row.place_id) for row in rows]

    def thread(self, subject: str, place: Place) -> tuple[str, str] | None:
        """Return the (channel id, ts) of the message under which replies to it belong."""
        row = self._connection.execute(
            select(cards.c.channel_id, func.coalesce(cards.c.thread_ts, cards.c.ts)).where(
                cards.c.subject == subject,
                cards.c.workspace_id == place.workspace_id,
                cards.c.place_id == place.channel_id,
            )
        ).first()
        return None if row is None else (row[0], row[1])

    def posted_at(self, subject: str, place: Place) -> datetime | None:
        """Return when its message was posted there; None where it was not, or before 0.2.0."""
        query = select(cards.c.posted_at).where(
            cards.c.subject == subject,
            cards.c.workspace_id == place.workspace_id,
            cards.c.place_id == place.channel_id,
        )
        return self._connection.execute(query).scalar()

    def keep_card(
        self,
        subject: str,
        place: Place,
        channel_id: str,
        ts: str,
        *,
        at: datetime | None = None,
        thread_ts: str | None = None,
    ) -> None:
        """Remember where the subject's message was posted; the next card there edits it.

        `at` is when it was posted, if that is known. `thread_ts` is the message that it is a reply to.
        """
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
                    "posted_at": at,
                    "thread_ts": thread_ts,
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
