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
    """Return what a form keeps: where it was opened, and the schedule or draft that it changes."""
    return json.dumps({"channel": asked.channel_id, "changes": changes, "draft": draft_id, "title": title})


def asker(talk: Talk, metadata: str) -> Asker:
    """Return who asks, from the channel where the form was opened, because a modal's payload names none.

    A false channel could only narrow what the person may do.
    """
    return Asker(talk.asker.person, value(metadata, "channel") or "")


def changes(metadata: str) -> str | None:
    """Return the id of the schedule that is changed. Whether the person may is asked again."""
    return value(metadata, "changes")


def value(metadata: str, name: str) -> str | None:
    """Return one value of what a form keeps. None if it is missing, or the metadata makes no sense."""
    try:
        found = json.loads(metadata)[name]
    except (ValueError, KeyError, TypeError):
        return None
    return None if found is None else str(found)
