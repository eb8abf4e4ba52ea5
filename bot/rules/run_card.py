"""Everything that a run's card shows, read in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.card import RunCard
from bot.domain.firing import FiringState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.firing import Firing
    from bot.domain.job import Job
    from bot.domain.ports import Airflow
    from bot.domain.project import Place
    from bot.domain.run import Run
    from storage.database import Transaction


def project_at(tx: Transaction, place: Place) -> int | None:
    """Return which project the channel belongs to; None for direct messages and channels of none."""
    channel = tx.projects.channel(place.workspace_id, place.channel_id)
    return None if channel is None else channel.project_id


def job_shown(tx: Transaction, run: Run, firing: Firing | None, shown_in: int | None) -> Job | None:
    """Return the job of a run, as the project knows it in which the run was asked for, or else is shown."""
    project_id = firing.project_id if firing else shown_in
    return tx.jobs.get(run.key) if project_id is None else tx.jobs.within(project_id, run.key)


def run_card(
    tx: Transaction, run_key: str, airflows: Mapping[str, Airflow], shown_in: int | None = None
) -> RunCard | None:
    """Return everything that a run's card shows.

    `shown_in`: the project that it is shown in, in whose words a run is that Airflow started by itself.
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
    return RunCard(
        run=run,
        job=job,
        firing=firing,
        schedule=schedule,
        url=airflows[run.key.deployment].run_url(run.key.dag_id, run.run_id),
        late_missed=tx.moments.missed_since_last_start(firing) if late and firing else 0,
    )
