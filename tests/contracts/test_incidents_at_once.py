"""Incidents in several processes at once: one of each, one claim, every message once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.domain.errors import Conflict, Disturbed
from bot.domain.firing import Firing, FiringState
from bot.domain.identity import new_id
from bot.domain.job import JobKey
from bot.domain.project import Place
from bot.domain.run import Failure, Run, RunState
from bot.rules.access import Asker
from bot.workers import announcing
from bot.workers.notifier import Notifier
from storage.tables import incidents, notices
from tests.world import FINANCE, MAYA, TEAM, TOM

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.domain.incident import Incident
    from tests.world import World

pytestmark = pytest.mark.both_databases
HERE = Place(TEAM, FINANCE)
ROUNDS = 8


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Return what each came to, an error included; all of them begin at the same moment."""
    barrier = Barrier(len(acts))

    def begun(act: Callable[[], object]) -> object:
        barrier.wait(10)
        try:
            return act()
        except (Conflict, Disturbed) as error:
            return error

    with ThreadPoolExecutor(len(acts)) as threads:
        return [each.result(60) for each in [threads.submit(begun, act) for act in acts]]


def handed_over(world: World, schedule_id: str, number: int) -> tuple[Firing, Run]:
    now, key = world.clock.now(), JobKey("default", "import_orders")
    firing = Firing(
        new_id(), schedule_id, now + timedelta(minutes=number), key, {}, world.projects["Finance"],
        TOM.person_id, HERE, FiringState.HANDED_OVER,
    )  # fmt: skip
    run = Run(new_id(), key, firing.run_id, RunState.RUNNING, firing.firing_id, firing.due_at, now, None)
    with world.database.transaction() as tx:
        tx.firings.add(firing, act_at=now + timedelta(days=9), at=now)
        tx.runs.add(run, at=now)
    return firing, run


def ends(world: World, firing: Firing, run: Run, state: RunState) -> None:
    """As a watcher writes it down, which begins anew when the database undid it."""
    now = world.clock.now() + timedelta(seconds=1)
    failure = Failure("check", 1, "3 refused", "") if state is RunState.FAILED else None
    ended = Run(
        run.run_key,
        run.key,
        run.run_id,
        state,
        run.firing_id,
        run.due_at,
        run.started_at,
        now,
        failure=failure,
    )
    for _ in range(5):
        try:
            with world.database.transaction() as tx:
                tx.runs.lock(run.run_key)
                tx.runs.keep(ended, at=now)
                announcing.ended(tx, ended, firing, now)
        except Disturbed:
            continue
        return
    raise AssertionError("undone five times in a row")


def open_ones(world: World) -> Sequence[Incident]:
    with world.database.transaction() as tx:
        ids = tx.connection.execute(select(incidents.c.incident_id).where(incidents.c.ended_at.is_(None)))
        return tx.incidents.lock(list(ids.scalars()))


def test_runs_that_fail_at_the_same_moment_are_one_incident_in_each_place(world: World):
    for number in range(ROUNDS):
        schedule = world.schedule("every day at 9am", dag_id="import_orders")
        runs = [handed_over(world, schedule.schedule_id, minute) for minute in range(4)]

        at_once(*(partial(ends, world, *each, RunState.FAILED) for each in runs))

        found = [each for each in open_ones(world) if each.of.source == schedule.schedule_id]
        assert sorted(each.of.place.channel_id for each in found) == [FINANCE, TOM.person_id], number
        with world.database.transaction() as tx:
            assert set(tx.incidents.counts([each.incident_id for each in found]).values()) == {4}


def test_two_who_claim_at_the_same_moment_are_one_claim_wherever_it_is_told(world: World):
    for _ in range(ROUNDS):
        schedule = world.schedule("every day at 9am", dag_id="import_orders")
        ends(world, *handed_over(world, schedule.schedule_id, 0), RunState.FAILED)
        both = [each for each in open_ones(world) if each.of.source == schedule.schedule_id]

        came = at_once(
            *(
                lambda who=who, each=each: world.incidents.claim(Asker(who), each.incident_id)
                for who, each in zip((TOM, MAYA), both, strict=True)
            )
        )

        (lost,) = (each for each in came if each is not None)
        claimed_by = {each.claimed_by for each in open_ones(world) if each.of.source == schedule.schedule_id}
        assert len(claimed_by) == 1
        assert str(lost) == f"<@{claimed_by.pop()}> has claimed this already."


def test_a_claim_and_an_end_at_the_same_moment_leave_no_incident_half_claimed(world: World):
    for _ in range(ROUNDS):
        schedule = world.schedule("every day at 9am", dag_id="import_orders")
        ends(world, *handed_over(world, schedule.schedule_id, 0), RunState.FAILED)
        good = handed_over(world, schedule.schedule_id, 1)
        one = next(each for each in open_ones(world) if each.of.source == schedule.schedule_id)

        at_once(
            partial(world.incidents.claim, Asker(MAYA), one.incident_id),
            partial(ends, world, *good, RunState.DONE),
        )

        assert [each for each in open_ones(world) if each.of.source == schedule.schedule_id] == []


def test_two_processes_post_each_message_once(world: World):
    for number in range(6):
        schedule = world.schedule("every day at 9am", dag_id="import_orders")
        ends(world, *handed_over(world, schedule.schedule_id, number), RunState.FAILED)
    airflows = {world.airflow.deployment: world.airflow}
    others = [Notifier(world.database, world.clock, world.slack, airflows) for _ in range(2)]

    for _ in range(120):
        at_once(*(each.step for each in others))
        world.clock.advance(timedelta(seconds=2))

    with world.database.transaction() as tx:
        posted_by = tx.connection.execute(select(notices.c.notice_id).where(notices.c.send_at.is_not(None)))
        assert list(posted_by.scalars()) == []
    aloud = [each for each in world.slack.posted if each.thread_ts is None or each.broadcast]
    assert len([each for each in aloud if each.channel_id == FINANCE]) == 1, (
        "nothing was said before the storm"
    )
    assert len([each for each in aloud if each.channel_id == f"D{TOM.person_id}"]) == 2
    subjects = [(each.channel_id, str(each.message.blocks)) for each in world.slack.posted]
    assert len(set(subjects)) == len(subjects), "each card once"
