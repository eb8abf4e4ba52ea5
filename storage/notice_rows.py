"""A row of the outbox, read as the notice that it keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.notice import Drawn, Message, Notice, NoticeKind
from bot.domain.project import Place
from storage.announcements import ANNOUNCEMENTS

if TYPE_CHECKING:
    from sqlalchemy import Row


def _drawn(kept: dict[str, Any]) -> Drawn:
    """Return a notice that release 0.1.0 stored as it was drawn."""
    in_shared = kept.get("in_shared")
    return Drawn(_message(kept), None if in_shared is None else _message(in_shared))


def _message(kept: dict[str, Any]) -> Message:
    return Message(kept["text"], tuple(kept["blocks"]))


def notice_of(row: Row[Any]) -> Notice:
    """Return the row's notice. Raises ValueError or the like for one of a kind that is unknown."""
    kept = row.message
    is_drawn = kept is not None and "blocks" in kept
    return Notice(
        notice_id=row.notice_id,
        place=Place(row.workspace_id, row.channel_id),
        kind=NoticeKind(row.kind),
        subject=row.subject,
        told=None if kept is None or is_drawn else ANNOUNCEMENTS.decode(kept),
        drawn=_drawn(kept) if is_drawn else None,
        attempts=row.attempts,
        plain=row.plain,
        wanted_at=row.wanted_at or row.send_at,
        rule=row.rule,
        under=row.under,
    )
