"""Incidents: what fails is one message in each place, is acted on there, and its recovery is always told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import Conflict, NotAllowed, NotFound
from bot.domain.incident import AIRFLOWS_OWN, Ending
from bot.domain.job import Job, JobKey
from bot.domain.notice import NoticeKind
from bot.domain.project import Place
from bot.domain.run import Failure, Run, RunState
from bot.rules.access import Asker
from tests.world import FINANCE, LENA, MAYA, NINE, PRIYA, TEAM, TOM

if TYPE_CHECKING:
    from bot.domain.incident import Incident
    from tests.fakes.slack import Posted
    from tests.world import World

pytestmark = pytest.mark.both_databases
A_WHILE = timedelta(seconds=30)
TOMS = f"D{TOM.person_id}"


def add_failing(world: World, dag_id: str = "sync", *, error: str = "TimeoutError: 30 s") -> dict[str, bool]:
    """Add a job that fails while `broken` is true in what is returned."""
    state = {"broken": True}
    job = Job(JobKey(world.airflow.deployment, dag_id), dag_id.title(), tags=frozenset({"finance"}))
    world.airflow.add(
        job,
        tasks=("pull",),
        takes=timedelta(seconds=1),
        fails=lambda _conf, _try: error if state["broken"] else None,
    )
    world.catalogue.step()
    return state


def in_channel(world: World, channel_id: str = FINANCE) -> list[Posted]:
    """What one sees there without opening a thread."""
    return [
        each
        for each in world.slack.posted
        if each.channel_id == channel_id and (each.thread_ts is None or each.broadcast)
    ]


def in_threads(world: World, channel_id: str = FINANCE) -> list[Posted]:
    return [
        each
        for each in world.slack.posted
        if each.channel_id == channel_id and each.thread_ts and not each.broadcast
    ]


def incidents_at(world: World, place_id: str = FINANCE) -> list[Incident]:
    with world.database.transaction() as tx:
        return tx.incidents.begun_since(Place(TEAM, place_id), NINE - timedelta(days=9))


def fails_at_nine(world: World) -> dict[str, bool]:
    state = add_failing(world)
    world.schedule("every day at 9am", TOM, dag_id="sync")
    world.go_to(NINE + A_WHILE)
    return state


def shown(posted: Posted) -> str:
    return str((posted.edits or [posted.message])[-1].blocks)


def test_a_failure_is_one_message_in_each_place_and_says_which_run_of_whose_broke_and_how(world: World):
    fails_at_nine(world)

    (card,) = in_channel(world)
    (direct,) = in_channel(world, TOMS)
    said = (
        "Sync failed in task pull (the 09:00 run, Berlin time): TimeoutError: 30 s. Schedule #1 of <@U0TOM>."
    )
    assert [card.message.text, direct.message.text] == [said, said]
    in_the_readers_zone = f"(the <!date^{int(NINE.timestamp())}^{{time}}|08:00 UTC> run)"
    assert in_the_readers_zone in shown(card)
    assert [each.text for each in in_threads(world)] == ["The end of pull's log."]
    for each in (card, direct):
        for button in ("incident.retry", "incident.log", "incident.claim", "incident.more"):
            assert button in shown(each)


@pytest.mark.slow
def test_a_schedule_that_fails_again_and_again_is_one_message_with_a_counter(world: World):
    state = add_failing(world)
    world.schedule("every 5 minutes", TOM, dag_id="sync")
    world.go_on(A_WHILE)
    for _ in range(12):
        world.go_on(timedelta(minutes=5))

    (card,) = in_channel(world)
    assert "Sync failed 12 times, last in task pull" in card.text
    assert "failed 12 times since" in shown(card)
    assert len(in_channel(world, TOMS)) == 1
    cards = [each for each in in_threads(world) if each.text.startswith("Sync (the ")]
    assert len(cards) == 11
    assert {each.thread_ts for each in cards} == {card.ts}

    state["broken"] = False
    world.go_on(timedelta(minutes=5))

    _, recovery = in_channel(world)
    assert recovery.thread_ts == card.ts
    assert "Sync is back to normal after" in recovery.text
    assert "; 12 runs had failed." in recovery.text
    assert "~failed 12 times~, fixed" in shown(card)
    assert "incident." not in shown(card), "nothing is left to be done about it"
    assert in_channel(world, TOMS)[-1].text == recovery.text


@pytest.mark.slow
def test_a_scheduled_run_that_a_retry_mends_is_told_to_all_who_had_heard_of_it(world: World):
    state = fails_at_nine(world)
    state["broken"] = False
    (direct,) = incidents_at(world, TOM.person_id)
    world.clock.advance(timedelta(hours=6))

    world.incidents.retry(Asker(TOM), direct.incident_id)
    with pytest.raises(Conflict, match="has already pressed Retry"):
        world.incidents.retry(Asker(MAYA), incidents_at(world)[0].incident_id)
    world.go_on(A_WHILE)

    for place in (FINANCE, TOMS):
        first, recovery = in_channel(world, place)
        assert "(retried by <@U0TOM>, try 2)." in recovery.text
        assert "back to normal" in recovery.text
        assert "~failed~, fixed" in shown(first)
        assert "h late" not in shown(first), "it began in time, and was tried again later"
    assert {each.ending for each in incidents_at(world)} == {"retried"}


@pytest.mark.slow
def test_a_retry_that_fails_is_said_to_whoever_pressed_it_alone(world: World):
    fails_at_nine(world)
    (incident,) = incidents_at(world)

    world.incidents.retry(Asker(MAYA), incident.incident_id)
    world.go_on(A_WHILE)

    assert len(in_channel(world)) == 1
    again = [each.text for each in in_threads(world) if "failed again" in each.text]
    assert again == ["Sync failed again, try 2. Retried by <@U0MAYA>."]
    assert "failed in task pull" in in_channel(world)[0].text, "it is one run still"
    world.incidents.retry(Asker(MAYA), incident.incident_id)


@pytest.mark.slow
def test_clearing_a_run_in_airflow_mends_it_too(world: World):
    state = fails_at_nine(world)
    state["broken"] = False

    world.airflow.retry("sync", world.starts("sync")[0])
    world.go_on(timedelta(minutes=2))

    assert "back to normal" in in_channel(world)[-1].text
    assert "(cleared in Airflow)" in in_channel(world)[-1].text


def test_a_claim_is_shown_wherever_it_is_told_and_only_one_person_has_it(world: World):
    fails_at_nine(world)
    (channels,), (toms,) = incidents_at(world), incidents_at(world, TOM.person_id)

    world.incidents.claim(Asker(TOM), toms.incident_id)
    with pytest.raises(Conflict, match="<@U0TOM> has claimed this already"):
        world.incidents.claim(Asker(MAYA), channels.incident_id)
    world.go_on(A_WHILE)

    for place in (FINANCE, TOMS):
        (told,) = in_channel(world, place)
        assert "Claimed by <@U0TOM>" in shown(told)
        assert "incident.claim" not in shown(told)

    world.incidents.release(Asker(MAYA), channels.incident_id)
    world.go_on(A_WHILE)
    assert all(
        "incident.claim" in shown(each) for place in (FINANCE, TOMS) for each in in_channel(world, place)
    )


@pytest.mark.slow
def test_who_may_run_the_job_may_claim_and_mute_and_who_may_only_look_may_be_reminded(world: World):
    fails_at_nine(world)
    incident_id = incidents_at(world)[0].incident_id
    for act in (world.incidents.claim, world.incidents.mute_until_fixed, world.incidents.retry):
        with pytest.raises(NotAllowed, match="not run"):
            act(Asker(LENA), incident_id)
        with pytest.raises(NotFound):
            act(Asker(PRIYA), incident_id)
    with pytest.raises(NotFound):
        world.incidents.mute_until_fixed(Asker(MAYA), incidents_at(world, TOM.person_id)[0].incident_id)

    world.incidents.remind(Asker(LENA), incident_id)
    world.go_on(timedelta(minutes=61))

    (reminded,) = in_channel(world, f"D{LENA.person_id}")
    assert "still fails" in reminded.text


@pytest.mark.slow
def test_who_asks_for_a_reminder_again_and_again_gets_one_an_hour_after_the_last_time(world: World):
    fails_at_nine(world)
    incident_id = incidents_at(world)[0].incident_id
    for _ in range(10):
        world.incidents.remind(Asker(LENA), incident_id)
        world.go_on(timedelta(minutes=3))
    world.incidents.remind(Asker(MAYA), incident_id)

    world.go_on(timedelta(minutes=31))
    assert in_channel(world, f"D{LENA.person_id}") == []
    world.go_on(timedelta(minutes=90))

    (reminded,) = in_channel(world, f"D{LENA.person_id}")
    assert "still fails" in reminded.text
    assert any("You wanted to be reminded" in each.text for each in in_channel(world, f"D{MAYA.person_id}"))


@pytest.mark.slow
def test_nobody_is_reminded_of_what_works_again(world: World):
    state = fails_at_nine(world)
    state["broken"] = False
    (incident,) = incidents_at(world)
    world.incidents.remind(Asker(TOM), incident.incident_id)
    world.incidents.retry(Asker(TOM), incident.incident_id)

    world.go_on(timedelta(minutes=70))

    assert not any("reminded" in each.text for each in world.slack.posted)


@pytest.mark.slow
def test_while_it_is_muted_what_fails_next_is_counted_and_not_heard(world: World):
    state = add_failing(world)
    world.schedule("every hour", TOM, dag_id="sync")
    world.go_to(NINE + timedelta(minutes=5))
    (incident,) = incidents_at(world)
    world.incidents.mute_for_a_while(Asker(TOM), incident.incident_id)
    state["broken"] = False
    world.go_to(NINE + timedelta(minutes=65))
    before = len(in_channel(world))
    assert any("is back to normal" in each.message.text for each in in_channel(world))

    state["broken"] = True
    world.go_to(NINE + timedelta(minutes=123))

    assert len(in_channel(world)) == before
    assert [each.ended_at for each in incidents_at(world)] == [None]
    assert "failed 2 times" in in_channel(world)[0].text

    world.go_to(NINE + timedelta(minutes=183))
    assert "failed 3 times" in in_channel(world)[-1].text, "the mute is over: it is heard once more"
    assert len(in_channel(world)) == before + 1


@pytest.mark.slow
def test_a_mute_until_it_is_fixed_ends_with_it(world: World):
    state = fails_at_nine(world)
    world.incidents.mute_until_fixed(Asker(TOM), incidents_at(world)[0].incident_id)
    world.go_on(A_WHILE)
    assert "Muted by <@U0TOM> until it is fixed" in shown(in_channel(world)[0])
    state["broken"] = False
    world.incidents.retry(Asker(TOM), incidents_at(world)[0].incident_id)
    world.go_on(A_WHILE)

    state["broken"] = True
    world.clock.advance(timedelta(hours=23))
    world.go_to(NINE + timedelta(days=1) + A_WHILE)

    assert "failed in task pull" in in_channel(world)[-1].text
    assert len(incidents_at(world)) == 2


@pytest.mark.slow
def test_runs_by_hand_a_schedule_and_airflows_own_runs_are_incidents_of_their_own(world: World):
    fails_at_nine(world)
    world.run_now(dag_id="sync")
    world.airflow.start_elsewhere("sync", "scheduled__1")
    world.go_on(timedelta(minutes=2))

    sources = {each.of.source for each in incidents_at(world)}
    assert len(sources) == 3
    assert AIRFLOWS_OWN in sources


def test_what_the_last_release_put_into_the_outbox_is_still_said(world: World):
    run = Run(
        "r" * 24,
        JobKey(world.airflow.deployment, "import_orders"),
        "scheduled__1",
        RunState.FAILED,
        None,
        None,
        world.clock.now(),
        world.clock.now(),
        failure=Failure("check", 1, "3 refused", "line 1"),
    )
    place = Place(TEAM, FINANCE)
    with world.database.transaction() as tx:
        tx.runs.add(run, at=world.clock.now())
        for kind in (NoticeKind.CARD, NoticeKind.FAILURE, NoticeKind.RECOVERY, NoticeKind.RESULT):
            tx.outbox.put(place, kind, run.run_key, send_at=world.clock.now())

    world.go_on(A_WHILE)

    said = [each.text for each in world.slack.posted]
    assert len(said) == 5, "the log, too"
    assert "Import orders failed in task check. 3 refused" in said
    assert "Import orders is back to normal." in said
    with world.database.transaction() as tx:
        assert tx.outbox.waiting() == 0


@pytest.mark.slow
@pytest.mark.parametrize("how", ["once", "by hand"])
def test_a_failure_that_no_coming_run_can_mend_is_closed_a_day_later_and_disturbs_nobody(
    world: World, how: str
):
    add_failing(world)
    if how == "once":
        world.schedule("today at 9am", TOM, dag_id="sync")
    else:
        world.run_now(dag_id="sync")
    world.go_to(NINE + A_WHILE)
    world.clock.advance(timedelta(hours=23))
    world.incidents.claim(Asker(TOM), incidents_at(world)[0].incident_id)
    world.go_on(A_WHILE)
    heard = len(world.slack.posted)
    world.clock.advance(timedelta(hours=23))
    world.go_on(A_WHILE)
    assert incidents_at(world)[0].ended_at is None, "somebody has just claimed it"
    world.clock.advance(timedelta(hours=1))

    world.go_on(A_WHILE)

    (incident,) = incidents_at(world)
    assert incident.ending is Ending.LAST
    assert len(world.slack.posted) == heard
    assert "no run is to come that could mend it" in shown(in_channel(world)[0])


@pytest.mark.slow
def test_a_failure_of_what_goes_on_or_has_failed_again_since_is_not_closed(world: World):
    fails_at_nine(world)
    world.run_now(dag_id="import_orders", fail="always")
    world.go_on(A_WHILE)
    world.clock.advance(timedelta(hours=15))
    by_hand = next(each for each in incidents_at(world) if each.of.key.dag_id == "import_orders")
    world.incidents.retry(Asker(TOM), by_hand.incident_id)
    world.go_on(A_WHILE)
    world.clock.advance(timedelta(hours=8, minutes=58))

    world.go_on(timedelta(minutes=3))

    assert [each.ended_at for each in incidents_at(world)] == [None, None]


@pytest.mark.slow
def test_retry_of_a_flapping_job_takes_the_run_that_still_fails_once_the_last_one_works(world: World):
    state = add_failing(world)
    for fails in (True, False, True, False, True, False, True, True):
        state["broken"] = fails
        world.run_now(dag_id="sync")
        world.go_on(A_WHILE)
    state["broken"] = False
    (flapping,) = [each for each in incidents_at(world) if each.ended_at is None]
    assert flapping.flaps

    with world.database.transaction() as tx:
        failed = tx.incidents.counts([flapping.incident_id])[flapping.incident_id]
    assert failed > 1
    for _ in range(failed):
        world.incidents.retry(Asker(TOM), flapping.incident_id)
        world.go_on(A_WHILE)

    with world.database.transaction() as tx:
        assert tx.incidents.still_failed(flapping.incident_id) is None
    with pytest.raises(Conflict, match="only a failed one"):
        world.incidents.retry(Asker(TOM), flapping.incident_id)
