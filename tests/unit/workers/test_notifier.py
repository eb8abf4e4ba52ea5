"""The notifier: at least once, in order, paced, and never silent about a rejection."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.blocks.refused import refused
from bot.domain.errors import RateLimited, Rejected, Unavailable
from bot.domain.job import JobKey
from bot.domain.notice import Message, NoticeKind
from bot.domain.project import Place
from bot.domain.refused import SlackRefused
from bot.domain.run import Run, RunState
from bot.language.command_name import message_under_its_name
from bot.workers import notices, notifier
from bot.workers.notifier import Notifier
from tests.world import FINANCE, HR, MAYA, TEAM
from tests.written_before import put_drawn

if TYPE_CHECKING:
    from tests.world import World

BLOCKS = ({"type": "section", "text": {"type": "mrkdwn", "text": "*hello*"}},)


def put(world: World, text: str, channel_id: str = FINANCE, subject: str = "s") -> None:
    with world.database.transaction() as tx:
        place = Place(TEAM, channel_id)
        put_drawn(tx, place, Message(text, BLOCKS), subject=subject, send_at=world.clock.now())


def waiting(world: World) -> int:
    with world.database.transaction() as tx:
        return tx.outbox.waiting()


def go_on(world: World, seconds: int) -> None:
    for _ in range(seconds):
        world.notifier.step()
        world.clock.advance(timedelta(seconds=1))


def make_admin(world: World) -> None:
    with world.database.transaction() as tx:
        tx.directory.give_workspace_role(TEAM, MAYA.person_id, "admin")


def test_a_channel_hears_about_one_message_a_second(world: World):
    for number in range(5):
        put(world, f"number {number}", subject=str(number))
    put(world, "elsewhere", HR)

    world.notifier.step()
    world.notifier.step()
    assert len(world.slack.texts(FINANCE)) == 1
    assert world.slack.texts(HR) == ["elsewhere"]

    go_on(world, 6)
    assert world.slack.texts(FINANCE) == [f"number {number}" for number in range(5)]


def test_slack_is_left_alone_for_as_long_as_it_says(world: World):
    put(world, "hello")
    put(world, "about something else", subject="other")
    world.slack.fail_next(RateLimited("Slack", "ratelimited", 30))

    go_on(world, 29)
    assert world.slack.texts(FINANCE) == []

    go_on(world, 4)
    assert world.slack.texts(FINANCE) == ["hello", "about something else"]


def test_what_slack_has_refused_for_now_is_not_tried_by_another_process_either(world: World):
    put(world, "hello")
    world.slack.fail_next(RateLimited("Slack", "ratelimited", 30))
    world.notifier.step()
    world.clock.advance(timedelta(seconds=10))

    Notifier(world.database, world.clock, world.slack, {}).step()

    assert world.slack.texts(FINANCE) == []


def test_what_slack_rejects_is_sent_again_as_plain_text(world: World):
    put(world, "hello")
    world.slack.fail_next(Rejected("Slack", "invalid_blocks", "invalid_blocks"))

    go_on(world, 3)

    assert world.slack.posted[0].message == Message("hello")
    assert waiting(world) == 0


def test_what_slack_rejects_for_good_is_given_up_and_does_not_hold_the_rest(world: World):
    put(world, "lost", "C0GONE")
    put(world, "hello", subject="other")

    go_on(world, 5)

    assert world.slack.texts(FINANCE) == ["hello"]
    assert waiting(world) == 0


def test_the_admins_hear_once_a_day_of_what_slack_refuses(world: World):
    make_admin(world)
    for number in range(3):
        put(world, "lost", "C0GONE", subject=str(number))

    go_on(world, 20)

    (told,) = world.slack.texts(MAYA.person_id)
    assert told == "Slack refused a message of mine: channel_not_found."
    assert waiting(world) == 0


def test_what_cannot_be_said_to_an_admin_is_told_to_nobody(world: World):
    make_admin(world)
    put(world, "hello", MAYA.person_id)
    world.slack.fail_next(*[Rejected("Slack", "cannot_dm_bot", "cannot_dm_bot")] * 5)

    go_on(world, 10)

    assert world.slack.posted == []
    assert waiting(world) == 0


def test_a_card_that_somebody_deleted_is_not_put_back_but_what_broke_is_still_heard(world: World):
    world.run_now(dag_id="import_orders", fail="always")
    while not world.slack.posted:
        world.go_on(timedelta(seconds=1))
    world.slack.delete(world.slack.posted[0])

    world.go_on(timedelta(seconds=40))

    (failure,) = (each for each in world.slack.posted if each.channel_id == FINANCE)
    assert "failed in task" in failure.text
    assert failure.thread_ts is None
    assert waiting(world) == 0


def test_a_card_that_may_not_be_edited_any_more_is_posted_anew(world: World):
    world.run_now(dag_id="build_warehouse", seconds=8)
    while not world.slack.posted:
        world.go_on(timedelta(seconds=1))
    world.slack.fail_next(Rejected("Slack", "edit_window_closed", "edit_window_closed"))

    world.go_on(timedelta(seconds=40))

    first, second = (each for each in world.slack.posted if each.channel_id == FINANCE and not each.thread_ts)
    assert "is done" not in first.text
    assert "is done" in second.text
    assert waiting(world) == 0


@pytest.mark.parametrize(
    "code", ["restricted_action_thread_locked", "restricted_action_non_threadable_channel"]
)
def test_what_may_not_be_said_in_a_thread_is_said_beside_it(world: World, code: str):
    world.run_now(dag_id="import_orders", fail="always")
    while not world.slack.posted:
        world.go_on(timedelta(seconds=1))
    world.slack.no_replies = code

    world.go_on(timedelta(seconds=40))

    card, beside = (each for each in world.slack.posted if each.channel_id == FINANCE)
    assert "failed in task" in card.text, "it is edited still, and not left as running"
    assert "failed in task" in beside.message.text
    assert waiting(world) == 0


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("is_inactive", "It is archived"),
        ("restricted_action_thread_only_channel", "The workspace does not let me post there"),
    ],
)
def test_an_admin_is_told_what_to_do_about_a_refusal(code: str, advice: str):
    assert advice in str(refused(SlackRefused(FINANCE, code)).blocks)


def test_what_a_dead_process_was_sending_is_sent_when_its_lease_ends(world: World):
    put(world, "hello")
    now = world.clock.now()
    with world.database.transaction() as tx:
        tx.outbox.claim(now, leased_until=now + timedelta(seconds=60), limit=10)

    go_on(world, 30)
    assert world.slack.texts(FINANCE) == []

    go_on(world, 32)
    assert world.slack.texts(FINANCE) == ["hello"]


def test_what_is_said_unprompted_calls_the_command_by_its_name_too(world: World):
    put(world, "`/schedule list all` shows them.")
    named = Notifier(world.database, world.clock, world.slack, {}, command="/jobs-at-work")

    named.step()

    assert world.slack.texts(FINANCE) == ["`/jobs-at-work list all` shows them."]


def fails_after_an_outage(world: World) -> None:
    """Its reply waits for a minute, until Slack answers again."""
    world.run_now(dag_id="import_orders", fail="always")
    while not world.slack.posted:
        world.go_on(timedelta(seconds=1))
    gone = Unavailable("Slack", "internal_error")
    world.slack.fail_next(*[gone] * 12)
    while world.slack.faults:
        world.go_on(timedelta(seconds=1))


@pytest.mark.slow
def test_what_broke_is_heard_after_an_outage_though_its_card_was_deleted(world: World):
    fails_after_an_outage(world)
    world.slack.delete(world.slack.posted[0])

    world.go_on(timedelta(minutes=3))

    assert any("failed in task" in each.text for each in world.slack.posted if each.channel_id == FINANCE)
    assert waiting(world) == 0


def test_a_last_edit_that_slack_does_not_take_is_posted_anew(world: World):
    """By nothing that comes after it, for nothing does."""
    run = world.airflow.start_elsewhere("import_orders", "scheduled__1")
    key = JobKey(world.airflow.deployment, run.dag_id)
    with world.database.transaction() as tx:
        ended = Run("r1", key, run.run_id, RunState.DONE, None, None, world.clock.now(), world.clock.now())
        tx.runs.add(ended, at=world.clock.now())
        tx.outbox.keep_card("r1", Place(TEAM, FINANCE), FINANCE, "1.000001")
        tx.outbox.put(Place(TEAM, FINANCE), NoticeKind.CARD, "r1", send_at=world.clock.now())
    world.slack.fail_next(Rejected("Slack", "edit_window_closed", "edit_window_closed"))

    go_on(world, 5)

    (text,) = world.slack.texts(FINANCE)
    assert "is done" in text


def test_what_slack_rejects_after_an_outage_is_sent_as_plain_text_too(world: World):
    put(world, "hello")
    world.slack.fail_next(
        *[Unavailable("Slack", "internal_error")] * 4, Rejected("Slack", "invalid_blocks", "invalid_blocks")
    )

    go_on(world, 60)

    assert world.slack.texts(FINANCE) == ["hello"]


def test_one_that_cannot_be_drawn_keeps_no_other_channel_from_hearing(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    """Claimed together, and left together when the step failed, they were claimed together for ever."""
    put(world, "bad")
    put(world, "hello", HR, subject="other")
    drawn = message_under_its_name

    def cannot(said: Message, command: str) -> Message:
        if said.text == "bad":
            raise KeyError("a fault of ours")
        return drawn(said, command)

    monkeypatch.setattr(notices, "message_under_its_name", cannot)

    for _ in range(5):
        with suppress(KeyError):
            world.notifier.step()
        world.clock.advance(timedelta(seconds=1))

    assert world.slack.texts(HR) == ["hello"]


def test_what_waited_for_longer_than_its_lease_is_left_to_who_took_it_over(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    put(world, "slow")
    put(world, "hello", HR, subject="other")
    another = Notifier(world.database, world.clock, world.slack, {})
    post, slow = world.slack.post, [True]

    def slowly(*said: Any, **more: Any) -> tuple[str, str]:
        if slow:
            slow.clear()
            world.clock.advance(notifier.LEASE)
            another.step()
        return post(*said, **more)

    monkeypatch.setattr(world.slack, "post", slowly)

    world.notifier.step()

    assert world.slack.texts(HR) == ["hello"]
