"""Many people have a rule about everything: each failure asks for all of them at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from bot.domain.alert_rule import EVERY_PROJECT, AlertEvent, AlertRule, Happening, How
from bot.domain.identity import new_id
from bot.domain.job import JobKey
from bot.domain.project import Place
from bot.domain.rights import Action, Role
from bot.rules.alert_routing import Routing
from tests.world import FINANCE, MAYA, PRIYA, SAM, TEAM, person

if TYPE_CHECKING:
    from tests.world import World

pytestmark = pytest.mark.both_databases
CROWD = [person(f"p{number:02}") for number in range(24)]
REPORT = JobKey("default", "sales_report")
FAILURES = frozenset({AlertEvent.FAILURE})


def make_rules(world: World, *people_ids: str) -> None:
    with world.database.transaction() as tx:
        for each in people_ids:
            place = Place(TEAM, each)
            rule = AlertRule(new_id(), place, EVERY_PROJECT, MAYA.tz, events=FAILURES, how=How.EACH)
            tx.alert_rules.add(rule, at=world.clock.now())


def told(world: World) -> tuple[set[str], int]:
    """Who of the people hears of a failure, and how many statements that took."""
    statements: list[str] = []
    engine = world.database._engine

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    about = Happening(AlertEvent.FAILURE, TEAM, world.projects["Finance"], REPORT, Place(TEAM, FINANCE))
    event.listen(engine, "before_cursor_execute", note)
    with world.database.transaction() as tx:
        found = Routing(tx, world.clock.now()).routes(about)
    event.remove(engine, "before_cursor_execute", note)
    return {each.channel_id for each in found if each.is_direct}, len(statements)


def test_twelve_times_as_many_rules_ask_no_more_statements(world: World):
    with world.database.transaction() as tx:
        tx.directory.keep_people(CROWD, at=world.clock.now())
        for each in CROWD:
            tx.projects.add_member(world.projects["Finance"], TEAM, Role.VIEWER, person_id=each.person_id)
    make_rules(world, *(each.person_id for each in CROWD[:2]))
    few, asked_of_few = told(world)
    make_rules(world, *(each.person_id for each in CROWD[2:]))

    everybody, asked = told(world)

    assert few == {each.person_id for each in CROWD[:2]}
    assert everybody == {each.person_id for each in CROWD}
    assert asked == asked_of_few


def test_who_hears_is_who_may_see_one_by_one(world: World):
    """Members by themselves and as named, an admin of no project, strangers, and who has left."""
    now, finance = world.clock.now(), world.projects["Finance"]
    member, left, named, unnamed = CROWD[:4]
    with world.database.transaction() as tx:
        tx.directory.keep_people([member, replace(left, is_deactivated=True), named, unnamed], at=now)
        for each in (member, left):
            tx.projects.add_member(finance, TEAM, Role.VIEWER, person_id=each.person_id)
        only_hr = tx.projects.create(TEAM, "Narrow", "UTC", reports_to=None, at=now)
        for each in (named, unnamed):
            tx.projects.add_member(only_hr, TEAM, Role.VIEWER, person_id=each.person_id)
        tx.shares.add(
            only_hr, "default", [Action.SEE], at=now, dag_id="sales_report",
            only=[{"person_id": named.person_id}], workspace_id=TEAM,
        )  # fmt: skip
    asking = [each.person_id for each in (*CROWD[:5], MAYA, PRIYA, SAM)]
    make_rules(world, *asking)

    for project_id in (finance, only_hr, world.projects["HR"]):
        happening = Happening(AlertEvent.FAILURE, TEAM, project_id, REPORT, None)
        with world.database.transaction() as tx:
            heard = {each.channel_id for each in Routing(tx, now).routes(happening)}
            slowly = {each for each in asking if Routing(tx, now).may_hear(Place(TEAM, each), happening)}
        assert heard == slowly
