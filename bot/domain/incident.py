"""An incident: a job or a schedule fails in one place, from its first failure until it works again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum, StrEnum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.card import RunCard
    from bot.domain.job import JobKey
    from bot.domain.project import Place
    from bot.domain.run import Run

CLOSED_AFTER = timedelta(days=1)
"""A failure that no coming run can mend is closed so long after it, or after somebody has claimed it."""
OVER_AFTER = timedelta(minutes=30)
"""A failure that is so much later than the last one begins a new series of incidents."""
TOLD_TIMES = 2
"""How many incidents close to each other are told one by one; at the next, the job counts as flapping."""
STEADY_AFTER = 5
"""How many runs in a row must end alike until a flapping job counts as steady."""
BY_HAND, AIRFLOWS_OWN = "hand", "airflow"
"""The `source` of runs that no schedule of ours started; for all others it is the schedule's id."""


class Told(Enum):
    """What people hear when a run ends."""

    FAILURE = auto()
    AGAIN = auto()
    """The job goes on failing: posted messages are edited, and nobody is disturbed."""
    RECOVERY = auto()
    FLAPS = auto()


class Ending(StrEnum):
    """How an incident ended."""

    BY_ITSELF = "by itself"
    """The next run was good."""
    RETRIED = "retried"
    CLEARED = "cleared"
    """Somebody cleared the failed tasks in Airflow."""
    DELETED = "deleted"
    """Its schedule was deleted: nothing works again, but nothing more will fail."""
    LAST = "last"
    """No run is to come that could mend it, and nobody has acted for long."""


@dataclass(frozen=True, slots=True)
class IncidentKey:
    """What fails, and the place where people are told. At most one incident with a given key is open."""

    place: Place
    project_id: int
    key: JobKey
    source: str


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident. `failed_at` and `failed_due_at` are those of the last run that failed.

    `times` counts incidents in a row without half an hour between them, `since` is when the first of these
    began. `alike` counts the runs in a row that ended like the last one, while the job flaps.
    """

    incident_id: str
    of: IncidentKey
    began_at: datetime
    since: datetime
    failed_at: datetime
    failed_due_at: datetime | None
    first_run: str
    last_run: str
    """The keys of the first and of the last run that failed."""
    is_failing: bool = True
    times: int = 1
    alike: int = 1
    flaps: bool = False
    claimed_by: str | None = None
    claimed_at: datetime | None = None
    muted_by: str | None = None
    muted_until: datetime | None = None
    """None means until the job works again, if `muted_by` is somebody."""
    storm_id: str | None = None
    """The storm in whose message this incident is told."""
    ended_at: datetime | None = None
    ending: Ending | None = None
    mended_by: str | None = None
    """Who pressed Retry on the run that ended the incident."""
    last_try: int = 1
    """The try of its task at which the last failed run had arrived."""
    mended_try: int = 0
    """The try at which the last failed run succeeded; 0 if another run ended the incident."""
    rule: str = ""
    """The reference of the alert rule by which the place hears of it."""
    is_unsaid: bool = False
    """Whether that rule has held back the failure so far: nobody in the place has been told of it."""
    escalated_at: datetime | None = None
    """When others heard of it, because nobody had claimed it."""
    released_at: datetime | None = None
    """When somebody last took a claim back: from then on it is unclaimed again."""

    @property
    def unclaimed_since(self) -> datetime:
        """Since when it waits for somebody to claim it, if nobody has."""
        return max(self.began_at, self.released_at or self.began_at)

    def is_muted(self, now: datetime) -> bool:
        """Return whether nothing more is said about the incident at that moment."""
        return self.muted_by is not None and (self.muted_until is None or now < self.muted_until)

    def is_muted_beyond_its_end(self, now: datetime) -> bool:
        """Return whether the next failure is not told either.

        A mute until the job works ends with the incident; one until a moment does not.
        """
        return self.muted_until is not None and self.is_muted(now)


def begun(
    of: IncidentKey, run: Run, incident_id: str, before: Incident | None = None
) -> tuple[Incident, Told]:
    """Return the incident that this failure begins, and how it is told.

    `before` is the last incident of the same key, which has ended.
    """
    assert run.ended_at is not None
    new = Incident(
        incident_id,
        of,
        began_at=run.ended_at,
        since=run.ended_at,
        failed_at=run.ended_at,
        failed_due_at=run.due_at,
        first_run=run.run_key,
        last_run=run.run_key,
        last_try=_try_of(run),
    )
    was_steady = before is not None and before.flaps
    if before is None or was_steady or is_over(before, run.ended_at):
        return new, Told.FAILURE
    new = replace(new, since=before.since, times=before.times + 1)
    return (replace(new, flaps=True), Told.FLAPS) if new.times > TOLD_TIMES else (new, Told.FAILURE)


def is_over(ended: Incident, at: datetime) -> bool:
    """Return whether a failure at that moment has nothing to do with this incident, which has ended."""
    return at - ended.failed_at > OVER_AFTER


def after_failure(before: Incident, run: Run, now: datetime) -> tuple[Incident, Told | None]:
    """Return the open incident after another failure, and how that is told.

    `before` may have ended if it is muted: then it goes on, and nobody hears of it.
    """
    assert run.ended_at is not None
    was_muted = before.muted_by is not None and not before.is_muted(now)
    failing = replace(
        before,
        failed_at=run.ended_at,
        failed_due_at=_later(run.due_at, before.failed_due_at),
        last_run=run.run_key,
        last_try=_try_of(run),
        is_failing=True,
        alike=before.alike + 1 if before.is_failing else 1,
        ended_at=None,
        ending=None,
        muted_by=None if was_muted else before.muted_by,
    )
    if before.flaps and failing.alike < STEADY_AFTER:
        return failing, None
    if before.flaps:
        return replace(failing, flaps=False, times=1), Told.FAILURE
    return failing, Told.FAILURE if was_muted else Told.AGAIN


def after_success(
    before: Incident, run: Run, *, is_of_it: bool, is_all_mended: bool
) -> tuple[Incident, Told | None]:
    """Return the incident after a good run, and how that is told.

    `is_of_it` says that the run is one of the incident's failed runs, `is_all_mended` that none of them is
    failed now.
    """
    assert run.ended_at is not None
    if not is_all_mended and _is_of_an_earlier_day(run, before):
        return before, None  # a backfill of last week mends nothing of today
    works = replace(before, is_failing=False, alike=1 if before.is_failing else before.alike + 1)
    if before.flaps and works.alike < STEADY_AFTER and not is_over(before, run.ended_at):
        return works, None
    ending = Ending.BY_ITSELF
    if is_of_it:
        ending = Ending.CLEARED if run.retried_by is None else Ending.RETRIED
    ended = replace(
        works,
        ended_at=run.ended_at,
        ending=ending,
        mended_by=run.retried_by if is_of_it else None,
        mended_try=before.last_try + 1 if run.run_key == before.last_run else 0,
    )
    return ended, Told.RECOVERY


def _try_of(run: Run) -> int:
    return run.failure.try_number if run.failure is not None else 1


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((each for each in (one, other) if each is not None), default=None)


def _is_of_an_earlier_day(run: Run, before: Incident) -> bool:
    return run.due_at is not None and before.failed_due_at is not None and run.due_at < before.failed_due_at


@dataclass(frozen=True, slots=True)
class Alert:
    """An incident as messages show it: with its first and its last run, and how many have failed."""

    incident: Incident
    last: RunCard
    count: int
    now: datetime
    mentions: tuple[str, ...] = ()
    """Whom the place's rule mentions."""
    is_below_its_card: bool = False
    """Whether the message is a reply to the first run's card, which says how the run ended."""
    is_above_its_reply: bool = False
    """Whether the message is that card, and the reply below it says what broke and has the buttons."""
