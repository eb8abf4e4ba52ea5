"""The titles of all jobs, read as one text: while it is the same, so is what was made of it before.

Nothing has to say that a title has changed, so no process can miss it.
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, cast, func, select, union_all

from bot.domain.job import JobKey, JobTitle
from bot.language.command import KnownTitles
from storage.tables import job_settings, jobs

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

MOST_KEPT = 2
"""One, and its successor."""


def known_titles(connection: Connection) -> KnownTitles:
    """Return the titles of all jobs that Airflow has; a job comes once more for each project's own title."""
    read = _as_one_text(is_sqlite=connection.dialect.name == "sqlite")
    return _of(connection.execute(read).scalar_one() or "[]")


@lru_cache(MOST_KEPT)
def _of(text: str) -> KnownTitles:
    return KnownTitles(
        JobTitle(JobKey(deployment, dag_id), title) for deployment, dag_id, title in json.loads(text)
    )


@cache
def _as_one_text(*, is_sqlite: bool) -> Select[Any]:
    of = union_all(
        select(jobs.c.deployment, jobs.c.dag_id, jobs.c.title).where(jobs.c.gone_at.is_(None)),
        select(job_settings.c.deployment, job_settings.c.dag_id, job_settings.c.title).where(
            job_settings.c.title != ""
        ),
    ).subquery("known")
    columns = (of.c.deployment, of.c.dag_id, of.c.title)
    if is_sqlite:
        return select(func.json_group_array(func.json_array(*columns)))
    return select(cast(func.json_agg(func.json_build_array(*columns)), Text))
