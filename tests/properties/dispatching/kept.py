"""One schedule as people would have it: which moments it owes, and what each may run with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count, takewhile
from typing import TYPE_CHECKING

from bot.domain.schedule import OverlapPolicy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bot.domain.schedule import MissedPolicy, Schedule

MOMENT = timedelta(microseconds=1)


@dataclass
class Rest:
    """A pause of the project: `latest_end` is the latest end it ever had, `ends_at` the one it has."""

    begins_at: datetime
    order: int
    ends_at: datetime
    latest_end: datetime


@dataclass
class Kept:
    """`when`: in words; `first` and `step`: its moments. `value`: of its one input that edits change.

    An order is a number that grows with everything that happens; clocks may be put back.
    """

    schedule: Schedule
    missed: MissedPolicy
    overlap: OverlapPolicy
    when: str
    first: datetime
    step: timedelta
    value: int | None
    passed_to: datetime
    """By our clock, while it was active: whatever is due later is yet to come."""
    is_active: bool = True
    is_deleted: bool = False
    owed: set[datetime] = field(default_factory=set)
    """Moments that came while it was active: something is written down of each."""
    wanted: dict[datetime, set[int | None]] = field(default_factory=dict)
    """Moments that may run, and the values that were its input as the clock passed them."""
    skipped: dict[datetime, str] = field(default_factory=dict)
    """By moment, the id of the firing that says so."""
    taken_back: dict[datetime, int] = field(default_factory=dict)
    """Moments that came and are no longer to be begun, by a pause or the like, since that order."""
    resumed: list[int] = field(default_factory=list)
    rested: list[Rest] = field(default_factory=list)
    """The pauses of its project."""
    stops: list[datetime] = field(default_factory=list)
    """When it was paused, or deleted."""

    @property
    def key(self) -> str:
        return self.schedule.schedule_id

    @property
    def overlaps(self) -> bool:
        return self.overlap is OverlapPolicy.ALLOW

    def moments(self, after: datetime) -> Iterator[datetime]:
        """Later ones, without end."""
        place = max(0, (after - self.first) // self.step + 1)
        return (self.first + each * self.step for each in count(place))

    def pass_to(self, now: datetime) -> None:
        if not self.is_active:
            return
        for moment in takewhile(now.__ge__, self.moments(self.passed_to)):
            if moment not in self.skipped:
                self.owed.add(moment)
                self.wanted.setdefault(moment, set()).add(self.value)
                self.taken_back.pop(moment, None)
        self.passed_to = max(self.passed_to, now)

    def stop(self, now: datetime, order: int) -> None:
        """What has not begun is not to begin any more."""
        self.is_active = False
        self.stops.append(now)
        self._owes_only_what_has_come(now)
        self.taken_back |= dict.fromkeys(self.wanted, order)

    def resume(self, now: datetime, order: int) -> None:
        self.is_active = True
        self.passed_to = now
        self.resumed.append(order)

    def skip(self, moment: datetime, firing_id: str, order: int) -> None:
        self.skipped[moment] = firing_id
        self.owed.discard(moment)  # it came only by a clock that has been put back
        if moment in self.wanted:
            self.taken_back[moment] = order

    def undo_skip(self, moment: datetime) -> None:
        del self.skipped[moment]
        self.passed_to = min(self.passed_to, moment - MOMENT)

    def edit(
        self, now: datetime, order: int, *, when: str, first: datetime, step: timedelta, value: int | None
    ) -> None:
        """What has come already still runs as it was."""
        self._owes_only_what_has_come(now)
        self.taken_back |= {moment: order for moment in self.wanted if moment > now}
        self.when, self.first, self.step, self.value = when, first, step, value
        self.passed_to = now

    def later(self, due_at: datetime, until: datetime | None = None, *, runs: bool = False) -> int:
        """How many later moments came, by then. `runs`: without those that the project's pauses kept back."""
        return sum(
            due_at < each and (until is None or each <= until) and not (runs and self.rests_at(each))
            for each in self.wanted
        )

    def rests_at(self, moment: datetime) -> bool:
        return any(each.begins_at <= moment < each.latest_end for each in self.rested)

    def _owes_only_what_has_come(self, now: datetime) -> None:
        """What came only by a clock that has been put back since comes again, or never."""
        self.owed = {each for each in self.owed if each <= now}
