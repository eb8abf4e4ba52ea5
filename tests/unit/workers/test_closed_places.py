"""Where Slack takes no message: the next best place hears it, with the reason, and an admin is told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.announcement import NotRetried
from bot.domain.errors import Rejected
from bot.domain.identity import new_id
from bot.domain.project import Channel, Place
from bot.domain.project_setup import ChannelFacts
from tests.world import FINANCE, MAYA, SAM, TEAM, TOM, World

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.notice import Message
    from tests.fakes.slack import Posted

pytestmark = pytest.mark.both_databases
SECOND = "C0LEDGER"
MINUTE = timedelta(minutes=1)
OF_CHANNELS = [
    "not_in_channel",
    "is_archived",
    "channel_not_found",
    "restricted_action",
    "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel",
]
OF_PEOPLE = ["user_disabled", "messages_tab_disabled", "channel_not_found"]


def closed(world: World, *place_ids: str, code: str = "is_archived") -> Callable[[], None]:
    """Slack takes nothing there, not even edits, until what is returned is called."""
    post, update = world.slack.post, world.slack.update
    refused = {*place_ids, *(f"D{each}" for each in place_ids)}

    def posted(channel_id: str, message: Message, **more: object) -> tuple[str, str]:
        if channel_id in refused:
            raise Rejected("Slack", code, code)
        return post(channel_id, message, **more)  # type: ignore[arg-type]  # what it was given

    def updated(channel_id: str, ts: str, message: Message) -> None:
        if channel_id in refused:
            raise Rejected("Slack", code, code)
        update(channel_id, ts, message)

    world.slack.post, world.slack.update = posted, updated  # type: ignore[method-assign]  # with this fault

    def opened() -> None:
        refused.clear()

    return opened


def add_channel(world: World, **changes: Any) -> None:
    world.slack.add_channels(ChannelFacts(SECOND, "ledger"))
    with world.database.transaction() as tx:
        channel = replace(Channel(TEAM, SECOND, "ledger", world.projects["Finance"]), **changes)
        tx.channels.map(channel, at=world.clock.now())


def make_admin(world: World) -> None:
    with world.database.transaction() as tx:
        tx.directory.give_workspace_role(TEAM, SAM.person_id, "admin")


def aloud(world: World, place_id: str) -> list[Posted]:
    places = {place_id, f"D{place_id}"}
    return [each for each in world.slack.posted if each.channel_id in places and each.thread_ts is None]


def go_on(world: World, span: timedelta = MINUTE) -> None:
    world.go_on(span)
    with world.database.transaction() as tx:
        assert tx.outbox.waiting() == 0


@pytest.mark.slow
@pytest.mark.parametrize("code", OF_CHANNELS)
def test_another_channel_of_the_project_hears_it_with_the_reason_and_an_admin_is_told_once(
    world: World, code: str
):
    add_channel(world)
    make_admin(world)
    closed(world, FINANCE, code=code)

    world.run_now(dag_id="import_orders", fail="always")
    go_on(world)
    world.run_now(dag_id="import_orders", fail="always")
    go_on(world)

    first, second = aloud(world, SECOND)
    for each in (first, second):
        assert "failed" in each.text
        drawn = str((each.edits or [each.message])[-1].blocks)
        assert f"Meant for <#{FINANCE}>, where Slack takes no message of mine (`{code}`)." in drawn
    (told,) = world.slack.texts(SAM.person_id)
    assert told == f"Slack refused a message of mine: {code}."


@pytest.mark.slow
def test_the_card_lives_on_in_the_place_where_it_went(world: World):
    add_channel(world)
    opened = closed(world, FINANCE)
    world.run_now(dag_id="build_warehouse", seconds=60)
    world.go_on(timedelta(seconds=20))
    opened()

    go_on(world, 2 * MINUTE)

    card = aloud(world, SECOND)[0]
    assert "is done" in card.text
    assert "Meant for" in card.text
    assert [each for each in world.slack.posted if each.channel_id == FINANCE] == []


def test_a_channel_that_closes_under_a_card_lets_what_broke_be_heard_elsewhere(world: World):
    add_channel(world)
    world.run_now(dag_id="import_orders", fail="always")
    while not world.slack.posted:
        world.go_on(timedelta(seconds=1))
    closed(world, FINANCE)

    go_on(world)

    told = aloud(world, SECOND)[-1]
    assert "failed" in told.text
    assert "Claim" in str(told.message.blocks)


@pytest.mark.slow
def test_without_another_channel_the_owner_hears_it_and_else_a_manager(world: World):
    closed(world, FINANCE)
    world.run_now(dag_id="import_orders", fail="always")
    go_on(world)
    assert "failed in task" in aloud(world, TOM.person_id)[0].text

    closed(world, TOM.person_id, code="messages_tab_disabled")
    world.run_now(dag_id="import_orders", fail="always")
    go_on(world)

    (told,) = aloud(world, MAYA.person_id)
    assert "failed" in told.text
    assert f"<#{FINANCE}>" in str(told.message.blocks)


def test_no_channel_that_is_archived_or_shared_with_another_company_takes_the_place(world: World):
    add_channel(world, is_shared=True)
    closed(world, FINANCE)

    world.run_now(dag_id="import_orders", fail="always")
    go_on(world)

    assert aloud(world, SECOND) == []
    assert aloud(world, TOM.person_id) != []


@pytest.mark.slow
@pytest.mark.parametrize("code", OF_PEOPLE)
def test_what_a_person_cannot_get_goes_to_a_manager_and_to_no_channel(world: World, code: str):
    add_channel(world)
    closed(world, TOM.person_id, code=code)

    world.run_now(dag_id="import_orders", where=TOM.person_id, fail="always")
    go_on(world)

    (told,) = aloud(world, MAYA.person_id)
    assert "failed" in told.text
    assert f"Meant for <@{TOM.person_id}>" in str((told.edits or [told.message])[-1].blocks) + str(
        told.message.blocks
    )
    assert aloud(world, FINANCE) == aloud(world, SECOND) == []


def test_somebody_who_has_left_is_not_asked_of_slack(world: World):
    world.run_now(dag_id="import_orders", where=TOM.person_id, fail="always")
    with world.database.transaction() as tx:
        left = replace(TOM, is_deactivated=True)
        tx.directory.keep_people([left], at=world.clock.now())

    go_on(world)

    assert aloud(world, TOM.person_id) == []


@pytest.mark.slow
def test_a_place_that_takes_messages_again_gets_them_within_ten_minutes(world: World):
    add_channel(world)
    opened = closed(world, FINANCE)
    world.run_now(dag_id="import_orders", fail="always")
    go_on(world)
    opened()
    world.clock.advance(10 * MINUTE)

    world.run_now(dag_id="import_orders", fail="always")
    go_on(world)

    (told,) = aloud(world, FINANCE)
    assert "Meant for" not in told.text


@pytest.mark.slow
def test_where_nobody_can_be_told_the_message_is_given_up_and_holds_nothing(world: World):
    make_admin(world)
    closed(world, FINANCE, *(each.person_id for each in (TOM, MAYA, SAM)))

    world.run_now(dag_id="import_orders", fail="always")
    go_on(world)

    assert world.slack.posted == []
    with world.database.transaction() as tx:
        since = world.clock.now() - timedelta(days=1)
        found = tx.backlog.figures(world.clock.now(), given_up_since=since)
    assert (found.waiting, found.oldest_at) == (0, None)
    assert {why for why, _ in found.undeliverable} <= {"is_archived", "nowhere_to_post"}
    assert sum(count for _, count in found.undeliverable) >= 1


def test_words_for_one_person_go_to_nobody_else(world: World):
    closed(world, TOM.person_id)
    with world.database.transaction() as tx:
        told = NotRetried("Sales report", "no reason")
        tx.outbox.put_words(Place(TEAM, TOM.person_id), told, subject=new_id(), send_at=world.clock.now())

    go_on(world)

    assert world.slack.posted == []
