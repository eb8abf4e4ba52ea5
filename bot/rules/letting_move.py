"""A draft with fixed days becomes one whose days move with each run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.errors import Conflict
from bot.domain.identity import new_id
from bot.domain.when import upcoming, zone_of
from bot.language.inputs import moving_instead
from bot.rules.confirming import DRAFT_LIFE

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.draft import Draft
    from bot.domain.job import Job


def as_moving(draft: Draft, job: Job, after: datetime, now: datetime) -> Draft:
    """Return another draft in which every day that can move does. `after`: when the schedule may run next.

    Raises Conflict if there is none.
    """
    moving = {}
    if draft.when is not None:
        moments = [*upcoming(draft.when, after, 1), now]
        moving = moving_instead(job, draft.inputs, moments, zone_of(draft.when))
    if not moving:
        raise Conflict("None of its inputs is a day that could move with each run.")
    inputs = {**draft.inputs, **moving}
    return replace(draft, draft_id=new_id(), inputs=inputs, expires_at=now + DRAFT_LIFE)
