"""The clauses of a text: `grammar.py` says how they are written, `building/whole.py` puts them together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.language.when.values import Clock, DateRef, DaySet, Period, Span, ZoneRef


@dataclass(frozen=True, slots=True)
class Every:
    """A calendar step. `unit` is DAY, WEEK, MONTH, QUARTER or YEAR.

    `is_of` marks "of the month", after which a longer step may follow.
    """

    count: int
    unit: str
    is_of: bool = False


@dataclass(frozen=True, slots=True)
class EverySpan:
    step: timedelta


@dataclass(frozen=True, slots=True)
class Often:
    """How often, as in "three times a week", which needs as many days or times beside it."""

    count: int
    unit: str


@dataclass(frozen=True, slots=True)
class OnDays:
    """Weekdays. `nth` is 2 for "every other".

    `is_any` marks "on a Tuesday", which needs "every 2 weeks" beside it.
    """

    days: DaySet
    is_every: bool = False
    nth: int = 1
    is_any: bool = False


@dataclass(frozen=True, slots=True)
class OnPicks:
    """Days of a month by their place, with -1 for the last.

    Each group counts among days of its own; None means any day.
    """

    groups: tuple[tuple[tuple[int, ...], DaySet | None], ...]
    is_every: bool

    @property
    def places(self) -> tuple[int, ...]:
        """The places of all groups, in the order in which they are said."""
        return tuple(place for places, _ in self.groups for place in places)

    @property
    def is_plural(self) -> bool:
        """Whether weekdays are named in the plural, which means that they repeat."""
        return any(days is not None and days.is_plural for _, days in self.groups)


@dataclass(frozen=True, slots=True)
class OnDates:
    dates: tuple[DateRef, ...]
    is_every: bool


@dataclass(frozen=True, slots=True)
class InMonths:
    """Months. `is_of` marks "the 15th of June", which leaves no room for "every month"."""

    months: tuple[int, ...]
    is_every: bool
    is_of: bool = False


@dataclass(frozen=True, slots=True)
class AtTimes:
    """Times of day. `is_loose` marks a bare number that only its place makes a time, as in "mon 9"."""

    clocks: tuple[Clock, ...]
    is_loose: bool = False


@dataclass(frozen=True, slots=True)
class Between:
    """A window. `minutes_to` is the time that "ten to nine" means if no step makes hours of it."""

    first: Clock
    last: Clock
    minutes_to: Clock | None = None


@dataclass(frozen=True, slots=True)
class PastTheHour:
    """Minutes past the hour. `says_hour` marks "past the hour"; others need "every hour" beside them."""

    minutes: tuple[int, ...]
    says_hour: bool = False


@dataclass(frozen=True, slots=True)
class PartOfDay:
    """A part of the day. `is_plural` marks "mornings", which says that it repeats."""

    part: str
    is_plural: bool = False


@dataclass(frozen=True, slots=True)
class InSpan:
    span: Span


@dataclass(frozen=True, slots=True)
class StartAt:
    """Where a repetition begins. `is_after` means the day after."""

    ref: DateRef | Period | Span | None
    clock: Clock | None = None
    is_after: bool = False


@dataclass(frozen=True, slots=True)
class UntilAt:
    """Where a repetition ends. `is_before` means the day before."""

    ref: DateRef | Period | None
    clock: Clock | None = None
    is_before: bool = False


@dataclass(frozen=True, slots=True)
class Within:
    period: Period


@dataclass(frozen=True, slots=True)
class Lasting:
    span: Span


@dataclass(frozen=True, slots=True)
class Counted:
    """A number of times. `whole` days belong together, as the two of a weekend do."""

    count: int
    whole: int = 1


@dataclass(frozen=True, slots=True)
class Except:
    """Excluded days: date references, pairs of them, DaySets, OnPicks, InMonths."""

    what: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class InZone:
    """A zone. None means the person's own."""

    ref: ZoneRef | None


@dataclass(frozen=True, slots=True)
class CountedFrom:
    """The date or moment that every step counts from. It is no bound by itself."""

    ref: DateRef
    clock: Clock | None = None


@dataclass(frozen=True, slots=True)
class CronLine:
    line: str


@dataclass(frozen=True, slots=True)
class OnlyOnce:
    """The word "once", which is refused beside anything that repeats."""


@dataclass(frozen=True, slots=True)
class And:
    """An "and" between clauses."""


@dataclass(frozen=True, slots=True)
class Comma:
    """A comma, which works like "and", but may also be the last word."""


@dataclass(frozen=True, slots=True)
class Dash:
    """A dash between a day and a time."""


@dataclass(frozen=True, slots=True)
class Also:
    """An "and also": what follows is another repetition."""


@dataclass(frozen=True, slots=True)
class Polite:
    """Says nothing about time."""


Clause = (
    Every | EverySpan | Often | OnDays | OnPicks | OnDates | InMonths | AtTimes | Between | PastTheHour
    | PartOfDay | InSpan | StartAt | UntilAt | Within | Lasting | Counted | Except | InZone | CountedFrom
    | CronLine | OnlyOnce | And | Comma | Dash | Also | Polite
)  # fmt: skip
