"""What an alert rule may be about: everything, a project, a tag or a job, as a form offers it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from heapq import merge
from typing import TYPE_CHECKING, NamedTuple

from bot.domain.alert_rule import EVERY_PROJECT
from bot.domain.errors import NotUnderstood
from bot.domain.form_field import FormField
from bot.domain.job import job_reference, projects_of
from bot.domain.rights import Action
from bot.rules.access import Access

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.domain.job import JobKey
    from bot.domain.project import Place
    from bot.rules.access import Asker
    from storage.reach import Reach
    from storage.transaction import Transaction

MOST = 100
"""The most that a menu holds."""
A_FEW = 10
"""The number of projects of which everything is looked at, and of titles that are looked up at first."""
EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Scope:
    """One thing that a rule may be about. `value` names it in a form, `words` in a menu."""

    value: str
    words: str
    project_id: int
    key: JobKey | None = None
    tag: str = ""


class _Seen(NamedTuple):
    """A job that the person sees, as one project calls it."""

    title: str
    project: str
    project_id: int
    key: JobKey

    @property
    def place(self) -> tuple[str, str]:
        """Where it stands among the others."""
        return self.title.casefold(), self.project


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
        reach = access.reach if project_ids is None else access.reach.only(project_ids)
        yield from _of_jobs(tx, _seen(tx, access, reach), is_direct=True)
        return
    channel = tx.channels.get(place.workspace_id, place.channel_id)
    assert channel is not None
    offers = access.offers(project_ids=[channel.project_id])
    seen = [
        _Seen(each.job.title, each.project.name, each.project.project_id, each.job.key)
        for each in offers
        if not each.reports_privately
    ]
    project = tx.projects.get(channel.project_id)
    if project is not None and not seen:
        yield _of_project(project.project_id, project.name)
    yield from _of_jobs(tx, seen, is_direct=False)


def _of_everything(tx: Transaction, access: Access, wanted: Sequence[str]) -> Iterator[Scope]:
    """Yield what the words may mean for a person who sees every job; perhaps more than fits.

    Jobs are looked for by the longest word, page by page. Every tag and job is looked at in a few projects
    only: in all of them, if there are no more, or in those that the words name.
    """
    yield _EVERYTHING
    projects = tx.projects.names(access.reach)
    yield from _of_projects(projects)
    named = {each for each, name in projects.items() if any(word in name.casefold() for word in wanted)}
    few = next((some for some in (set(projects), named) if len(some) <= A_FEW), set())
    of_few = _seen(tx, access, access.reach.only(few)) if few else []
    yield from _tags(tx, of_few)
    by_word = _named_so(tx, access.reach, projects, max(wanted, key=len, default=""))
    found = set()
    for each in merge(of_few, by_word, key=lambda each: each.place):
        if (each.project_id, each.key) not in found:
            found.add((each.project_id, each.key))
            yield _of_job(each, is_direct=True)


def _seen(tx: Transaction, access: Access, reach: Reach) -> list[_Seen]:
    """Return the jobs within reach that the person may see, by title. Nothing but their names is read."""
    places = tx.offered.places(reach)
    allowed = access.allowed_at({(each.project_id, each.key) for each in places})
    names = tx.projects.names(reach)
    found = [
        _Seen(each.title, names[each.project_id], each.project_id, each.key)
        for each in places
        if Action.SEE in allowed.get((each.project_id, each.key), ())
    ]
    return sorted(found, key=lambda each: each.place)


def _named_so(tx: Transaction, reach: Reach, projects: Mapping[int, str], word: str) -> Iterator[_Seen]:
    """Yield all that has the word in its title, by title."""
    for page in tx.offered.by_known_title(reach, word, first_page=A_FEW):
        titles = {(each.key, each.title) for each in page}
        places = tx.offered.places(reach, keys={each.key for each in page}) if page else []
        here = (_Seen(each.title, projects[each.project_id], each.project_id, each.key) for each in places)
        yield from sorted(
            (each for each in here if (each.key, each.title) in titles), key=lambda each: each.place
        )


def _of_jobs(tx: Transaction, seen: Sequence[_Seen], *, is_direct: bool) -> Iterator[Scope]:
    yield from _of_projects({each.project_id: each.project for each in seen})
    yield from _tags(tx, seen)
    for each in seen:
        yield _of_job(each, is_direct=is_direct)


def _of_projects(names: Mapping[int, str]) -> Iterator[Scope]:
    for project_id, name in sorted(names.items(), key=lambda each: (each[1], each[0])):
        yield _of_project(project_id, name)


def _of_project(project_id: int, name: str) -> Scope:
    return Scope(f"project.{project_id}", f"All jobs of {name}", project_id)


def _of_job(seen: _Seen, *, is_direct: bool) -> Scope:
    words = f"{seen.title} ({seen.project})" if is_direct else seen.title
    return Scope(job_reference(seen.project_id, seen.key), words, seen.project_id, seen.key)


def _tags(tx: Transaction, seen: Sequence[_Seen]) -> Iterator[Scope]:
    """Yield the tags of the jobs, by project; a tag too long for a menu's value is left out."""
    tags = tx.jobs.tags_of({each.key for each in seen}) if seen else {}
    found = {(each.project, each.project_id, tag) for each in seen for tag in tags.get(each.key, ())}
    for name, project_id, tag in sorted(found):
        value = f"tag.{project_id}.{tag}"
        if len(value) <= 75:  # noqa: PLR2004  Slack's limit of an option's value
            yield Scope(value, f"Jobs tagged {tag} in {name}", project_id, tag=tag)
