"""`python -m playground.demo.moved_bot FILE`: the bot's `serve`, by the movable clock that FILE keeps."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.__main__ import main
from playground.moved_clock import MovedClock


@dataclass(frozen=True, slots=True)
class MovedTime:
    """Give the bot the time of a clock that can be moved."""

    clock: MovedClock

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock.now(), UTC)


if __name__ == "__main__":
    main(["serve"], obj=MovedTime(MovedClock(Path(sys.argv[1]))))
