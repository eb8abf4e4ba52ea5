"""Failures are told though the bot is killed again and again, Slack stumbles, and is away for ten minutes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from sqlalchemy import select

from bot.domain.errors import RateLimited, Unavailable
from bot.domain.identity import new_id
from bot.domain.project import Place
from bot.rules.alerting import roots
from bot.workers.notifier import Notifier
from bot.workers.watcher import Watcher
from storage.tables import cards
from tests.fakes.shaky import Crash, ShakyAirflow, ShakyDatabase
from tests.unit.workers.test_incidents import add_failing, in_channel, shown
from tests.world import FINANCE, TEAM

if TYPE_CHECKING:
    from tests.fakes.slack import FakeSlack
    from tests.world import World

log = structlog.get_logger()
pytestmark = pytest.mark.both_databases
KILLS = 20
RATE_LIMITED = 0.2
STEP = timedelta(seconds=5)
AWAY_FROM, AWAY_FOR = timedelta(minutes=8), timedelta(minutes=10)
JOBS = tuple(f"job_{number:02}" for number in range(12))
BETWEEN_FAILURES = timedelta(minutes=2)
"""Some fail while Slack is away, and wait."""


@dataclass
class Stumbling:
    """Slack as one process reaches it: refuses some calls, is away, and may be the last that is called."""

    slack: FakeSlack
    random: Random
    process: ShakyAirflow
    is_away: bool = False
    die_in: int | None = None
    unknown: list[str] = field(default_factory=list)
    """The ts of messages that were posted by a process which died before it could write that down."""

    def __getattr__(self, name: str) -> Any:
        real = getattr(self.slack, name)
        if name not in {"post", "update"}:
            return real

        def call(*arguments: Any, **named: Any) -> Any:
            if self.process.is_dead:
                raise Crash
            if self.is_away:
                raise Unavailable("Slack", "it did not answer in time")
            if self.random.random() < RATE_LIMITED:
                raise RateLimited("Slack", "ratelimited", retry_after=2)
            answer = real(*arguments, **named)
            if self.die_in is not None:
                self.die_in -= 1
                if self.die_in <= 0:
                    self.process.is_dead = True
                    self.unknown += [answer[1]] if name == "post" else []
                    raise Crash
            return answer

        return call


class Process:
    """A watcher and a notifier that live and die together."""

    def __init__(self, world: World, random: Random) -> None:
        self.random = random
        self.airflow = ShakyAirflow(world.airflow)
        self.slack = Stumbling(world.slack, random, self.airflow)
        database: Any = ShakyDatabase(world.database, self.airflow)
        airflow: Any = self.airflow
        slack: Any = self.slack
        self.workers = (
            Watcher(database, world.clock, airflow, new_id()),
            Notifier(database, world.clock, slack, {airflow.deployment: airflow}),
        )

    def is_to_die(self) -> None:
        """Let it die soon: at one of its transactions or calls, before or after that has taken effect."""
        self.airflow.after = self.random.random() < 1 / 2
        match self.random.choice(("transaction", "Airflow", "Slack", "Slack")):
            case "transaction":
                self.airflow.die_in_tx = self.random.randint(1, 12)
            case "Airflow":
                self.airflow.die_in = self.random.randint(1, 6)
            case _:
                self.slack.die_in = self.random.randint(1, 2)

    def step(self) -> bool:
        """Return whether the process still lives."""
        for worker in self.workers:
            try:
                worker.step()
            except (Crash, Unavailable):
                continue
        return not self.airflow.is_dead


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_failure_and_recovery_is_told_whatever_dies(world: World, seed: int):
    random, kills, unknown = Random(seed), 0, list[str]()
    states = {dag_id: add_failing(world, dag_id) for dag_id in JOBS}
    process = Process(world, random)
    process.step()
    world.clock.advance(timedelta(seconds=70))
    began, steps = world.clock.now(), 0
    failing, mending = list(JOBS), list(JOBS)
    while steps < 1000 and (mending or kills < KILLS or is_something_to_tell(world)):
        steps += 1
        world.clock.advance(STEP)
        passed = world.clock.now() - began
        process.slack.is_away = AWAY_FROM <= passed < AWAY_FROM + AWAY_FOR
        if failing and passed >= (len(JOBS) - len(failing)) * BETWEEN_FAILURES:
            world.airflow.start_elsewhere(failing[0], f"scheduled__{failing.pop(0)}")
        if not failing and mending and passed >= len(JOBS) * BETWEEN_FAILURES + timedelta(minutes=10):
            states[mending[0]]["broken"] = False
            world.airflow.start_elsewhere(mending[0], f"mended__{mending.pop(0)}")
        if kills < KILLS and steps % 6 == 0:
            process.is_to_die()
        if not process.step():
            kills += 1
            unknown += process.slack.unknown
            process = Process(world, random)

    with world.database.transaction() as tx:
        incidents = tx.incidents.begun_since(Place(TEAM, FINANCE), began)
        told = [
            each for each in incidents if any(tx.outbox.is_heard(root, each.of.place) for root in roots(each))
        ]
        known = set(tx.connection.execute(select(cards.c.ts)).scalars())
    replies = [shown(each) for each in in_channel(world)]
    recovered = [
        each for each in JOBS if any(f"{each.title()}* is back to normal" in reply for reply in replies)
    ]
    twice = [each.ts for each in in_channel(world) if each.ts not in known and each.thread_ts is None]
    log.info("all.told", kills=kills, failures=len(told), recoveries=len(recovered), twice=len(twice))
    assert kills == KILLS
    assert recovered == list(JOBS)
    assert sorted(each.of.key.dag_id for each in told) == sorted(JOBS)
    assert all(each.ended_at is not None for each in incidents)
    assert {*twice} <= {*unknown}  # once too often, only where the message was the last thing that it did


def is_something_to_tell(world: World) -> bool:
    with world.database.transaction() as tx:
        return tx.outbox.waiting() > 0
