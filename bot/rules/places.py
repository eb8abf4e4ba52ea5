"""Places where a schedule or run may report: the project's channels, and the person's direct messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.errors import NotUnderstood
from bot.domain.form_field import FormField
from bot.domain.project import Place
from bot.rules.access import Offer, fixed_by
from bot.rules.locking import job_and_project

if TYPE_CHECKING:
    from bot.domain.firing import Firing
    from bot.domain.project import Channel
    from bot.domain.schedule import Schedule
    from bot.rules.access import Access
    from storage.transaction import Transaction


def places_for(tx: Transaction, access: Access, offer: Offer) -> list[tuple[Place, str]]:
    """Return each place where the job may report to, with its label; the default comes first."""
    direct = (Place(access.person.workspace_id, access.person.person_id), "A direct message to you")
    if offer.reports_privately:
        return [direct]
    here = access.channel.channel_id if access.channel else None
    mapped = [
        (Place(each.workspace_id, each.channel_id), _called(each, here))
        for each in tx.channels.of_project(offer.project.project_id)
        if not each.is_archived
    ]
    first = [each for each in mapped if each[0].channel_id == here] or [direct]
    return [*first, *(each for each in [*mapped, direct] if each not in first)]


def _called(channel: Channel, here: str | None) -> str:
    """Return the channel's label; a private channel has its name only for people who ask from there."""
    return f"#{channel.name}" if channel.channel_id == here else channel.label


def place_for(tx: Transaction, access: Access, offer: Offer, reports_to: str | None) -> Place:
    """Return the place chosen, or the default for None. Raises NotUnderstood if it is not one of them."""
    places = [place for place, _ in places_for(tx, access, offer)]
    if reports_to is None:
        return places[0]
    for each in places:
        if each.channel_id == reports_to:
            return each
    raise NotUnderstood("It can report to this project's channels, or to you.", field=FormField.REPORTS_TO)


def near(tx: Transaction, access: Access, offer: Offer, place: Place) -> Place:
    """Return this place if the job may report there, else the default."""
    places = [each for each, _ in places_for(tx, access, offer)]
    return place if place in places else places[0]


def offer_of(tx: Transaction, access: Access, schedule: Schedule | Firing) -> Offer:
    """Return its job in its project, as this person may use it. Raises NotFound."""
    job, project = job_and_project(tx, schedule.key, schedule.project_id)
    actions = access.actions(schedule.project_id, schedule.key)
    return Offer(
        project, fixed_by(project, job), actions, access.reports_privately(schedule.project_id, schedule.key)
    )
