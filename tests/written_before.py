"""Rows of the outbox as the release before facts has written them: already drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.notice import Message, NoticeKind
from storage.tables import notices

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.project import Place
    from storage.transaction import Transaction


def put_drawn(
    tx: Transaction,
    place: Place,
    message: Message,
    *,
    subject: str,
    send_at: datetime,
    in_shared: Message | None = None,
    kind: NoticeKind = NoticeKind.WORDS,
) -> None:
    also = {} if in_shared is None else {"in_shared": _kept(in_shared)}
    tx.connection.execute(
        notices.insert().values(
            workspace_id=place.workspace_id,
            channel_id=place.channel_id,
            kind=kind,
            subject=subject,
            message={**_kept(message), **also},
            send_at=send_at,
        )
    )


def _kept(message: Message) -> dict[str, Any]:
    return {"text": message.text, "blocks": list(message.blocks)}
