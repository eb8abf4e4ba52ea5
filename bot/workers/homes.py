"""Homes that people have open are kept up to date: each is drawn anew when something in it has changed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.domain.errors import RateLimited, Rejected, UserError
from bot.services.slack.people import People
from bot.workers.loop import on_its_own

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.domain.clock import Clock
    from bot.domain.home import OpenHome
    from bot.domain.ports import Slack
    from bot.services.home import Homes
    from storage.database import Database

log = structlog.get_logger()
PAUSE = 1.0
LEASE = timedelta(minutes=1)
LATELY = timedelta(hours=4)
"""How long after its opening a Home is kept up to date; Slack does not tell when it is closed."""
AT_MOST_EVERY = timedelta(seconds=3)
"""Changes that follow each other more closely are drawn together."""
ANYWAY = timedelta(minutes=1)
"""How often a Home is drawn though nothing was heard of it: time passes, and not all changes are heard of."""
AT_ONCE = 20


class HomeKeeper:
    """One process keeps all Homes, so that none is published twice for the same change."""

    def __init__(self, database: Database, clock: Clock, slack: Slack, homes: Homes, holder: str) -> None:
        self._database = database
        self._clock = clock
        self._slack = slack
        self._people = People(database, clock, slack)
        self._homes = homes
        self._holder = holder
        self._heard: tuple[int, int] | None = None
        """The last change that was heard of; None at first, and while no Home is open."""
        self._stale: set[tuple[str, str]] = set()
        """The Homes that a change concerns and that are not drawn anew yet."""
        self._free_at: datetime | None = None
        """Until when Slack asked to be left alone."""

    def step(self) -> float:
        """Publish the Homes in which something has changed. Return the seconds until the next look."""
        now = self._clock.now()
        with self._database.reading() as tx:
            open_ones = tx.homes.since(now - LATELY)
        if not open_ones:
            self._heard, self._stale = None, set()
            return PAUSE
        with self._database.transaction() as tx:
            if not tx.leases.take("homes", self._holder, now=now, until=now + LEASE):
                self._heard = None
                return PAUSE
        self._listen(open_ones)
        if self._free_at is None or not now < self._free_at:
            self._publish(self._due(open_ones, now), now)
        return PAUSE

    def _listen(self, open_ones: Iterable[OpenHome]) -> None:
        """Find the Homes that something has happened to since the last look; at first, all of them."""
        with self._database.reading() as tx:
            last = tx.homes.last_change()
            changed = None if self._heard is None else tx.homes.changed_since(self._heard)
        self._heard = last
        for each in open_ones:
            if changed is None or each.person_id in changed[1] or not each.project_ids.isdisjoint(changed[0]):
                self._stale.add(_key(each))

    def _due(self, open_ones: Iterable[OpenHome], now: datetime) -> list[OpenHome]:
        def is_due(home: OpenHome) -> bool:
            rested = now - home.looked_at
            return not home.shown or rested >= (AT_MOST_EVERY if _key(home) in self._stale else ANYWAY)

        return [each for each in open_ones if is_due(each)][:AT_ONCE]

    def _publish(self, due: Iterable[OpenHome], now: datetime) -> None:
        for home in due:
            with on_its_own("home", person=home.person_id) as block:
                try:
                    person = self._people.find(home.workspace_id, home.person_id)
                    self._homes.publish(person, self._slack)
                except RateLimited as error:
                    self._free_at = now + timedelta(seconds=error.retry_after)
                    return
                except (Rejected, UserError) as error:
                    log.warning("home.refused", person=home.person_id, why=str(error))
                    self._close(home)
            if block.is_odd:
                self._close(home)
            self._stale.discard(_key(home))

    def _close(self, home: OpenHome) -> None:
        """Leave the Home alone until it is opened again: the next try would end alike."""
        with self._database.transaction() as tx:
            tx.homes.close(home.workspace_id, home.person_id)


def _key(home: OpenHome) -> tuple[str, str]:
    return home.workspace_id, home.person_id
