"""A failure is sent before what was waiting already, also while that is being sent."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.announcement import SampleAlert
from bot.domain.identity import new_id
from bot.domain.project import Place
from tests.unit.workers.test_incidents import shown
from tests.world import FINANCE, TEAM, TOM

if TYPE_CHECKING:
    from tests.world import World

pytestmark = pytest.mark.both_databases
MANY = 20


def test_a_failure_that_comes_while_others_are_sent_waits_for_few_of_them(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    world.step()
    world.airflow.start_elsewhere("import_orders", "scheduled__1", conf={"fail": "always"})
    world.clock.advance(timedelta(seconds=30))
    channels = [f"C0TEAM{number:02}" for number in range(MANY)]
    world.slack._channels |= set(channels)
    with world.database.transaction() as tx:
        for channel_id in channels:
            told = SampleAlert(TOM.person_id)
            place = Place(TEAM, channel_id)
            tx.outbox.put_words(place, told, subject=new_id(), send_at=world.clock.now())
    post = world.slack.post

    def while_it_fails(*given: Any, **named: Any) -> tuple[str, str]:
        if not world.slack.posted:
            world.watcher.step()
        return post(*given, **named)

    monkeypatch.setattr(world.slack, "post", while_it_fails)

    world.notifier.step()

    places = [each.channel_id for each in world.slack.posted]
    assert len(places) == MANY
    assert places.index(FINANCE) <= 5
    assert "OrdersFeedError" in shown(world.slack.posted[places.index(FINANCE)])
