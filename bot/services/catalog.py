"""The jobs a person may use here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.errors import NotAllowed, NotFound, UserError
from bot.domain.growing_pages import growing_pages
from bot.domain.job import job_reference, projects_of
from bot.domain.rights import Action
from bot.language.command import LONGEST, OnJob, Plan, Verb, clean, read_command
from bot.rules.access import NO_SUCH_THING, UNCONFIRMED, Access, Asker
from bot.rules.own_presets import offers_in_full
from bot.rules.seen_jobs import SeenJobs
from bot.services.titles import Titles

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.domain.clock import Clock
    from bot.domain.job import HasTitle, Job, JobKey
    from bot.language.command import Request
    from bot.rules.access import Offer
    from storage.database import Database
    from storage.offered import SharedJob
    from storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Found:
    """Jobs that fit what was typed: the first of them by title, and how many fit in all.

    `seen` are the first of those that the asker may only look at, `seen_count` is how many these are in all;
    None means more than are shown.
    """

    jobs: Sequence[Job]
    count: int
    seen: Sequence[Job]
    seen_count: int | None


class Catalog:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def understood(self, asker: Asker, text: str) -> tuple[Request | None, Sequence[Offer]]:
        """Return what a command asks for, and the offers of the jobs that it is about.

        Its jobs are those that the asker may see here. None if the asker sees no job, unless the text is
        about administration. Raises NotFound, NotUnderstood, and NotAllowed if a job is not found only
        because Slack has not described a user group for too long.
        """
        with self._database.reading() as tx:
            access = _access(tx, asker)
            request = _request(tx, access, text)
            if not isinstance(request, Plan | OnJob):
                return request, ()
            found = called_so(access.offers(keys={each.key for each in request.jobs}), request.jobs)
            if not found:
                raise NotFound(NO_SUCH_THING)
            return request, offers_in_full(tx, access, found, self._clock.now())

    def an_example(self, asker: Asker) -> list[str]:
        """Return a list with the title of one job that the asker may see here, or an empty list."""
        with self._database.reading() as tx:
            return [each.title for each in Titles(SeenJobs(tx, _access(tx, asker))).some[:1]]

    def offer(self, asker: Asker, reference: str, action: Action = Action.SEE) -> Offer:
        """Return the offer that `reference_of` names.

        Raises NotFound, also if the asker may not see it, and NotAllowed if that is only because Slack has
        not described a user group for too long.
        """
        with self._database.reading() as tx:
            access = _access(tx, asker)
            found = offer_named(access, reference, action)
            if found is not None:
                return offers_in_full(tx, access, [found], self._clock.now())[0]
            if access.trusting is not None and offer_named(access.trusting, reference):
                raise NotAllowed(UNCONFIRMED)
            raise NotFound(NO_SUCH_THING)

    def search(
        self,
        asker: Asker,
        words: str,
        action: Action = Action.SCHEDULE,
        *,
        only_startable: bool = False,
        limit: int = 100,
    ) -> list[Offer]:
        """Return offers for type-ahead: every word stands in the title, the DAG id or the description.

        `only_startable` leaves out jobs that Airflow lets nobody start from here.
        """
        with self._database.reading() as tx:
            access = _access(tx, asker)
            fitting = _fitting(tx, access, words, action, only_startable=only_startable, limit=limit)
            return access.offers_at(_placed(fitting), action)

    def jobs(self, asker: Asker, words: str, *, limit: int = 20) -> Found:
        """Return the jobs that fit the words, each once for each of its titles."""
        with self._database.reading() as tx:
            access = _access(tx, asker)
            places = _holding(tx, access, words, Action.SCHEDULE)
            allowed = access.allowed_at(_placed(places))
            usable, seen = (
                _distinct(each for each in places if action in allowed.get((each.project_id, each.key), ()))
                for action in (Action.SCHEDULE, Action.SEE)
            )
            if not usable:
                _check_confirmed(access, Action.SCHEDULE)
            found = distinct_jobs(access.offers_at(_placed(usable[:limit]), Action.SCHEDULE))
            names = {(each.key, each.title) for each in usable}
            if access.reads_everything:
                jobs = SeenJobs(tx, access).first(words, besides=names, limit=limit + 1)
                return Found(found, len(usable), jobs[:limit], None if len(jobs) > limit else len(jobs))
            only_seen = [each for each in seen if (each.key, each.title) not in names]
            jobs = distinct_jobs(access.offers_at(_placed(only_seen[:limit])))
            return Found(found, len(usable), jobs, len(only_seen))

    def actions(self, asker: Asker) -> frozenset[Action]:
        """Return what the asker may do here with at least one job."""
        with self._database.reading() as tx:
            access = _access(tx, asker)
            return access.actions_anywhere()


def _request(tx: Transaction, access: Access, text: str) -> Request | None:
    known = Titles(SeenJobs(tx, access))
    if not known and _hidden(tx, access):
        raise NotAllowed(UNCONFIRMED)
    if not known and clean(text[:LONGEST]).lower() != Verb.ADMIN:
        return None
    try:
        return read_command(text, known)
    except NotFound as error:
        hidden = _hidden(tx, access)
        if not hidden:
            raise
        try:
            read_command(text, hidden)
        except UserError:
            raise error from None
        raise NotAllowed(UNCONFIRMED) from None


def _hidden(tx: Transaction, access: Access) -> Titles | None:
    """Return the jobs with all user groups counted, however old our list; None if that changes nothing."""
    return None if access.trusting is None else Titles(SeenJobs(tx, access.trusting))


def _fitting(
    tx: Transaction, access: Access, words: str, action: Action, *, only_startable: bool, limit: int
) -> list[SharedJob]:
    """Return the first jobs that fit and with which the action is allowed.

    Raises NotAllowed if there are none only because Slack has not described a user group for too long.
    """
    places = _holding(tx, access, words, action, only_startable=only_startable)
    fitting: list[SharedJob] = []
    for some in growing_pages(places, limit):
        allowed = access.allowed_at(_placed(some))
        fitting += (each for each in some if action in allowed.get((each.project_id, each.key), ()))
        if len(fitting) >= limit:
            break
    if not fitting:
        _check_confirmed(access, action)
    return fitting[:limit]


def _check_confirmed(access: Access, action: Action) -> None:
    """Raise NotAllowed if there is nothing only because Slack was silent on a user group for too long."""
    if access.unconfirmed(action) and not access.offers(action):
        raise NotAllowed(UNCONFIRMED)


def _holding(
    tx: Transaction, access: Access, words: str, action: Action, *, only_startable: bool = False
) -> list[SharedJob]:
    """Return the jobs in whose names all words stand, in their places."""
    wanted = words.casefold().split()
    places = tx.offered.places(access.reach_for(action), words=wanted, only_startable=only_startable)
    return [each for each in places if all(word in each.text for word in wanted)]


def _distinct(places: Iterable[SharedJob]) -> list[SharedJob]:
    """Yield each job once for each of its titles, in the first of its places."""
    return list({(each.key, each.title): each for each in reversed([*places])}.values())[::-1]


def _placed(found: Iterable[SharedJob]) -> set[tuple[int, JobKey]]:
    return {(each.project_id, each.key) for each in found}


def _access(tx: Transaction, asker: Asker) -> Access:
    return Access(tx, asker.person, asker.channel_id)


def offer_named(access: Access, reference: str, action: Action = Action.SEE) -> Offer | None:
    """Return the offer that `reference_of` names, if the person may do the action with it. None otherwise."""
    project_ids = projects_of(reference)
    if project_ids == []:
        return None
    for project_id, key in access.allowed(project_ids):
        if job_reference(project_id, key).startswith(reference):
            return next(iter(access.offers(action, project_ids=[project_id], keys=[key])), None)
    return None


def reference_of(offer: Offer) -> str:
    """Return a short name for the offer that is safe in buttons and says nothing about the job."""
    return job_reference(offer.project.project_id, offer.job.key)


def distinct_jobs(offers: Sequence[Offer]) -> list[Job]:
    """Return each job once for each title that it has, though several projects share it."""
    return list({(offer.job.key, offer.job.title): offer.job for offer in offers}.values())


def called_so(offers: Sequence[Offer], jobs: Sequence[HasTitle]) -> list[Offer]:
    """Return the offers of these jobs that have the same titles."""
    wanted = {(job.key, job.title) for job in jobs}
    return [offer for offer in offers if (offer.job.key, offer.job.title) in wanted]
