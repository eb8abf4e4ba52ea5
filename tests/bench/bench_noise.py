"""Noise: what a channel and a person hear of failures, as the playground counts it, a line a case.

A message is in the channel unless it is only in a thread. Slack's limits are the playground's: a message a
second in each channel, with a burst of ten; fifty edits a minute. Time is the tests' clock.
Run: .venv/bin/python tests/bench/bench_noise.py [case …]
"""

from __future__ import annotations

import logging
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import structlog

from bot.domain.errors import Unavailable
from bot.domain.job import Job, JobKey
from bot.domain.limits import Limits
from bot.domain.project import Channel
from bot.services.schedules.drafting import Drafting
from bot.services.schedules.previews import Previews
from playground.slack.rate_limits import RateLimits
from tests.databases import databases_of
from tests.world import EARLY, NINE, TEAM, TOM, World

if TYPE_CHECKING:
    from collections.abc import Callable

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
ERRORS = ("KeyError: 'order_{n}'", "psycopg.OperationalError: server 10.0.0.{n} closed", "{n} rows refused")


class Strict(World):
    """With Slack's own limits, and what was asked of it by the second."""

    def __init__(self, database: Any) -> None:
        super().__init__(database)
        clock: Any = SimpleNamespace(now=lambda: self.clock.now().timestamp())
        self.slack.limits = RateLimits(clock)
        many = Limits(previews=10_000, schedules=10_000, project_schedules=10_000)
        self.drafting = Drafting(database, self.clock, many)
        self.previews = Previews(database, self.clock, wake=lambda: None, limits=many)
        self.edited_at: list[datetime] = []
        update = self.slack.update

        def counted(*given: Any) -> None:
            update(*given)
            self.edited_at.append(self.clock.now())

        setattr(self.slack, "update", counted)  # noqa: B010  a method, which mypy lets nobody assign

    def add_job(self, number: int, *, takes: timedelta = SECOND, error: str = "") -> None:
        """`error`: what it fails with, each time."""
        dag_id = f"load_{number:03}"
        job = Job(JobKey(self.airflow.deployment, dag_id), f"Load {number:03}", tags=frozenset({"finance"}))
        self.airflow.add(job, tasks=("fetch", "check"), takes=takes, fails=lambda _conf, _try: error or None)

    def pass_by(self, span: timedelta, stride: timedelta = SECOND) -> None:
        end = self.clock.now() + span
        while self.clock.now() < end:
            self.clock.advance(stride)
            self.step()

    def fail_at_nine(self, count: int, takes: Callable[[int], timedelta]) -> None:
        """So many jobs of Tom's, each with a schedule of its own, with one of three errors."""
        for number in range(count):
            self.add_job(number, takes=takes(number), error=ERRORS[number % 3].format(n=number))
        self.catalogue.step()
        for number in range(count):
            self.schedule("every day at 9am", TOM, dag_id=f"load_{number:03}")
        self.clock.advance(NINE - SECOND - EARLY)
        for _ in range(3):  # hands over what is due
            self.step()


@dataclass(frozen=True, slots=True)
class Heard:
    """What Slack has shown."""

    channel: int
    direct: int
    threads: int
    edits: int

    @classmethod
    def in_(cls, world: Strict) -> Heard:
        kinds: Counter[str] = Counter()
        for each in world.slack.posted:
            is_direct, is_quiet = each.channel_id.startswith("D"), each.thread_ts and not each.broadcast
            kinds["thread" if is_quiet else "direct" if is_direct else "channel"] += 1
        edits = sum(len(each.edits) for each in world.slack.posted)
        return cls(kinds["channel"], kinds["direct"], kinds["thread"], edits)


def one_failure(world: Strict) -> None:
    world.fail_at_nine(1, lambda _: SECOND)
    world.pass_by(2 * MINUTE)


def one_failure_of_a_run_by_hand(world: Strict) -> None:
    world.run_now(dag_id="import_orders", fail="always")
    world.pass_by(2 * MINUTE)


def one_success_of_seconds(world: Strict) -> None:
    world.run_now()
    world.pass_by(2 * MINUTE)


def twelve_at_once(world: Strict) -> None:
    world.fail_at_nine(12, lambda number: (1 + number) * SECOND)
    world.pass_by(2 * MINUTE)


def twelve_long_runs(world: Strict) -> None:
    world.fail_at_nine(12, lambda number: (20 + 3 * number) * SECOND)
    world.pass_by(3 * MINUTE)


def three_hundred(world: Strict) -> None:
    world.fail_at_nine(300, lambda number: (1 + number * 60 / 300) * SECOND)
    world.pass_by(15 * MINUTE)


def every_five_minutes(world: Strict) -> None:
    """For two hours, from nine to eleven; then it works again."""
    state = {"broken": True}
    job = Job(JobKey(world.airflow.deployment, "sync"), "Sync stock", tags=frozenset({"finance"}))
    fails: Any = lambda _conf, _try: "TimeoutError: 30 s" if state["broken"] else None  # noqa: E731  short
    world.airflow.add(job, tasks=("pull",), takes=SECOND, fails=fails)
    world.catalogue.step()
    world.schedule("every 5 minutes", TOM, dag_id="sync")
    world.pass_by(120 * MINUTE, 2 * SECOND)
    state["broken"] = False
    world.pass_by(10 * MINUTE, 2 * SECOND)


def five_hundred_in_twenty_channels(world: Strict) -> None:
    channels = [f"C0TEAM{number:02}" for number in range(20)]
    world.slack._channels |= set(channels)
    now = world.clock.now()
    with world.database.transaction() as tx:
        for channel_id in channels:
            tx.channels.map(Channel(TEAM, channel_id, channel_id.lower(), world.projects["Finance"]), at=now)
    for number in range(500):
        world.add_job(number, takes=(1 + number * 60 / 500) * SECOND)
    world.catalogue.step()
    for number in range(500):
        world.schedule("every day at 9am", TOM, dag_id=f"load_{number:03}", where=channels[number % 20])
    world.clock.advance(NINE - SECOND - EARLY)
    world.pass_by(15 * MINUTE)


def slack_away_at_night(world: Strict) -> None:
    """For three hours, while a schedule fails every five minutes, and six others once an hour."""
    for number in range(6):
        world.add_job(number, error=ERRORS[number % 3].format(n=number))
    job = Job(JobKey(world.airflow.deployment, "sync"), "Sync stock", tags=frozenset({"finance"}))
    world.airflow.add(job, tasks=("pull",), takes=SECOND, fails=lambda _conf, _try: "TimeoutError: 30 s")
    world.catalogue.step()
    world.schedule("every 5 minutes", TOM, dag_id="sync")
    for number in range(6):
        world.schedule("every hour", TOM, dag_id=f"load_{number:03}")
    before, world.slack._before_call = world.slack._before_call, _away
    world.pass_by(timedelta(hours=3), 5 * SECOND)
    world.slack._before_call = before
    world.pass_by(15 * MINUTE)


def slack_away_in_a_mixed_night(world: Strict) -> None:
    """For three hours, while twelve hourly schedules, minutes apart, work, fail once, or fail each time."""
    tries: Counter[int] = Counter()

    def fails(number: int) -> Callable[[Any, int], str | None]:
        def now(_conf: Any, _try: int) -> str | None:
            tries[number] += 1
            is_bad = number % 3 == 2 or (number % 3 == 1 and tries[number] == 1)
            return ERRORS[number % 3].format(n=number) if is_bad else None

        return now

    for number in range(12):
        dag_id = f"load_{number:03}"
        job = Job(JobKey(world.airflow.deployment, dag_id), f"Load {number:03}", tags=frozenset({"finance"}))
        world.airflow.add(job, tasks=("fetch",), takes=SECOND, fails=fails(number))
    world.catalogue.step()
    for number in range(12):
        world.schedule(f"{5 * number} * * * *", TOM, dag_id=f"load_{number:03}")
    before, world.slack._before_call = world.slack._before_call, _away
    world.pass_by(timedelta(hours=3), 5 * SECOND)
    world.slack._before_call = before
    world.pass_by(15 * MINUTE)


def _away() -> None:
    raise Unavailable("Slack", "it cannot be reached")


CASES: dict[str, Callable[[Strict], None]] = {
    "1 failure": one_failure,
    "1 failure of a run by hand": one_failure_of_a_run_by_hand,
    "1 success of a run by hand, of seconds": one_success_of_seconds,
    "12 failures of 3 errors in a minute": twelve_at_once,
    "the same, of runs that take 20 to 60 s": twelve_long_runs,
    "300 failures in a minute": three_hundred,
    "every 5 minutes for 2 h, then mended": every_five_minutes,
    "500 runs in a minute, 20 channels": five_hundred_in_twenty_channels,
    "Slack away for 3 h at night": slack_away_at_night,
    "Slack away for 3 h in a mixed night": slack_away_in_a_mixed_night,
}


def tell(name: str, play: Callable[[Strict], None]) -> None:
    with databases_of("sqlite") as databases, databases.fresh() as database:
        world = Strict(database)
        play(world)
        heard = Heard.in_(world)
        with database.transaction() as tx:
            waiting = tx.outbox.waiting()
        refused = Counter(world.slack.refused)
        edits = world.edited_at
        most = max((sum(at <= each < at + MINUTE for each in edits) for at in edits), default=0)
    print(
        f"{name}: in the channel {heard.channel}, direct {heard.direct}, edits {heard.edits}"
        f"  (only in threads {heard.threads}; most edits in a minute {most}; refused by Slack's limits: "
        f"{refused['chat.postMessage']} posts, {refused['chat.update']} edits; waiting at the end {waiting})",
        flush=True,
    )


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    for case, play in CASES.items():
        if not sys.argv[1:] or any(word in case for word in sys.argv[1:]):
            tell(case, play)
