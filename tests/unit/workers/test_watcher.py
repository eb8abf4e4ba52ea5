"""The watcher: what Airflow's runs do is told where they report, once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import Conflict, NotFound, Unavailable
from bot.rules.access import Asker
from tests.world import FINANCE, HR, LENA, NINE, PRIYA, TOM

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import datetime

    from storage.transaction import Transaction
    from tests.fakes.slack import Posted
    from tests.world import World

A_WHILE = timedelta(seconds=30)


def cards(world: World, channel_id: str = FINANCE) -> list[Posted]:
    return [each for each in world.slack.posted if each.channel_id == channel_id and each.thread_ts is None]


def replies(world: World, channel_id: str = FINANCE) -> list[Posted]:
    return [each for each in world.slack.posted if each.channel_id == channel_id and each.thread_ts]


def test_one_card_is_edited_until_the_run_is_done(world: World):
    world.run_now(dag_id="build_warehouse", seconds=12)

    for _ in range(30):
        world.go_on(timedelta(seconds=1))

    (card,) = cards(world)
    told = [card.message.text, *(edit.text for edit in card.edits)]
    assert "waiting" in told[0] or "running" in told[0]
    assert any("of 6 tasks done" in text for text in told)
    assert "is done in 12 s" in told[-1]


@pytest.mark.slow
def test_the_notifier_is_woken_by_whatever_ends_and_by_nothing_else(world: World):
    woken: list[datetime] = []
    world.database.wake_at_notices(lambda: woken.append(world.clock.now()))
    world.go_on(A_WHILE)
    assert woken == []
    world.run_now(dag_id="import_orders", fail="always")
    world.airflow.start_elsewhere("import_orders", "manual__1", conf={"fail": "always"})
    world.go_on(timedelta(minutes=2))
    assert len(woken) >= 2
    so_far = len(woken)

    world.go_on(timedelta(minutes=2))

    assert len(woken) == so_far


def test_the_result_of_a_run_of_seconds_is_said_once_on_its_card(world: World):
    world.run_now(region="us", rows=20)

    world.go_on(A_WHILE)

    assert replies(world) == []
    assert "20 orders in United States" in str(cards(world)[0].edits[-1].blocks)


@pytest.mark.slow
def test_the_end_of_a_longer_run_is_also_heard_by_who_asked_for_it(world: World):
    world.run_now(dag_id="build_warehouse", seconds=90)

    world.go_on(timedelta(minutes=3))

    (reply,) = replies(world)
    assert reply.broadcast
    assert "is done in 1 min 30 s" in reply.text
    assert f"<@{TOM.person_id}>" in str(reply.message.blocks)


@pytest.mark.slow
def test_a_scheduled_run_of_seconds_has_one_message_that_tells_its_end(world: World):
    world.schedule("every day at 9am", dag_id="sales_report")

    world.go_to(NINE + timedelta(seconds=40))

    (card,) = cards(world)
    assert "is done in 1 s" in card.message.text
    assert (card.edits, replies(world)) == ([], [])


@pytest.mark.slow
def test_a_scheduled_run_that_goes_on_has_its_card_after_some_seconds(world: World):
    world.schedule("every day at 9am", dag_id="build_warehouse")

    world.go_to(NINE + timedelta(seconds=12))
    assert cards(world) == []
    world.go_to(NINE + timedelta(seconds=18))
    assert "is running" in cards(world)[0].text


def test_a_failure_says_what_broke_and_retry_mends_it(world: World):
    world.run_now(dag_id="import_orders", fail="once")
    world.go_on(A_WHILE)

    failure, log = replies(world)
    assert failure.broadcast
    assert "failed in task" in failure.text
    assert "3 of 240 orders were refused" in failure.text
    assert not log.broadcast
    incident_id = replies(world)[0].message.blocks[-1]["elements"][0]["value"]

    world.incidents.retry(Asker(TOM), incident_id)
    with pytest.raises(Conflict, match="has already pressed Retry"):
        world.incidents.retry(Asker(TOM), incident_id)
    world.go_on(A_WHILE)

    assert "is back to normal" in cards(world)[0].text
    assert len(world.airflow.calls_of("retry")) == 1


def test_only_those_who_may_see_the_run_can_touch_it(world: World):
    world.run_now(dag_id="import_orders", fail="always")
    world.go_on(A_WHILE)
    incident_id = replies(world)[0].message.blocks[-1]["elements"][0]["value"]

    with pytest.raises(NotFound):
        world.incidents.retry(Asker(PRIYA), incident_id)
    with pytest.raises(NotFound):
        world.incidents.log(Asker(PRIYA), incident_id)
    with pytest.raises(Exception, match="not run it"):
        world.incidents.retry(Asker(LENA), incident_id)
    assert world.incidents.log(Asker(LENA), incident_id).run.failure is not None


def test_a_run_started_elsewhere_is_told_when_it_first_fails_and_when_it_recovers(world: World):
    world.step()
    for number, fail in enumerate(("always", "always", "no", "no")):
        world.airflow.start_elsewhere("import_orders", f"scheduled__{number}", conf={"fail": fail})
        world.go_on(A_WHILE)

    (card,) = cards(world)
    assert "failed in task check" in card.message.text
    assert "failed 2 times; it is back to normal" in card.text
    said = [each.text for each in replies(world) if each.broadcast]
    assert said == ["Import orders is back to normal after 1 min; 2 runs had failed."]
    assert cards(world, HR) == []


@pytest.mark.slow
def test_a_job_that_fails_and_works_by_turns_is_told_once_to_do_so_and_again_once_it_is_steady(world: World):
    world.step()
    for number, fail in enumerate(["always", "no"] * 6 + ["no"] * 4):
        world.airflow.start_elsewhere("import_orders", f"scheduled__{number}", conf={"fail": fail})
        world.go_on(A_WHILE)

    aloud = [each for each in world.slack.posted if each.broadcast or not each.thread_ts]
    flaps = [each for each in aloud if "has failed 3 times" in each.message.text]
    assert len(flaps) == 1
    assert f"<!date^{int(first_end(world).timestamp())}^" in str(flaps[0].message.blocks)
    at = aloud.index(flaps[0])
    heard = [each.message.text for each in aloud]
    assert [("failed in" in each, "back to normal" in each) for each in heard] == [
        (True, False), (False, True), (True, False), (False, True), (False, False), (False, True),
    ]  # fmt: skip
    assert len(aloud[at + 1 :]) == 1, "the word that it is steady"


def first_end(world: World) -> datetime:
    run = world.airflow.run("import_orders", "scheduled__0")
    assert run is not None
    assert run.ended_at is not None
    return run.ended_at


def test_the_first_watch_starts_at_now(world: World):
    world.airflow.start_elsewhere("import_orders", "scheduled__old", conf={"fail": "always"})
    world.clock.advance(timedelta(hours=1))
    world.airflow.run("import_orders", "scheduled__old")

    world.go_on(A_WHILE)

    assert world.slack.posted == []


def test_a_run_that_somebody_stopped_is_no_failure(world: World):
    world.run_now(dag_id="build_warehouse", seconds=600)
    world.go_on(timedelta(seconds=5))
    with world.database.transaction() as tx:
        (run,) = tx.runs.open(world.airflow.deployment, due_before=world.clock.now(), limit=5)

    world.running.stop(Asker(TOM), run.run_key)
    world.go_on(A_WHILE)

    assert "was stopped by <@U0TOM>" in cards(world)[0].text
    assert replies(world) == []


@pytest.mark.slow
def test_a_stop_that_airflow_did_not_hear_is_no_stop(world: World):
    world.run_now(dag_id="build_warehouse", seconds=20)
    world.go_on(timedelta(seconds=5))
    with world.database.transaction() as tx:
        (run,) = tx.runs.open(world.airflow.deployment, due_before=world.clock.now(), limit=5)

    with world.airflow.outage(), pytest.raises(Unavailable):
        world.running.stop(Asker(TOM), run.run_key)
    world.go_on(A_WHILE)

    assert "is done" in cards(world)[0].text


def test_a_run_deleted_in_airflow_does_not_stay_open(world: World):
    world.run_now(dag_id="build_warehouse", seconds=600)
    world.go_on(timedelta(seconds=5))

    world.airflow.delete_run("build_warehouse", world.starts("build_warehouse")[0])
    world.go_on(A_WHILE)

    assert "was stopped" in cards(world)[0].text


@pytest.mark.slow
def test_what_slack_could_not_take_is_said_once_it_can(world: World):
    world.run_now()
    world.slack.fail_next(*[Unavailable("Slack", "internal_error")] * 3)

    world.go_on(timedelta(minutes=2))

    assert "is done" in cards(world)[0].text
    assert len(cards(world)) == 1


@pytest.mark.slow
def test_a_success_that_turns_into_a_failure_is_told_though_its_end_stays(world: World):
    world.step()
    world.airflow.start_elsewhere("import_orders", "manual__1")
    world.go_on(A_WHILE)
    world.airflow.mark_failed("import_orders", "manual__1")

    world.go_on(A_WHILE)

    assert any("failed" in each.text for each in cards(world))


@pytest.mark.slow
def test_a_card_that_was_posted_twice_is_brought_up_to_date_when_it_is_pressed(world: World):
    """The bot was killed between posting it and writing down where it stands."""
    world.run_now(dag_id="build_warehouse", seconds=10)
    world.go_on(timedelta(seconds=4))
    (kept,) = cards(world)
    channel_id, orphan = world.slack.post(FINANCE, kept.message)
    world.go_on(A_WHILE)
    run_key = kept.message.blocks[-1]["elements"][0]["value"]
    assert "is running" in world.slack.texts(FINANCE)[1] or "waiting" in world.slack.texts(FINANCE)[1]

    for who in (LENA, PRIYA):  # who may only look, and who may not even that
        world.running.keep_card(Asker(who), run_key, channel_id=channel_id, ts=orphan)
    world.running.keep_card(Asker(TOM), run_key, channel_id=HR, ts=orphan)
    world.go_on(A_WHILE)
    assert "is done" not in world.slack.texts(FINANCE)[1]

    world.running.keep_card(Asker(TOM), run_key, channel_id=channel_id, ts=orphan)
    with pytest.raises(Conflict, match="This run is done already"):
        world.running.stop(Asker(TOM), run_key)
    world.go_on(A_WHILE)

    assert [each.text for each in cards(world)] == [
        "Build warehouse is done in 10 s. Started by <@U0TOM>."
    ] * 2


def test_while_nothing_happens_it_writes_its_lease_and_looks_once_for_what_is_over(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    """On SQLite whoever writes keeps all others from it, those who answer people as well."""
    world.watcher.step()
    opened: list[None] = []
    transaction = world.database.transaction

    def counted() -> AbstractContextManager[Transaction]:
        opened.append(None)
        return transaction()

    monkeypatch.setattr(world.database, "transaction", counted)

    world.watcher.step()

    assert len(opened) == 2
