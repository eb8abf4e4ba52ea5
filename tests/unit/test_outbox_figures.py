"""How much waits for Slack, and what it takes nowhere, is said in /readyz, by `check` and to admins."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.cli.check import outbox
from bot.domain.announcement import NotRetried
from bot.domain.identity import new_id
from bot.domain.project import Place
from bot.health import Health
from bot.rules.access import Asker
from tests.world import FINANCE, MAYA, TEAM

if TYPE_CHECKING:
    from tests.world import World

pytestmark = pytest.mark.both_databases
LATE = "2 messages wait for Slack, the oldest for 40 minutes: alerts are late"
LOST = "1 message was given up within a week, because Slack takes them nowhere: is_archived (1)"


def put(world: World, *, ago: timedelta, until_now: bool = True) -> None:
    at = world.clock.now() - ago if until_now else world.clock.now() + ago
    with world.database.transaction() as tx:
        tx.outbox.put_words(Place(TEAM, FINANCE), NotRetried("Job", "x"), subject=new_id(), send_at=at)


def give_up(world: World, *, ago: timedelta) -> None:
    now = world.clock.now()
    put(world, ago=timedelta())
    with world.database.transaction() as tx:
        (claimed,) = tx.outbox.claim(now, leased_until=now, limit=1)
        tx.outbox.give_up(claimed, "is_archived", at=now - ago)


def report(world: World) -> dict[str, Any]:
    return Health(world.database, world.slack, world.airflow, [], world.clock).report()


def test_an_outbox_in_which_nothing_is_late_is_counted_and_warns_of_nothing(world: World):
    put(world, ago=timedelta(minutes=2))
    put(world, ago=timedelta(hours=1), until_now=False)

    said = report(world)

    assert said["outbox"] == {"waiting": 1, "oldest_seconds": 120, "given_up_in_a_week": 0}
    assert not [each for each in said["warnings"] if "for Slack" in each]
    assert outbox(world.database, world.clock.now()).detail == "1 waiting"


def test_what_waits_for_long_and_what_was_given_up_are_warnings_and_leave_it_ready(world: World):
    give_up(world, ago=timedelta(days=1))
    give_up(world, ago=timedelta(days=8))
    put(world, ago=timedelta(minutes=40))
    put(world, ago=timedelta(minutes=20))
    with world.database.transaction() as tx:
        tx.directory.give_workspace_role(TEAM, MAYA.person_id, "admin")

    said = report(world)

    assert said["ready"] is True
    assert said["outbox"] == {"waiting": 2, "oldest_seconds": 2400, "given_up_in_a_week": 1}
    assert [each for each in said["warnings"] if "Slack" in each] == [LATE, LOST]
    found = outbox(world.database, world.clock.now())
    assert (found.detail, found.advice) == (f"{LATE}; {LOST}", "")
    assert world.managing.desk(Asker(MAYA, FINANCE)).backlog == (LATE, LOST)


def test_a_message_that_is_tried_again_and_again_is_as_old_as_it_is(world: World):
    put(world, ago=timedelta(minutes=40))
    now = world.clock.now()
    with world.database.transaction() as tx:
        (claimed,) = tx.outbox.claim(now, leased_until=now, limit=1)
        tx.outbox.send_again(claimed, send_at=now + timedelta(minutes=1), plain=False)

    assert report(world)["outbox"] == {"waiting": 1, "oldest_seconds": 2400, "given_up_in_a_week": 0}


def test_only_admins_read_of_it_in_the_administration(world: World):
    put(world, ago=timedelta(minutes=40))

    assert world.managing.desk(Asker(MAYA, FINANCE)).backlog == ()


@pytest.mark.parametrize("length", [10, 64, 65, 400])
def test_what_is_handled_once_may_be_called_by_any_name(world: World, length: int):
    with world.database.transaction() as tx:
        first = tx.deliveries.first_time(TEAM, "x" * length, at=world.clock.now())
        again = tx.deliveries.first_time(TEAM, "x" * length, at=world.clock.now())
        other = tx.deliveries.first_time(TEAM, "x" * length + "y", at=world.clock.now())
    assert (first, again, other) == (True, False, True)
