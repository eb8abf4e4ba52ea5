"""Rights with 500 projects, 5,000 people and 20,000 shares, beside a bare indexed SELECT in the same run.

Run: .venv/bin/python tests/bench/bench_rights.py [sqlite | postgresql]
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import event, select, text

from bot.domain.job import Job, JobKey
from bot.domain.ports import UserGroup
from bot.domain.project import Channel, Person
from bot.domain.rights import Action, Role
from bot.services.access import Access
from playground.postgresql import start_postgresql
from storage.database import Database
from storage.tables import memberships, people, share_people, shares

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.database import Transaction

PROJECTS, PEOPLE, SHARES, JOBS, GROUPS = 500, 5_000, 20_000, 2_000, 200
TIMES = 300
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TEAM = "T1"
CHANCE = random.Random(1)  # the same workspace in every run


def person(number: int) -> Person:
    return Person(TEAM, f"U{number:05}", f"Person {number}", ZoneInfo("UTC"), groups_since=NOW)


def fill(database: Database) -> list[int]:
    """Each person in three projects themselves and in one user group, which is in five; the projects."""
    everybody = [person(number) for number in range(PEOPLE)]
    groups = [
        UserGroup(
            f"S{number:04}", f"g{number}", f"Group {number}", frozenset(each.person_id for each in some)
        )
        for number in range(GROUPS)
        for some in [CHANCE.sample(everybody, PEOPLE // GROUPS)]
    ]
    jobs = [
        Job(JobKey("default", f"job_{number}"), f"Job {number}", tags=frozenset({f"tag_{number % 100}"}))
        for number in range(JOBS)
    ]
    with database.transaction() as tx:
        tx.directory.keep_people(everybody, at=NOW)
        tx.directory.keep_groups(TEAM, groups, at=NOW)
        tx.jobs.keep("default", jobs, at=NOW)
        tx.directory.give_workspace_role(TEAM, person(0).person_id, "admin")
        ids = [
            tx.projects.create(TEAM, f"Project {number}", "UTC", reports_to=None, at=NOW)
            for number in range(PROJECTS)
        ]
        for number, project_id in enumerate(ids):
            channel = Channel(TEAM, f"C{number:04}", f"channel-{number}", project_id)
            tx.channels.map(channel, at=NOW)
        _enrol(tx, ids, groups)
        _share(tx, ids)
    with database.transaction() as tx:
        tx.connection.execute(text("ANALYZE"))
    return ids


def _enrol(tx: Transaction, ids: list[int], groups: list[UserGroup]) -> None:
    rows = [
        {"project_id": project_id, "workspace_id": TEAM, "person_id": person(number).person_id, "role": role}
        for number in range(1, PEOPLE)
        for project_id, role in zip(CHANCE.sample(ids, 3), Role, strict=True)
    ]
    tx.connection.execute(memberships.insert(), rows)
    grouped = [
        {"project_id": project_id, "workspace_id": TEAM, "group_id": each.group_id, "role": "runner"}
        for each in groups
        for project_id in CHANCE.sample(ids, 5)
    ]
    tx.connection.execute(memberships.insert(), grouped)


def _share(tx: Transaction, ids: list[int]) -> None:
    """One in ten by tag, which is twenty jobs; one in five names people or a group."""
    rows = []
    named = []
    for share_id in range(1, SHARES + 1):
        by_tag, only = share_id % 10 == 0, share_id % 5 == 1
        rows.append(
            {
                "share_id": share_id,
                "project_id": ids[share_id % PROJECTS],
                "deployment": "default",
                "dag_id": None if by_tag else f"job_{CHANCE.randrange(JOBS)}",
                "tag": f"tag_{CHANCE.randrange(100)}" if by_tag else None,
                "actions": ["run", "schedule", "see"],
                "for_everyone": not only,
                "created_at": NOW,
            }
        )
        if only:
            who = {"share_id": share_id, "workspace_id": TEAM, "person_id": None, "group_id": None}
            named.append({**who, "person_id": person(CHANCE.randrange(PEOPLE)).person_id})
            named.append({**who, "group_id": f"S{CHANCE.randrange(GROUPS):04}"})
    tx.connection.execute(shares.insert(), rows)
    tx.connection.execute(share_people.insert(), named)


def measure(
    database: Database, name: str, act: Callable[[Transaction, int], object], times: int = TIMES
) -> None:
    """Each in a transaction of its own, as a press or a command is."""
    queries = [0]
    event.listen(database._engine, "before_cursor_execute", lambda *_: queries.__setitem__(0, queries[0] + 1))
    took = []
    with database.transaction() as tx:
        act(tx, 1)
    for number in range(times):
        with database.transaction() as tx:
            queries[0] = 0
            began = time.perf_counter()
            act(tx, 1 + number * 13 % (PEOPLE - 1))
            took.append(1000 * (time.perf_counter() - began))
    took.sort()
    print(
        f"  {name:<44} p50 {took[len(took) // 2]:7.2f} ms   p95 {took[int(0.95 * len(took))]:7.2f} ms   "
        f"{queries[0]} queries",
        flush=True,
    )


def run(kind: str, database: Database) -> None:
    began = time.perf_counter()
    ids = fill(database)
    print(f"{kind} ({time.perf_counter() - began:.0f} s to fill)", flush=True)

    with database.transaction() as tx:
        rows = tx.connection.execute(select(memberships).where(memberships.c.person_id.is_not(None)))
        ids_of = {int(row.person_id[1:]): row.project_id for row in rows}

    def bare(tx: Transaction, number: int) -> object:
        wanted = (people.c.workspace_id == TEAM, people.c.person_id == person(number).person_id)
        return tx.connection.execute(select(people.c.name).where(*wanted)).scalar_one()

    def decide(tx: Transaction, number: int) -> object:
        project_id = ids_of[number]
        key = JobKey("default", f"job_{number % JOBS}")
        return Access(tx, person(number), f"C{ids.index(project_id):04}").actions(project_id, key)

    measure(database, "a bare SELECT by primary key", bare)
    measure(database, "one decision, in a mapped channel", decide)
    measure(database, "the list of one person, elsewhere", lambda tx, n: Access(tx, person(n)).offers())
    measure(
        database, "the list in a mapped channel",
        lambda tx, n: Access(tx, person(n), f"C{n % PROJECTS:04}").offers(Action.SCHEDULE),
    )  # fmt: skip
    measure(database, "the list of an admin: all there is", lambda tx, _: Access(tx, person(0)).offers(), 5)


def main() -> None:
    kinds = sys.argv[1:] or ["sqlite", "postgresql"]
    print(f"{PROJECTS} projects, {PEOPLE:,} people, {GROUPS} groups, {JOBS:,} jobs, {SHARES:,} shares")
    for kind in kinds:
        with tempfile.TemporaryDirectory(prefix="runbell-rights-") as folder:
            server = start_postgresql(Path(folder) / "pg") if kind == "postgresql" else None
            database = Database(
                server.url_for("runbell", "psycopg") if server else f"sqlite:///{folder}/runbell.db"
            )
            try:
                database.migrate()
                run(kind, database)
            finally:
                database.close()
                if server:
                    server.stop()


if __name__ == "__main__":
    main()
