"""Everything that a run's card shows, read in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.card import UTC, RunCard
from bot.domain.firing import FiringState
from bot.domain.run import RunState
from bot.rules.published import in_published_words

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import timedelta

    from bot.domain.firing import Firing
    from bot.domain.job import Job
    from bot.domain.ports import Airflow
    from bot.domain.project import Place
    from bot.domain.run import Run
    from storage.transaction import Transaction


def project_at(tx: Transaction, place: Place) -> int | None:
    """Return the id of the project that has the channel. None for direct messages and other channels."""
    channel = tx.channels.get(place.workspace_id, place.channel_id)
    return None if channel is None else channel.project_id


def job_shown(tx: Transaction, run: Run, firing: Firing | None, shown_in: int | None) -> Job | None:
    """Return the run's job in the words of the project that asked for it, or else of the one shown in."""
    project_id = firing.project_id if firing else shown_in
    job = tx.jobs.get(run.key) if project_id is None else tx.jobs.within(project_id, run.key)
    return job if job is None or firing is None else in_published_words(tx, firing.project_id, job)


def run_card(
    tx: Transaction, run_key: str, airflows: Mapping[str, Airflow], shown_in: int | None = None
) -> RunCard | None:
    """Return everything that a run's card shows. None if the run or its job is unknown.

    `shown_in` is the project in whose channel the card is. Its words are used for a run that Airflow started
    by itself.
    """
    run = tx.runs.get(run_key)
    if run is None:
        return None
    firing = tx.firings.get(run.firing_id) if run.firing_id else None
    job = job_shown(tx, run, firing, shown_in)
    if job is None:
        return None
    schedule = tx.schedules.get(firing.schedule_id) if firing and firing.schedule_id else None
    late = firing is not None and firing.schedule_id is not None and firing.state is FiringState.HANDED_OVER
    has_failed = run.state is RunState.FAILED
    project_id = firing.project_id if firing else shown_in
    project = None if project_id is None else tx.projects.get(project_id)
    return RunCard(
        run=run,
        job=job,
        firing=firing,
        schedule=schedule,
        url=airflows[run.key.deployment].run_url(run.key.dag_id, run.run_id),
        late_missed=tx.moments.missed_since_last_start(firing) if late and firing else 0,
        seen=tx.failures.seen(run, firing.project_id if firing else None) if has_failed else None,
        changed=tx.failures.changed(run) if has_failed else None,
        tz=UTC if project is None else project.tz,
        usual=_usual(tx, run),
    )


def _usual(tx: Transaction, run: Run) -> timedelta | None:
    usual = tx.history.usual(run.key) if run.state is RunState.RUNNING else None
    return None if usual is None else usual.took


def run_cards(
    tx: Transaction, wanted: Collection[tuple[str, int]], airflows: Mapping[str, Airflow]
) -> dict[tuple[str, int], RunCard]:
    """Return the cards of runs, each by its key and the project in whose words it is shown, in few queries.

    What no longer is there is left out. So is what takes a query for each run: how many earlier moments were
    missed, and what is known of the failure.
    """
    runs = tx.runs.all([run_key for run_key, _ in wanted])
    firings = tx.firings.all([run.firing_id for run in runs.values() if run.firing_id])
    schedules = tx.schedules.all([each.schedule_id for each in firings.values() if each.schedule_id])
    places = [(project_id, runs[run_key].key) for run_key, project_id in wanted if run_key in runs]
    jobs = tx.jobs.all_within(places)
    projects = tx.projects.all({project_id for _, project_id in wanted})
    cards = {}
    for run_key, project_id in wanted:
        run = runs.get(run_key)
        job = None if run is None else jobs.get((project_id, run.key))
        if run is None or job is None:
            continue
        firing = firings.get(run.firing_id or "")
        schedule = schedules.get(firing.schedule_id or "") if firing else None
        url = airflows[run.key.deployment].run_url(run.key.dag_id, run.run_id)
        tz = projects[project_id].tz if project_id in projects else UTC
        cards[run_key, project_id] = RunCard(run, job, firing, schedule, url, tz=tz)
    return cards
