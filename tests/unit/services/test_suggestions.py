"""Who mistypes the name of a job is shown the most similar one that they may see."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from rapidfuzz import fuzz
from sqlalchemy import event, update

from bot.domain.job import JobKey, JobSettings, JobTitle
from bot.language.command import KnownTitles
from bot.language.command.jobs import LIKE_ENOUGH, no_such_job
from bot.rules.access import Access
from bot.rules.seen_jobs import SeenJobs
from bot.services.titles import Titles
from storage.tables import jobs
from tests.company import add_jobs, show_as
from tests.world import GENERAL, HR, PRIYA, SAM, TEAM, TOM

if TYPE_CHECKING:
    from typing import Any

    from bot.domain.project import Person
    from storage.transaction import Transaction
    from tests.world import World

pytestmark = pytest.mark.both_databases


def mistyped(name: str, chance: random.Random) -> str:
    """The name with up to three letters too many, too few or wrong, and perhaps a time behind it."""
    letters = list(name)
    for _ in range(chance.randrange(4)):
        at = chance.randrange(len(letters))
        letters[at] = chance.choice(("", "x", letters[at] * 2, " "))
    return "".join(letters) + chance.choice(("", " every day at 9am", " tomorow"))


@pytest.fixture
def many(world: World) -> World:
    """Jobs of both projects and of none, some of which have another title in one of them."""
    with world.database.transaction() as tx:
        tx.directory.give_workspace_role(TEAM, SAM.person_id, "admin")
    add_jobs(world, 30)
    add_jobs(world, 15, tag="hr")
    for number in range(0, 30, 5):
        title = JobSettings(title=f"Umsatz {number}")
        show_as(world, world.projects["Finance"], title, dag_id=f"load_{number:04}")
    return world


@pytest.mark.slow
@pytest.mark.parametrize(("who", "where"), [(SAM, GENERAL), (SAM, HR), (TOM, GENERAL), (PRIYA, HR)])
def test_the_suggestion_is_the_one_of_a_comparison_with_every_title(many: World, who: Person, where: str):
    chance = random.Random(7)
    with many.database.reading() as tx:
        known = tx.jobs.titles(many.airflow.deployment)
        every_name = [*known, *known.values(), *(f"umsatz {number}" for number in range(0, 30, 5))]
        compared = SeenJobs(tx, Access(tx, who, where)).titles()
        for _ in range(60):
            text = mistyped(chance.choice(every_name), chance)
            slowly = no_such_job(text, compared)
            quickly = no_such_job(text, Titles(SeenJobs(tx, Access(tx, who, where))))
            assert (quickly.message, quickly.example) == (slowly.message, slowly.example), text
        assert Titles(SeenJobs(tx, Access(tx, who, where)))[0] == compared[0]


def test_a_title_given_a_moment_ago_is_the_one_that_an_admin_is_shown(many: World):
    def suggested(tx: Transaction, text: str) -> str:
        return no_such_job(text, Titles(SeenJobs(tx, Access(tx, SAM, GENERAL)))).message

    with many.database.reading() as tx:
        assert "Tulip" not in suggested(tx, "tulipp bulbs")
    with many.database.transaction() as tx:
        undone = tx.connection.begin_nested()
        tx.connection.execute(update(jobs).where(jobs.c.dag_id == "load_0001").values(title="Tulip bulbs"))
        assert "Tulip bulbs" in suggested(tx, "tulipp bulbs")
        undone.rollback()
        assert "Tulip" not in suggested(tx, "tulipp bulbs")
    show_as(many, many.projects["Finance"], JobSettings(title="Tulip bulbs"), dag_id="load_0021")
    with many.database.reading() as tx:
        assert "Tulip bulbs" in suggested(tx, "tulipp bulbs")


def test_all_titles_are_one_row_and_are_folded_once_while_they_stay_the_same(many: World):
    with many.database.reading() as tx:
        before = tx.offered.known_titles()
        assert tx.offered.known_titles() is before
        assert len(before.by_title) > 40
    show_as(many, many.projects["Finance"], JobSettings(title="Tulip bulbs"), dag_id="load_0021")
    with many.database.reading() as tx:
        after = tx.offered.known_titles()
    assert [each.title for each in after.by_title if each not in before.by_title] == ["Tulip bulbs"]


@pytest.mark.parametrize("where", [GENERAL, HR])
def test_all_jobs_by_title_are_those_that_are_shared_here(many: World, where: str):
    with many.database.reading() as tx:
        access = Access(tx, SAM, where)
        every = SeenJobs(tx, access).titles()
        pages = tx.offered.by_title(access.reach, first_page=3)
        with_word = tx.offered.by_known_title(access.reach, "umsatz", first_page=2)
        assert [each for page in pages for each in page] == every
        assert [each for page in with_word for each in page] == [
            each for each in every if "umsatz" in each.title.casefold()
        ]


def test_no_similar_name_is_left_out_for_its_length():
    names = {"".join("abcdefghij"[at] for at in range(length)) for length in range(1, 11)}
    known = KnownTitles(JobTitle(JobKey("default", name), name) for name in names)
    for typed in names:
        similar = {name for name in names if fuzz.ratio(typed, name) >= LIKE_ENOUGH}
        assert similar <= {*known.as_long_as(typed)}
    assert {*known.as_long_as("abc")} == {"ab", "abc", "abcd", "abcde"}


def test_an_admins_mistyped_name_reads_few_of_the_shares(many: World):
    asked: list[str] = []

    def note(*call: Any) -> None:
        asked.append(call[2])

    with many.database.reading() as tx:
        titles = Titles(SeenJobs(tx, Access(tx, SAM, GENERAL)))
        event.listen(many.database._engine, "before_cursor_execute", note)
        no_such_job("laod orders 0005", titles)
    about_shares = [each for each in asked if "shares" in each]
    assert about_shares
    assert all("(jobs.deployment, jobs.dag_id) IN" in each for each in about_shares)
