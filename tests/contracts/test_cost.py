"""What a door reads does not grow with the company: a tenth of it costs about as many rows and statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bench.company import Size
from tests.bench.doors import DOORS
from tests.bench.office import Counting, Office, Taken

if TYPE_CHECKING:
    from tests.databases import Databases

SMALL = Size(projects=10, people=100, shares=400, jobs=40, groups=4, schedules=400)
LARGE = Size(projects=100, people=1_000, shares=4_000, jobs=400, groups=40, schedules=4_000)
READS_MORE = {"alerts: about"}
"""What an admin reads all of: every project's name, which a rule may be about."""
COUNTS = {"list all", "list, a later page", "list <job>", "list @somebody"}
"""Weighs up to 201 schedules, of which the smaller company has fewer."""
ROOM = 1.3
A_LIST = 220
"""Rows that a list or a menu may have more of, until it is full: lists count to 200, menus show 100."""
A_FEW = 15
"""Statements of another answer: one schedule is shown whole, of several there is a list."""


@pytest.mark.both_databases
@pytest.mark.parametrize("who", ["member", "admin"])
def test_what_a_door_reads_does_not_grow_with_the_company(
    databases: Databases, monkeypatch: pytest.MonkeyPatch, who: str
):
    counting = Counting(monkeypatch)
    with databases.fresh() as few, databases.fresh() as many:
        _compare([Office(few, SMALL, counting), Office(many, LARGE, counting)], who)


def _compare(offices: list[Office], who: str) -> None:
    grown = {}
    for door in DOORS:
        if who not in door.whose or door.name in READS_MORE | COUNTS:
            continue
        small, large = (Taken(), Taken())
        for number in range(4):
            for office, taken in zip(offices, (small, large), strict=True):
                office.ask(door, who, number, taken)
        rows, statements = large.in_all.rows, large.in_all.statements
        if rows > ROOM * small.in_all.rows + A_LIST or statements > small.in_all.statements + A_FEW:
            grown[door.name] = (small.in_all, large.in_all)

    assert grown == {}
