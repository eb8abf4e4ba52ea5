"""Schedules, run-nows and changes of schedules: drafted and previewed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.draft import Draft
from bot.domain.errors import Conflict
from bot.domain.identity import new_id
from bot.domain.limits import USUAL
from bot.domain.rights import Action
from bot.language.inputs import check_together
from bot.rules.access import Access
from bot.rules.confirming import DRAFT_LIFE, own_draft
from bot.rules.editing import check_change
from bot.rules.files import check_files
from bot.rules.job_trouble import check_startable
from bot.rules.last_used import last_used
from bot.rules.locking import check_as_seen, known_firing, locked, to_edit
from bot.rules.own_presets import offers_in_full
from bot.rules.places import near, offer_of, place_for, places_for
from bot.rules.policies import checked
from bot.rules.quota import check_drafts
from bot.rules.sealing import sealed, secrets_among
from bot.services.once_more import once_more
from bot.services.schedules.drafted import Editable, preview_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.clock import Clock
    from bot.domain.draft import Typed
    from bot.domain.firing import Firing
    from bot.domain.job import Job
    from bot.domain.limits import Limits
    from bot.domain.project import Place
    from bot.domain.schedule import Policies, Schedule
    from bot.domain.when import When
    from bot.rules.access import Asker, Offer
    from bot.services.schedules.drafted import Preview
    from storage.database import Database
    from storage.transaction import Transaction


class Drafting:
    """Drafts, and the previews that they are shown as."""

    def __init__(self, database: Database, clock: Clock, limits: Limits = USUAL) -> None:
        self._database = database
        self._clock = clock
        self._limits = limits

    @once_more
    def propose(
        self,
        asker: Asker,
        offer: Offer,
        *,
        when: When | None,
        inputs: Mapping[str, Any],
        reports_to: str | None = None,
        changes: str | None = None,
        seen: int | None = None,
        policies: Policies | None = None,
    ) -> Preview:
        """Write a draft and return its preview. `when` None makes it a run-now.

        `reports_to` is one of the project's channels, or the person; None means the default. `changes` is the
        id of the schedule that the draft changes, `seen` the version of it that the person saw; None is the
        latest. `policies` None means as usual, or as they are; a run-now has none. Raises NotFound,
        NotAllowed, NotUnderstood, and Conflict if the job cannot be started, that version is not the latest,
        or too many previews are open.
        """
        with self._database.transaction() as tx:
            # A change belongs to its schedule's project, from whatever channel it is asked.
            access = Access(tx, asker.person, "" if changes else asker.channel_id)
            action = Action.RUN if when is None else Action.SCHEDULE
            access.require(action, offer.project.project_id, offer.job.key)
            changed = None if changes is None else to_edit(tx, asker, changes)
            if changed is not None:
                check_as_seen(changed, seen)
                check_change(changed, offer, when)
            if changed is not None and reports_to in {None, changed.place.channel_id}:
                place = changed.place
            else:
                place = place_for(tx, access, offer, reports_to)
            draft = self._add(
                tx,
                asker,
                offer,
                when=when,
                inputs=inputs,
                place=place,
                changes=changed,
                policies=None if when is None or policies is None else checked(policies),
            )
            return preview_of(tx, access, draft, offer.job, offer.project, now=self._clock.now())

    @once_more
    def keep(
        self,
        asker: Asker,
        offer: Offer,
        inputs: Mapping[str, Any],
        typed: Typed,
        *,
        changes: str | None = None,
    ) -> Draft:
        """Write what was typed, before its form opens. It may lack inputs, so it is no preview yet.

        `changes` is the id of the schedule that it changes. Raises like `propose`.
        """
        with self._database.transaction() as tx:
            access = Access(tx, asker.person, asker.channel_id)
            access.require(Action.SEE, offer.project.project_id, offer.job.key)
            changed = None if changes is None else to_edit(tx, asker, changes)
            place = place_for(tx, access, offer, None) if changed is None else changed.place
            return self._add(tx, asker, offer, inputs=inputs, place=place, changes=changed, typed=typed)

    @once_more
    def kept(self, asker: Asker, draft_id: str) -> Draft:
        """Return the asker's own draft, whatever has become of it. Raises NotFound."""
        with self._database.transaction() as tx:
            return own_draft(tx, asker, draft_id)

    def typed(self, asker: Asker, draft_id: str) -> Draft:
        """Return a draft whose form is to be filled in. Raises Conflict if it is too old, or a preview."""
        draft = self.kept(asker, draft_id)
        if draft.typed is None or draft.expires_at <= self._clock.now():
            raise Conflict("That is over an hour old. Type the command again.")
        return draft

    @once_more
    def propose_run(self, asker: Asker, schedule_id: str) -> Preview:
        """Write a draft that runs once, now, what the schedule runs; return its preview."""
        with self._database.transaction() as tx:
            return self._run_like(tx, asker, locked(tx, asker, schedule_id))

    @once_more
    def propose_again(self, asker: Asker, run_key: str) -> Preview:
        """Write a draft that runs now what a run ran, with the same inputs; return its preview.

        Raises NotFound for a run that was not asked for here, and what `propose` raises.
        """
        with self._database.transaction() as tx:
            run = tx.runs.get(run_key)
            return self._run_like(tx, asker, known_firing(tx, asker, run.firing_id if run else None))

    @once_more
    def propose_missed(self, asker: Asker, firing_id: str) -> Preview:
        """Write a draft that runs now what was missed, with its inputs; return its preview."""
        with self._database.transaction() as tx:
            return self._run_like(tx, asker, known_firing(tx, asker, firing_id))

    def _run_like(self, tx: Transaction, asker: Asker, of: Schedule | Firing) -> Preview:
        """Write a draft that runs once, now, with the same inputs; return its preview."""
        access = Access(tx, asker.person)
        access.require(Action.RUN, of.project_id, of.key)
        offer = offer_of(tx, access, of)
        draft = self._add(tx, asker, offer, inputs=of.inputs, place=near(tx, access, offer, of.place))
        return preview_of(tx, access, draft, offer.job, offer.project, now=self._clock.now())

    def _add(
        self,
        tx: Transaction,
        asker: Asker,
        offer: Offer,
        *,
        inputs: Mapping[str, Any],
        place: Place,
        when: When | None = None,
        changes: Schedule | None = None,
        policies: Policies | None = None,
        typed: Typed | None = None,
    ) -> Draft:
        check_startable(offer.job)
        now = self._clock.now()
        if typed is None:
            check_together(offer.job, inputs)
            check_files(tx, asker.person.workspace_id, when, inputs, now)
        check_drafts(tx, asker.person, self._limits, now)
        draft = Draft(
            draft_id=new_id(),
            person_id=asker.person.person_id,
            key=offer.job.key,
            inputs=sealed(tx, offer.job, inputs),
            when=when,
            project_id=offer.project.project_id,
            place=place,
            expires_at=now + DRAFT_LIFE,
            changes_id=None if changes is None else changes.schedule_id,
            changes_version=None if changes is None else changes.version,
            policies=policies,
            typed=typed,
        )
        tx.drafts.add(draft, at=now)
        return draft

    def places(self, asker: Asker, offer: Offer) -> list[tuple[Place, str]]:
        """Return the places where the offer may report, each with its label, default first."""
        with self._database.reading() as tx:
            access = Access(tx, asker.person, asker.channel_id)
            access.require(Action.SEE, offer.project.project_id, offer.job.key)
            return places_for(tx, access, offer)

    def last_used(self, asker: Asker, offer: Offer) -> dict[str, Any]:
        """Return the inputs of the person's last run of the job in this project, as far as they still fit."""
        with self._database.reading() as tx:
            return last_used(tx, asker.person, offer)

    @once_more
    def to_edit(self, asker: Asker, schedule_id: str) -> Editable:
        """Return what a form shows of a schedule that is to be changed. Raises NotFound or NotAllowed."""
        with self._database.transaction() as tx:
            schedule = to_edit(tx, asker, schedule_id)
            access = Access(tx, asker.person)
            found = offer_of(tx, access, schedule)
            (offer,) = offers_in_full(tx, access, [found], self._clock.now())
            places = places_for(tx, access, offer)
            if schedule.place not in [place for place, _ in places]:
                places.append((schedule.place, "As now: a direct message to its owner"))
            return Editable(schedule, offer, places)

    @once_more
    def secrets(
        self, asker: Asker, job: Job, *, draft_id: str | None, schedule_id: str | None
    ) -> dict[str, Any]:
        """Return the sealed secret inputs of the schedule and of the draft that a form changes.

        Nobody is shown them, so they stay if their fields are left empty. The draft's come before the
        schedule's.
        """
        with self._database.transaction() as tx:
            schedule = to_edit(tx, asker, schedule_id) if schedule_id else None
            draft = own_draft(tx, asker, draft_id) if draft_id else None
        given = [each.inputs for each in (schedule, draft) if each is not None and each.key == job.key]
        return secrets_among(job, given)
