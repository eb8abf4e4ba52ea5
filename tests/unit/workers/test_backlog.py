"""After hours of an outage of Slack, what waited arrives as one message a place."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.announcement import AccessAllowed, AccessDeclined, NotRetried
from bot.domain.errors import Rejected, Unavailable
from bot.domain.identity import new_id
from bot.domain.job import Job, JobKey
from bot.domain.notice import NoticeKind
from bot.domain.project import Place
from bot.domain.rights import Role
from bot.workers.notifier import Notifier
from tests.world import FINANCE, NINE, TEAM, TOM, World

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.slack import Posted

pytestmark = pytest.mark.both_databases
MINUTE = timedelta(minutes=1)


def aloud(world: World, channel_id: str = FINANCE) -> list[Posted]:
    return [
        each
        for each in world.slack.posted
        if each.channel_id == channel_id and (each.thread_ts is None or each.broadcast)
    ]


def in_thread(world: World, root: Posted) -> list[Posted]:
    return [each for each in world.slack.posted if each.thread_ts == root.ts]


def waiting(world: World) -> int:
    with world.database.transaction() as tx:
        return tx.outbox.waiting()


def put(world: World, title: str, place_id: str = FINANCE) -> None:
    with world.database.transaction() as tx:
        told = NotRetried(title, "no reason")
        tx.outbox.put_words(Place(TEAM, place_id), told, subject=new_id(), send_at=world.clock.now())


def away(world: World) -> Callable[[], None]:
    """Slack cannot be reached, until what is returned is called."""
    before = world.slack._before_call

    def gone() -> None:
        raise Unavailable("Slack", "it cannot be reached")

    world.slack._before_call = gone

    def back() -> None:
        world.slack._before_call = before

    return back


def step_for(world: World, span: timedelta, stride: timedelta = timedelta(seconds=5)) -> None:
    end = world.clock.now() + span
    while world.clock.now() < end:
        world.clock.advance(stride)
        world.step()


def add_job(world: World, dag_id: str, title: str, fails: Callable[[], str | None]) -> None:
    job = Job(JobKey(world.airflow.deployment, dag_id), title, tags=frozenset({"finance"}))
    world.airflow.add(job, tasks=("fetch",), takes=timedelta(seconds=1), fails=lambda _conf, _try: fails())
    world.catalogue.step()


@pytest.mark.slow
def test_a_night_without_slack_is_one_message_from_which_each_run_is_reached(world: World):
    tries = iter(["first rows refused", None, None, None, None])
    add_job(world, "good", "Good one", lambda: None)
    add_job(world, "bad", "Bad one", lambda: "KeyError: 'id'")
    add_job(world, "mended", "Mended one", lambda: next(tries))
    for minute, dag_id in ((1, "good"), (11, "bad"), (21, "mended")):
        world.schedule(f"{minute} * * * *", TOM, dag_id=dag_id)
    step_for(world, NINE - world.clock.now(), MINUTE)
    back = away(world)
    step_for(world, timedelta(hours=1, minutes=50), MINUTE)
    back()

    step_for(world, 3 * MINUTE)

    (told,) = aloud(world)
    said = str(told.message.blocks)
    assert "1 job fails, 1 works again" in told.text
    assert "Bad one> failed 2 times since" in said
    assert "KeyError" in said
    assert said.index("Bad one") < said.index("Mended one") < said.index("Good one")
    texts = [each.text for each in in_thread(world, told)]
    assert sum("Good one" in each for each in texts) == 2
    assert sum("Bad one" in each for each in texts) == 2
    assert waiting(world) == 0
    (direct,) = aloud(world, f"D{TOM.person_id}")
    assert "1 job fails, 1 works again" in direct.text


@pytest.mark.slow
def test_what_comes_after_the_sum_is_told_as_ever(world: World):
    broken = [True]
    add_job(world, "bad", "Bad one", lambda: "KeyError: 'id'" if broken[0] else None)
    add_job(world, "other", "Other one", lambda: "ValueError" if broken[0] else None)
    world.schedule("1 * * * *", TOM, dag_id="bad")
    world.schedule("11 * * * *", TOM, dag_id="other")
    step_for(world, NINE - world.clock.now(), MINUTE)
    back = away(world)
    step_for(world, timedelta(minutes=50), MINUTE)
    back()
    step_for(world, MINUTE)
    broken[0] = False

    step_for(world, timedelta(minutes=30), MINUTE / 2)

    (told, *after) = aloud(world)
    assert "2 jobs fail" in told.text
    assert sorted(each.text.split(" is back")[0] for each in after) == ["Bad one", "Other one"]
    assert all(each.thread_ts == told.ts for each in after)
    assert waiting(world) == 0


@pytest.mark.slow
def test_a_single_message_arrives_as_itself(world: World):
    back = away(world)
    put(world, "Lonely")
    step_for(world, timedelta(hours=1), MINUTE)
    back()

    step_for(world, 2 * MINUTE)

    (told,) = aloud(world)
    assert "Lonely" in told.text


@pytest.mark.slow
def test_what_waited_for_minutes_only_arrives_one_by_one(world: World):
    back = away(world)
    put(world, "One")
    put(world, "Two")
    step_for(world, 10 * MINUTE, MINUTE)
    back()

    step_for(world, 2 * MINUTE)

    assert ["One" in each.text or "Two" in each.text for each in aloud(world)] == [True, True]


@pytest.mark.slow
def test_results_that_somebody_asked_for_answers_and_questions_arrive_singly(world: World):
    world.run_now(dag_id="import_orders", fail="always")
    back = away(world)
    step_for(world, MINUTE)
    direct = Place(TEAM, TOM.person_id)
    allowed = AccessAllowed(TOM.person_id, "Finance", Role.RUNNER, (), 0, None)
    with world.database.transaction() as tx:
        for _ in range(2):
            tx.outbox.put_words(direct, allowed, subject=new_id(), send_at=world.clock.now())
            tx.outbox.put_question(
                direct, AccessDeclined("Finance"), subject=new_id(), send_at=world.clock.now()
            )
    put(world, "News")
    put(world, "More news")
    step_for(world, timedelta(hours=1), MINUTE)
    back()

    step_for(world, 2 * MINUTE)

    run, told = sorted(aloud(world), key=lambda each: "took no messages" in each.text)
    assert "Import orders failed" in run.text
    assert "2 other messages" in told.text
    assert len(aloud(world, f"D{TOM.person_id}")) == 4


@pytest.mark.slow
def test_an_old_card_is_edited_after_an_outage_and_sums_up_nothing(world: World):
    add_job(world, "slow", "Slow one", lambda: None)
    world.airflow.add(
        Job(JobKey(world.airflow.deployment, "slow"), "Slow one", tags=frozenset({"finance"})),
        tasks=("fetch",),
        takes=timedelta(minutes=30),
    )
    world.schedule("every day at 9am", TOM, dag_id="slow")
    world.go_to(NINE + MINUTE)
    assert len(aloud(world)) == 1
    back = away(world)
    put(world, "News")
    step_for(world, timedelta(hours=1), MINUTE)
    back()

    step_for(world, 2 * MINUTE)

    card, news = aloud(world)
    assert "is done" in card.text
    assert "News" in news.text


@pytest.mark.slow
def test_two_processes_make_one_sum(world: World):
    back = away(world)
    for number in range(6):
        put(world, f"News {number}")
    other = Notifier(world.database, world.clock, world.slack, {world.airflow.deployment: world.airflow})
    for _ in range(30):
        world.clock.advance(MINUTE)
        world.step()
        other.step()
    back()

    for _ in range(50):
        world.clock.advance(timedelta(seconds=2))
        world.step()
        other.step()

    (told,) = aloud(world)
    assert "6 other messages" in told.text
    assert len(in_thread(world, told)) == 6
    with world.database.transaction() as tx:
        assert tx.outbox.waiting() == 0


@pytest.mark.slow
def test_what_cannot_be_summed_up_is_said_one_by_one(world: World):
    """When Slack refuses the sum itself, and its text alone, too."""
    back = away(world)
    put(world, "One")
    put(world, "Two")
    step_for(world, 20 * MINUTE, MINUTE)
    back()
    world.slack.fail_next(*[Rejected("Slack", "msg_too_long", "msg_too_long")] * 2)

    step_for(world, 2 * MINUTE)

    assert len(aloud(world)) == 2
    assert waiting(world) == 0


def test_a_notice_keeps_its_kind_on_the_way(world: World):
    with world.database.transaction() as tx:
        tx.outbox.put(Place(TEAM, FINANCE), NoticeKind.CARD, "r1", send_at=world.clock.now())
        (kept,) = tx.outbox.claim(world.clock.now(), leased_until=world.clock.now() + MINUTE, limit=5)
    assert (kept.wanted_at, kept.under) == (world.clock.now(), None)
