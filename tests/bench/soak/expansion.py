"""What is asked for in words, and when that is due: by dateutil and plain arithmetic, not by us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as wall_time
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, FR, MO, MONTHLY, SU, TH, TU, WE, rrule
from dateutil.tz import resolve_imaginary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

BEGINS = datetime(2026, 10, 2, tzinfo=UTC)
"""A Friday. Clocks go forward on the 4th, by an hour in Sydney, by half of one on Lord Howe; back on the 25th
in Berlin."""
ZONES = tuple(
    map(
        ZoneInfo,
        ("Europe/Berlin", "Australia/Sydney", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"),
    )
)
WEEKDAYS = (MO, TU, WE, TH, FR)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """`moments`: in order, in UTC, after BEGINS."""

    kind: str
    text: str
    tz: ZoneInfo
    moments: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """The simulated days as they are in one zone."""

    tz: ZoneInfo
    until: datetime

    def days(self, freq: Literal[0, 1, 2, 3, 4, 5, 6] = DAILY, **rule: Any) -> list[datetime]:
        """Midnights of a dateutil rule, naive; one `since` another day than the first keeps its count."""
        since = rule.pop("since", self.first)
        last = self.until.replace(tzinfo=None) + 2 * DAY
        return list(rrule(freq, dtstart=since, until=last, **rule))

    @property
    def first(self) -> datetime:
        return BEGINS.astimezone(self.tz).replace(tzinfo=None, hour=0, minute=0) - DAY

    def at(self, days: Iterable[datetime], *times: wall_time) -> list[datetime]:
        return [self.moment(datetime.combine(day.date(), at)) for day in days for at in times]

    def moment(self, wall: datetime) -> datetime:
        """The first of two; what does not exist as much later as the gap is long."""
        return resolve_imaginary(wall.replace(tzinfo=self.tz)).astimezone(UTC)

    def steps(
        self, days: Iterable[datetime], first: wall_time, last: wall_time, minutes: int
    ) -> list[datetime]:
        """Elapsed time through a window of each day."""
        found = []
        for day in days:
            step, end = self.at([day], first, last)
            while step <= end:
                found.append(step)
                step += minutes * MINUTE
        return found


def each_kind() -> dict[str, Callable[[Span, wall_time], tuple[str, list[datetime]]]]:
    """By name: the words and the moments for one zone and one time of the day."""
    return {
        "daily": lambda span, at: (f"every day at {at:%H:%M}", span.at(span.days(), at)),
        "weekdays": lambda span, at: (
            f"every weekday at {at:%H:%M}",
            span.at(span.days(byweekday=WEEKDAYS), at),
        ),
        "weekly": lambda span, at: (
            f"every Monday and Thursday at {at:%H:%M}",
            span.at(span.days(byweekday=(MO, TH)), at),
        ),
        "days of the month": lambda span, at: (
            f"on the 7th and 21st of each month at {at:%H:%M}",
            span.at(span.days(MONTHLY, bymonthday=(7, 21)), at),
        ),
        "last day": lambda span, at: (
            f"on the last day of each month at {at:%H:%M}",
            span.at(span.days(MONTHLY, bymonthday=-1), at),
        ),
        "last weekday": lambda span, at: (
            f"last workday of each month at {at:%H:%M}",
            span.at(span.days(MONTHLY, byweekday=WEEKDAYS, bysetpos=-1), at),
        ),
        "nth weekday": lambda span, at: (
            f"second Tuesday of every month at {at:%H:%M}",
            span.at(span.days(MONTHLY, byweekday=TU(2)), at),
        ),
        "last Friday": lambda span, at: (
            f"last Friday of the month at {at:%H:%M}",
            span.at(span.days(MONTHLY, byweekday=FR(-1)), at),
        ),
        "several times a day": _several,
        "interval": _interval,
        "window": lambda span, _: (
            "every 45 minutes from 9:00 to 12:00 on Tuesdays",
            span.steps(span.days(byweekday=TU), wall_time(9), wall_time(12), 45),
        ),
        "window at night": lambda span, _: (
            "every 30 minutes from 1:00 to 4:00 on Sundays",
            span.steps(span.days(byweekday=SU), wall_time(1), wall_time(4), 30),
        ),
        "cron": lambda span, at: (
            f"{at.minute} {at.hour} * * 0-3",
            span.at(span.days(byweekday=(SU, MO, TU, WE)), at),
        ),
        "cron of every hour": lambda span, _: (
            "20 * * * 0",
            span.steps(span.days(byweekday=SU), wall_time(0, 20), wall_time(23, 20), 60),
        ),
        "once": lambda span, at: (
            f"on 14 October 2026 at {at:%H:%M}",
            span.at([datetime(2026, 10, 14)], at),  # noqa: DTZ001  a wall clock's
        ),
        "from and until": lambda span, at: (
            f"every day at {at:%H:%M} starting 8 October 2026 until 20 October 2026",
            span.at((each for each in span.days() if each.month == 10 and 8 <= each.day <= 20), at),
        ),
        "so many times": lambda span, at: (
            f"every day at {at:%H:%M}, 9 times",
            [each for each in span.at(span.days(), at) if each > BEGINS][:9],
        ),
        "excluded dates": lambda span, at: (
            f"every weekday at {at:%H:%M} except 13 October 2026 and 20 October 2026",
            span.at(
                (each for each in span.days(byweekday=WEEKDAYS) if (each.month, each.day) not in EXCLUDED), at
            ),
        ),
        "excluded weekday": lambda span, at: (
            f"every day at {at:%H:%M} except Wednesdays",
            span.at((each for each in span.days() if each.weekday() != 2), at),
        ),
        "every other week": lambda span, at: (
            f"every 2 weeks on Tue and Thu at {at:%H:%M} starting 6 October 2026",
            span.at(
                (each for each in span.days(byweekday=(TU, TH)) if each.month == 10 and each.day in OTHER), at
            ),
        ),
        "every third day": lambda span, at: (
            f"every 3 days at {at:%H:%M} starting 3 October 2026",
            span.at(span.days(since=datetime(2026, 10, 3), interval=3), at),  # noqa: DTZ001  the same
        ),
        "inside the change": lambda span, _: (
            "every day at 2:15 and 2:30",
            span.at(span.days(), wall_time(2, 15), wall_time(2, 30)),
        ),
        "busy": lambda span, _: (
            "every hour from 9:00 to 17:00 on Tuesdays",
            span.steps(span.days(byweekday=TU), wall_time(9), wall_time(17), 60),
        ),
        "busy at night": lambda span, _: (
            "every hour from 0:00 to 5:00 on Sundays",
            span.steps(span.days(byweekday=SU), wall_time(0), wall_time(5), 60),
        ),
        "flood": lambda span, _: (
            "every 6 minutes starting 15 October 2026 at 17:00, 150 times",
            [span.moment(datetime(2026, 10, 15, 17)) + each * 6 * MINUTE for each in range(150)],  # noqa: DTZ001  the same
        ),
    }


EXCLUDED = {(10, 13), (10, 20)}
OTHER = {6, 8, 20, 22}
LONG = frozenset({"busy", "busy at night"})
"""Kinds whose runs last longer than until their next moment."""


def _several(span: Span, at: wall_time) -> tuple[str, list[datetime]]:
    times = [wall_time(hour, at.minute) for hour in (6, 12, 18)]
    words = "{}, {} and {}".format(*(f"{each:%H:%M}" for each in times))
    return f"every day at {words}", span.at(span.days(), *times)


def _interval(span: Span, at: wall_time) -> tuple[str, list[datetime]]:
    """Elapsed time, whatever the clocks do."""
    since = span.moment(datetime.combine(datetime(2026, 10, 3), at))  # noqa: DTZ001  the same
    count = (span.until - since) // (7 * 60 * MINUTE) + 1
    return (
        f"every 7 hours starting 3 October 2026 at {at:%H:%M}",
        [since + each * 7 * 60 * MINUTE for each in range(count)],
    )


def asked(kind: str, tz: ZoneInfo, at: wall_time, until: datetime) -> Asked:
    text, moments = each_kind()[kind](Span(tz, until), at)
    within = tuple(sorted(each for each in set(moments) if BEGINS < each <= until))
    return Asked(kind, text, tz, within)
