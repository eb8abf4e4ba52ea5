"""What is to become of each moment of one schedule, by the rule that people are told, written once more.

On time it runs. While its previous run goes on: beside it, skipped, or it waits and only the newest does.
Later than the grace because Runbell or Airflow was away: the latest of the last 12 hours runs late, none
does, or all of these do, 100 at most. What has begun to wait for a run that goes on is not missed.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

GRACE, TWELVE_HOURS, HUNDRED = timedelta(minutes=10), timedelta(hours=12), 100
SOON = timedelta(seconds=10)
"""Until one that stands behind another, not yet handed over, is looked at again."""
BRIEF = timedelta(seconds=3)


class Unclear(Exception):
    """Some end of a run and some decision are so close that seconds would decide."""


@dataclass(frozen=True, slots=True)
class Away:
    """`who`: "Runbell" does nothing at all; "Airflow" cannot be asked, but runs what it has."""

    who: str
    begins: datetime
    ends: datetime
    answers: str = ""
    """What Airflow says instead, "" if it cannot be reached."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a schedule is to behave."""

    takes: timedelta
    missed: str
    overlap: str
    lead: timedelta
    grace: timedelta = GRACE


@dataclass(frozen=True, slots=True)
class Fate:
    """`state`: "handed over", "skipped" or "missed". `starts_at`: of its run; `late`: not as planned.

    `or_skipped`: right behind another that was late and brief; seconds decide whether that one goes on.
    """

    state: str
    starts_at: datetime | None = None
    late: bool = False
    or_skipped: bool = False


@dataclass(frozen=True, slots=True)
class _Run:
    moment: datetime
    sent_at: datetime
    known_at: datetime
    """When Runbell learns that it has ended."""


@dataclass
class Foretelling:
    moments: tuple[datetime, ...]
    manner: Manner
    away: tuple[Away, ...]
    fates: dict[datetime, Fate] = field(default_factory=dict)
    waiting: set[datetime] = field(default_factory=set)
    sending: set[datetime] = field(default_factory=set)
    behind: set[datetime] = field(default_factory=set)
    runs: list[_Run] = field(default_factory=list)
    looks: list[tuple[datetime, datetime]] = field(default_factory=list)

    def all(self) -> dict[datetime, Fate]:
        """Raises Unclear."""
        self.looks = [(each - self.manner.lead, each) for each in self.moments]
        heapq.heapify(self.looks)
        while self.looks:
            at, moment = heapq.heappop(self.looks)
            back = self._back("Runbell", at)
            if back > at:
                self._again(back, moment)
            elif moment not in self.fates:
                self._look(at, moment)
        return self.fates

    def _look(self, at: datetime, moment: datetime) -> None:
        if moment not in self.waiting and self._is_missed(at, moment):
            self.fates[moment] = Fate("missed")
            return
        if self.manner.overlap != "allow" and moment not in self.sending and self._is_held_up(at, moment):
            return
        answers_at = self._back("Airflow", at)
        if answers_at > at:
            self.sending.add(moment)
            self.waiting.discard(moment)
            self._again(answers_at, moment)
        else:
            self._start(at, moment)

    def _start(self, at: datetime, moment: datetime) -> None:
        begins = max(at, moment)
        ends = begins + self.manner.takes
        self.runs.append(_Run(moment, at, self._both_back(ends)))
        self.waiting.discard(moment)
        behind = moment in self.behind and self.manner.overlap == "skip"
        self.fates[moment] = Fate("handed over", begins, late=at > moment, or_skipped=behind)

    def _is_missed(self, at: datetime, moment: datetime) -> bool:
        late = at - moment
        if late <= self.manner.grace:
            return False
        newer = sum(moment < each <= at for each in self.moments)
        if self.manner.missed == "all":
            return late > TWELVE_HOURS or newer >= HUNDRED
        return self.manner.missed == "none" or newer > 0 or late > TWELVE_HOURS

    def _is_held_up(self, at: datetime, moment: datetime) -> bool:
        """By earlier ones. If so, its fate is written or it is to be looked at again."""
        earlier = [each for each in self.moments if each < moment and each not in self.fates]
        unsettled = [each for each in earlier if each not in self.waiting]
        just_sent = [each for each in self.runs if each.sent_at == at and each.moment < moment]
        going = [each for each in self.runs if self._goes_on(each, at) and each.moment < moment]
        if not (earlier or just_sent or going):
            return False
        if at < moment:
            self._again(moment, moment)
            return True
        answers_at = self._back("Airflow", at)
        if moment not in self.waiting and (unsettled or just_sent or (going and answers_at > at)):
            self.behind.add(moment)
            self._again(max(answers_at, at + SOON), moment)
            return True
        return self._is_overlapping(at, moment, going)

    def _is_overlapping(self, at: datetime, moment: datetime, going: list[_Run]) -> bool:
        if self.manner.overlap == "skip" or self._gives_way(at, moment):
            self.waiting.discard(moment)
            self.fates[moment] = Fate("skipped")
            return True
        self.waiting.add(moment)
        for older in [each for each in self.waiting if each < moment]:
            self._again(at, older)
        self._again(max((each.known_at for each in going), default=at + SOON), moment)
        return True

    def _gives_way(self, at: datetime, moment: datetime) -> bool:
        """To a newer one that waits, unless all of the last 12 hours are to run."""
        in_line = self.manner.missed == "all" and not self._is_missed(at, moment)
        return not in_line and any(each > moment for each in self.waiting)

    def _goes_on(self, run: _Run, at: datetime) -> bool:
        margin = BRIEF if self.manner.takes <= BRIEF else timedelta(minutes=4)
        if run.sent_at < at and run.known_at != at and abs(run.known_at - at) < margin:
            raise Unclear(f"{run.moment} ends at {run.known_at}, {at} is decided")
        return run.known_at > at

    def _again(self, at: datetime, moment: datetime) -> None:
        heapq.heappush(self.looks, (at, moment))

    def _back(self, who: str, at: datetime) -> datetime:
        return next(
            (each.ends for each in self.away if each.who == who and each.begins <= at < each.ends), at
        )

    def _both_back(self, at: datetime) -> datetime:
        return max(self._back("Runbell", at), self._back("Airflow", at))
