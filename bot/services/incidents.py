"""Incidents as people act on them: claim, release, mute, retry, remind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.domain.announcement import Reminder
from bot.domain.errors import Attempt, Conflict, NotAllowed, NotFound, UserError
from bot.domain.identity import derived_id
from bot.domain.incident import AIRFLOWS_OWN
from bot.domain.job import job_reference
from bot.domain.project import Place
from bot.domain.rights import Action
from bot.domain.run import RunState
from bot.rules.access import NO_SUCH_THING, Access
from bot.rules.alerting import redraw
from bot.services.once_more import once_more

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.domain.card import RunCard
    from bot.domain.clock import Clock
    from bot.domain.incident import Incident
    from bot.domain.project import Project
    from bot.rules.access import Asker
    from bot.services.running import Running
    from storage.database import Database
    from storage.transaction import Transaction

MUTED_FOR, REMINDED_AFTER = timedelta(hours=2), timedelta(hours=1)
MORNING = time(9)
IT_WORKS = "It works again: there is nothing to do about it."


@dataclass(frozen=True, slots=True)
class DoneFor:
    """What came of acting on a whole storm: for how many it was done, and why not for others."""

    done: int
    refused: tuple[str, ...]


class Incidents:
    def __init__(self, database: Database, clock: Clock, running: Running) -> None:
        self._database = database
        self._clock = clock
        self._running = running

    @once_more
    def claim(self, asker: Asker, incident_id: str) -> None:
        """Note, in every place of the incident, that this person looks into it.

        Raises Conflict if somebody has claimed it, or it works again.
        """
        with self._database.transaction() as tx:
            self._claim(tx, asker, incident_id)

    def claim_all(self, asker: Asker, storm_id: str) -> DoneFor:
        """Claim what fails in a storm, as far as this person may. Raises the reason if nothing was done."""
        return self._for_all(asker, storm_id, lambda each: self.claim(asker, each.incident_id))

    @once_more
    def release(self, asker: Asker, incident_id: str) -> None:
        """Take a claim back, so that it waits to be claimed again.

        Whoever may run the job may also take back another person's.
        """
        with self._database.transaction() as tx:
            incident = self._lock(tx, asker, incident_id)
            if incident.claimed_by is None:
                raise Conflict("Nobody has claimed this.")
            freed = {"claimed_by": None, "claimed_at": None, "escalated_at": None}
            self._change_all(tx, incident, **freed, released_at=self._clock.now())
            self._audit(tx, asker, "incident.release", incident, before={"claimed by": incident.claimed_by})

    @once_more
    def mute(self, asker: Asker, incident_id: str, until: datetime | None) -> None:
        """Mute the incident in its place. `until` None means until the job works again.

        Raises Conflict if somebody else has muted it.
        """
        with self._database.transaction() as tx:
            incident = self._lock(tx, asker, incident_id, is_of_place=True)
            now = self._clock.now()
            if incident.muted_by not in {None, asker.person.person_id} and incident.is_muted(now):
                raise Conflict(f"<@{incident.muted_by}> has muted this already.")
            self._keep(tx, replace(incident, muted_by=asker.person.person_id, muted_until=until))
            after = {"until": "it is fixed" if until is None else until.isoformat()}
            self._audit(tx, asker, "incident.mute", incident, after=after)

    def mute_for_a_while(self, asker: Asker, incident_id: str) -> None:
        """Mute the incident in its place for two hours."""
        self.mute(asker, incident_id, self._clock.now() + MUTED_FOR)

    def mute_until_tomorrow(self, asker: Asker, incident_id: str) -> None:
        """Mute the incident in its place until nine tomorrow, in the asker's zone."""
        here = self._clock.now().astimezone(asker.person.tz)
        tomorrow = datetime.combine(here.date() + timedelta(days=1), MORNING, asker.person.tz)
        self.mute(asker, incident_id, tomorrow)

    def mute_until_fixed(self, asker: Asker, incident_id: str) -> None:
        """Mute the incident in its place until the job works again."""
        self.mute(asker, incident_id, None)

    @once_more
    def unmute(self, asker: Asker, incident_id: str) -> None:
        """End the mute in the incident's place. Raises Conflict if it is not muted."""
        with self._database.transaction() as tx:
            incident = self._lock(tx, asker, incident_id, is_of_place=True)
            if incident.muted_by is None:
                raise Conflict("This is not muted.")
            self._keep(tx, replace(incident, muted_by=None, muted_until=None))
            self._audit(tx, asker, "incident.unmute", incident, before={"muted by": incident.muted_by})

    @once_more
    def remind(self, asker: Asker, incident_id: str) -> datetime:
        """Remind this person in an hour, unless the job works by then; return the moment.

        Who asks again before that is reminded once, an hour after they asked last.
        """
        with self._database.transaction() as tx:
            incident = self._seen(tx, asker, incident_id, Action.SEE)
            self._require_open(incident)
            at = self._clock.now() + REMINDED_AFTER
            place = Place(asker.person.workspace_id, asker.person.person_id)
            subject = derived_id("reminder", incident.incident_id)
            tx.outbox.take_back_words(place, subject)
            tx.outbox.put_words(place, Reminder(incident.incident_id), subject=subject, send_at=at)
        return at

    def retry(self, asker: Asker, incident_id: str) -> RunCard:
        """Retry the incident's last failed run. Raises Conflict if somebody was quicker."""
        with self._database.reading() as tx:
            run_key = _to_retry(tx, self._seen(tx, asker, incident_id, Action.SEE))
        return self._running.retry(asker, run_key)

    def retry_all(self, asker: Asker, storm_id: str, *, in_pause: bool = False) -> DoneFor:
        """Retry what fails in a storm, as far as this person may. Raises the reason if nothing was done.

        What belongs to a paused project is refused, unless the asker knows of the pause: `in_pause`.
        """

        def again(each: Incident) -> None:
            with self._database.transaction() as tx:
                run_key = _to_retry(tx, each)
            self._running.retry(asker, run_key, in_pause=in_pause)

        return self._for_all(asker, storm_id, again)

    def paused_in(self, asker: Asker, storm_id: str) -> list[Project]:
        """Return the paused projects of what still fails in a storm and this person may retry."""
        now = self._clock.now()
        with self._database.reading() as tx:
            failing = [each for each in tx.incidents.in_storm(storm_id) if each.ended_at is None]
            retried = {
                each.of.project_id
                for each in failing
                if each.of.source != AIRFLOWS_OWN and self._may(tx, asker, each, Action.RUN)
            }
            projects = [tx.projects.get(each) for each in sorted(retried)]
        return [each for each in projects if each is not None and each.rests(now)]

    def stop(self, asker: Asker, incident_id: str) -> RunCard:
        """Stop the incident's last run, which a Retry has begun again."""
        return self._running.stop(asker, self._last_run(asker, incident_id))

    def log(self, asker: Asker, incident_id: str) -> RunCard:
        """Return the card of the incident's last run, with the log of its failure."""
        return self._running.log(asker, self._last_run(asker, incident_id))

    def _last_run(self, asker: Asker, incident_id: str) -> str:
        with self._database.reading() as tx:
            return self._seen(tx, asker, incident_id, Action.SEE).last_run

    def _for_all(self, asker: Asker, storm_id: str, act: Callable[[Incident], object]) -> DoneFor:
        """Act on each incident that still fails. Raises the first refusal if nothing was done."""
        with self._database.transaction() as tx:
            found = [each for each in tx.incidents.in_storm(storm_id) if each.ended_at is None]
            if not any(self._may(tx, asker, each, Action.SEE) for each in found):
                raise NotFound(NO_SUCH_THING)
        done, refused = 0, []
        for each in found:
            try:
                act(each)
            except UserError as error:
                refused.append(error)
            else:
                done += 1
        if not done:
            raise refused[0]
        return DoneFor(done, tuple(dict.fromkeys(error.message for error in refused)))

    def _claim(self, tx: Transaction, asker: Asker, incident_id: str) -> None:
        incident = self._lock(tx, asker, incident_id)
        if incident.claimed_by is not None:
            raise Conflict(f"<@{incident.claimed_by}> has claimed this already.")
        by, now = asker.person.person_id, self._clock.now()
        self._change_all(tx, incident, claimed_by=by, claimed_at=now)
        self._audit(tx, asker, "incident.claim", incident)

    def _lock(
        self, tx: Transaction, asker: Asker, incident_id: str, *, is_of_place: bool = False
    ) -> Incident:
        """Return the incident, locked with its siblings. Raises Conflict unless it is open.

        `is_of_place` says that the act concerns the place alone: in direct messages, only their reader may do
        it.
        """
        seen = self._seen(tx, asker, incident_id, Action.SEE)
        place = seen.of.place
        is_own = place.channel_id == asker.person.person_id
        if is_of_place and place.is_direct and not is_own:
            raise NotFound(NO_SUCH_THING)
        if not (is_of_place and is_own):
            self._require(tx, asker, seen, Action.RUN)
        locked = tx.incidents.lock([*tx.incidents.siblings([seen]), incident_id])
        incident = next(each for each in locked if each.incident_id == incident_id)
        self._require_open(incident)
        return incident

    def _seen(self, tx: Transaction, asker: Asker, incident_id: str, action: Action) -> Incident:
        incident = tx.incidents.get(incident_id)
        if incident is None or not self._may(tx, asker, incident, action):
            attempt = None if incident is None else _attempt(incident, action)
            raise NotFound(NO_SUCH_THING, attempt=attempt)
        return incident

    def _may(self, tx: Transaction, asker: Asker, incident: Incident, action: Action) -> bool:
        """Return whether this person may do the action in the incident's project, wherever it is pressed."""
        is_of_workspace = incident.of.place.workspace_id == asker.person.workspace_id
        actions = Access(tx, asker.person).actions(incident.of.project_id, incident.of.key)
        return is_of_workspace and action in actions

    def _require(self, tx: Transaction, asker: Asker, incident: Incident, action: Action) -> None:
        if not self._may(tx, asker, incident, action):
            who = Access(tx, asker.person).who_can_allow(incident.of.project_id)
            words = f"You may look at this, but not {action} the job. {who}"
            reference = job_reference(incident.of.project_id, incident.of.key)
            raise NotAllowed(words, attempt=_attempt(incident, action, reference))

    def _require_open(self, incident: Incident) -> None:
        if incident.ended_at is not None:
            raise Conflict(IT_WORKS)

    def _change_all(self, tx: Transaction, incident: Incident, **values: object) -> None:
        """Change every sibling as well: in the channel and in the owner's direct messages."""
        locked = tx.incidents.lock([*tx.incidents.siblings([incident]), incident.incident_id])
        changed = [replace(each, **values) for each in locked]  # type: ignore[arg-type]  # fields it has
        for each in changed:
            tx.incidents.keep(each)
        redraw(tx, changed, self._clock.now())

    def _keep(self, tx: Transaction, incident: Incident) -> None:
        tx.incidents.keep(incident)
        redraw(tx, [incident], self._clock.now())

    def _audit(
        self,
        tx: Transaction,
        asker: Asker,
        action: str,
        incident: Incident,
        *,
        before: Mapping[str, str] | None = None,
        after: Mapping[str, str] | None = None,
    ) -> None:
        tx.audit.add(
            asker.person,
            action,
            incident.of.key.dag_id,
            at=self._clock.now(),
            channel_id=asker.channel_id,
            project_id=incident.of.project_id,
            before=before,
            after=after,
        )


def _attempt(incident: Incident, action: Action, reference: str = "") -> Attempt:
    """Return the attempt. `reference` is the job's, if this person may know of it."""
    return Attempt(action, incident.of.key.dag_id, incident.of.project_id, reference)


def _to_retry(tx: Transaction, incident: Incident) -> str:
    """Return the key of the run that a Retry begins again.

    That is the last one that failed; where it works by now and the job still flaps, another that does not.
    """
    last = tx.runs.get(incident.last_run)
    if last is not None and last.state is RunState.DONE:
        return tx.incidents.still_failed(incident.incident_id) or incident.last_run
    return incident.last_run
