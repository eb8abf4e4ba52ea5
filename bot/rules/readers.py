"""What a person's direct messages may show by now: its reader may have lost the right to see it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.domain.backlog import BacklogShown
from bot.domain.card import RunCard
from bot.domain.condition_told import NotBegun, RunsLong
from bot.domain.incident import Alert
from bot.domain.late import LateShown
from bot.domain.rights import Action
from bot.domain.storm import StormShown
from bot.rules.access import Access

if TYPE_CHECKING:
    from bot.domain.firing import Firing
    from bot.domain.job import JobKey
    from bot.domain.project import Place
    from storage.transaction import Transaction

Shown = RunCard | Alert | StormShown | LateShown | BacklogShown


@dataclass(frozen=True, slots=True)
class Withheld:
    """Stands for what its reader may no longer see; `is_posted` says that they were shown it before."""

    is_posted: bool


class Reader:
    """The person who reads a place's direct messages, with the rights of now."""

    def __init__(self, tx: Transaction, place: Place) -> None:
        person = tx.directory.person(place.workspace_id, place.channel_id)
        self._tx = tx
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
                return replace(shown, alerts=alerts, runs=runs)
            case LateShown():
                words = tuple(each for each in shown.words if self.may_hear(each))
                return replace(shown, words=words) if words else None

    def may_hear(self, told: object) -> bool:
        """Return whether the reader sees the run that the words are about; whatever else they are about."""
        if not isinstance(told, NotBegun | RunsLong):
            return True
        run = self._tx.runs.get(told.run_key)
        firing = None if run is None or run.firing_id is None else self._tx.firings.get(run.firing_id)
        return run is not None and self._sees_run_of(run.key, firing)

    def _sees(self, alert: Alert) -> bool:
        of = alert.incident.of
        return self._access is not None and Action.SEE in self._access.actions(of.project_id, of.key)

    def _sees_run(self, card: RunCard) -> bool:
        return self._sees_run_of(card.run.key, card.firing)

    def _sees_run_of(self, key: JobKey, firing: Firing | None) -> bool:
        """Return whether the reader sees the job in the run's project; of a run by Airflow itself, in any."""
        if self._access is None:
            return False
        if firing is None:
            return Action.SEE in self._access.actions_anywhere(key)
        return Action.SEE in self._access.actions(firing.project_id, key)
