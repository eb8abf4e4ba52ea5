"""Tests run on the databases that are asked for: what only SQLite ever saw broke on PostgreSQL before."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from tests import conftest
from tests.databases import KINDS

if TYPE_CHECKING:
    from tests.databases import Databases
    from tests.world import World

ROOT = Path(__file__).parents[2]


@pytest.mark.both_databases
def test_a_world_stands_on_the_kind_that_was_asked_for(world: World, databases: Databases):
    assert world.database.is_sqlite == (databases.kind == "sqlite")


@pytest.mark.parametrize(
    ("option", "is_marked", "kinds"),
    [
        ("sqlite", False, ["sqlite"]),
        ("postgresql", False, ["postgresql"]),
        ("both", False, list(KINDS)),
        ("sqlite", True, list(KINDS)),
        ("postgresql", True, list(KINDS)),
    ],
)
def test_what_takes_a_world_runs_on_what_the_option_or_its_mark_says(
    option: str, kinds: list[str], *, is_marked: bool
):
    found: list[str] = []
    marks = {"both_databases": is_marked}
    asked = SimpleNamespace(
        fixturenames=["world", "databases"],
        definition=SimpleNamespace(iter_markers=lambda _name: [], get_closest_marker=marks.get),
        config=SimpleNamespace(getoption={"--database": option}.get),
        parametrize=lambda _name, kinds, **_: found.extend(each.values[0] for each in kinds),
    )

    conftest.pytest_generate_tests(cast("Any", asked))

    assert found == kinds


def test_make_test_asks_for_both():
    recipe = (ROOT / "Makefile").read_text().partition("\ntest: $(READY)\n")[2].partition("\n\n")[0]
    on_a_world = [each for each in recipe.splitlines() if "$(FAST)" in each or " tests/contracts " in each]

    assert len(on_a_world) == 2
    assert all("--database both" in each for each in on_a_world), on_a_world
