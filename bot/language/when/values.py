"""What the phrases of a text stand for before they are put together into a When."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from bot.domain.days import DayOfMonth, NthOfMonth


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day. `is_bare` is an hour without am, pm or minutes, which its neighbours decide."""

    hour: int
    minute: int = 0
    second: int = 0
    is_bare: bool = False
    is_midnight: bool = False
    is_exact: bool = False
    """Said with am, pm or a part of the day."""
    is_night: bool = False
    """Whether an hour before 6 is certainly at night: said with am, or written as 04:30."""
    is_again: bool = False
    """Whether it is the second time that clocks show it, in the night when they are put back."""

    @property
    def time(self) -> time:
        """The time of day itself."""
        return time(self.hour, self.minute, self.second)


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: months and days by the calendar, the rest elapsed."""

    months: int = 0
    days: int = 0
    elapsed: timedelta = timedelta()
    is_weeks: bool = False
    """Said in weeks alone."""

    def __add__(self, other: Span) -> Span:
        is_weeks = other.is_weeks if self == Span() else self.is_weeks and other.is_weeks
        return Span(
            self.months + other.months, self.days + other.days, self.elapsed + other.elapsed, is_weeks
        )

    @property
    def is_elapsed(self) -> bool:
        """Whether it has no months and days, so that the calendar does not matter."""
        return not self.months and not self.days


@dataclass(frozen=True, slots=True)
class CalendarDate:
    """A date. `year` None means the coming one; `weekday` is what the text says it falls on."""

    month: int
    day: int
    year: int | None = None
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class DaysAway:
    days: int


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A weekday near today. `which` is "coming", "this", "next" or "next week"; then so many days later."""

    weekday: int
    which: str = "coming"
    days_later: int = 0


@dataclass(frozen=True, slots=True)
class DayOfSomeMonth:
    """The 20th: of the coming month that has it, or of the month `months_ahead`."""

    day: int
    months_ahead: int | None = None
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """A week, month or year, `ahead` of this one; or a month by its name, or a year by its number."""

    unit: str
    ahead: int = 0
    month: int | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class NthOfSomeMonth:
    """The first Monday of next month, or of the coming June, or of June 2027."""

    pick: DayOfMonth | NthOfMonth
    months_ahead: int | None = None
    month: int | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class PeriodEdge:
    """The first or last day of a period."""

    period: Period
    is_last: bool


DateRef = CalendarDate | DaysAway | NamedDay | DayOfSomeMonth | NthOfSomeMonth | PeriodEdge


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment written out in full. Without an offset it is the wall clock of the zone."""

    on: date
    at: time
    offset: timedelta | None


@dataclass(frozen=True, slots=True)
class DaySet:
    """Weekdays named together: "Mondays" in the plural, "Monday to Friday" a range, "weekday" a group."""

    weekdays: tuple[int, ...]
    is_plural: bool = False
    is_range: bool = False
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class ZoneRef:
    """A zone by name. `offset_minutes` is what an abbreviation such as "EST" literally says."""

    name: str
    offset_minutes: int | None = None
