"""A share that is narrowed to named people: what reported in a channel reports to its owner from then on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.project_setup import Shared, Who
from bot.domain.rights import Action
from bot.rules.access import Asker
from tests.world import FINANCE, MAYA, NINE, TEAM, TOM, World

if TYPE_CHECKING:
    from bot.domain.project_setup import ProjectSetup
    from storage.transaction import Transaction

pytestmark = pytest.mark.both_databases
TO_TOM = Shared("import_orders", is_tag=False, only=(Who(TOM.person_id),))


def narrowed(_tx: Transaction, _asker: Asker, _project_id: int, setup: ProjectSetup) -> ProjectSetup:
    """All that the tag gave, but one job, which is Tom's alone now."""
    shares = {each: may for each, may in setup.shares.items() if not each.is_tag}
    return replace(setup, shares={**shares, TO_TOM: frozenset(Action)})


def test_its_schedules_report_to_their_owner(world: World):
    schedule = world.schedule("every day at 9:00", dag_id="import_orders", fail="always")
    with world.database.transaction() as tx:
        tx.directory.give_workspace_role(TEAM, MAYA.person_id, "admin")

    world.managing.edit(Asker(MAYA), world.projects["Finance"], narrowed)
    world.go_to(NINE + timedelta(minutes=1))

    assert schedule.place.channel_id == FINANCE
    assert [each for each in world.slack.texts(FINANCE) if "Import orders" in each] == []
    told = "\n".join(world.slack.texts(TOM.person_id))
    assert "Import orders (#1) reports to you from now on." in told
    assert "Import orders failed" in told


def test_so_does_what_was_planned_before(world: World):
    world.schedule("every day at 9:00", dag_id="import_orders", fail="always")
    with world.database.transaction() as tx:
        tx.directory.give_workspace_role(TEAM, MAYA.person_id, "admin")
    world.go_to(NINE - timedelta(seconds=20))

    world.managing.edit(Asker(MAYA), world.projects["Finance"], narrowed)
    world.go_to(NINE + timedelta(minutes=1))

    assert [each for each in world.slack.texts(FINANCE) if "Import orders" in each] == []
    assert "Import orders failed" in "\n".join(world.slack.texts(TOM.person_id))
