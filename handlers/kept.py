"""What a form keeps from one view to the next: Slack gives it back, and nothing in it is trusted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.whole_number import whole_number
from bot.rules.access import Asker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handlers.talk import Talk

NEW = "Schedule a job"
LONGEST = 3000
"""The most characters that Slack keeps with a form."""


def metadata(
    asked: Asker,
    *,
    changes: str | None = None,
    version: int | None = None,
    draft_id: str | None = None,
    title: str = NEW,
    tz: ZoneInfo | None = None,
) -> str:
    """Return what a form keeps: where it was opened, and the schedule or draft that it changes.

    `version`: of the schedule, as the form shows it.

    `tz`: the zone in which it reads a time; None for the person's own.
    """
    return json.dumps(
        {
            "channel": asked.channel_id,
            "changes": changes,
            "version": version,
            "draft": draft_id,
            "title": title,
            "tz": None if tz is None else tz.key,
        }
    )


def with_fields(kept: str, fields: Mapping[str, str]) -> str:
    """Return what a form keeps, with what stood in fields that it does not show now, if there is room."""
    try:
        found = json.dumps({**json.loads(kept), **fields})
    except (ValueError, TypeError):
        return kept
    return found if len(found) <= LONGEST else kept


def asker(talk: Talk, metadata: str) -> Asker:
    """Return who asks, from the channel where the form was opened, because a modal's payload names none.

    A false channel could only narrow what the person may do.
    """
    return Asker(talk.asker.person, value(metadata, "channel") or "")


def changes(metadata: str) -> str | None:
    """Return the id of the schedule that is changed. Whether the person may is asked again."""
    return value(metadata, "changes")


def seen(metadata: str) -> int | None:
    """Return the version of the schedule that the form shows. None if it changes none."""
    return whole_number(value(metadata, "version") or "")


def zone(talk: Talk, metadata: str) -> ZoneInfo:
    """Return the zone in which the form reads a time: only to show it, for what is sent is read again."""
    key = value(metadata, "tz")
    try:
        return talk.asker.person.tz if key is None else ZoneInfo(key)
    except (ZoneInfoNotFoundError, ValueError):
        return talk.asker.person.tz


def value(metadata: str, name: str) -> str | None:
    """Return one value of what a form keeps. None if it is missing, or the metadata makes no sense."""
    try:
        found = json.loads(metadata)[name]
    except (ValueError, KeyError, TypeError):
        return None
    return None if found is None else str(found)
