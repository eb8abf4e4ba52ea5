"""PostgreSQL expects as many jobs as are asked for.

Else it reads every run and schedule that there is for the few of one job.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.domain.job import JobKey
from storage.among import is_job_among
from storage.tables import jobs

if TYPE_CHECKING:
    from storage.database import Database

pytestmark = pytest.mark.postgresql
ON_POSTGRESQL = pytest.mark.parametrize("databases", ["postgresql"], indirect=True)


@ON_POSTGRESQL
@pytest.mark.parametrize("count", [1, 3, 50])
def test_as_many_jobs_are_expected_as_are_asked_for(database: Database, count: int):
    keys = [JobKey("default", f"job_{number}") for number in range(count)]
    query = select(jobs.c.title).where(is_job_among(jobs.c.deployment, jobs.c.dag_id, keys))

    with database.transaction() as tx:
        statement = query.compile(tx.connection)
        (name,) = statement.params
        listed = [*(each.deployment for each in keys), *(each.dag_id for each in keys)]
        plan = "\n".join(tx.connection.exec_driver_sql(f"EXPLAIN {statement}", {name: listed}).scalars())

    assert re.search(rf"Function Scan on unnest .* rows={count} ", plan), plan
