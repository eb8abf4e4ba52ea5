"""Runs: seen, retried, stopped; and jobs paused for everyone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.errors import Attempt, Conflict, Fault, NotAllowed, NotFound
from bot.domain.job import TroubleChange, job_reference
from bot.domain.notice import NoticeKind
from bot.domain.project import Place
from bot.domain.rights import Action
from bot.domain.run import RunState
from bot.language.marks import strong
from bot.language.say import say_moment
from bot.rules.access import NO_SUCH_THING, Access
from bot.rules.alerting import redraw_run
from bot.rules.job_trouble import announce
from bot.rules.repeated_secrets import failure_without, secrets_given
from bot.rules.run_card import project_at, run_card
from bot.services.once_more import once_more

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.domain.card import RunCard
    from bot.domain.clock import Clock
    from bot.domain.job import Job, JobKey
    from bot.domain.ports import Airflow
    from bot.domain.project import Project
    from bot.rules.access import Asker
    from bot.services.room import Room
    from storage.database import Database
    from storage.transaction import Transaction


class Running:
    """Runs and jobs in Airflow, for people.

    `airflows` are by deployment. `wake` is called after a commit that gave the dispatcher something to do.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        airflows: Mapping[str, Airflow],
        wake: Callable[[], None],
        at_airflow: Room,
    ) -> None:
        self._database = database
        self._clock = clock
        self._airflows = airflows
        self._wake = wake
        self._at_airflow = at_airflow

    @once_more
    def retry(self, asker: Asker, run_key: str, *, in_pause: bool = False) -> RunCard:
        """Let the dispatcher run the failed tasks again, under the same run; return the card.

        Raises Conflict if the run has not failed, or somebody has pressed Retry already; and if its project
        is paused, unless the asker knows that: `in_pause`.
        """
        now = self._clock.now()
        with self._database.transaction() as tx:
            run = tx.runs.lock(run_key)
            card = self._visible(tx, asker, run_key)
            self._require(tx, asker, card, Action.RUN)
            if run is None or run.state not in {RunState.FAILED, RunState.STOPPED}:
                raise Conflict(f"This run is {card.run.state}; only a failed one can be retried.")
            if run.retried_by is not None:
                raise Conflict(f"<@{run.retried_by}> has already pressed Retry.")
            project = tx.projects.get(card.firing.project_id) if card.firing and not in_pause else None
            if project is not None and project.rests(now):
                raise _rests(project, card)
            tx.runs.ask_retry(run_key, asker.person, at=now)
            redraw_run(tx, run_key, now)
            _audit(tx, asker, "run.retry", card, now)
        self._wake()
        return card

    def stop(self, asker: Asker, run_key: str) -> RunCard:
        """Ask Airflow to stop the run; return the card as it was.

        The watcher sees the end and edits the card.

        Raises Fault or Conflict if Airflow does not; the mark of who stopped it is then taken back.
        """
        card, is_first = self._mark_stopped(asker, run_key)
        note = f"Stopped in Slack by {asker.person.name} ({asker.person.person_id})"
        try:
            with self._at_airflow.entered():
                self._airflows[card.run.key.deployment].stop(card.run.key.dag_id, card.run.run_id, note=note)
        except (Fault, Conflict):  # or its next failure would be taken for this stop
            if is_first:  # another's stop may have reached Airflow
                self._unmark_stopped(asker, run_key)
            raise
        return card

    @once_more
    def _mark_stopped(self, asker: Asker, run_key: str) -> tuple[RunCard, bool]:
        """Return the card as it was, and whether nobody had stopped the run before."""
        now = self._clock.now()
        with self._database.transaction() as tx:
            tx.runs.lock(run_key)
            card = self._visible(tx, asker, run_key)
            started_it = card.firing is not None and card.firing.person_id == asker.person.person_id
            self._require(tx, asker, card, Action.RUN if started_it else Action.STOP)
            if card.run.state.is_over:
                raise Conflict(f"This run is {card.run.state} already.")
            is_first = card.run.stopped_by is None
            if is_first:
                tx.runs.mark_stopped(run_key, asker.person)
            _audit(tx, asker, "run.stop", card, now)
        return card, is_first

    @once_more
    def _unmark_stopped(self, asker: Asker, run_key: str) -> None:
        with self._database.transaction() as tx:
            tx.runs.unmark_stopped(run_key, asker.person)

    def log(self, asker: Asker, run_key: str) -> RunCard:
        """Return the card with its failure and log, asked of Airflow if we have none. Raises NotFound."""
        with self._database.reading() as tx:
            card = self._visible(tx, asker, run_key)
            given = secrets_given(tx, card.run)
        if card.run.failure is not None:
            return card
        airflow = self._airflows[card.run.key.deployment]
        with self._at_airflow.entered():
            failure = airflow.failure(card.run.key.dag_id, card.run.run_id)
            if failure is not None:
                failure = failure_without(failure, given.values_at(airflow, card.run))
        return replace(card, run=replace(card.run, failure=failure))

    @once_more
    def keep_card(self, asker: Asker, run_key: str, *, channel_id: str, ts: str) -> None:
        """Let this message be the run's card from now on, and edit it now.

        A process that is killed between posting a card and writing that down leaves a card that nobody edits.
        A press on its button tells us which message it is.
        """
        now = self._clock.now()
        with self._database.transaction() as tx:
            card = run_card(tx, run_key, self._airflows)
            if card is None or not self._may(tx, asker, card, Action.RUN):
                return
            for place in tx.outbox.places(run_key):
                kept = tx.outbox.card(run_key, place)
                if ts and kept is not None and kept[0] == channel_id and kept[1] != ts:
                    tx.outbox.keep_card(run_key, place, channel_id, ts)
                    tx.outbox.put(place, NoticeKind.CARD, run_key, send_at=now)

    def pause_job(self, asker: Asker, key: JobKey, *, paused: bool) -> Job:
        """Pause or resume the job in Airflow, for everyone; return it as it was before.

        Raises NotFound if the asker may not see it, NotAllowed without the right in at least one project,
        Conflict if it is paused or resumed already, Fault if Airflow does not do it.
        """
        with self._database.reading() as tx:
            access = Access(tx, asker.person, asker.channel_id)
            self._require_anywhere(access, key, Action.PAUSE)
            job = tx.jobs.get(key)
            if job is None:
                raise NotFound(NO_SUCH_THING)
            if job.is_paused == paused:
                raise Conflict(f"The job is {'paused' if paused else 'running normally'} already.")
        with self._at_airflow.entered():
            self._airflows[key.deployment].set_paused(key.dag_id, paused=paused)
        self._keep_paused(asker, job, paused=paused)
        return job

    @once_more
    def _keep_paused(self, asker: Asker, job: Job, *, paused: bool) -> None:
        """Write, audit and announce what Airflow has done. `job` is as it was before."""
        key, now = job.key, self._clock.now()
        with self._database.transaction() as tx:
            before = tx.jobs.get(key) or job
            tx.jobs.set_paused(key, paused=paused, at=now)
            after = replace(before, is_paused=paused).trouble
            change = TroubleChange(key, before.trouble, after, before.trouble_since)
            if change.before != change.after:
                announce(tx, [change], now, by=asker.person.person_id)
            tx.audit.add(
                asker.person,
                "job.pause" if paused else "job.resume",
                key.dag_id,
                at=now,
                channel_id=asker.channel_id,
                before={"paused": job.is_paused},
                after={"paused": paused},
            )

    def may_pause(self, asker: Asker, key: JobKey) -> None:
        """Raise NotFound or NotAllowed if the asker may not pause the job for everyone."""
        with self._database.transaction() as tx:
            self._require_anywhere(Access(tx, asker.person, asker.channel_id), key, Action.PAUSE)

    def _visible(self, tx: Transaction, asker: Asker, run_key: str) -> RunCard:
        here = project_at(tx, Place(asker.person.workspace_id, asker.channel_id))
        card = run_card(tx, run_key, self._airflows, here)
        if card is None or not self._may(tx, asker, card, Action.SEE):
            raise NotFound(NO_SUCH_THING, attempt=_attempt(card, Action.SEE), example="runs")
        return card

    def _may(self, tx: Transaction, asker: Asker, card: RunCard, action: Action) -> bool:
        """Return whether the asker may do this in the run's own project.

        For a run that Airflow started by itself, the right in any project that shares its job is enough.
        """
        access = Access(tx, asker.person)
        if card.firing is not None:
            allowed = access.actions(card.firing.project_id, card.run.key)
        else:
            allowed = access.actions_anywhere(card.run.key)
        return action in allowed

    def _require(self, tx: Transaction, asker: Asker, card: RunCard, action: Action) -> None:
        if not self._may(tx, asker, card, action):
            access = Access(tx, asker.person)
            shared = (project_id for project_id, _ in access.allowed(keys=[card.run.key]))
            project = card.firing.project_id if card.firing else min(shared, default=0)
            words = f"You may look at this run, but not {action} it. {access.who_can_allow(project)}"
            raise NotAllowed(words, attempt=_attempt(card, action, project))

    def _require_anywhere(self, access: Access, key: JobKey, action: Action) -> None:
        allowed = {project_id: actions for (project_id, _), actions in access.allowed(keys=[key]).items()}
        if any(action in actions for actions in allowed.values()):
            return
        seen = [project_id for project_id, actions in allowed.items() if actions]
        if not seen:
            raise NotFound(NO_SUCH_THING)
        raise NotAllowed(f"You may not {action} this job for everyone. {access.who_can_allow(seen[0])}")


def _rests(project: Project, card: RunCard) -> Conflict:
    """Return what to tell somebody who retries while the whole project rests, and how to do so knowingly."""
    pause = project.pause
    assert pause is not None
    why = f": {pause.reason}" if pause.reason else ""
    return Conflict(
        f"The project {strong(project.name)} is paused until {say_moment(pause.ends_at, project.tz)}{why}. "
        f"To retry {strong(card.job.title)} all the same, choose it there.",
        example=f"retry {card.job.title.lower()}",
    )


def _audit(tx: Transaction, asker: Asker, action: str, card: RunCard, now: datetime) -> None:
    run_at = card.run.due_at or card.run.started_at
    tx.audit.add(
        asker.person,
        action,
        card.run.run_id,
        at=now,
        channel_id=asker.channel_id,
        project_id=card.firing.project_id if card.firing else None,
        after={"job": card.run.key.dag_id, "run_at": None if run_at is None else run_at.isoformat()},
    )


def _attempt(card: RunCard | None, action: Action, project_id: int = 0) -> Attempt | None:
    """Return the attempt. `project_id` is where it may be allowed; 0 for a card that is not to be known."""
    if card is None:
        return None
    reference = job_reference(project_id, card.run.key) if project_id else ""
    of_project = card.firing.project_id if card.firing else 0
    return Attempt(action, card.run.key.dag_id, of_project, reference)
