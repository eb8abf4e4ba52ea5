"""What people are told unasked, as facts: the outbox keeps them, `bot/blocks/announcement.py` draws them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Self

from bot.domain.alert_sum import AlertSum
from bot.domain.condition_told import Away, NeverCame, NotBegun, RunsLong
from bot.domain.project_paused import ProjectGoesOn, ProjectPaused
from bot.domain.refused import PagerRefused, SlackRefused
from bot.domain.schedule import ScheduleState

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.domain.altered import Altered
    from bot.domain.firing import Remedy
    from bot.domain.job import Trouble
    from bot.domain.rights import Role
    from bot.domain.schedule import Schedule
    from bot.domain.when import When


@dataclass(frozen=True, slots=True)
class OfSchedule:
    """A schedule as a message names it. `title` is what its project calls its job."""

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
        """Return the schedule as a message names it. `next_at` is when it runs next, if that is said."""
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
    """Somebody asks for access.

    `project` is None if there is none where they asked; `job` is what they want. `reason` is why, or "".
    """

    request_id: str
    person_id: str
    project: str | None
    is_managed: bool
    job: str | None
    channel_id: str | None
    roles: tuple[Role, ...]
    """The roles that would help, for the buttons."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AccessSettled:
    """A request was answered. `role` None means declined; `project` "" that it was about none."""

    by: str
    person_id: str
    project: str
    role: Role | None


@dataclass(frozen=True, slots=True)
class AccessAllowed:
    """Somebody got access. `titles` has the first of the `count` jobs that they see there now.

    `can_schedule` is the title of one that they may schedule.
    """

    by: str
    project: str
    role: Role
    titles: tuple[str, ...]
    count: int
    can_schedule: str | None


@dataclass(frozen=True, slots=True)
class AccessDeclined:
    """A request was declined. `reason` is why, or ""; `by` is "" in what earlier versions kept."""

    project: str
    by: str = ""
    reason: str = ""


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
    """A channel belongs to a project now. `by` is who did it, "file" for the projects file."""

    project: str
    by: str


@dataclass(frozen=True, slots=True)
class OwnersLostRight:
    """Schedules that are suspended because their owners may no longer schedule their jobs."""

    schedules: tuple[OfSchedule, ...]
    """The first of `count`."""
    count: int


@dataclass(frozen=True, slots=True)
class CannotBePlanned:
    schedule: OfSchedule
    reason: str


@dataclass(frozen=True, slots=True)
class Redirected:
    """A schedule reports to its owner now. `schedule` is as it was before.

    `is_private` means that its job is shared with named people only.
    """

    schedule: OfSchedule
    is_private: bool


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A schedule has another owner. `schedule` is as it was before."""

    schedule: OfSchedule
    new_owner: str


class Touch(Enum):
    """What somebody did to a schedule."""

    SCHEDULED = auto()
    PAUSED = auto()
    RESUMED = auto()
    SKIPPED = auto()
    UNDID_SKIP = auto()
    CHANGED = auto()
    SET_POLICIES = auto()
    RENAMED = auto()
    GIVEN = auto()
    """Given to another owner."""
    DELETED = auto()
    RESTORED = auto()


@dataclass(frozen=True, slots=True)
class ScheduleTouched:
    """Somebody did something to a schedule; for its owner, or the channel where it reports.

    `schedule` is as it is from now on. `at` is when a pause ends, or the run that is skipped, whose id is
    `firing_id`. `before` is when the schedule ran before a change, `altered` what else it altered.
    """

    schedule: OfSchedule
    by: str
    touch: Touch
    at: datetime | None = None
    before: When | None = None
    firing_id: str = ""
    altered: Altered | None = None


@dataclass(frozen=True, slots=True)
class JobChanged:
    """A job cannot run from now on, or can again (`trouble` None), with its schedules."""

    title: str
    trouble: Trouble | None
    why: str
    """Why it does not run, in words."""
    schedules: tuple[OfSchedule, ...]
    """The first of `count`."""
    count: int
    reference: str
    """The job in its project, for the button; "" for no button."""
    by: str
    """The Slack id of who did it in Slack; "" if it was done elsewhere."""
    error: str = ""
    """Airflow's error, which no other company may read."""
    job: str = ""
    """What all messages about the job in one project have in common; "" in what earlier releases kept."""
    before: Trouble | None = None
    """What kept it from running until `over_at`: only in what replaces the message about that."""
    over_at: datetime | None = None

    def said(self, *, shared: bool) -> str:
        """Return why it does not run, to end a sentence."""
        return self.why if shared or not self.error else f"{self.why}: {self.error}"


@dataclass(frozen=True, slots=True)
class DidNotRun:
    """A firing that did not become a run. `also_missed` counts moments before it, missed in a row.

    `firing_id` is None in what earlier versions kept.
    """

    title: str
    schedule: OfSchedule | None
    due_at: datetime
    reason: str
    reason_in_shared: str
    """The reason as it is said where another company reads along."""
    also_missed: int
    remedy: Remedy
    firing_id: str | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A firing was taken back.

    `began` says that it was too late, because the run had started; `ended`, that the run had even ended by
    itself.
    """

    title: str
    due_at: datetime
    tz: ZoneInfo
    reason: str
    began: bool
    ended: bool


@dataclass(frozen=True, slots=True)
class NotRetried:
    """A run whose failed tasks do not run again. `why` is in Airflow's words, for no other company."""

    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Flaps:
    """A job that fails, works and fails again. `times` counts its failures since the first of them."""

    title: str
    times: int
    since: datetime


@dataclass(frozen=True, slots=True)
class FailedAgain:
    """A run failed again after a Retry. `by` is who pressed it, `attempt` the task's try that failed."""

    title: str
    by: str
    attempt: int
    error: str


@dataclass(frozen=True, slots=True)
class Reminder:
    """Somebody asked to be reminded of the incident. Nothing is said if it has ended by then."""

    incident_id: str


@dataclass(frozen=True, slots=True)
class SampleAlert:
    """Somebody sends a test, to see where alerts arrive."""

    by: str


@dataclass(frozen=True, slots=True)
class StoppedAfterFailures:
    """A schedule has failed `times` in a row, and waits for its owner to let it go on.

    `over` says why it waits no longer; "" while it does.
    """

    schedule: OfSchedule
    times: int
    error: str
    over: str = ""


Announcement = (
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
    | ScheduleTouched
    | JobChanged
    | FailedAgain
    | Flaps
    | Reminder
    | DidNotRun
    | Withdrawn
    | NotRetried
    | ProjectPaused
    | ProjectGoesOn
    | SlackRefused
    | SampleAlert
    | AlertSum
    | RunsLong
    | NotBegun
    | NeverCame
    | StoppedAfterFailures
    | Away
    | PagerRefused
)
