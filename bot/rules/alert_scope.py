"""What an alert rule may be about: everything, a project, a tag or a job, as a form offers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.alert_rule import EVERY_PROJECT
from bot.domain.errors import NotUnderstood
from bot.domain.form_field import FormField
from bot.domain.job import job_reference
from bot.rules.access import Access

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.job import JobKey
    from bot.domain.project import Place
    from bot.rules.access import Asker, Offer
    from storage.transaction import Transaction

MOST = 100
"""The most that a menu holds."""
EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Scope:
    """One thing that a rule may be about. `value` names it in a form, `words` in a menu."""

    value: str
    words: str
    project_id: int
    key: JobKey | None = None
    tag: str = ""


def scopes(tx: Transaction, asker: Asker, place: Place, words: str) -> list[Scope]:
    """Return the first scopes whose names hold all the words, projects before tags before jobs."""
    wanted = words.casefold().split()
    found = (each for each in _all(tx, asker, place) if all(word in each.words.casefold() for word in wanted))
    return [each for each, _ in zip(found, range(MOST), strict=False)]


def scope_of(tx: Transaction, asker: Asker, place: Place, value: str) -> Scope:
    """Return the scope that a form names. Raises NotUnderstood if the person may not choose it here."""
    for each in _all(tx, asker, place):
        if each.value == value:
            return each
    raise NotUnderstood("Choose one from the list.", field=FormField.ABOUT)


def _all(tx: Transaction, asker: Asker, place: Place) -> Iterator[Scope]:
    access = Access(tx, asker.person)
    if place.is_direct:
        offers = access.offers()
        yield Scope(EVERYTHING, "Everything that I may see", EVERY_PROJECT)
    else:
        channel = tx.channels.get(place.workspace_id, place.channel_id)
        assert channel is not None
        found = access.offers(project_ids=[channel.project_id])
        offers = [each for each in found if not each.reports_privately]
        project = tx.projects.get(channel.project_id)
        if project is not None and not offers:
            yield Scope(f"project.{project.project_id}", f"All jobs of {project.name}", project.project_id)
    for name, project_id in sorted({(each.project.name, each.project.project_id) for each in offers}):
        yield Scope(f"project.{project_id}", f"All jobs of {name}", project_id)
    yield from _tags(offers)
    for each in offers:
        project_id = each.project.project_id
        in_project = f" ({each.project.name})" if place.is_direct else ""
        reference = job_reference(project_id, each.job.key)
        yield Scope(reference, f"{each.job.title}{in_project}", project_id, each.job.key)


def _tags(offers: list[Offer]) -> Iterator[Scope]:
    """Yield the tags of the jobs, by project; a tag too long for a menu's value is left out."""
    found = sorted(
        {(each.project.name, each.project.project_id, tag) for each in offers for tag in each.job.tags}
    )
    for name, project_id, tag in found:
        value = f"tag.{project_id}.{tag}"
        if len(value) <= 75:  # noqa: PLR2004  Slack's limit of an option's value
            yield Scope(value, f"Jobs tagged {tag} in {name}", project_id, tag=tag)
