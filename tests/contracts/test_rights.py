"""Who may do what, read from the tables, against product.md section 3 said once more: every combination.

Role, share, actions, channel and kind of person, all of them in one workspace, on both databases.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations, product
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, text

from bot.domain.job import Job, JobKey
from bot.domain.ports import UserGroup
from bot.domain.project import Channel, Person
from bot.domain.rights import Action, Role
from bot.rules.access import Access

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from storage.database import Database
    from storage.transaction import Transaction
    from tests.databases import Databases

HERE, NOW = "T1", datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
UNMAPPED, DIRECT, GROUP = "C0UNMAPPED", "", "S0GROUP"
EVERY = ("see", "run", "schedule", "stop", "pause")
SOME = [frozenset(some) for count in range(6) for some in combinations(EVERY, count)]
pytestmark = pytest.mark.both_databases
NAMED = ("everyone", "nobody here", "themselves", "their group", "themselves and their group")


@dataclass(frozen=True)
class Team:
    """A project, and how everybody in this test belongs to it."""

    name: str
    ways: frozenset[tuple[str, str]]
    """(role, "self" or "group")."""


@dataclass(frozen=True)
class Work:
    """A job, and how every project shares it: (actions, for whom, by its id or by its tag)."""

    dag_id: str
    shares: tuple[tuple[frozenset[str], str, str], ...]


@dataclass(frozen=True)
class Kind:
    """A sort of person. `belongs`: is in the group, and named wherever "themselves" stands."""

    name: str
    belongs: bool = True
    bot: bool = False
    left: bool = False
    guest: bool = False
    outsider: bool = False
    workspace: str = HERE
    office: str = ""
    groups_are_old: bool = False


TEAMS = [
    Team("nobody", frozenset()),
    *(Team(f"{role} by {way}", frozenset({(role, way)})) for role in Role for way in ("self", "group")),
    Team("viewer, and manager by group", frozenset({("viewer", "self"), ("manager", "group")})),
    Team("runner, and viewer by group", frozenset({("runner", "self"), ("viewer", "group")})),
]
WORKS = [
    *(Work(f"one_{i}", ((some, "everyone", "id"),)) for i, some in enumerate(SOME)),
    *(
        Work(f"only_{i}", ((some, named, "id"),))
        for i, (some, named) in enumerate(product(SOME[1::3], NAMED[1:]))
    ),
    *(Work(f"tag_{i}", ((some, named, "tag"),)) for i, (some, named) in enumerate(product(SOME[::5], NAMED))),
    *(
        Work(f"two_{i}", ((frozenset({"run"}), one, "id"), (frozenset({"pause", "schedule"}), other, "tag")))
        for i, (one, other) in enumerate(product(NAMED, NAMED))
    ),
    Work("unshared", ()),
]
KINDS = [
    Kind("member"),
    Kind("stranger", belongs=False),
    Kind("bot", bot=True),
    Kind("deactivated", left=True),
    Kind("guest", guest=True),
    Kind("guest who has left", guest=True, left=True),
    Kind("of another company", outsider=True),
    Kind("of another workspace, by the same id", workspace="T2"),
    Kind("admin", belongs=False, office="admin"),
    Kind("admin who is a member", office="admin"),
    Kind("auditor", belongs=False, office="auditor"),
    Kind("auditor who has left", left=True, office="auditor"),
    Kind("member whose groups Slack has not told of", groups_are_old=True),
]


def by_the_book(kind: Kind, team: Team, work: Work, channel: str, action: str) -> bool:
    """Section 3, sentence by sentence, without a look at how it is done."""
    if kind.bot or kind.left:  # bots and deactivated people never
        return False
    if kind.workspace != HERE:
        return False
    if channel not in {UNMAPPED, DIRECT, team.name}:  # in a mapped channel only its project counts
        return False
    if kind.office and action == "see":  # admins and auditors see everything
        return True
    if not kind.belongs:
        return False
    ways = {"self"}
    if not (kind.guest or kind.outsider or kind.groups_are_old):  # those only when named themselves
        ways.add("group")
    least = {"see": 0, "run": 1, "schedule": 1, "stop": 2, "pause": 2}[action]
    ranks = {"viewer": 0, "runner": 1, "manager": 2}
    if not any(way in ways and ranks[role] >= least for role, way in team.ways):
        return False
    named_by = {
        "everyone": {"self", "group"},
        "nobody here": set[str](),
        "themselves": {"self"},
        "their group": {"group"},
        "themselves and their group": {"self", "group"},
    }
    for actions, named, _ in work.shares:
        reaches = named == "everyone" or bool(named_by[named] & ways)
        if reaches and (action in actions or (action == "see" and actions)):
            return True  # any shared action implies see
    return False


@dataclass(frozen=True)
class Company:
    database: Database
    projects: dict[int, Team]


@pytest.fixture(scope="module")
def companies() -> Iterator[tuple[ExitStack, dict[str, Company]]]:
    """Those that were filled, by the kind of their database. The tests only read: once is enough."""
    with ExitStack() as stack:
        yield stack, {}


@pytest.fixture
def company(databases: Databases, companies: tuple[ExitStack, dict[str, Company]]) -> Company:
    stack, filled = companies
    if databases.kind not in filled:
        database = stack.enter_context(databases.fresh())
        filled[databases.kind] = Company(database, fill(database))
    return filled[databases.kind]


def fill(database: Database) -> dict[int, Team]:
    with database.transaction() as tx:
        people = [someone(kind) for kind in KINDS]
        tx.directory.keep_people([each for each in people if each.workspace_id == HERE], at=NOW)
        in_group = frozenset(someone(kind).person_id for kind in KINDS if kind.belongs)
        tx.directory.keep_groups(HERE, [UserGroup(GROUP, "group", "Group", in_group)], at=NOW)
        for kind in KINDS:
            if kind.office:
                tx.directory.give_workspace_role(HERE, someone(kind).person_id, kind.office)
        tx.jobs.keep("default", [_job(work) for work in WORKS], at=NOW)
        made = {_set_up(tx, team): team for team in TEAMS}
        tx.connection.execute(text("ANALYZE"))  # as a server does by itself soon: until then it plans blindly
        return made


def someone(kind: Kind) -> Person:
    name = "member" if kind.workspace != HERE or kind.groups_are_old else kind.name
    return Person(
        kind.workspace, f"U{name.upper().replace(' ', '')}"[:32], kind.name, ZoneInfo("UTC"),
        is_bot=kind.bot, is_deactivated=kind.left, is_guest=kind.guest, is_outsider=kind.outsider,
        groups_since=NOW + timedelta(seconds=1) if kind.groups_are_old else NOW,
    )  # fmt: skip


def _job(work: Work) -> Job:
    return Job(JobKey("default", work.dag_id), work.dag_id, tags=frozenset({f"tag of {work.dag_id}"}))


def _set_up(tx: Transaction, team: Team) -> int:
    project_id = tx.projects.create(HERE, team.name, "UTC", reports_to=None, at=NOW)
    tx.channels.map(Channel(HERE, team.name, team.name, project_id), at=NOW)
    members = {someone(kind).person_id for kind in KINDS if kind.belongs}
    for role, way in team.ways:
        if way == "group":
            tx.projects.add_member(project_id, HERE, Role(role), group_id=GROUP)
            continue
        for person_id in members:
            tx.projects.add_member(project_id, HERE, Role(role), person_id=person_id)
    for work in WORKS:
        for actions, named, by in work.shares:
            tx.shares.add(
                project_id, "default", [Action(each) for each in actions], at=NOW, workspace_id=HERE,
                dag_id=work.dag_id if by == "id" else None,
                tag=f"tag of {work.dag_id}" if by == "tag" else None,
                only=None if named == "everyone" else list(_named(named, members)),
            )  # fmt: skip
    return project_id


def _named(named: str, members: Iterable[str]) -> Iterator[dict[str, str]]:
    yield {"person_id": "U0SOMEBODYELSE"}
    if "themselves" in named:
        yield from ({"person_id": each} for each in members)
    if "group" in named:
        yield {"group_id": GROUP}


def test_every_combination_is_as_the_book_says(company: Company):
    database, projects = company.database, company.projects
    decisions = 0
    for kind, channel in product(KINDS, [*(team.name for team in TEAMS[1::3]), UNMAPPED, DIRECT]):
        with database.transaction() as tx:
            access = Access(tx, someone(kind), channel)
            offered = {
                (each.project.project_id, each.job.key.dag_id): {str(action) for action in each.actions}
                for each in access.offers()
            }
        for (project_id, team), work in product(projects.items(), WORKS):
            if not work.shares:
                continue  # what is shared with nobody is listed for nobody: below
            said = {each for each in EVERY if by_the_book(kind, team, work, channel, each)}
            assert offered.get((project_id, work.dag_id), set()) == said, (kind, team, work, channel)
            decisions += len(EVERY)
    assert decisions > 300_000


def test_one_decision_is_what_the_list_says(company: Company):
    database, projects = company.database, company.projects
    for kind, (project_id, team), channel in product(KINDS, projects.items(), [TEAMS[4].name, DIRECT]):
        with database.transaction() as tx:
            for work in (*WORKS[::31], WORKS[-1]):
                access = Access(tx, someone(kind), channel)
                decided = access.actions(project_id, JobKey("default", work.dag_id))
                said = {each for each in EVERY if by_the_book(kind, team, work, channel, each)}
                assert {str(each) for each in decided} == said, (kind, team, work, channel)


def test_a_decision_costs_three_queries_and_a_list_five_or_six(company: Company):
    database, projects = company.database, company.projects
    asked: list[str] = []
    event.listen(database._engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    key = JobKey("default", "one_9")

    for kind, channel in product(KINDS, [TEAMS[1].name, UNMAPPED, DIRECT]):
        with database.transaction() as tx:
            asked.clear()
            Access(tx, someone(kind), channel).actions(next(iter(projects)), key)
            assert len(asked) <= 3, (kind, channel, asked)
            asked.clear()
            Access(tx, someone(kind), channel).offers()
            assert len(asked) <= 5 + bool(kind.office), (kind, channel, asked)
