"""What a form keeps from one view to the next: Slack gives it back, and nothing in it is trusted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.rules.access import Asker

if TYPE_CHECKING:
    from handlers.talk import Talk

NEW = "Schedule a job"


def metadata(
    asked: Asker, *, changes: str | None = None, draft_id: str | None = None, title: str = NEW
) -> str:
    return json.dumps({"channel": asked.channel_id, "changes": changes, "draft": draft_id, "title": title})


def asker(talk: Talk, metadata: str) -> Asker:
    """Modals carry no channel: the one where the form was opened, which can only narrow what may be done."""
    return Asker(talk.asker.person, value(metadata, "channel") or "")


def changes(metadata: str) -> str | None:
    """The schedule that is to be changed: whose it is, is asked again."""
    return value(metadata, "changes")


def value(metadata: str, name: str) -> str | None:
    try:
        found = json.loads(metadata)[name]
    except (ValueError, KeyError, TypeError):
        return None
    return None if found is None else str(found)
