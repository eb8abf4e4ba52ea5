"""The demo's clock as the bot asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.playground.moved_clock import MovedClock

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class MovedTime:
    clock: MovedClock

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock.now(), UTC)


def time_from(file: Path) -> MovedTime:
    return MovedTime(MovedClock(file))
