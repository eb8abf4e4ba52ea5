"""Denied attempts: written down once, without what was typed, and never without end."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import Conflict, NotAllowed, NotFound, UserError
from bot.services.access import Asker
from bot.services.denials import MOST, Denials
from tests.world import FINANCE, LENA, PRIYA, TEAM

if TYPE_CHECKING:
    from bot.domain.entry import Entry
    from tests.world import World


def note(world: World, error: UserError, on: str = "f" * 24) -> None:
    denials = Denials(world.database, world.clock)
    denials.note(TEAM, PRIYA.person_id, FINANCE, door="schedule.pause", on=on, error=error)


def written(world: World) -> list[Entry]:
    with world.database.transaction() as tx:
        return [row for row in tx.audit.entries(TEAM, limit=200) if not row.allowed]


def test_who_from_where_what_and_on_what(world: World):
    schedule = world.schedule("every day at 9:00")
    for who in (PRIYA, LENA):
        with pytest.raises((NotFound, NotAllowed)) as refusal:
            world.scheduling.pause(Asker(who), schedule.schedule_id)
        note(world, refusal.value)

    looks, knows_nothing = written(world)
    assert (looks.person_id, looks.channel_id) == (PRIYA.person_id, FINANCE)
    assert (looks.action, looks.subject) == ("schedule.pause", "sales_report")
    project = str(world.projects["Finance"])
    assert looks.after == {"answer": "not allowed", "needs": "schedule", "project": project}
    assert (knows_nothing.after or {})["answer"] == "not found"


def test_what_is_no_question_of_rights_is_not_written(world: World):
    note(world, Conflict("already"))
    note(world, NotFound("I can't find a job called “password=hunter2”."))

    assert written(world) == []


def test_an_id_that_is_nobodys_is_written_as_it_came(world: World):
    with pytest.raises(NotFound) as refusal:
        world.scheduling.pause(Asker(PRIYA), "0" * 24)
    note(world, refusal.value, on="0" * 24)

    assert [row.subject for row in written(world)] == ["0" * 24]


def test_who_tries_on_and_on_fills_no_table(world: World):
    for _ in range(3 * MOST):
        note(world, NotAllowed("no"))

    assert len(written(world)) == MOST
    assert written(world)[0].subject == "more, not written down for an hour"
    world.clock.advance(timedelta(minutes=61))
    note(world, NotAllowed("no"))
    assert len(written(world)) == MOST + 1
