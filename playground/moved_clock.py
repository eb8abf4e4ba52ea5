"""A clock that can be put forward: the real time and what was jumped over, in a file that others read."""

from __future__ import annotations

import json
import math
import os
from itertools import pairwise
from typing import TYPE_CHECKING

from playground.slack.clock import SystemClock

if TYPE_CHECKING:
    from pathlib import Path

    from playground.slack.clock import Clock

Jump = tuple[float, float]
"""(the real moment of it, how many seconds ahead the clock has been since)."""


class MovedClock:
    """Every process with the same file shows the same time. `real`: what cannot be moved."""

    def __init__(self, file: Path, real: Clock | None = None) -> None:
        self._file, self._real = file, real or SystemClock()
        self._read_at = -1
        self._jumps: list[Jump] = []

    def now(self) -> float:
        return self.shown(self._real.now())

    def jump_to(self, moment: float) -> None:
        """ValueError when that is not ahead: what has happened stays so.

        By whole seconds, to the next one: so a moment there and back is the same to the microsecond.
        """
        real = self._real.now()
        if moment <= self.shown(real):
            raise ValueError("a clock can only be put forward")
        self._write([*self._known(), (real, float(math.ceil(moment - real)))])

    def ahead(self) -> float:
        jumps = self._known()
        return jumps[-1][1] if jumps else 0.0

    def shown(self, real: float) -> float:
        """What this clock showed, or will show, at a real moment."""
        ahead = 0.0
        for at, since in self._known():
            ahead = since if real >= at else ahead
        return real + ahead

    def real(self, shown: float) -> float:
        """Return when this clock showed that; for what was jumped over, the moment of the jump.

        A fraction of a second is kept: by it, two dates of one job stay apart.
        """
        spans = pairwise([(0.0, 0.0), *self._known(), (math.inf, 0.0)])
        for (at, ahead), (until, _) in reversed(list(spans)):
            if shown >= at + ahead:
                return min(shown - ahead, until + shown % 1)
        return shown

    def _known(self) -> list[Jump]:
        """Read again only where the file has changed: it is asked for at every look at the time."""
        try:
            changed_at = os.stat(self._file).st_mtime_ns  # noqa: PTH116  a look at the time must be cheap
        except FileNotFoundError:
            return []
        if changed_at != self._read_at:
            self._jumps = [(at, ahead) for at, ahead in json.loads(self._file.read_text())]
            self._read_at = changed_at
        return self._jumps

    def _write(self, jumps: list[Jump]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(jumps))
        fresh.replace(self._file)
