"""The housekeeper forgets old drafts and requests, and nothing that can still be asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.workers.housekeeper import Housekeeper
from tests.world import TEAM

if TYPE_CHECKING:
    from tests.world import World


def test_what_is_over_for_a_day_is_forgotten(world: World):
    draft = world.draft(when="every weekday at 9am")
    with world.database.transaction() as tx:
        tx.outbox.first_time(TEAM, "Ev1", at=world.clock.now())
    keeper = Housekeeper(world.database, world.clock)

    keeper.step()
    with world.database.transaction() as tx:
        assert tx.drafts.lock(TEAM, draft.draft_id) is not None
        assert not tx.outbox.first_time(TEAM, "Ev1", at=world.clock.now())

    world.clock.advance(timedelta(days=2))
    keeper.step()
    with world.database.transaction() as tx:
        assert tx.drafts.lock(TEAM, draft.draft_id) is None
        assert tx.outbox.first_time(TEAM, "Ev1", at=world.clock.now())
