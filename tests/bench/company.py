"""A company for the benchmarks: people, projects, jobs, shares, schedules, runs; the same every time."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from bot.domain.days import Daily
from bot.domain.job import Input, InputKind, Job, JobKey
from bot.domain.ports import UserGroup
from bot.domain.project import Channel, Person
from bot.domain.rights import Role
from bot.domain.when import At, Calendar, Repeating
from storage.codec import encode_when
from storage.tables import counters, firings, memberships, runs, schedules, share_people, shares
from tests.world import TEAM

if TYPE_CHECKING:
    from storage.database import Database
    from storage.transaction import Transaction

NOW = datetime(2026, 3, 2, 7, 56, tzinfo=UTC)
ADMIN, AUDITOR = 0, 1
"""Numbers of people who are members of no project."""
KINDS = (
    "Revenue",
    "Payroll",
    "Stock",
    "Orders",
    "Customer",
    "Invoice",
    "Énergie",
    "Traffic",
    "Churn",
    "Ledger",
)
THINGS = ("report", "export", "import", "refresh", "audit", "forecast", "backup", "digest")
REGIONS = tuple((f"store_{number}", f"Store {number}") for number in range(150))
FEW = REGIONS[:5]
INPUTS = (
    Input("rows", InputKind.WHOLE, "Rows", {"type": "integer"}, default=10),
    Input("note", InputKind.TEXT, "Note", {"type": "string"}, description="Stands at the top of the report."),
)


@dataclass(frozen=True, slots=True)
class Size:
    projects: int
    people: int
    shares: int
    jobs: int
    groups: int
    schedules: int

    def __str__(self) -> str:
        return (
            f"{self.projects} projects, {self.people:,} people, {self.groups} groups, {self.jobs:,} jobs, "
            f"{self.shares:,} shares, {self.schedules:,} schedules and runs"
        )


FULL = Size(500, 5_000, 20_000, 2_000, 200, 20_000)
A_TENTH = Size(50, 500, 2_000, 200, 20, 2_000)


def person(number: int) -> Person:
    return Person(TEAM, f"U{number:05}", f"Person {number}", ZoneInfo("UTC"), groups_since=NOW)


def title(number: int) -> str:
    return f"{KINDS[number % 10]} {THINGS[number // 10 % 8]} {number}"


def key(number: int) -> JobKey:
    return JobKey("default", f"job_{number}")


def inputs(number: int) -> tuple[Input, ...]:
    """One job in twenty has more choices than a form may hold."""
    choices = FEW if number % 20 else REGIONS
    schema = {"enum": [value for value, _ in choices]}
    return (Input("region", InputKind.CHOICE, "Region", schema, choices=choices), *INPUTS)


def is_manager(number: int) -> bool:
    """Every tenth person manages one of their three projects."""
    return number % 10 == 0


def fill(database: Database, size: Size) -> list[int]:
    """Each person in three projects themselves and in one user group, which is in five; the projects."""
    chance = random.Random(1)
    everybody = [person(number) for number in range(size.people)]
    groups = [
        UserGroup(
            f"S{number:04}", f"g{number}", f"Group {number}", frozenset(each.person_id for each in some)
        )
        for number in range(size.groups)
        for some in [chance.sample(everybody[2:], size.people // size.groups)]
    ]
    jobs = [
        Job(key(number), title(number), "What it does, in a line.", inputs(number),
            tags=frozenset({f"tag_{number % (size.jobs // 20)}"}),
            airflow_schedule="At 02:30" if number % 2 else None)
        for number in range(size.jobs)
    ]  # fmt: skip
    with database.transaction() as tx:
        tx.directory.keep_people(everybody, at=NOW)
        tx.directory.keep_groups(TEAM, groups, at=NOW)
        tx.jobs.keep("default", jobs, at=NOW)
        tx.directory.give_workspace_role(TEAM, person(ADMIN).person_id, "admin")
        tx.directory.give_workspace_role(TEAM, person(AUDITOR).person_id, "auditor")
        ids = [
            tx.projects.create(TEAM, f"Project {number}", "UTC", reports_to=None, at=NOW)
            for number in range(size.projects)
        ]
        for number, project_id in enumerate(ids):
            tx.channels.map(Channel(TEAM, f"C{number:04}", f"channel-{number}", project_id), at=NOW)
        _enrol(tx, size, ids, groups, chance)
        jobs_of = _share(tx, size, ids, chance)
        _schedule(tx, size, jobs_of, chance)
    with database.transaction() as tx:
        tx.connection.execute(text("ANALYZE"))
    return ids


def _enrol(
    tx: Transaction, size: Size, ids: list[int], groups: list[UserGroup], chance: random.Random
) -> None:
    rows = [
        {"project_id": project_id, "workspace_id": TEAM, "person_id": person(number).person_id, "role": role}
        for number in range(2, size.people)
        for project_id, role in zip(
            chance.sample(ids, 3),
            (Role.VIEWER, Role.RUNNER, Role.MANAGER if is_manager(number) else Role.RUNNER),
            strict=True,
        )
    ]
    tx.connection.execute(memberships.insert(), rows)
    grouped = [
        {"project_id": project_id, "workspace_id": TEAM, "group_id": each.group_id, "role": "runner"}
        for each in groups
        for project_id in chance.sample(ids, 5)
    ]
    tx.connection.execute(memberships.insert(), grouped)


def _share(tx: Transaction, size: Size, ids: list[int], chance: random.Random) -> dict[int, list[int]]:
    """One in ten by tag, which is twenty jobs; one in five names somebody. By project, jobs for everyone."""
    rows, named = [], []
    jobs_of: dict[int, list[int]] = {}
    for share_id in range(1_000, 1_000 + size.shares):  # behind those that are there
        turn = share_id // size.projects  # of all projects alike
        by_tag, only = turn % 10 == 0, turn % 5 == 1
        number, project_id = chance.randrange(size.jobs), ids[share_id % size.projects]
        rows.append(
            {
                "share_id": share_id,
                "project_id": project_id,
                "deployment": "default",
                "dag_id": None if by_tag else key(number).dag_id,
                "tag": f"tag_{number % (size.jobs // 20)}" if by_tag else None,
                "actions": ["run", "schedule", "see"],
                "for_everyone": not only,
                "created_at": NOW,
            }
        )
        if only:
            who = {"share_id": share_id, "workspace_id": TEAM, "person_id": None, "group_id": None}
            named.append({**who, "person_id": person(2 + chance.randrange(size.people - 2)).person_id})
            named.append({**who, "group_id": f"S{chance.randrange(size.groups):04}"})
        elif not by_tag:
            jobs_of.setdefault(project_id, []).append(number)
    tx.connection.execute(shares.insert(), rows)
    tx.connection.execute(share_people.insert(), named)
    return jobs_of


def _schedule(tx: Transaction, size: Size, jobs_of: dict[int, list[int]], chance: random.Random) -> None:
    """Four of each person, in a project where they run jobs; one run of each."""
    rows = tx.connection.execute(
        memberships.select().where(
            memberships.c.role != "viewer",
            memberships.c.person_id.is_not(None),
            memberships.c.project_id.in_(jobs_of),
        )
    ).all()
    when = encode_when(Repeating((Calendar(Daily(), At((NOW.time(),))),), ZoneInfo("UTC")))
    made: list[dict[str, Any]] = []
    fired: list[dict[str, Any]] = []
    ran: list[dict[str, Any]] = []
    for number in range(1, size.schedules + 1):
        member = rows[(number - 1) // 2 % len(rows)]
        common = {
            "workspace_id": TEAM, "project_id": member.project_id, "deployment": "default",
            "dag_id": key(chance.choice(jobs_of[member.project_id])).dag_id, "inputs": {"rows": 20},
            "reports_to": member.person_id,
        }  # fmt: skip
        due_at = NOW - timedelta(minutes=5 * number)
        made.append(
            {
                **common, "schedule_id": f"{number:024x}", "number": number, "when": when, "tz": "UTC",
                "owner_id": member.person_id, "state": "active", "missed": "latest", "overlap": "wait",
                "next_due_at": NOW + timedelta(days=1), "created_at": NOW,
            }
        )  # fmt: skip
        fired.append(
            {
                **common, "firing_id": f"f{number:023x}", "schedule_id": f"{number:024x}", "due_at": due_at,
                "person_id": member.person_id, "state": "handed over", "created_at": due_at,
            }
        )  # fmt: skip
        ran.append(
            {
                "id": f"e{number:023x}", "deployment": "default", "dag_id": common["dag_id"],
                "run_id": f"runbell__f{number:023x}", "state": "done", "firing_id": f"f{number:023x}",
                "due_at": due_at, "started_at": due_at, "ended_at": due_at + timedelta(minutes=1),
                "seen_at": due_at + timedelta(minutes=1),
            }
        )  # fmt: skip
    tx.connection.execute(schedules.insert(), made)
    tx.connection.execute(firings.insert(), fired)
    tx.connection.execute(runs.insert(), ran)
    tx.connection.execute(
        counters.insert(), {"workspace_id": TEAM, "name": "schedule", "value": size.schedules}
    )
