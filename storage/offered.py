"""What is shared with projects, as their people call it, found by words. Rights decide of what is found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, exists, func, or_, select, true, union, union_all

from bot.domain.growing_pages import growing_pages
from bot.domain.job import JobKey, JobTitle
from storage.among import is_text_among
from storage.known_titles import known_titles
from storage.reach import is_within
from storage.shares import is_among
from storage.tables import job_settings, job_tags, jobs, shares
from storage.words import all_stand_in, in_order

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, Select

    from bot.language.command import KnownTitles
    from storage.reach import Reach


@dataclass(frozen=True, slots=True)
class SharedJob:
    """A job in a project that has a share of it, whichever of its members may use the share."""

    project_id: int
    key: JobKey
    title: str
    """The title that the project gives it."""
    text: str
    """Title, DAG id and description, case-folded, for finding words."""


_BY_DAG = and_(shares.c.deployment == jobs.c.deployment, shares.c.dag_id == jobs.c.dag_id)
_HAS_TAG = and_(job_tags.c.deployment == jobs.c.deployment, job_tags.c.dag_id == jobs.c.dag_id)
_TAGGED = and_(
    shares.c.tag.is_not(None),  # or PostgreSQL expects a tag in every share, and begins with all tags
    shares.c.deployment == job_tags.c.deployment,
    shares.c.tag == job_tags.c.tag,
)
_SET_THERE = and_(job_settings.c.deployment == jobs.c.deployment, job_settings.c.dag_id == jobs.c.dag_id)

_TITLE = func.coalesce(func.nullif(job_settings.c.title, ""), jobs.c.title)
_ABOUT = func.coalesce(func.nullif(job_settings.c.description, ""), jobs.c.description)
FIRST_PAGE = 50
"""Jobs by title that are looked up at first."""


@cache
def _ways(*, is_everywhere: bool, of_projects: bool, of_dags: bool) -> tuple[Select[Any], Select[Any]]:
    """Return the queries for what projects share by DAG id and by tag: all jobs, or those with some DAG ids.

    Built once: building them takes longer than the answer.
    """
    is_here = is_within(
        shares.c.project_id,
        bindparam("workspace_id"),
        "project_ids" if of_projects else None,
        is_everywhere=is_everywhere,
    )
    is_asked_for = is_text_among(jobs.c.dag_id, "dag_ids") if of_dags else true()
    facts = select(
        shares.c.project_id,
        jobs.c.deployment,
        jobs.c.dag_id,
        _TITLE.label("title"),
        _ABOUT.label("about"),
    ).where(is_here, jobs.c.gone_at.is_(None), is_asked_for)
    set_there = and_(_SET_THERE, job_settings.c.project_id == shares.c.project_id)
    by_dag = shares.join(jobs, _BY_DAG)
    by_tag = shares.join(job_tags, _TAGGED).join(jobs, _HAS_TAG)
    return (
        facts.select_from(by_dag.outerjoin(job_settings, set_there)),
        facts.select_from(by_tag.outerjoin(job_settings, set_there)),
    )


@cache
def _some() -> Select[Any]:
    """Return the query for a few jobs in projects, in no order: it ends with the first rows that it finds."""
    found = union_all(*_ways(is_everywhere=False, of_projects=True, of_dags=False)).subquery("found")
    return select(found.c.project_id, found.c.deployment, found.c.dag_id, found.c.title).limit(
        bindparam("limit")
    )


class Offered:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def places(
        self,
        reach: Reach,
        *,
        words: Sequence[str] = (),
        in_name: str = "",
        keys: Collection[JobKey] | None = None,
        only_startable: bool = False,
        by_themselves: bool = False,
    ) -> list[SharedJob]:
        """Return jobs in projects within reach, by title; perhaps more than fit, never fewer.

        `words` must all stand in names or descriptions; `in_name` in the title or the DAG id. Of `keys` alone
        if given.
        `by_themselves`: only those that Airflow runs by a schedule of its own. `only_startable` leaves out
        jobs that Airflow lets nobody start from here.
        """
        is_startable = and_(jobs.c.forbids_manual_runs.is_(False), jobs.c.is_read_only.is_(False))
        ways = _ways(
            is_everywhere=reach.is_everywhere,
            of_projects=reach.project_ids is not None,
            of_dags=keys is not None,
        )
        wanted = [
            *all_stand_in(self._connection, [_TITLE, jobs.c.dag_id, _ABOUT], words),
            *all_stand_in(self._connection, [_TITLE, jobs.c.dag_id], [in_name] if in_name else []),
            *([jobs.c.airflow_schedule.is_not(None)] if by_themselves else []),
            *([is_startable] if only_startable else []),
        ]
        of = union_all(*(each.where(*wanted) for each in ways)).subquery("found")
        query = select(of).order_by(in_order(self._connection, of.c.title), of.c.project_id, of.c.dag_id)
        given: dict[str, Any] = {"workspace_id": reach.workspace_id} if reach.is_everywhere else {}
        if reach.project_ids is not None:
            given["project_ids"] = reach.project_ids
        if keys is not None:
            given["dag_ids"] = sorted({each.dag_id for each in keys})
        # A job that is shared by its DAG id and by a tag comes twice: each once here, in SQL it takes longer.
        rows = dict.fromkeys(map(tuple, self._connection.execute(query, given).all()))
        found = [
            SharedJob(project_id, JobKey(deployment, dag_id), title, f"{title} {dag_id} {about}".casefold())
            for project_id, deployment, dag_id, title, about in rows
        ]
        return [each for each in found if keys is None or each.key in keys]

    def some_places(self, reach: Reach, limit: int) -> list[tuple[int, JobTitle]]:
        """Return up to `limit` jobs in projects of this reach, each with its project; some perhaps twice.

        Fewer only if there are no more.
        """
        given = {"project_ids": reach.project_ids, "limit": limit}
        rows = self._connection.execute(_some(), given).all()
        return [(row.project_id, JobTitle(JobKey(row.deployment, row.dag_id), row.title)) for row in rows]

    def could_be(
        self,
        project_id: int,
        deployment: str,
        *,
        words: Sequence[str] = (),
        keys: Collection[JobKey] | None = None,
    ) -> list[JobTitle]:
        """Return all jobs that Airflow has, shared or not, with the project's titles, by title.

        `words` must all stand in a name. Perhaps more jobs than fit, never fewer. Of `keys` alone if given.
        """
        query = (
            select(jobs.c.deployment, jobs.c.dag_id, _TITLE.label("title"))
            .outerjoin(job_settings, and_(_SET_THERE, job_settings.c.project_id == project_id))
            .where(
                jobs.c.deployment == deployment,
                jobs.c.gone_at.is_(None),
                is_among(keys),
                *all_stand_in(self._connection, [_TITLE, jobs.c.dag_id], words),
            )
            .order_by(in_order(self._connection, _TITLE), jobs.c.dag_id)
        )
        rows = self._connection.execute(query).all()
        return [JobTitle(JobKey(of, dag_id), title) for of, dag_id, title in rows]

    def known_titles(self) -> KnownTitles:
        """Return all titles of all jobs that Airflow has, shared or not, in any project."""
        return known_titles(self._connection)

    def by_known_title(
        self, reach: Reach, word: str = "", *, first_page: int = FIRST_PAGE
    ) -> Iterator[list[JobTitle]]:
        """Yield the jobs within reach with the case-folded word in their title, as `by_title` does."""
        fitting = [each for each in self.known_titles().by_title if word in each.title.casefold()]
        for some in growing_pages(fitting, first_page):
            shared = set(self.titles(reach, keys={each.key for each in some}))
            yield list(dict.fromkeys(each for each in some if each in shared))

    def titles(
        self, reach: Reach, *, word: str = "", keys: Collection[JobKey] | None = None
    ) -> list[JobTitle]:
        """Return the jobs within reach, each once for each of its titles there; of `keys` alone if given.

        `word` must stand in the title or the DAG id. Perhaps more jobs than fit, never fewer.
        """
        of_keys = is_among(keys)
        as_in_airflow = self._as_in_airflow(reach, word).where(of_keys)
        here = and_(reach.of(shares.c.project_id), shares.c.project_id == job_settings.c.project_id)
        renamed = (
            self._shared(job_settings.c.title, here, word)
            .join(job_settings, _SET_THERE)
            .where(job_settings.c.title != "", reach.of(job_settings.c.project_id), of_keys)
        )
        rows = self._connection.execute(union(as_in_airflow, renamed)).all()
        return [JobTitle(JobKey(deployment, dag_id), title) for deployment, dag_id, title in rows]

    def by_title(
        self,
        reach: Reach,
        *,
        words: Sequence[str] = (),
        keys: Collection[JobKey] | None = None,
        by_themselves: bool = False,
        first_page: int = FIRST_PAGE,
    ) -> Iterator[list[JobTitle]]:
        """Yield the jobs within reach, each once for each of its titles there, by title, in growing pages.

        `words` must all stand in the title, the DAG id or the description; `keys` None stands for all jobs.
        `by_themselves`: only those that Airflow runs by a schedule of its own. Whether a job is shared is
        looked up for the jobs of a page alone.
        """
        if not words and keys is None and not by_themselves:
            yield from self.by_known_title(reach, first_page=first_page)
            return
        wanted = and_(
            jobs.c.gone_at.is_(None),
            is_among(keys),
            jobs.c.airflow_schedule.is_not(None) if by_themselves else true(),
        )
        fits = all_stand_in(self._connection, [jobs.c.title, jobs.c.dag_id, jobs.c.description], words)
        fits_as_set = all_stand_in(self._connection, [_TITLE, jobs.c.dag_id, _ABOUT], words)
        known = [
            select(jobs.c.deployment, jobs.c.dag_id, jobs.c.title, jobs.c.description)
            .where(wanted, *fits),
            select(jobs.c.deployment, jobs.c.dag_id, _TITLE.label("title"), _ABOUT)
            .join(job_settings, _SET_THERE)
            .where(wanted, reach.of(job_settings.c.project_id), *fits_as_set),
        ]  # fmt: skip
        of = union(*known).subquery("known")
        query = select(of).order_by(in_order(self._connection, of.c.title), of.c.dag_id)
        read, size = 0, first_page
        while True:
            rows = self._connection.execute(query.offset(read).limit(size)).all()
            fitting = [
                JobTitle(JobKey(row.deployment, row.dag_id), row.title)
                for row in rows
                if all(word in f"{row.title} {row.dag_id} {row.description}".casefold() for word in words)
            ]
            shared = set(self.titles(reach, keys={each.key for each in fitting})) if fitting else set()
            yield list(dict.fromkeys(each for each in fitting if each in shared))
            if len(rows) < size:
                return
            read, size = read + size, size * 4

    def some_titles(self, reach: Reach, limit: int) -> list[JobTitle]:
        """Return up to `limit` jobs within reach that keep Airflow's title there; perhaps none."""
        rows = self._connection.execute(self._as_in_airflow(reach, "").limit(limit)).all()
        return [JobTitle(JobKey(deployment, dag_id), title) for deployment, dag_id, title in rows]

    def _as_in_airflow(self, reach: Reach, word: str) -> Select[Any]:
        title_there = and_(
            job_settings.c.project_id == shares.c.project_id, _SET_THERE, job_settings.c.title != ""
        )
        is_renamed = exists().where(title_there).correlate(jobs, shares)
        return self._shared(jobs.c.title, and_(reach.of(shares.c.project_id), ~is_renamed), word)

    def _shared(self, title: ColumnElement[str], where: ColumnElement[bool], word: str) -> Select[Any]:
        by_name = exists().where(_BY_DAG, where)
        by_tag = exists().where(_HAS_TAG, _TAGGED, where)
        return select(jobs.c.deployment, jobs.c.dag_id, title.label("title")).where(
            *all_stand_in(self._connection, [title, jobs.c.dag_id], [word] if word else []),
            jobs.c.gone_at.is_(None),
            or_(by_name, by_tag),
        )
