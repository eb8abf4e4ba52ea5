"""A share that is narrowed to named people: what reported in a channel reports to its owner from then on."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.blocks import alert_rule as rule_blocks
from bot.blocks import alert_rule_form as rule_form
from bot.domain.alert_rule import AlertEvent, How
from bot.domain.project_setup import Shared, Who
from bot.domain.rights import Action
from bot.rules.access import Asker
from bot.rules.alert_wanted import Wanted
from tests.world import FINANCE, LENA, MAYA, NINE, PRIYA, TEAM, TOM, World

if TYPE_CHECKING:
    from bot.domain.alerts_shown import Heard
    from bot.domain.project import Person
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


def hear_of_it(world: World, who: Person, place_id: str) -> None:
    """Make an alert rule about the job."""
    (about,) = (each for each in world.alerting.scopes(Asker(who), place_id, "import") if each.key)
    wanted = Wanted(
        about.value,
        frozenset({AlertEvent.FAILURE}),
        How.EACH,
        after=1,
        at=None,
        weekday=0,
        mentions=(),
        quiet=(None, None),
        says_nothing_happened=False,
        until=None,
    )
    world.alerting.add(Asker(who), place_id, wanted)


def narrow(world: World) -> None:
    """Let an admin do it, who is nobody in the project."""
    with world.database.transaction() as tx:
        tx.directory.give_workspace_role(TEAM, PRIYA.person_id, "admin")
    world.managing.edit(Asker(PRIYA), world.projects["Finance"], narrowed)


def shown(heard: Heard) -> str:
    drawn = [rule_blocks.rules(heard, NINE).blocks, *(rule_form.form(heard, each) for each in heard.rules)]
    return json.dumps(drawn, default=str)


def test_rules_about_it_name_it_only_to_who_sees_or_manages_it(world: World):
    hear_of_it(world, MAYA, FINANCE)
    for who in (LENA, TOM):
        hear_of_it(world, who, who.person_id)
    narrow(world)

    for who, where, may_know in (
        (LENA, FINANCE, False),
        (LENA, LENA.person_id, False),
        (TOM, FINANCE, True),
        (TOM, TOM.person_id, True),
        (MAYA, FINANCE, True),
    ):
        heard = world.alerting.heard(Asker(who), where)
        why = [world.explaining.why_rule(Asker(who), each.reference) for each in heard.rules]
        told = shown(heard) + json.dumps([rule_blocks.why(each, NINE).blocks for each in why])
        assert ("Import orders" in told, "import_orders" in told) == (may_know, False), (who, where)
        assert ("A job that you may not see" in told) != may_know
