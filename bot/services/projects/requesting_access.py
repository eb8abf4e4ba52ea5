"""Requests for access: asked, allowed or declined by the project's managers or by admins."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.access_request import AccessRequest
from bot.domain.announcement import AccessAllowed, AccessAsked, AccessDeclined, AccessSettled
from bot.domain.errors import Conflict, NotAllowed, NotFound, NotUnderstood, UserError
from bot.domain.form_field import FormField
from bot.domain.identity import new_id
from bot.domain.job import job_reference
from bot.domain.one_line import one_line
from bot.domain.project import Place
from bot.domain.project_setup import Who
from bot.domain.rights import Action, Role, actions_on
from bot.language.marks import strong
from bot.rules.access import NO_SUCH_THING, Access
from bot.rules.membership import at_least, require_manages
from bot.rules.seen_jobs import SeenJobs
from bot.services.catalog import offer_named, reference_of
from bot.services.once_more import once_more
from storage.reach import Reach

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.announcement import Announcement
    from bot.domain.clock import Clock
    from bot.domain.project import Person, Project
    from bot.rules.access import Asker, Offer
    from bot.services.projects.managing import Managing
    from storage.database import Database
    from storage.transaction import Transaction

MOST_NAMED = 5
"""The number of jobs that one message names."""
MOST_TOLD = 10
LONGEST_REASON = 200
ALLOWED = (Role.VIEWER, Role.RUNNER)
"""The roles that a button gives. Managers are made in the project's settings, not in passing."""


class RequestingAccess:
    def __init__(self, database: Database, clock: Clock, managing: Managing) -> None:
        self._database = database
        self._clock = clock
        self._managing = managing

    @once_more
    def ask(self, asker: Asker) -> str:
        """Ask the channel's managers, or the admins, for access; once a day from each channel.

        Return the request's id, by which its reason can follow.

        The answer never tells whether the channel belongs to a project. Raises Conflict if the asker has
        access, or has asked today.
        """
        with self._database.transaction() as tx:
            access = Access(tx, asker.person, asker.channel_id)
            _check_counts(asker.person)
            if SeenJobs(tx, access).some():
                raise Conflict("Jobs are shared with you here already: `/schedule jobs` shows them.")
            project = tx.projects.get(access.channel.project_id) if access.channel else None
            return self._ask(tx, asker, project, None)

    @once_more
    def ask_for_more(self, asker: Asker, reference: str) -> str:
        """Ask to run and schedule a job that the asker may only see. Return the request's id.

        Raises NotFound if they may not see it, NotAllowed if they see it without a role in the project,
        Conflict if they may do so already or have asked today.
        """
        with self._database.transaction() as tx:
            _check_counts(asker.person)
            access = Access(tx, asker.person, asker.channel_id)
            offer = offer_named(access, reference)
            if offer is None:
                raise NotFound(NO_SUCH_THING)
            if offer.project.project_id not in access.roles:
                raise NotAllowed(
                    "You see this as an admin or auditor. Ask a manager for a role in the project."
                )
            if {Action.RUN, Action.SCHEDULE} <= offer.actions:
                raise Conflict(f"You may run and schedule {strong(offer.job.title)} already.")
            return self._ask(tx, asker, offer.project, offer)

    @once_more
    def explain(self, asker: Asker, request_id: str, reason: str) -> None:
        """Add why the asker asks to their open request, wherever it is shown.

        Raises NotFound if the request is not theirs, Conflict if somebody has answered it.
        """
        now = self._clock.now()
        with self._database.transaction() as tx:
            request = tx.access_requests.lock(asker.person.workspace_id, request_id)
            if request is None or request.person_id != asker.person.person_id:
                raise NotFound(NO_SUCH_THING)
            if request.settled_by is not None:
                raise Conflict(f"<@{request.settled_by}> has answered already.")
            tx.access_requests.explain(request_id, because(reason))
            project = tx.projects.get(request.project_id) if request.project_id is not None else None
            access = Access(tx, asker.person)
            named = job_reference(project.project_id, request.key) if project and request.key else ""
            offer = offer_named(access, named) if named else None
            explained = replace(request, reason=because(reason))
            self._put(tx, as_asked(tx, explained, asker.person, project, offer), project, explained, now)

    @once_more
    def to_allow(self, asker: Asker, request_id: str) -> AccessRequest:
        """Return the open request. Raises NotFound or NotAllowed if it is not the asker's.

        Raises Conflict if somebody has answered it.
        """
        with self._database.transaction() as tx:
            return self._open(tx, asker, request_id)[0]

    @once_more
    def allow(
        self, asker: Asker, request_id: str, role: Role, *, project_id: int | None = None
    ) -> AccessSettled:
        """Make the person a member and tell them what they can do; return the text for the question.

        `project_id` is the project where the request names none. Raises NotUnderstood if neither names one,
        NotFound or NotAllowed if the request is not the asker's to answer, Conflict if somebody has answered
        already or the person has left, and UserError if a file owns the project.
        """
        if role not in ALLOWED:
            raise NotAllowed("That role is given in the project's settings.")
        now = self._clock.now()
        with self._database.transaction() as tx:
            request, project = self._open(tx, asker, request_id)
            if project is None:
                if project_id is None:
                    raise NotUnderstood("In which project?", field=FormField.PROJECT)
                project = require_manages(Access(tx, asker.person), project_id)
            who = tx.directory.person(request.workspace_id, request.person_id)
            if who is None or not who.counts:
                raise Conflict("They are no longer active in Slack.")
            if project.is_managed:
                raise UserError(
                    f"{strong(project.name)} is managed by a file: add `{who.person_id}` to its {role}s "
                    "there and apply it."
                )
            edit = at_least(Who(who.person_id), role)
            self._managing.edit_within(tx, asker, project.project_id, edit)
            here = Access(tx, who).offers(project_ids=[project.project_id])
            self._tell(tx, who, _allowed(asker, project, role, here), now)
            return _settle(tx, asker, request, project, allowed=role, now=now)

    @once_more
    def decline(self, asker: Asker, request_id: str, reason: str = "") -> AccessSettled:
        """Decline the request and tell the person, with the reason; return the text for the question.

        Raises NotFound or NotAllowed if it is not the asker's to answer, Conflict if somebody has answered
        already.
        """
        now = self._clock.now()
        with self._database.transaction() as tx:
            request, project = self._open(tx, asker, request_id)
            tx.audit.add(
                asker.person, "access.decline", request.person_id, at=now, channel_id=asker.channel_id,
                project_id=request.project_id,
                after={"project": project.name if project else None},
            )  # fmt: skip
            who = tx.directory.person(request.workspace_id, request.person_id)
            if who is not None and who.counts:
                name = project.name if project else ""
                self._tell(tx, who, AccessDeclined(name, asker.person.person_id, because(reason)), now)
            return _settle(tx, asker, request, project, allowed=None, answer=because(reason), now=now)

    def _ask(self, tx: Transaction, asker: Asker, project: Project | None, offer: Offer | None) -> str:
        """Queue the question for everybody who can allow it. Return the request's id."""
        now = self._clock.now()
        person = asker.person
        about = reference_of(offer)[:20] if offer else asker.channel_id[:20]
        if not tx.deliveries.first_time(
            person.workspace_id, f"access {person.person_id} {about} {now:%Y-%m-%d}", at=now
        ):
            project_id = project.project_id if project else None
            key = offer.job.key if offer else None
            raise _asked_today(
                tx.access_requests.newest(person.workspace_id, person.person_id, project_id, key)
            )
        request = AccessRequest(
            request_id=new_id(),
            workspace_id=person.workspace_id,
            person_id=person.person_id,
            project_id=project.project_id if project else None,
            key=offer.job.key if offer else None,
        )
        tx.access_requests.add(request, at=now)
        where = asker.channel_id if project and not offer else None
        asked = as_asked(tx, request, person, project, offer, channel_id=where)
        self._put(tx, asked, project, request, now)
        subject = offer.job.key.dag_id if offer else project.name if project else ""
        tx.audit.add(
            person, "access.ask", subject, at=now, channel_id=asker.channel_id, project_id=request.project_id
        )
        return request.request_id

    def _put(
        self,
        tx: Transaction,
        asked: AccessAsked,
        project: Project | None,
        request: AccessRequest,
        now: datetime,
    ) -> None:
        """Put the question to everybody who can allow it; where it stands already, it is edited."""
        told = tx.projects.asked(project.project_id) if project else []
        told = told or [each.person_id for each in tx.directory.admins(request.workspace_id)]
        if not told:
            raise NotAllowed("Runbell has no admin yet who could allow it: ask whoever set it up.")
        for person_id in told[:MOST_TOLD]:
            place = Place(request.workspace_id, person_id)
            tx.outbox.put_question(place, asked, subject=request.request_id, send_at=now)

    def _open(self, tx: Transaction, asker: Asker, request_id: str) -> tuple[AccessRequest, Project | None]:
        """Return the open request, locked, with its project, if it is the asker's to answer."""
        request = tx.access_requests.lock(asker.person.workspace_id, request_id)
        if request is None:
            raise NotFound(NO_SUCH_THING)
        access = Access(tx, asker.person)
        project = None
        if request.project_id is not None:
            project = require_manages(access, request.project_id)
        elif not access.is_admin:
            raise NotFound(NO_SUCH_THING)
        if request.settled_by is not None:
            done = f"allowed, as a {request.allowed}," if request.allowed else "declined"
            raise Conflict(f"Already {done} by <@{request.settled_by}>.")
        return request, project

    def _tell(self, tx: Transaction, who: Person, told: Announcement, now: datetime) -> None:
        place = Place(who.workspace_id, who.person_id)
        tx.outbox.put_words(place, told, subject=new_id(), send_at=now)


def _settle(
    tx: Transaction,
    asker: Asker,
    request: AccessRequest,
    project: Project | None,
    *,
    allowed: Role | None,
    answer: str = "",
    now: datetime,
) -> AccessSettled:
    """Write the answer, and replace the question in the messages of all who were asked."""
    by = asker.person.person_id
    tx.access_requests.settle(request.request_id, by=by, allowed=allowed, answer=answer, at=now)
    settled = AccessSettled(by, request.person_id, project.name if project else "", allowed)
    tx.outbox.close_question(request.request_id, settled, send_at=now)
    return settled


def _allowed(asker: Asker, project: Project, role: Role, offers: Sequence[Offer]) -> AccessAllowed:
    can_schedule = [each.job.title for each in offers if Action.SCHEDULE in each.actions]
    return AccessAllowed(
        asker.person.person_id,
        project.name,
        role,
        titles=tuple(each.job.title for each in offers[:MOST_NAMED]),
        count=len(offers),
        can_schedule=can_schedule[0] if can_schedule else None,
    )


def because(reason: str) -> str:
    """Return the reason as one line, cut to what messages have room for."""
    return one_line(reason)[:LONGEST_REASON]


def _asked_today(before: AccessRequest | None) -> Conflict:
    """Return what to tell somebody who asks a second time within a day."""
    if before is None or before.settled_by is None or before.allowed is not None:
        return Conflict("You have already asked today. The people who can allow it have been told.")
    why = f": {before.answer}" if before.answer else ""
    return Conflict(f"<@{before.settled_by}> declined it today{why}. You can ask again tomorrow.")


def _check_counts(person: Person) -> None:
    if not person.counts:
        raise NotAllowed("Runbell is for people who are active in Slack.")


def as_asked(
    tx: Transaction,
    request: AccessRequest,
    person: Person,
    project: Project | None,
    offer: Offer | None,
    *,
    channel_id: str | None = None,
) -> AccessAsked:
    """Return the question to whoever can answer it. `offer` is the job that the person asks for."""
    return AccessAsked(
        request.request_id,
        person.person_id,
        project=project.name if project else None,
        is_managed=project is not None and project.is_managed,
        job=offer.job.title if offer else None,
        channel_id=channel_id,
        roles=_roles_that_help(tx, person, project, offer),
        reason=request.reason,
    )


def _roles_that_help(
    tx: Transaction, person: Person, project: Project | None, offer: Offer | None
) -> tuple[Role, ...]:
    """Return the roles that would give what is asked for. None help if a file owns the project.

    Nor does any if the share itself leaves out what is asked for.
    """
    if project is None or project.is_managed:
        return ()
    if offer is None:
        return ALLOWED
    reach = Reach(person.workspace_id, frozenset([project.project_id]))
    shares = tx.shares.concerning(person, reach, [offer.job.key])
    found = shares.get((project.project_id, offer.job.key), [])
    more = actions_on(person, Role.RUNNER, found) - offer.actions
    return (Role.RUNNER,) if more else ()
