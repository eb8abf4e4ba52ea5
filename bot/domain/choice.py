"""A choice: one button among several schedules that fit, with all that was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.schedule import ScheduleState


@dataclass(frozen=True, slots=True)
class Choice:
    """A button for some schedules. `state` is what pressing makes of them; `until` is when a pause ends."""

    choice_id: str
    workspace_id: str
    person_id: str
    state: ScheduleState
    schedule_ids: tuple[str, ...]
    until: datetime | None
    expires_at: datetime
