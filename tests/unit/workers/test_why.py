"""Whatever is told unasked says by which rule it came, and that rule turns it off."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.alert_rule import AlertEvent, How
from bot.domain.errors import NotFound
from bot.domain.project import Place
from bot.domain.project_setup import Who
from bot.domain.rights import Role
from bot.rules.access import Asker
from bot.rules.project_edits import put_members
from tests.late_runs import MAYAS, MINUTE, TOMS, add_job, go_on
from tests.unit.workers.test_alert_rules import HERE, IN_FINANCE, OWN, PLAIN, add, go_to, whole_project
from tests.unit.workers.test_incidents import A_WHILE, add_failing, in_channel, shown
from tests.world import FINANCE, HR, LENA, MAYA, NINE, PRIYA, TEAM, TOM

if TYPE_CHECKING:
    from tests.world import World

pytestmark = pytest.mark.both_databases


def asked_why(world: World, words: str, channel_id: str = FINANCE) -> list[str]:
    """The references of the rules by which messages with these words came, as their buttons have them."""
    return [
        element["value"]
        for each in in_channel(world, channel_id)
        if words in each.text
        for block in (each.edits or [each.message])[-1].blocks
        if block["type"] == "actions"
        for element in block["elements"]
        if element.get("action_id") == "alert.why"
    ]


@pytest.mark.slow
def test_a_run_that_takes_long_says_why_it_is_told_until_it_is_over(world: World):
    state = add_job(world, takes=timedelta(seconds=10))
    world.schedule("every 5 minutes", TOM, dag_id="load")
    for _ in range(6):
        go_on(world, 5 * MINUTE, stride=timedelta(seconds=20))
    state["takes"] = timedelta(minutes=20)
    go_on(world, 10 * MINUTE, stride=timedelta(seconds=20))

    assert asked_why(world, "longer than usual") == [HERE]
    why = world.explaining.why_rule(IN_FINANCE, HERE)
    assert [each.reference for each in why.rules] == [HERE]
    assert why.may_change


@pytest.mark.slow
def test_a_moment_that_did_not_run_and_a_job_that_cannot_say_why_they_are_told(world: World):
    world.schedule("every day at 9am", TOM)
    world.airflow.change("sales_report", is_paused=True)
    world.catalogue.step()
    world.go_on(A_WHILE)
    assert asked_why(world, "does not run") == [HERE]
    assert asked_why(world, "does not run", TOMS) == [OWN]
    world.clock.advance(NINE + timedelta(hours=13) - world.clock.now())
    world.airflow.change("sales_report", is_paused=False)
    world.catalogue.step()
    world.go_on(A_WHILE)

    assert asked_why(world, "did not run: the job was paused") == [HERE]
    assert asked_why(world, "did not run: the job was paused", TOMS) == [OWN]
    assert asked_why(world, "at ") == [HERE], "the moment that was missed"


@pytest.mark.slow
def test_a_sum_says_by_which_rule_it_comes(world: World):
    add(world, about=whole_project(world), how=How.DIGEST, at=time(9, 30), says_nothing_happened=True)
    go_to(world, NINE + timedelta(minutes=31))

    (reference,) = asked_why(world, "Digest of Finance")
    (rule,) = world.explaining.why_rule(IN_FINANCE, reference).rules
    assert rule.how is How.DIGEST


@pytest.mark.slow
def test_a_storm_says_by_which_rules_its_failures_are_told(world: World):
    for number in range(7):
        add_failing(world, f"sync_{number}")
        world.schedule("every day at 9am", TOM, dag_id=f"sync_{number}")
    world.go_to(NINE + A_WHILE)
    (storm,) = (each for each in in_channel(world) if "failing at once" in each.text)
    (storm_id,) = {
        element["value"]
        for block in (storm.edits or [storm.message])[-1].blocks
        if block["type"] == "actions"
        for element in block["elements"]
        if element.get("action_id") == "storm.why"
    }

    why = world.explaining.why_storm(IN_FINANCE, storm_id)

    assert [each.reference for each in why.rules] == [HERE]
    with pytest.raises(NotFound):
        world.explaining.why_storm(Asker(PRIYA), storm_id)


def test_the_rule_of_a_channel_or_person_that_one_does_not_know_is_not_told(world: World):
    for who, reference in ((PRIYA, HERE), (MAYA, OWN), (LENA, f"here.{HR}"), (TOM, "here.C0NOWHERE")):
        with pytest.raises(NotFound):
            world.explaining.why_rule(Asker(who), reference)
    assert not world.explaining.why_rule(IN_FINANCE, "0" * 24).rules
    assert not world.explaining.why_rule(Asker(LENA, FINANCE), HERE).may_change


class TestSuspended:
    def lose_the_right(self, world: World) -> None:
        demoted = put_members([Who(TOM.person_id)], Role.VIEWER)
        world.managing.edit(Asker(MAYA), world.projects["Finance"], demoted)
        world.go_on(A_WHILE)

    def test_the_channel_the_owner_and_the_managers_hear_by_their_rules(self, world: World):
        world.schedule("every day at 9am", TOM)

        self.lose_the_right(world)

        said = "is suspended: the owner may no longer schedule the job"
        assert asked_why(world, said) == [HERE]
        assert asked_why(world, said, TOMS) == [OWN]
        assert asked_why(world, said, MAYAS) == [f"managed.{MAYA.person_id}"]

    def test_a_manager_who_wants_to_hear_nothing_of_it_hears_nothing(self, world: World):
        world.schedule("every day at 9am", TOM)
        nothing = replace(PLAIN, events=frozenset())
        world.alerting.change(Asker(MAYA), f"managed.{MAYA.person_id}", nothing)
        world.alerting.change(IN_FINANCE, HERE, nothing)

        self.lose_the_right(world)

        assert in_channel(world, MAYAS) == []
        assert not [each for each in in_channel(world) if "suspended" in shown(each)]
        assert [each for each in in_channel(world, TOMS) if "suspended" in shown(each)]

    def test_the_rule_of_managers_is_shown_to_those_who_manage_a_project(self, world: World):
        def standing(who: Asker) -> list[str]:
            return [str(each.standing) for each in world.alerting.heard(who).rules]

        assert standing(Asker(MAYA)) == ["here", "own", "managed"]
        assert standing(Asker(TOM)) == ["here", "own"]
        managed = world.alerting.rule(Asker(MAYA), f"managed.{MAYA.person_id}")[0]
        assert managed.events == frozenset({AlertEvent.SUSPENDED})


@pytest.mark.slow
def test_who_hears_because_nobody_claimed_is_told_so_and_by_no_rule(world: World):
    add_failing(world)
    world.run_now(dag_id="sync")
    world.go_on(A_WHILE)
    with world.database.transaction() as tx:
        (incident,) = tx.incidents.begun_since(Place(TEAM, FINANCE), NINE - timedelta(days=1))
        tx.incidents.keep(replace(incident, rule="", escalated_at=world.clock.now()))

    assert world.explaining.why(IN_FINANCE, incident.incident_id).is_escalated
