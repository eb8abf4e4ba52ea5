"""An alert rule that was removed is brought back as it was, within a day, by whoever removed it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.alert_rule import AlertRule, How
from bot.domain.errors import Conflict, NotAllowed, NotFound
from bot.domain.job import JobKey, job_reference
from bot.domain.project import Place
from bot.domain.project_setup import Who
from bot.domain.rights import Role
from bot.rules import project_edits
from bot.rules.access import Asker
from tests.unit.workers.test_alert_rules import (
    FAILURES,
    HERE,
    IN_FINANCE,
    NINE_THIRTY,
    add,
    change,
    whole_project,
)
from tests.world import FINANCE, MAYA, TEAM, TOM

if TYPE_CHECKING:
    from tests.world import World

pytestmark = pytest.mark.both_databases
DAY = timedelta(days=1)


def the_report(world: World) -> str:
    return job_reference(world.projects["Finance"], JobKey("default", "sales_report"))


def made(world: World, place_id: str = FINANCE) -> list[AlertRule]:
    with world.database.reading() as tx:
        return tx.alert_rules.of_place(Place(TEAM, place_id))


def give_role(world: World, who: str, role: Role) -> None:
    world.managing.edit(Asker(MAYA), world.projects["Finance"], project_edits.put_members([Who(who)], role))


def test_it_is_there_again_with_all_that_it_said(world: World):
    until = world.clock.now() + timedelta(days=9)
    add(
        world, about=the_report(world), how=How.DIGEST, at=NINE_THIRTY, until=until,
        mentions=(TOM.person_id, "here"), quiet=(NINE_THIRTY, NINE_THIRTY.replace(hour=11)),
    )  # fmt: skip
    (before,) = made(world)
    world.alerting.mute(IN_FINANCE, before.reference)
    (before,) = made(world)
    removed = world.alerting.remove(IN_FINANCE, before.reference)
    assert removed.removed == before
    assert made(world) == []
    world.clock.advance(timedelta(hours=23))

    heard = world.alerting.bring_back(IN_FINANCE, removed.undo)

    (after,) = made(world)
    assert after in heard.rules
    assert after.next_at is not None
    assert after.next_at > world.clock.now()
    assert replace(after, next_at=before.next_at) == before


def test_a_standing_rule_is_as_it_was_changed(world: World):
    change(world, HERE, events=FAILURES)
    removed = world.alerting.remove(IN_FINANCE, HERE)
    assert removed.rules[0].events != FAILURES

    assert world.alerting.bring_back(IN_FINANCE, removed.undo).rules[0].events == FAILURES


def test_a_persons_own_rule_comes_back_as_well(world: World):
    own = Asker(TOM)
    add(world, own, about=whole_project(world), events=FAILURES)
    (rule,) = made(world, TOM.person_id)
    removed = world.alerting.remove(own, rule.reference)

    world.alerting.bring_back(own, removed.undo)

    assert made(world, TOM.person_id) == [rule]


def test_it_comes_back_once(world: World):
    add(world, about=whole_project(world))
    removed = world.alerting.remove(IN_FINANCE, made(world)[0].reference)
    world.alerting.bring_back(IN_FINANCE, removed.undo)

    with pytest.raises(Conflict, match="there again already"):
        world.alerting.bring_back(IN_FINANCE, removed.undo)
    assert len(made(world)) == 1


def test_it_does_not_come_over_somebodys_later_word(world: World):
    give_role(world, TOM.person_id, Role.MANAGER)
    tom = Asker(TOM, FINANCE)
    change(world, HERE, events=FAILURES)
    removed = world.alerting.remove(IN_FINANCE, HERE)
    change(world, HERE, tom, events=FAILURES)
    world.alerting.remove(tom, HERE)

    with pytest.raises(Conflict, match="Somebody else has changed this rule since"):
        world.alerting.bring_back(IN_FINANCE, removed.undo)
    assert made(world) == []


def test_it_is_too_late_after_a_day(world: World):
    add(world, about=whole_project(world))
    removed = world.alerting.remove(IN_FINANCE, made(world)[0].reference)
    world.clock.advance(DAY + timedelta(minutes=1))

    with pytest.raises(Conflict, match="over a day ago"):
        world.alerting.bring_back(IN_FINANCE, removed.undo)


def test_only_whoever_removed_it_and_still_manages_brings_it_back(world: World):
    give_role(world, TOM.person_id, Role.MANAGER)
    tom = Asker(TOM, FINANCE)
    add(world, tom, about=whole_project(world))
    removed = world.alerting.remove(tom, made(world)[0].reference)
    with pytest.raises(NotFound):
        world.alerting.bring_back(IN_FINANCE, removed.undo)
    give_role(world, TOM.person_id, Role.RUNNER)

    with pytest.raises(NotAllowed):
        world.alerting.bring_back(tom, removed.undo)
    assert made(world) == []


def test_what_has_ended_meanwhile_stays_away(world: World):
    add(world, about=whole_project(world), until=world.clock.now() + timedelta(hours=2))
    removed = world.alerting.remove(IN_FINANCE, made(world)[0].reference)
    world.clock.advance(timedelta(hours=3))

    with pytest.raises(Conflict, match="ended meanwhile"):
        world.alerting.bring_back(IN_FINANCE, removed.undo)


@pytest.mark.parametrize("reference", ["", "x", "0", "99999999", "-1", "9" * 40])
def test_nothing_else_is_brought_back(world: World, reference: str):
    with pytest.raises(NotFound):
        world.alerting.bring_back(IN_FINANCE, reference)
