"""The jobs a person may use here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.errors import NotAllowed, NotFound
from bot.domain.job import job_reference
from bot.domain.rights import Action
from bot.services.access import NO_SUCH_THING, UNCONFIRMED, Access, Asker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.job import HasTitle, Job
    from bot.services.access import Offer
    from storage.database import Database


class Catalog:
    def __init__(self, database: Database) -> None:
        self._database = database

    def offers(self, asker: Asker, action: Action = Action.SEE) -> list[Offer]:
        with self._database.transaction() as tx:
            access = Access(tx, asker.person, asker.channel_id)
            found = access.offers(action)
            if not found and access.unconfirmed(action):
                raise NotAllowed(UNCONFIRMED)
            return found

    def unconfirmed(self, asker: Asker) -> list[Offer]:
        """What is hidden only because Slack has not told of a user group for too long."""
        with self._database.transaction() as tx:
            return Access(tx, asker.person, asker.channel_id).unconfirmed()

    def offer(self, asker: Asker, reference: str, action: Action = Action.SEE) -> Offer:
        """The one that `reference_of` names. Raises NotFound, for what may not be seen, too."""
        for each in self.offers(asker, action):
            if reference_of(each) == reference:
                return each
        if any(reference_of(each) == reference for each in self.unconfirmed(asker)):
            raise NotAllowed(UNCONFIRMED)
        raise NotFound(NO_SUCH_THING)

    def search(self, asker: Asker, words: str, action: Action = Action.SCHEDULE) -> list[Offer]:
        """For type-ahead: every word stands somewhere in the title, the DAG id or the description."""
        wanted = words.casefold().split()
        return [
            offer for offer in self.offers(asker, action) if all(word in _text(offer.job) for word in wanted)
        ]


def reference_of(offer: Offer) -> str:
    return job_reference(offer.project.project_id, offer.job.key)


def distinct_jobs(offers: Sequence[Offer]) -> list[Job]:
    """Each job once for each title that it has, though several projects share it."""
    return list({(offer.job.key, offer.job.title): offer.job for offer in offers}.values())


def called_so(offers: Sequence[Offer], jobs: Sequence[HasTitle]) -> list[Offer]:
    """Those of these jobs, by the title that they have where they are offered."""
    wanted = {(job.key, job.title) for job in jobs}
    return [offer for offer in offers if (offer.job.key, offer.job.title) in wanted]


def _text(job: Job) -> str:
    return f"{job.title} {job.key.dag_id} {job.description}".casefold()
