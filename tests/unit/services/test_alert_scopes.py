"""What somebody who sees every job may make a rule about is looked for, not read whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import NotUnderstood
from bot.domain.project import Place
from bot.rules import alert_scope
from bot.rules.access import Access, Asker
from bot.rules.alert_scope import scope_of, scopes
from tests.company import add_jobs
from tests.world import MAYA, PRIYA, SAM, TEAM, TOM, World

if TYPE_CHECKING:
    from bot.domain.project import Person

pytestmark = pytest.mark.both_databases
SAMS = Place(TEAM, SAM.person_id)


@pytest.fixture
def many(world: World) -> World:
    with world.database.transaction() as tx:
        tx.directory.give_workspace_role(TEAM, SAM.person_id, "admin")
    add_jobs(world, 30)
    return world


@pytest.mark.slow
@pytest.mark.parametrize("words", ["", "load", "orders", "0005", "finance", "tagged", "load hr", "sales fin"])
def test_an_admin_finds_in_a_few_projects_what_reading_everything_finds(many: World, words: str):
    with many.database.reading() as tx:
        wanted = words.split()
        everything = alert_scope._all(tx, Access(tx, SAM), SAMS)
        slowly = [each for each in everything if all(word in each.words.casefold() for word in wanted)]

        assert scopes(tx, Asker(SAM), SAMS, words) == slowly
        assert all(scope_of(tx, Asker(SAM), SAMS, each.value) == each for each in slowly)


def test_among_many_projects_a_job_is_found_by_its_title_and_by_its_project(
    many: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(alert_scope, "A_FEW", 1)
    with many.database.reading() as tx:
        by_title = {each.words for each in scopes(tx, Asker(SAM), SAMS, "load orders")}
        by_project = {each.words for each in scopes(tx, Asker(SAM), SAMS, "finance")}

    assert by_title == {f"Load orders {number:04} (Finance)" for number in range(0, 30, 5)}
    assert by_title < by_project
    assert "Jobs tagged finance in Finance" in by_project


@pytest.mark.parametrize("words", ["", "load", "orders 0005", "finance", "tagged", "all jobs", "sales fin"])
@pytest.mark.parametrize("who", [TOM, MAYA, PRIYA])
def test_others_find_what_their_offers_have(many: World, who: Person, words: str):
    with many.database.reading() as tx:
        offers = Access(tx, who).offers()
        projects = sorted({each.project.name for each in offers})
        tags = sorted({(each.project.name, tag) for each in offers for tag in each.job.tags})
        called = [
            "Everything that I may see",
            *(f"All jobs of {name}" for name in projects),
            *(f"Jobs tagged {tag} in {name}" for name, tag in tags),
            *(f"{each.job.title} ({each.project.name})" for each in offers),
        ]
        found = scopes(tx, Asker(who), Place(TEAM, who.person_id), words)

    assert [each.words for each in found] == [
        each for each in called if all(word in each.casefold() for word in words.split())
    ]


@pytest.mark.parametrize("value", ["", "x", "project.99", "project.x", "tag.1.nothing", f"{'0' * 24}p1"])
def test_what_is_in_no_menu_is_refused(many: World, value: str):
    with many.database.reading() as tx, pytest.raises(NotUnderstood, match="Choose one from the list"):
        scope_of(tx, Asker(SAM), SAMS, value)
