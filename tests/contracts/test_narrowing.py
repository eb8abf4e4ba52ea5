"""What SQL narrows down is what rights decide without it: random companies, on both databases.

`Access.offers` weighs everything; whatever asks for less must say the same of it.
"""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.blocks.ids import part_of
from bot.domain.errors import NotFound, UserError
from bot.domain.firing import Firing
from bot.domain.history import RunFilter
from bot.domain.identity import new_id
from bot.domain.job import Job, JobKey, JobSettings, JobTitle
from bot.domain.ports import UserGroup
from bot.domain.project import Channel, Place
from bot.domain.project_setup import ProjectSetup
from bot.domain.rights import Action, Role
from bot.domain.run import Run, RunState
from bot.language.command import read_command
from bot.rules.access import Access, Asker
from bot.rules.seen_jobs import SeenJobs
from bot.services.catalog import reference_of
from storage import tables
from storage.offered import FIRST_PAGE
from storage.reach import Reach
from tests.world import GENERAL, TEAM, World, person

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.project import Person
    from bot.domain.rights import Share
    from bot.language.command import Request
    from bot.rules.access import Offer
    from storage.transaction import Transaction

NAMES = (
    "Sales report",
    "sales_REPORT 2",
    "Straße",
    "100% load",
    "a_b",
    "Énergie",
    "İstanbul",
    "Run it",
    "Stock",
)
WORDS = ("REPORT", "strasse", "é", "%", "_", "zzz")
PEOPLE = [person(f"p{number}") for number in range(4)]
HEADS = (person("boss"), person("eye"))
"""An admin and an auditor."""


def build(world: World, chance: random.Random) -> list[str]:
    """The channels of projects; some archived, some jobs gone or called otherwise there."""
    now = world.clock.now()
    jobs = [
        Job(JobKey("default", f"job_{number}"), chance.choice(NAMES), chance.choice(NAMES),
            tags=frozenset({f"t{chance.randrange(3)}"}))
        for number in range(12)
    ]  # fmt: skip
    with world.database.transaction() as tx:
        tx.directory.keep_people([*PEOPLE, *HEADS], at=now)
        in_group = frozenset(each.person_id for each in chance.sample(PEOPLE, 2))
        tx.directory.keep_groups(TEAM, [UserGroup("S0", "g", "G", in_group)], at=now)
        for head, role in zip(HEADS, ("admin", "auditor"), strict=True):
            tx.directory.give_workspace_role(TEAM, head.person_id, role)
        tx.jobs.keep("default", jobs, at=now)
        tx.jobs.keep("default", jobs[:-2], at=now)
        return [_project(tx, world, chance, number) for number in range(4)]


def _project(tx: Transaction, world: World, chance: random.Random, number: int) -> str:
    now = world.clock.now()
    settings = {
        f"job_{chance.randrange(12)}": JobSettings(title=chance.choice(NAMES), description="Elsewhere")
        for _ in range(3)
    }
    setup = ProjectSetup("UTC", jobs=settings)
    project_id = tx.project_setups.put(TEAM, f"Random {number}", setup, "default", at=now)
    tx.channels.map(Channel(TEAM, f"C0R{number}", f"r{number}", project_id), at=now)
    for each in chance.sample([*PEOPLE, *HEADS], 4):
        tx.projects.add_member(project_id, TEAM, chance.choice(list(Role)), person_id=each.person_id)
    if chance.random() < 0.5:
        tx.projects.add_member(project_id, TEAM, chance.choice(list(Role)), group_id="S0")
    for _ in range(6):
        by_tag = chance.random() < 0.3
        only = [{"person_id": chance.choice(PEOPLE).person_id}, {"group_id": "S0"}][: chance.randrange(3)]
        tx.shares.add(
            project_id, "default", chance.sample(list(Action), chance.randrange(4)),
            at=now, workspace_id=TEAM,
            dag_id=None if by_tag else f"job_{chance.randrange(12)}",
            tag=f"t{chance.randrange(3)}" if by_tag else None,
            only=only or None,
        )  # fmt: skip
    if number == 3:
        tx.project_setups.archive(project_id, at=now)
    return f"C0R{number}"


@pytest.fixture(params=range(2))
def channels(request: pytest.FixtureRequest, world: World) -> list[str]:
    return [build(world, random.Random(request.param))[0], GENERAL]


def everybody(world: World) -> list[Person]:
    return [world.people.find(TEAM, each.person_id) for each in (*PEOPLE, *HEADS)]


def places(offers: list[Offer]) -> set[tuple[int, JobKey]]:
    return {(each.project.project_id, each.job.key) for each in offers}


@pytest.fixture(params=[3, 100], ids=["of many", "of few"])
def read_first(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sees fewer jobs than this has them all read at once, and others those that a word needs."""
    monkeypatch.setattr("bot.rules.seen_jobs.A_FEW", request.param)


@pytest.mark.usefixtures("read_first")
def test_titles_are_those_of_all_offers(world: World, channels: list[str]):
    for who in everybody(world):
        for channel in channels:
            with world.database.reading() as tx:
                access = Access(tx, who, channel)
                wanted = {JobTitle(each.job.key, each.job.title) for each in access.offers()}
                titles = SeenJobs(tx, access).titles()
            assert set(titles) == wanted
            assert len(titles) == len(wanted)


@pytest.mark.usefixtures("read_first")
def test_titles_with_a_word_are_those_of_all(world: World, channels: list[str]):
    for who in everybody(world):
        for channel in channels:
            with world.database.reading() as tx:
                access = Access(tx, who, channel)
                titles = SeenJobs(tx, access).titles()
                for word in WORDS:
                    fitting = [
                        each
                        for each in titles
                        if word.casefold() in f"{each.title} {each.key.dag_id}".casefold()
                    ]
                    found = SeenJobs(tx, access).titles(word=word.casefold())
                    assert [each for each in found if each in fitting] == fitting
                    assert set(found) <= set(titles)
                some = SeenJobs(tx, access).some()
            assert bool(some) == bool(titles)
            assert set(some) <= set(titles)


@pytest.mark.usefixtures("read_first")
def test_a_text_is_understood_as_if_every_title_were_read(world: World, channels: list[str]):
    texts = [*NAMES, "run the sales report now", "runs 100% load", "Stock every day at 9am"]
    for who in everybody(world):
        for channel in channels:
            with world.database.reading() as tx:
                titles = SeenJobs(tx, Access(tx, who, channel)).titles()
            for text in [*texts, "help", "job_1", "sal rep", '"straße" friday 9am', "nothing like this"]:
                understood = said(request_of, world, Asker(who, channel), text)
                assert understood == (said(read_command, text, titles) if titles else None)


def request_of(world: World, asker: Asker, text: str) -> Request | None:
    request, _ = world.catalog.understood(asker, text)
    return request


def said(read: Callable[..., Request | None], *arguments: object) -> Request | str | None:
    try:
        return read(*arguments)
    except UserError as error:
        return f"{error.message} {error.example}"


def test_the_latest_runs_are_those_of_what_is_seen(world: World, channels: list[str]):
    now, chance = world.clock.now(), random.Random(7)
    with world.database.transaction() as tx:
        projects = tx.connection.execute(select(tables.projects.c.project_id)).scalars().all()
        for number in range(60):
            key = JobKey("default", f"job_{chance.randrange(12)}")
            firing_id = f"{number:024x}" if chance.random() < 0.6 else None
            if firing_id is not None:
                place = Place(TEAM, PEOPLE[0].person_id)
                firing = Firing(
                    firing_id, None, now, key, {}, chance.choice(projects), place.channel_id, place
                )
                tx.firings.add(firing, act_at=None, at=now)
            at = now - timedelta(minutes=number)
            tx.runs.add(Run(new_id(), key, f"r{number}", RunState.DONE, firing_id, at, at, at), at=at)
    for who in everybody(world):
        for channel in channels:
            with world.database.reading() as tx:
                seen = places(Access(tx, who, channel).offers())
                rows = tx.connection.execute(
                    select(tables.runs, tables.firings.c.project_id)
                    .outerjoin(tables.firings)
                    .order_by(tables.runs.c.started_at.desc())
                ).all()
            keys = {key for _, key in seen}
            wanted = [
                row.run_id
                for row in rows
                for key in [JobKey(row.deployment, row.dag_id)]
                if (key in keys if row.project_id is None else (row.project_id, key) in seen)
            ]
            found = world.services().history.first(Asker(who, channel), RunFilter())
            assert [row.card.run.run_id for row in found.rows] == wanted[:10]


def test_what_is_searched_is_what_is_offered(world: World, channels: list[str]):
    for who in everybody(world):
        for channel in channels:
            asker = Asker(who, channel)
            for action in (Action.SEE, Action.SCHEDULE):
                with world.database.reading() as tx:
                    offers = Access(tx, who, channel).offers(action)
                for word in ("", *WORDS):
                    wanted = [
                        each
                        for each in offers
                        if word.casefold()
                        in f"{each.job.title} {each.job.key.dag_id} {each.job.description}".casefold()
                    ]
                    assert places(world.catalog.search(asker, word, action)) == places(wanted), (word, action)


def test_one_offer_is_found_by_its_reference_alone(world: World, channels: list[str]):
    for who in everybody(world):
        for channel in channels:
            for each in world.offers(Asker(who, channel)):
                assert world.catalog.offer(Asker(who, channel), reference_of(each)) == each


def test_a_reference_from_before_projects_stood_in_it_is_found(world: World, channels: list[str]):
    for who in everybody(world):
        asker = Asker(who, channels[1])
        for each in world.offers(asker):
            before = reference_of(each).partition("p")[0]
            assert len(before) == 24
            assert world.catalog.offer(asker, before) == each
            assert part_of(f"of.{before[:8]}.input.region", reference_of(each)) == "input.region"


@pytest.mark.parametrize("reference", ["", "f" * 24, "f" * 8, "p1", "%", "F" * 24 + "p1", "a", "of"])
def test_what_is_no_reference_names_nothing(world: World, reference: str):
    build(world, random.Random(0))
    for who in everybody(world):
        with pytest.raises(NotFound):
            world.catalog.offer(Asker(who, GENERAL), reference)


def test_an_admin_finds_a_job_among_many_of_another_alphabet(world: World):
    now = world.clock.now()
    many = [Job(JobKey("default", f"much_{number}"), f"Ä {number}") for number in range(5 * FIRST_PAGE)]
    wanted = Job(JobKey("default", "zebra"), "Öl")
    with world.database.transaction() as tx:
        tx.directory.keep_people([HEADS[0]], at=now)
        tx.directory.give_workspace_role(TEAM, HEADS[0].person_id, "admin")
        tx.jobs.keep("default", [*many, wanted], at=now)
        project_id = tx.project_setups.put(TEAM, "Abroad", ProjectSetup("UTC"), "default", at=now)
        for each in (*many, wanted):
            tx.shares.add(project_id, "default", [Action.RUN], at=now, dag_id=each.key.dag_id)
    asker = Asker(world.people.find(TEAM, HEADS[0].person_id), GENERAL)

    for word in ("zebra", "öl"):
        (found,) = world.catalog.search(asker, word, Action.SEE)
        assert found.job.title == "Öl"
        assert [job.title for job in world.catalog.jobs(asker, word).seen] == ["Öl"]


def test_an_admin_sees_each_job_once_however_many_projects_share_it(world: World):
    """Twenty of the first places by title were shown, which were four jobs."""
    now = world.clock.now()
    many = [Job(JobKey("default", f"much_{number}"), f"Zinc {number:03}") for number in range(120)]
    with world.database.transaction() as tx:
        tx.directory.keep_people([HEADS[0]], at=now)
        tx.directory.give_workspace_role(TEAM, HEADS[0].person_id, "admin")
        tx.jobs.keep("default", many, at=now)
        for name in ("Abroad", "At home", "Nowhere"):
            project_id = tx.project_setups.put(TEAM, name, ProjectSetup("UTC"), "default", at=now)
            for each in many[100:]:  # the others are shared with nobody
                tx.shares.add(project_id, "default", [Action.RUN], at=now, dag_id=each.key.dag_id)
    asker = Asker(world.people.find(TEAM, HEADS[0].person_id), GENERAL)

    found = world.catalog.jobs(asker, "zinc", limit=10)

    assert [job.title for job in found.seen] == [each.title for each in many[100:110]]
    assert (found.jobs, found.count, found.seen_count) == ([], 0, None)
    assert world.catalog.jobs(asker, "zinc", limit=20).seen_count == 20


def test_the_list_of_jobs_is_what_is_offered(world: World, channels: list[str]):
    for who in everybody(world):
        for channel in channels:
            asker = Asker(who, channel)
            with world.database.reading() as tx:
                offers = Access(tx, who, channel).offers()
            for word in ("", *WORDS):
                fitting = [
                    each
                    for each in offers
                    if word.casefold()
                    in f"{each.job.title} {each.job.key.dag_id} {each.job.description}".casefold()
                ]
                usable = {(e.job.key, e.job.title) for e in fitting if Action.SCHEDULE in e.actions}
                seen = {(each.job.key, each.job.title) for each in fitting} - usable
                found = world.catalog.jobs(asker, word, limit=1_000)
                assert {(job.key, job.title) for job in found.jobs} == usable
                assert {(job.key, job.title) for job in found.seen} == seen
                assert (found.count, found.seen_count) == (len(usable), len(seen))


def test_what_somebody_may_do_at_all_is_what_their_offers_allow(world: World, channels: list[str]):
    for who in everybody(world):
        for channel in channels:
            with world.database.reading() as tx:
                access = Access(tx, who, channel)
                offers = access.offers(with_gone=True)
                assert {(each.project.project_id, each.job.key): each.actions for each in offers} == {
                    place: actions for place, actions in access.allowed().items() if actions
                }
                may = frozenset[Action]().union(*(each.actions for each in offers))
                assert access.actions_anywhere() - {Action.SEE} == may - {Action.SEE}


@pytest.mark.parametrize("seed", range(2))
def test_what_concerns_many_people_is_what_concerns_each(world: World, seed: int):
    build(world, random.Random(seed))
    people = {who.person_id: who for who in everybody(world)}
    with world.database.reading() as tx:
        alone = {each: tx.projects.memberships(who) for each, who in people.items()}
        project_ids = {project_id for found in alone.values() for project_id in found}
        together = tx.projects.memberships_of(TEAM, list(people), project_ids)
        assert {place: sorted(map(str, found)) for place, found in together.items()} == {
            (each, project_id): sorted(map(str, named))
            for each, found in alone.items()
            for project_id, (_, named) in found.items()
        }
        reach = Reach(TEAM, frozenset(project_ids))
        shares = {each: tx.shares.concerning(who, reach) for each, who in people.items()}
        wanted = {each: {place for place in found if hash(place) % 3} for each, found in shares.items()}
        each_with_theirs = tx.shares.concerning_each(TEAM, wanted)
        assert {each: set(found) for each, found in each_with_theirs.items()} == wanted
        for each, found in each_with_theirs.items():
            for place, some in found.items():
                assert sorted(map(_as_text, some)) == sorted(map(_as_text, shares[each][place]))
        assert any(wanted.values())
        assert together


def _as_text(share: Share) -> str:
    return f"{sorted(share.actions)} {None if share.named is None else sorted(map(str, share.named))}"
