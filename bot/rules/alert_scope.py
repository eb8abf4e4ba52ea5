"""What an alert rule may be about: everything, a project, a tag or a job, as a form offers it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from heapq import merge
from typing import TYPE_CHECKING

from bot.domain.alert_rule import EVERY_PROJECT
from bot.domain.errors import NotUnderstood
from bot.domain.form_field import FormField
from bot.domain.job import job_reference, projects_of
from bot.rules.access import Access

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.domain.job import JobKey
    from bot.domain.project import Place, Project
    from bot.rules.access import Asker, Offer
    from storage.reach import Reach
    from storage.transaction import Transaction

MOST = 100
"""The most that a menu holds."""
A_FEW = 10
"""The number of projects of which everything is looked at."""
EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Scope:
    """One thing that a rule may be about. `value` names it in a form, `words` in a menu."""

    value: str
    words: str
    project_id: int
    key: JobKey | None = None
    tag: str = ""


_EVERYTHING = Scope(EVERYTHING, "Everything that I may see", EVERY_PROJECT)
_OF_PROJECT = re.compile(r"(?:project|tag)\.(\d{1,9})(?:\.|$)")


def scopes(tx: Transaction, asker: Asker, place: Place, words: str) -> list[Scope]:
    """Return the first scopes whose names hold all the words, projects before tags before jobs."""
    wanted = words.casefold().split()
    access = Access(tx, asker.person)
    is_of_everything = place.is_direct and access.reads_everything
    among = _of_everything(tx, access, wanted) if is_of_everything else _all(tx, access, place)
    found = (each for each in among if all(word in each.words.casefold() for word in wanted))
    return [each for each, _ in zip(found, range(MOST), strict=False)]


def scope_of(tx: Transaction, asker: Asker, place: Place, value: str) -> Scope:
    """Return the scope that a form names. Raises NotUnderstood if the person may not choose it here."""
    named = _OF_PROJECT.match(value)
    project_ids = [int(named[1])] if named else projects_of(value) or []
    for each in _all(tx, Access(tx, asker.person), place, project_ids):
        if each.value == value:
            return each
    raise NotUnderstood("Choose one from the list.", field=FormField.ABOUT)


def _all(
    tx: Transaction, access: Access, place: Place, project_ids: Sequence[int] | None = None
) -> Iterator[Scope]:
    """Yield what a rule of the place may be about; of these projects alone where they are given."""
    if place.is_direct:
        yield _EVERYTHING
        yield from _of_offers(access.offers(project_ids=project_ids), is_direct=True)
        return
    channel = tx.channels.get(place.workspace_id, place.channel_id)
    assert channel is not None
    found = access.offers(project_ids=[channel.project_id])
    offers = [each for each in found if not each.reports_privately]
    project = tx.projects.get(channel.project_id)
    if project is not None and not offers:
        yield _of_project(project)
    yield from _of_offers(offers, is_direct=False)


def _of_everything(tx: Transaction, access: Access, wanted: Sequence[str]) -> Iterator[Scope]:
    """Yield what the words may mean for a person who sees every job; perhaps more than fits.

    Jobs are looked for by the longest word, page by page. Every tag and job is looked at in a few projects
    only: in all of them, if there are no more, or in those that the words name.
    """
    yield _EVERYTHING
    projects = tx.projects.living(access.reach)
    for project in sorted(projects.values(), key=lambda each: (each.name, each.project_id)):
        yield _of_project(project)
    named = {each for each, of in projects.items() if any(word in of.name.casefold() for word in wanted)}
    few = next((some for some in (set(projects), named) if len(some) <= A_FEW), set())
    offers = access.offers(project_ids=few)
    yield from _tags(offers)
    of_few = sorted(((each.job.title, each.project, each.job.key) for each in offers), key=_in_order)
    by_word = _named_so(tx, access.reach, projects, max(wanted, key=len, default=""))
    found = set()
    for title, project, key in merge(of_few, by_word, key=_in_order):
        if (project.project_id, key) not in found:
            found.add((project.project_id, key))
            yield _of_job(title, project, key, is_direct=True)


def _in_order(named: tuple[str, Project, JobKey]) -> tuple[str, str, JobKey]:
    title, project, key = named
    return title.casefold(), project.name, key


def _named_so(
    tx: Transaction, reach: Reach, projects: Mapping[int, Project], word: str
) -> Iterator[tuple[str, Project, JobKey]]:
    """Yield title, project and job of all that has the word in its name, by title."""
    for page in tx.offered.by_title(reach, words=[word] if word else []):
        titles = {(each.key, each.title) for each in page}
        places = tx.offered.places(reach, keys={each.key for each in page}) if page else []
        here = ((each.title, projects[each.project_id], each.key) for each in places)
        yield from sorted((each for each in here if (each[2], each[0]) in titles), key=_in_order)


def _of_offers(offers: list[Offer], *, is_direct: bool) -> Iterator[Scope]:
    projects = {each.project.project_id: each.project for each in offers}
    for project in sorted(projects.values(), key=lambda each: (each.name, each.project_id)):
        yield _of_project(project)
    yield from _tags(offers)
    for each in offers:
        yield _of_job(each.job.title, each.project, each.job.key, is_direct=is_direct)


def _of_project(project: Project) -> Scope:
    return Scope(f"project.{project.project_id}", f"All jobs of {project.name}", project.project_id)


def _of_job(title: str, project: Project, key: JobKey, *, is_direct: bool) -> Scope:
    words = f"{title} ({project.name})" if is_direct else title
    return Scope(job_reference(project.project_id, key), words, project.project_id, key)


def _tags(offers: list[Offer]) -> Iterator[Scope]:
    """Yield the tags of the jobs, by project; a tag too long for a menu's value is left out."""
    found = sorted(
        {(each.project.name, each.project.project_id, tag) for each in offers for tag in each.job.tags}
    )
    for name, project_id, tag in found:
        value = f"tag.{project_id}.{tag}"
        if len(value) <= 75:  # noqa: PLR2004  Slack's limit of an option's value
            yield Scope(value, f"Jobs tagged {tag} in {name}", project_id, tag=tag)
