"""Suggestions of jobs to share, from tags, owners and roles in Airflow. They grant nothing."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.project_setup import Shared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from bot.domain.job import Job
    from bot.domain.project_setup import ProjectSetup

TAG_PREFIX = "project:"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to share. `because` says why, `titles` names the jobs that it gives."""

    because: str
    shares: tuple[Shared, ...]
    titles: tuple[str, ...]

    @property
    def reference(self) -> str:
        """A short name for buttons: suggestions with the same reason have the same one."""
        return hashlib.blake2b(self.because.encode(), digest_size=12).hexdigest()


def suggest(
    name: str,
    setup: ProjectSetup,
    jobs: Sequence[Job],
    roles: Mapping[str, frozenset[str]],
) -> list[Suggestion]:
    """Return suggestions for the project of this name, without what it has already.

    `roles` are Airflow's, each with the DAGs that it may use.
    """
    wanted, its_dags = _folded(name), dags_of_its_roles(name, roles)
    had = {each.name for each in setup.shares if not each.is_tag}
    tags = {each.name for each in setup.shares if each.is_tag}
    new = [job for job in jobs if job.key.dag_id not in had and not job.tags & tags]
    return [
        *_by_tag(wanted, new),
        *_by_name(f"Owned by {name} in Airflow", new, lambda job: wanted in map(_folded, job.owners)),
        *_by_name(
            f"Airflow's role {name} may use them",
            new,
            lambda job: job.key.dag_id in its_dags,
        ),
    ]


def may_fit(name: str) -> Callable[[str], bool]:
    """Return what says whether a tag or an owner may be a reason to suggest jobs to this project."""
    wanted = _folded(name)
    return lambda text: _folded(text.removeprefix(TAG_PREFIX)) == wanted or _folded(text) == wanted


def dags_of_its_roles(name: str, roles: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return the DAGs that the roles called like this project may use."""
    wanted = _folded(name)
    return frozenset[str]().union(*(dags for role, dags in roles.items() if _folded(role) == wanted))


def _by_tag(wanted: str, jobs: Sequence[Job]) -> Iterator[Suggestion]:
    for tag in sorted({tag for job in jobs for tag in job.tags}):
        if _folded(tag.removeprefix(TAG_PREFIX)) == wanted:
            titles = tuple(job.title for job in jobs if tag in job.tags)
            yield Suggestion(f"Tagged {tag} in Airflow", (Shared(tag, is_tag=True),), titles)


def _by_name(because: str, jobs: Iterable[Job], fits: Callable[[Job], bool]) -> Iterator[Suggestion]:
    found = [job for job in jobs if fits(job)]
    if found:
        shares = tuple(Shared(job.key.dag_id, is_tag=False) for job in found)
        yield Suggestion(because, shares, tuple(job.title for job in found))


def _folded(text: str) -> str:
    return " ".join(re.split(r"[\s_\-.:]+", text.casefold())).strip()
