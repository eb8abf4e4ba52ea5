"""The notifier of a company: hundreds of cards open, Slack's limits, and what people must hear at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.errors import RateLimited, Rejected, Unavailable
from bot.domain.identity import new_id
from bot.domain.job import JobKey
from bot.domain.notice import Message, NoticeKind
from bot.domain.project import Place
from bot.domain.run import Failure, Run, RunState
from playground.slack.rate_limits import RateLimits
from tests.fakes.slack import Posted
from tests.world import FINANCE, HR, TEAM
from tests.written_before import put_drawn

if TYPE_CHECKING:
    from tests.world import World

HERE = Place(TEAM, FINANCE)
BROKE = Failure("load", 1, "3 orders were refused", "line 1\nline 2")


@pytest.fixture
def strict(world: World) -> World:
    """With Slack's own limits."""
    clock: Any = SimpleNamespace(now=lambda: world.clock.now().timestamp())
    world.slack.limits = RateLimits(clock)
    return world


def a_run(world: World) -> Run:
    """That goes on, and has no card yet."""
    key = JobKey(world.airflow.deployment, "sales_report")
    run = Run(new_id(), key, f"manual__{new_id()}", RunState.RUNNING, None, None, world.clock.now(), None)
    with world.database.transaction() as tx:
        tx.runs.add(run, at=world.clock.now())
    return run


def a_card(world: World, place: Place = HERE) -> Run:
    """Of a run that goes on, posted already."""
    run = a_run(world)
    posted = Posted(place.channel_id, f"{len(world.slack.posted)}.000001", Message("running"))
    world.slack.posted.append(posted)
    with world.database.transaction() as tx:
        tx.outbox.keep_card(run.run_key, place, posted.channel_id, posted.ts)
    return run


def changes(world: World, *runs: Run, place: Place = HERE, **values: Any) -> None:
    """As the watcher would write it."""
    now = world.clock.now()
    kinds = {RunState.FAILED: [NoticeKind.FAILURE], RunState.DONE: [NoticeKind.RESULT]}
    with world.database.transaction() as tx:
        changed_runs = [replace(run, **values) for run in runs]
        for changed in changed_runs:  # first the runs, then the notices: the order of locks
            tx.runs.keep(changed, at=now)
        for changed in changed_runs:
            for kind in (NoticeKind.CARD, *kinds.get(changed.state, [])):
                tx.outbox.put(place, kind, changed.run_key, send_at=now)


def fails(world: World, *runs: Run) -> None:
    changes(world, *runs, state=RunState.FAILED, ended_at=world.clock.now(), failure=BROKE)


def put(world: World, text: str, channel_id: str) -> None:
    with world.database.transaction() as tx:
        put_drawn(tx, Place(TEAM, channel_id), Message(text), subject=new_id(), send_at=world.clock.now())


def go_on(world: World, seconds: int) -> None:
    for _ in range(seconds * 4):
        world.notifier.step()
        world.clock.advance(timedelta(seconds=0.25))


def replies(world: World) -> list[str]:
    return [each.text for each in world.slack.posted if each.thread_ts]


@pytest.mark.slow
def test_a_failure_is_heard_at_once_while_hundreds_of_cards_wait_for_their_edits(strict: World):
    cards = [a_card(strict) for _ in range(200)]
    changes(strict, *cards, tasks_done=1, tasks_total=6)
    go_on(strict, 30)

    fails(strict, cards[0])
    go_on(strict, 2)

    assert any("failed" in each for each in replies(strict))


@pytest.mark.slow
def test_the_end_of_a_run_is_shown_before_the_progress_of_others(strict: World):
    *going, ended = (a_card(strict) for _ in range(200))
    changes(strict, *going, tasks_done=1, tasks_total=6)
    go_on(strict, 60)

    changes(strict, ended, state=RunState.DONE, ended_at=strict.clock.now())
    go_on(strict, 3)

    assert any("is done" in each.text for each in strict.slack.posted if not each.thread_ts)


@pytest.mark.slow
def test_after_a_refused_edit_no_other_is_tried_until_slack_says_so(strict: World):
    cards = [a_card(strict) for _ in range(120)]
    changes(strict, *cards, state=RunState.STOPPED, ended_at=strict.clock.now())

    go_on(strict, 100)
    put(strict, "hello", HR)
    put(strict, "hello", FINANCE)
    go_on(strict, 1)
    assert strict.slack.texts(HR) == ["hello"]
    assert strict.slack.texts(FINANCE)[-1] == "hello", "though edits of its own wait"
    changes(strict, a_run(strict))
    go_on(strict, 1)
    assert "is running" in strict.slack.texts(FINANCE)[-1], "first cards are no edits"

    go_on(strict, 60)
    assert sum("was stopped" in each for each in strict.slack.texts(FINANCE)) == 120
    assert len(strict.slack.refused) <= 3


def test_a_channel_with_many_messages_holds_up_no_other(world: World):
    for number in range(100):
        put(world, f"number {number}", FINANCE)
    put(world, "elsewhere", HR)

    world.notifier.step()

    assert world.slack.texts(FINANCE) == ["number 0"]
    assert world.slack.texts(HR) == ["elsewhere"]


@pytest.mark.slow
def test_fifty_failures_in_one_minute_and_channel_are_each_heard_once(strict: World):
    cards = [a_card(strict) for _ in range(50)]
    fails(strict, *cards)

    go_on(strict, 75)
    assert sum("failed" in each for each in replies(strict)) == 50

    go_on(strict, 120)
    assert sum("failed" in each for each in replies(strict)) == 50
    assert sum("log" in each for each in replies(strict)) == 50
    assert all("failed" in each.text for each in strict.slack.posted if not each.thread_ts)


@pytest.mark.parametrize(
    "refusal",
    [RateLimited("Slack", "ratelimited", 5), Rejected("Slack", "msg_blocks_too_long", "msg_blocks_too_long")],
)
def test_a_failure_is_not_told_twice_when_slack_does_not_take_its_log(
    world: World, refusal: Exception, monkeypatch: pytest.MonkeyPatch
):
    run = a_card(world)
    fails(world, run)
    post, refusals = world.slack.post, [refusal, refusal]

    def refusing_logs(channel_id: str, message: Message, **more: Any) -> tuple[str, str]:
        if "log" in message.text and refusals:
            raise refusals.pop()
        return post(channel_id, message, **more)

    monkeypatch.setattr(world.slack, "post", refusing_logs)

    go_on(world, 30)

    assert sum("failed" in each for each in replies(world)) == 1


def test_a_channel_of_several_companies_reads_no_log(world: World):
    with world.database.transaction() as tx:
        kept = tx.channels.get(TEAM, FINANCE)
        assert kept is not None
        tx.channels.describe(replace(kept, is_shared=True))
    run = a_card(world)
    fails(world, run)

    go_on(world, 5)

    assert len(replies(world)) == 1
    assert "line 2" not in str([each.message for each in world.slack.posted])
    with world.database.transaction() as tx:
        assert tx.outbox.waiting() == 0


@pytest.mark.slow
def test_progress_of_many_channels_is_shown_one_by_one(world: World):
    """Twenty at once were twenty of the fifty edits that Slack takes in a minute."""
    for number in range(20):
        place = Place(TEAM, f"C0MANY{number:02}")
        changes(world, a_card(world, place), place=place, tasks_done=1, tasks_total=6)

    go_on(world, 20)

    assert 8 <= sum(len(each.edits) for each in world.slack.posted) <= 11


@pytest.mark.slow
def test_an_edit_that_slack_refuses_spares_those_that_were_claimed_with_it(world: World):
    for number in range(10):
        place = Place(TEAM, f"C0MANY{number:02}")
        changes(world, a_card(world, place), place=place, state=RunState.STOPPED)
    world.slack.fail_next(*[RateLimited("Slack", "ratelimited", 30)] * 10)

    world.notifier.step()
    assert len(world.slack.faults) == 9, "one was refused, nine were not tried"

    world.slack.faults.clear()
    go_on(world, 35)
    assert all(len(each.edits) == 1 for each in world.slack.posted)


@pytest.mark.slow
def test_a_channel_that_is_to_rest_for_long_rests(world: World):
    put(world, "first", FINANCE)
    world.slack.fail_next(RateLimited("Slack", "ratelimited", 3600))
    world.notifier.step()
    put(world, "second", FINANCE)

    go_on(world, 60)

    assert world.slack.texts(FINANCE) == []


def test_a_channel_does_not_rest_by_a_clock_that_has_been_put_back(world: World):
    put(world, "first", FINANCE)
    world.notifier.step()
    world.clock.advance(timedelta(hours=-1))
    put(world, "second", FINANCE)

    go_on(world, 1)

    assert world.slack.texts(FINANCE) == ["first", "second"]


def test_what_is_said_of_one_thing_in_two_channels_waits_in_neither_for_the_other(world: World):
    with world.database.transaction() as tx:
        for channel_id in (FINANCE, HR):
            place = Place(TEAM, channel_id)
            put_drawn(tx, place, Message("missed"), subject="one", send_at=world.clock.now())
    world.slack.fail_next(RateLimited("Slack", "ratelimited", 30))

    go_on(world, 1)

    assert world.slack.texts(HR) == ["missed"]


def test_words_about_a_run_stand_on_their_own(world: World):
    run = a_card(world)
    with world.database.transaction() as tx:
        put_drawn(tx, HERE, Message("not retried"), subject=run.run_key, send_at=world.clock.now())

    go_on(world, 1)

    assert [each.text for each in world.slack.posted if each.thread_ts is None] == ["running", "not retried"]


def test_words_about_a_run_do_not_wait_for_its_cards_edit(world: World):
    """Of which Slack takes no more for now."""
    run = a_card(world)
    changes(world, run, state=RunState.STOPPED)
    world.slack.fail_next(RateLimited("Slack", "ratelimited", 60))
    world.notifier.step()
    with world.database.transaction() as tx:
        put_drawn(tx, HERE, Message("not retried"), subject=run.run_key, send_at=world.clock.now())

    go_on(world, 2)

    assert "not retried" in world.slack.texts(FINANCE)


@pytest.mark.slow
def test_a_failure_and_what_came_of_it_are_heard_in_their_order(world: World):
    run = a_card(world)
    fails(world, run)
    world.slack.fail_next(Unavailable("Slack", "internal_error"))
    world.notifier.step()
    changes(world, run, state=RunState.DONE, ended_at=world.clock.now())

    go_on(world, 60)

    assert ["failed" in each for each in replies(world)] == [True, False]


def test_a_failure_waits_for_its_first_card(world: World):
    run = a_run(world)
    fails(world, run)
    world.slack.fail_next(Unavailable("Slack", "internal_error"))

    go_on(world, 20)

    assert any("failed" in each for each in replies(world))


def test_a_first_failure_is_heard_before_all_that_waits_in_its_channel(world: World):
    for number in range(30):
        put(world, f"number {number}", FINANCE)
    fails(world, a_run(world))

    go_on(world, 3)

    assert any("failed" in each for each in replies(world))


def test_first_cards_are_no_progress(world: World):
    """They are posted, and posts are many."""
    places = [Place(TEAM, channel_id) for channel_id in (FINANCE, HR)]
    for place in places:
        changes(world, a_run(world), place=place)

    world.notifier.step()

    assert len(world.slack.posted) == 2


def test_a_card_that_is_being_edited_is_not_edited_by_another_process(world: World):
    """Which would show the end, and then the first would show what was before."""
    run = a_card(world)
    changes(world, run, tasks_done=1, tasks_total=6)
    now = world.clock.now()
    with world.database.transaction() as tx:
        (held,) = tx.outbox.claim(now, leased_until=now + timedelta(seconds=30), limit=5)
    changes(world, run, state=RunState.STOPPED)

    world.notifier.step()
    assert world.slack.posted[0].edits == []

    with world.database.transaction() as tx:
        tx.outbox.sent(held, at=now)
    go_on(world, 1)
    assert "was stopped" in world.slack.posted[0].text


def test_a_failure_is_said_before_what_waits_in_more_channels_than_are_served_at_once(world: World):
    for number in range(30):
        put(world, "hello", f"C0MANY{number:02}")
    fails(world, a_card(world))

    world.notifier.step()

    assert any("failed" in each for each in replies(world))
