"""What people are told unprompted, as facts: the outbox keeps them, `bot/blocks/told.py` draws them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from bot.domain.schedule import ScheduleState

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.domain.firing import Remedy
    from bot.domain.job import Trouble
    from bot.domain.rights import Role
    from bot.domain.schedule import Schedule
    from bot.domain.when import When


@dataclass(frozen=True, slots=True)
class OfSchedule:
    """A schedule as a message names it. `title`: of its job, as its project calls it."""

    schedule_id: str
    number: int
    title: str
    owner_id: str
    when: When
    next_due_at: datetime | None
    is_suspended: bool
    reports_to: str
    """A channel's id, or a person's."""

    @classmethod
    def of(cls, schedule: Schedule, title: str, *, next_at: datetime | None = None) -> Self:
        """`next_at`: when it runs next, for what says so."""
        return cls(
            schedule_id=schedule.schedule_id,
            number=schedule.number,
            title=title,
            owner_id=schedule.owner_id,
            when=schedule.when,
            next_due_at=next_at,
            is_suspended=schedule.state is ScheduleState.SUSPENDED,
            reports_to=schedule.place.channel_id,
        )


@dataclass(frozen=True, slots=True)
class AccessAsked:
    """Somebody asks for access. `project` None: there is none where they asked; `job`: they want this one."""

    request_id: str
    person_id: str
    project: str | None
    is_managed: bool
    job: str | None
    channel_id: str | None
    roles: tuple[Role, ...]
    """Those that would help, for the buttons."""


@dataclass(frozen=True, slots=True)
class AccessSettled:
    """A request was answered. `role` None: declined; `project` "": it was about none."""

    by: str
    person_id: str
    project: str
    role: Role | None


@dataclass(frozen=True, slots=True)
class AccessAllowed:
    """`titles`: of the first of `count` jobs that they see there now.

    `can_schedule`: the title of one that they may schedule.
    """

    by: str
    project: str
    role: Role
    titles: tuple[str, ...]
    count: int
    can_schedule: str | None


@dataclass(frozen=True, slots=True)
class AccessDeclined:
    project: str


@dataclass(frozen=True, slots=True)
class StandsIn:
    """The reader stands in for `person_id`, and hears the alerts of the schedules with these numbers."""

    person_id: str
    until: datetime
    tz: ZoneInfo
    numbers: tuple[int, ...]
    """The first of `count`."""
    count: int


@dataclass(frozen=True, slots=True)
class IsBack:
    person_id: str


@dataclass(frozen=True, slots=True)
class ChannelMapped:
    """`by`: who gave the channel to the project; "file" for the projects file."""

    project: str
    by: str


@dataclass(frozen=True, slots=True)
class OwnersLostRight:
    """Schedules that are suspended, for their owners may no longer schedule their jobs."""

    schedules: tuple[OfSchedule, ...]
    """The first of `count`."""
    count: int


@dataclass(frozen=True, slots=True)
class CannotBePlanned:
    schedule: OfSchedule
    reason: str


@dataclass(frozen=True, slots=True)
class Redirected:
    """`schedule`: as it was. `is_private`: its job is shared with named people only."""

    schedule: OfSchedule
    is_private: bool


@dataclass(frozen=True, slots=True)
class TakenOver:
    """`schedule`: as it was."""

    schedule: OfSchedule
    new_owner: str


@dataclass(frozen=True, slots=True)
class JobChanged:
    """A job that does not run from now on, or can again (`trouble` None), and the schedules of it."""

    title: str
    trouble: Trouble | None
    why: str
    """Why it does not run, in words."""
    schedules: tuple[OfSchedule, ...]
    """The first of `count`."""
    count: int
    reference: str
    """Of the job in its project, for the button; "" for none."""
    by: str
    """Slack's id of who did it, where it was done in Slack; else ""."""


@dataclass(frozen=True, slots=True)
class DidNotRun:
    """A firing that did not become a run. `also_missed`: moments before it that were missed in a row."""

    title: str
    schedule: OfSchedule | None
    due_at: datetime
    reason: str
    reason_in_shared: str
    """What is said instead where another company reads along."""
    also_missed: int
    remedy: Remedy


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """`began`: before it could be taken back; `ended`: by itself, even."""

    title: str
    due_at: datetime
    tz: ZoneInfo
    reason: str
    began: bool
    ended: bool


@dataclass(frozen=True, slots=True)
class NotRetried:
    """`why`: Airflow's words, which no other company reads."""

    title: str
    why: str


@dataclass(frozen=True, slots=True)
class SlackRefused:
    """`place_id`: a channel's or a person's; `code`: Slack's."""

    place_id: str
    code: str


@dataclass(frozen=True, slots=True)
class Flaps:
    """`times`: how often the job has failed since then, having worked in between."""

    title: str
    times: int
    since: datetime


Telling = (
    AccessAsked
    | AccessSettled
    | AccessAllowed
    | AccessDeclined
    | StandsIn
    | IsBack
    | ChannelMapped
    | OwnersLostRight
    | CannotBePlanned
    | Redirected
    | TakenOver
    | JobChanged
    | Flaps
    | DidNotRun
    | Withdrawn
    | NotRetried
    | SlackRefused
)
