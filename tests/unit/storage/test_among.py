"""Many values are one parameter: what is found is the same, by an index, and the statement does not grow."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, select

from bot.domain.job import Job, JobKey
from storage.among import is_job_among, is_number_among, is_place_among, is_text_among
from storage.tables import jobs, share_people, shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from storage.database import Database

pytestmark = pytest.mark.both_databases

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
ODD = ("plain", "it's", 'two "words"', "7", "", "énergie", "日次", "a,b", "{x}", "[1]", "back\\slash", "null")
KEYS = [JobKey("default", f"job_{number}") for number in range(300)]
ASKED: dict[str, tuple[Any, ColumnElement[bool], str]] = {
    "jobs": (jobs.c.title, is_job_among(jobs.c.deployment, jobs.c.dag_id, KEYS), "jobs"),
    "places": (
        shares.c.share_id,
        is_place_among(
            shares.c.project_id, shares.c.deployment, shares.c.dag_id, [*enumerate(KEYS), (7, KEYS[0])]
        ),
        "shares",
    ),
    "projects": (shares.c.share_id, is_number_among(shares.c.project_id, range(300)), "shares"),
    "people": (
        share_people.c.share_id,
        (share_people.c.workspace_id == "T1") & is_text_among(share_people.c.person_id, ["U1", "U2"]),
        "share_people",
    ),
}


@pytest.mark.parametrize("given", [(), ("7",), ODD, ODD[3:9], ("not there", *ODD[:2])])
def test_values_are_found_whatever_they_hold(database: Database, given: Sequence[str]):
    with database.transaction() as tx:
        tx.jobs.keep("default", [Job(JobKey("default", each), each) for each in ODD], at=NOW)
        by_text = select(jobs.c.dag_id).where(is_text_among(jobs.c.dag_id, given))
        assert set(tx.connection.execute(by_text).scalars()) == set(ODD) & set(given)
        keys = [JobKey("default", each) for each in given] + [JobKey("elsewhere", each) for each in ODD]
        by_key = select(jobs.c.dag_id).where(is_job_among(jobs.c.deployment, jobs.c.dag_id, keys))
        assert set(tx.connection.execute(by_key).scalars()) == set(ODD) & set(given)


def test_numbers_are_found(database: Database):
    with database.transaction() as tx:
        ids = [
            tx.projects.create("T1", f"Project {each}", "UTC", reports_to=None, at=NOW) for each in range(3)
        ]
        found = {
            share_id: project_id
            for project_id in ids
            for share_id in [tx.shares.add(project_id, "default", [], at=NOW, dag_id="job_1")]
        }
        for wanted in ([], ids[:1], ids[1:], {*ids, 77}):
            query = select(shares.c.share_id).where(is_number_among(shares.c.project_id, wanted))
            rows = set(tx.connection.execute(query).scalars())
            assert rows == {each for each, project_id in found.items() if project_id in wanted}


@pytest.mark.parametrize("asked", ASKED)
def test_an_index_finds_them_with_one_parameter(database: Database, asked: str):
    column, condition, table = ASKED[asked]
    plans: list[str] = []

    @event.listens_for(database._engine, "before_cursor_execute")
    def _explain(_connection: Any, cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.lstrip().startswith("SELECT"):
            assert len(values) <= 2, statement
            explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
            cursor.execute(f"{explain} {statement}", values)
            plans.extend(row[-1] for row in cursor.fetchall())

    with database.transaction() as tx:
        if not database.is_sqlite:  # which reads few rows whole, unless there is no other way
            tx.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        tx.connection.execute(select(column).where(condition)).all()

    assert plans
    assert [each for each in plans if f"SCAN {table}" in each or f"Seq Scan on {table}" in each] == []


def test_a_job_is_found_only_in_the_projects_asked_for(database: Database):
    with database.transaction() as tx:
        ids = [
            tx.projects.create("T1", f"Project {each}", "UTC", reports_to=None, at=NOW) for each in range(3)
        ]
        there = {
            (project_id, JobKey("default", dag_id)): tx.shares.add(
                project_id, "default", [], at=NOW, dag_id=dag_id
            )
            for project_id in ids
            for dag_id in ODD
        }
        for wanted in (
            [],
            [*there][:1],
            [*there][5:20],
            [(ids[0], JobKey("elsewhere", ODD[0])), (77, KEYS[0])],
        ):
            query = select(shares.c.share_id).where(
                is_place_among(shares.c.project_id, shares.c.deployment, shares.c.dag_id, wanted)
            )
            rows = set(tx.connection.execute(query).scalars())
            assert rows == {there[each] for each in wanted if each in there}
