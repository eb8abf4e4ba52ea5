"""What a person's direct messages may show by now: its reader may have lost the right to see it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.domain.announcement import DidNotRun, FailedAgain, JobChanged, NotRetried, StoppedAfterFailures
from bot.domain.backlog import BacklogShown
from bot.domain.card import RunCard
from bot.domain.condition_told import NotBegun, RunsLong
from bot.domain.incident import Alert
from bot.domain.late import GroupedWords, LateShown
from bot.domain.rights import Action
from bot.domain.storm import StormShown
from bot.rules.access import Access
from bot.rules.job_trouble import name_in_project

if TYPE_CHECKING:
    from bot.domain.announcement import Announcement
    from bot.domain.firing import Firing
    from bot.domain.incident import IncidentKey
    from bot.domain.job import JobKey
    from bot.domain.notice import Notice
    from bot.domain.project import Place
    from bot.domain.schedule import Schedule
    from storage.transaction import Transaction

Shown = RunCard | Alert | StormShown | LateShown | BacklogShown


@dataclass(frozen=True, slots=True)
class Withheld:
    """Stands for what its reader may no longer see; `is_posted` says that they were shown it before."""

    is_posted: bool


@dataclass(frozen=True, slots=True)
class Curtailed:
    """Stands for words of which a part is left: what their reader may still be told."""

    told: Announcement


class Reader:
    """The person who reads a place's direct messages, with the rights of now."""

    def __init__(self, tx: Transaction, place: Place) -> None:
        person = tx.directory.person(place.workspace_id, place.channel_id)
        self._tx = tx
        self._person_id = place.channel_id
        self._access = None if person is None else Access(tx, person)

    def left_of(self, shown: Shown) -> Shown | None:
        """Return what is left of it for this reader; None if that is nothing."""
        match shown:
            case RunCard():
                return shown if self._sees_run(shown) else None
            case Alert():
                return shown if self._sees(shown) else None
            case StormShown():
                alerts = tuple(each for each in shown.alerts if self._sees(each))
                return replace(shown, alerts=alerts) if alerts else None
            case BacklogShown():
                alerts = tuple(each for each in shown.alerts if self._sees(each))
                runs = tuple(each for each in shown.runs if self._sees_run(each))
                words = tuple(filter(None, map(self._notice_left, shown.words)))
                return replace(shown, alerts=alerts, runs=runs, words=words)
            case LateShown():
                left = (self.left_of_words(each) for each in shown.words)
                kept = tuple(each for each in left if isinstance(each, GroupedWords))
                return replace(shown, words=kept) if kept else None

    def left_of_words(self, told: Announcement | None, subject: str = "") -> Announcement | None:
        """Return what is left of the words for this reader; None if that is nothing.

        Who may no longer see a job still hears what becomes of their own schedule, but as another company
        would: without what the job or Airflow said. `subject` is that of the words' notice.
        """
        match told:
            case NotBegun() | RunsLong():
                return told if self._sees_run_named(told.run_key) else None
            case NotRetried():
                return told if self._sees_run_named(subject) else None
            case FailedAgain():
                incident = self._tx.incidents.get(subject)
                return told if incident is not None and self._sees_job(incident.of) else None
            case StoppedAfterFailures():
                return self._left_of_stopped(told)
            case DidNotRun():
                return self._left_of_not_run(told)
            case JobChanged():
                return self._left_of_job(told)
            case _:
                return told

    def _left_of_stopped(self, told: StoppedAfterFailures) -> StoppedAfterFailures | None:
        schedule = self._tx.schedules.get(told.schedule.schedule_id)
        if schedule is not None and self._sees_job(schedule):
            return told
        owner_id = told.schedule.owner_id if schedule is None else schedule.owner_id
        return replace(told, error="") if owner_id == self._person_id else None

    def _left_of_not_run(self, told: DidNotRun) -> DidNotRun | None:
        firing = None if told.firing_id is None else self._tx.firings.get(told.firing_id)
        if firing is not None and self._sees_job(firing):
            return told
        is_theirs = firing is None or firing.person_id == self._person_id
        return replace(told, reason=told.reason_in_shared) if is_theirs else None

    def _left_of_job(self, told: JobChanged) -> JobChanged | None:
        kept = self._tx.schedules.all([each.schedule_id for each in told.schedules])
        if any(self._sees_job(each) for each in kept.values()):
            return told
        if not told.schedules and (not told.error or self._sees_job_named(told.job)):
            return told
        own = tuple(each for each in told.schedules if each.owner_id == self._person_id)
        return replace(told, error="", reference="", schedules=own, count=len(own)) if own else None

    def _notice_left(self, notice: Notice) -> Notice | None:
        if notice.told is None:
            return notice
        told = self.left_of_words(notice.told, notice.subject)
        return None if told is None else replace(notice, told=told)

    def _sees_job(self, of: Schedule | Firing | IncidentKey) -> bool:
        return self._access is not None and Action.SEE in self._access.actions(of.project_id, of.key)

    def _sees_job_named(self, name: str) -> bool:
        """Return whether the reader sees a job of that name, as its project has it, in any project."""
        offers = () if self._access is None else self._access.offers(with_gone=True)
        return any(name_in_project(each.project.project_id, each.job.key) == name for each in offers)

    def _sees_run_named(self, run_key: str) -> bool:
        run = self._tx.runs.get(run_key)
        firing = None if run is None or run.firing_id is None else self._tx.firings.get(run.firing_id)
        return run is not None and self._sees_run_of(run.key, firing)

    def _sees(self, alert: Alert) -> bool:
        return self._sees_job(alert.incident.of)

    def _sees_run(self, card: RunCard) -> bool:
        return self._sees_run_of(card.run.key, card.firing)

    def _sees_run_of(self, key: JobKey, firing: Firing | None) -> bool:
        """Return whether the reader sees the job in the run's project; of a run by Airflow itself, in any."""
        if self._access is None:
            return False
        if firing is None:
            return Action.SEE in self._access.actions_anywhere(key)
        return Action.SEE in self._access.actions(firing.project_id, key)
