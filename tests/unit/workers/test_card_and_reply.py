"""A failed run's card and the reply that notifies below it are read as one failure: one says what broke."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.rules.access import Asker
from tests.unit.workers.test_incidents import in_channel, incidents_at, shown
from tests.world import FINANCE, MAYA, NINE, TOM

if TYPE_CHECKING:
    from tests.fakes.slack import Posted
    from tests.world import World

pytestmark = pytest.mark.both_databases
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
ERROR = "OrdersFeedError: 3 of 240"


def fails_by_hand(world: World) -> tuple[Posted, Posted]:
    """Return the card of a run that has failed, and the reply below it."""
    world.run_now(dag_id="import_orders", fail="once")
    world.go_on(30 * SECOND)
    card, reply = in_channel(world)
    assert card.edits
    assert reply.thread_ts == card.ts
    return card, reply


def test_only_the_reply_says_what_broke_and_has_the_buttons(world: World):
    card, reply = fails_by_hand(world)

    assert reply.message.text.startswith("Import orders failed in task check: OrdersFeedError")
    assert ERROR in shown(reply)
    assert "'Retry'" in shown(reply)
    assert "Import orders* failed" in shown(card)
    assert ERROR not in shown(card)
    assert "'Retry'" not in shown(card)


@pytest.mark.slow
def test_both_say_who_looks_into_it(world: World):
    card, reply = fails_by_hand(world)
    (incident,) = incidents_at(world)
    world.incidents.claim(Asker(MAYA), incident.incident_id)
    world.go_on(MINUTE)

    assert f"Claimed by <@{MAYA.person_id}>" in shown(reply)
    assert f"Claimed by <@{MAYA.person_id}>" in shown(card)


@pytest.mark.slow
def test_once_it_works_again_both_say_so(world: World):
    card, reply = fails_by_hand(world)
    (incident,) = incidents_at(world)
    world.incidents.retry(Asker(TOM), incident.incident_id)
    world.go_on(MINUTE)

    assert "~failed~, fixed" in shown(card)
    assert "Fixed" in shown(reply)
    assert "thread below" not in shown(card)


@pytest.mark.slow
def test_while_the_reply_waits_for_the_end_of_a_pause_the_card_has_the_buttons(world: World):
    world.airflow.change("import_orders")
    world.schedule("every day at 9am", TOM, dag_id="import_orders", fail="always")
    world.go_to(NINE - 2 * SECOND)
    world.airflow.stop_scheduler()  # its run waits, so its card is posted first
    world.go_on(30 * SECOND)
    (card,) = in_channel(world)
    until = world.clock.now() + 10 * MINUTE
    world.airflow.start_scheduler()
    world.go_on(2 * SECOND)
    world.services().pausing_projects.pause(Asker(MAYA, FINANCE), world.projects["Finance"], until)
    world.go_on(MINUTE)

    assert [each for each in in_channel(world) if each.thread_ts] == []
    assert "Import orders* failed" in shown(card)
    assert "'Retry'" in shown(card)
    world.go_on(12 * MINUTE)
    (reply,) = (each for each in in_channel(world) if each.thread_ts)
    assert "'Retry'" in shown(reply)
