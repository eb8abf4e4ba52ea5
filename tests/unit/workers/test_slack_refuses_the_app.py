"""While Slack refuses the app itself the whole outbox rests: nothing is given up, and nothing is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import or_, select

from bot.domain.errors import AppRefused, RateLimited, Unavailable
from bot.domain.identity import new_id
from bot.domain.notice import Message, NoticeKind
from bot.domain.project import Place
from bot.health import Health
from bot.workers.loop import Loop
from storage.tables import notices
from tests.world import FINANCE, HR, MAYA, TEAM
from tests.written_before import put_drawn

if TYPE_CHECKING:
    from tests.world import World

BLOCKS = ({"type": "section", "text": {"type": "mrkdwn", "text": "*hello*"}},)
REVOKED = AppRefused("Slack", "token_revoked")


def put(world: World, text: str, channel_id: str = FINANCE) -> None:
    with world.database.transaction() as tx:
        place = Place(TEAM, channel_id)
        put_drawn(tx, place, Message(text, BLOCKS), subject=text, send_at=world.clock.now())


def kept(world: World) -> list[tuple[int, str | None]]:
    """Of each notice that waits or was given up: its attempts, and why it was given up."""
    with world.database.transaction() as tx:
        waits_or_given_up = or_(notices.c.sent_at.is_(None), notices.c.given_up.is_not(None))
        query = select(notices.c.attempts, notices.c.given_up).where(waits_or_given_up)
        return [tuple(row) for row in tx.connection.execute(query.order_by(notices.c.notice_id))]


def go_on(world: World, loop: Loop, seconds: int) -> None:
    for _ in range(seconds):
        loop._step()
        world.clock.advance(timedelta(seconds=1))


def test_nothing_is_given_up_and_all_of_it_arrives_when_the_token_is_given_back(world: World):
    loop = Loop("notifier", world.notifier)
    put(world, "one")
    put(world, "two", HR)
    world.slack.fail_next(*[REVOKED] * 45)

    go_on(world, loop, 45)
    assert world.slack.posted == []
    assert kept(world) == [(0, None), (0, None)]

    world.slack.faults.clear()
    go_on(world, loop, 30)
    assert world.slack.texts(FINANCE) == ["one"]
    assert world.slack.texts(HR) == ["two"]


def test_readyz_says_that_slack_refuses_the_app(world: World):
    loop = Loop("notifier", world.notifier)
    put(world, "one")
    world.slack.fail_next(REVOKED)

    loop._step()

    told = Health(world.database, world.slack, world.airflow, [loop]).report()["checks"]["loop notifier"]
    assert "token_revoked" in told
    assert "python -m bot check" in told


def test_slack_is_not_asked_for_each_channel_while_it_refuses_the_app(world: World):
    for number in range(10):
        put(world, "hello", f"C{number}")
    world.slack.fail_next(*[REVOKED] * 10)

    with pytest.raises(AppRefused):
        world.notifier.step()

    assert len(world.slack.faults) == 9


@pytest.mark.slow
def test_a_retry_after_beyond_all_reason_does_not_hold_a_message_for_years(world: World):
    loop = Loop("notifier", world.notifier)
    put(world, "hello")
    world.slack.fail_next(RateLimited("Slack", "ratelimited", 1e9))

    go_on(world, loop, 310)

    assert world.slack.texts(FINANCE) == ["hello"]


@pytest.mark.slow
def test_what_slack_never_takes_while_it_takes_the_rest_is_told_and_not_tried_for_ever(world: World):
    with world.database.transaction() as tx:
        tx.directory.give_workspace_role(TEAM, MAYA.person_id, "admin")
    put(world, "poison")
    post, tried = world.slack.post, []

    def shaky(channel_id: str, message: Message, **more: object) -> tuple[str, str]:
        if message.text == "poison":
            tried.append(message)
            raise Unavailable("Slack", "fatal_error", code="fatal_error")
        return post(channel_id, message, **more)  # type: ignore[arg-type]  # passed on as it is

    world.slack.post = shaky  # type: ignore[method-assign]  # one message is poison
    loop = Loop("notifier", world.notifier)
    for minute in range(30):
        put(world, f"hello {minute}", HR)
        go_on(world, loop, 60)

    assert len(tried) < 20
    assert tried[-1].blocks == (), "it is tried as plain text before it is given up"
    assert [why for _, why in kept(world)] == ["fatal_error"]
    assert any("fatal_error" in each for each in world.slack.texts(MAYA.person_id))


@pytest.mark.slow
@pytest.mark.both_databases
def test_an_outage_of_slack_gives_nothing_up_however_long_it_lasts(world: World):
    put(world, "hello")
    loop = Loop("notifier", world.notifier)
    world.slack.fail_next(*[Unavailable("Slack", "internal_error", code="internal_error")] * 25)

    for _ in range(45):
        say_nothing(world)
        go_on(world, loop, 30)

    assert world.slack.texts(FINANCE) == ["hello"]
    assert kept(world) == []


@pytest.mark.slow
@pytest.mark.both_databases
def test_an_error_after_an_outage_gives_up_nothing_that_has_waited_for_its_end(world: World):
    put(world, "hello")
    loop = Loop("notifier", world.notifier)
    post, is_away, after = world.slack.post, [True], [2]

    def shaky(channel_id: str, message: Message, **more: object) -> tuple[str, str]:
        after[0] -= message.text == "hello" and not is_away[0]
        if is_away[0] or (message.text == "hello" and after[0] >= 0):
            raise Unavailable("Slack", "internal_error", code="internal_error")
        return post(channel_id, message, **more)  # type: ignore[arg-type]  # passed on as it is

    world.slack.post = shaky  # type: ignore[method-assign]  # away, and then not quite recovered
    go_on(world, loop, 1200)
    is_away[0] = False
    for each in range(4):
        put(world, f"another {each}", HR)
        go_on(world, loop, 60)

    assert world.slack.texts(FINANCE) == ["hello"]
    assert kept(world) == []


def say_nothing(world: World) -> None:
    """Queue what will turn out to be about nothing: it is done without a word to Slack."""
    with world.database.transaction() as tx:
        tx.outbox.put(Place(TEAM, HR), NoticeKind.LOG, new_id(), send_at=world.clock.now())
