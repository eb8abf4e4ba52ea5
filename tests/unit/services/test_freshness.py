"""User groups that Slack has not told of for a while: requests are refused, firings bear it for a day."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta
from threading import Semaphore
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.errors import NotAllowed, NotFound, Unavailable
from bot.domain.ports import UserGroup
from bot.domain.rights import Action, Role
from bot.domain.schedule import ScheduleState
from bot.rules.access import Access, Asker
from bot.services.catalog import reference_of
from bot.workers.mirrors.people import DirectoryMirror, GroupMirror
from tests.world import FINANCE, MAYA, NINE, SAM, TEAM, TOM, person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.project import Person
    from bot.domain.project_setup import ChannelFacts
    from tests.world import World

HELPERS = UserGroup("S1", "helpers", "Helpers", frozenset({SAM.person_id}))
NOBODY = UserGroup("S1", "helpers", "Helpers", frozenset())
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def mirror(world: World) -> GroupMirror:
    """Sam may run and schedule Finance's jobs, as one of @helpers."""
    with world.database.transaction() as tx:
        tx.projects.add_member(world.projects["Finance"], TEAM, Role.RUNNER, group_id="S1")
    world.slack.known_groups = [HELPERS]
    mirror = GroupMirror(world.database, world.clock, world.slack, "here")
    mirror.step()
    return mirror


def asks(world: World, who: Person = SAM) -> Asker:
    return Asker(world.people.find(TEAM, who.person_id), FINANCE)


def state(world: World, schedule_id: str) -> ScheduleState:
    with world.database.transaction() as tx:
        found = tx.schedules.get(schedule_id)
    assert found is not None
    return found.state


def told_of(who: Person, **changes: Any) -> dict[str, Any]:
    """Slack's user object, as its event has it."""
    profile = {"display_name": who.name, "status_text": changes.pop("status_text", "")}
    return {"id": who.person_id, "team_id": TEAM, "tz": who.tz.key, "profile": profile, **changes}


def finished(futures: Sequence[Future[None]], count: int) -> set[Future[None]]:
    """Once so many are, or five seconds have passed."""
    for _ in range(500):
        done, _ = wait(futures, timeout=0.01)
        if len(done) >= count:
            break
    return done


@pytest.mark.usefixtures("mirror")
def test_within_five_minutes_a_group_counts(world: World):
    world.clock.advance(5 * A_MINUTE)

    assert len(world.offers(asks(world), Action.RUN)) == 4


@pytest.mark.usefixtures("mirror")
def test_then_what_rests_on_it_is_refused_with_the_reason(world: World):
    (offer, *_) = world.offers(asks(world))
    schedule = world.schedule("every day at 9:00", asks(world).person)
    world.clock.advance(5 * A_MINUTE + timedelta(seconds=1))

    for refused in (
        lambda: world.catalog.search(asks(world), ""),
        lambda: world.catalog.offer(asks(world), reference_of(offer)),
        lambda: world.scheduling.pause(asks(world), schedule.schedule_id),
    ):
        with pytest.raises(NotAllowed, match="user group"):
            refused()
    assert len(world.offers(asks(world, TOM))) == 4, "who is a member themselves need not wait"


@pytest.mark.usefixtures("mirror")
def test_who_is_in_no_group_hears_nothing_of_it(world: World):
    stranger = person("nina")
    world.slack.known_people[stranger.person_id] = stranger
    (offer, *_) = world.offers(Asker(TOM, FINANCE))
    world.clock.advance(6 * A_MINUTE)

    assert world.offers(asks(world, stranger)) == []
    with pytest.raises(NotFound):
        world.catalog.offer(asks(world, stranger), reference_of(offer))


@pytest.mark.usefixtures("mirror")
def test_a_share_with_a_group_is_no_other(world: World):
    with world.database.transaction() as tx:
        tx.projects.add_member(world.projects["HR"], TEAM, Role.RUNNER, person_id=SAM.person_id)
        tx.shares.add(
            world.projects["HR"], "default", [Action.RUN], at=NINE, dag_id="sales_report",
            only=[{"group_id": "S1"}], workspace_id=TEAM,
        )  # fmt: skip
    somewhere = Asker(asks(world).person, "C0PEOPLE")
    assert [each.job.title for each in world.offers(somewhere)] == ["Payroll", "Sales report"]
    world.clock.advance(6 * A_MINUTE)

    later = Asker(asks(world).person, "C0PEOPLE")

    assert [each.job.title for each in world.offers(later)] == ["Payroll"]
    with world.database.reading() as tx:
        hidden = Access(tx, later.person, later.channel_id).unconfirmed()
    assert [each.job.title for each in hidden] == ["Sales report"]


def test_a_clock_that_was_put_back_makes_nothing_old(world: World, mirror: GroupMirror):
    mirror.step()
    world.clock.set(world.clock.now() - timedelta(hours=3))

    assert len(world.offers(asks(world))) == 4


def test_slack_is_asked_once_a_minute_and_nothing_is_forgotten_while_it_is_away(
    world: World, mirror: GroupMirror
):
    assert mirror.step() == 60
    world.slack.fail_next(Unavailable("Slack", "away"))
    with pytest.raises(Unavailable):
        mirror.step()

    assert len(world.offers(asks(world))) == 4


# Firings ----------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.usefixtures("mirror")
def test_a_schedule_runs_on_what_slack_told_yesterday(world: World):
    schedule = world.schedule("tomorrow at 8:50", SAM)
    world.clock.set(NINE + timedelta(hours=23, minutes=48))

    world.go_on(4 * A_MINUTE)

    assert len(world.starts()) == 1
    assert state(world, schedule.schedule_id) is ScheduleState.ENDED


@pytest.mark.slow
def test_what_slack_has_not_told_for_a_day_runs_nothing_and_suspends_nothing(
    world: World, mirror: GroupMirror
):
    schedule = world.schedule("every day at 9:00", SAM)
    world.clock.set(NINE + timedelta(days=2, minutes=-2))

    world.go_on(timedelta(minutes=13))

    assert world.starts() == []
    assert state(world, schedule.schedule_id) is ScheduleState.ACTIVE
    assert any("Slack has not told" in each for each in world.slack.texts(SAM.person_id))

    mirror.step()
    world.clock.set(NINE + timedelta(days=3, minutes=-2))
    mirror.step()
    world.go_on(3 * A_MINUTE)
    assert len(world.starts()) == 1


@pytest.mark.slow
def test_slack_back_within_the_grace_and_it_runs(world: World, mirror: GroupMirror):
    world.schedule("every day at 9:00", SAM)
    world.clock.set(NINE + timedelta(days=2, minutes=-2))
    world.go_on(3 * A_MINUTE)
    assert world.starts() == []

    mirror.step()
    world.go_on(A_MINUTE)

    assert len(world.starts()) == 1


# Taken away by Slack -------------------------------------------------------------------------------------


def test_who_leaves_a_group_loses_their_schedules_at_once(world: World, mirror: GroupMirror):
    schedule = world.schedule("every day at 9:00", SAM)
    world.slack.known_groups = [NOBODY]

    world.services().groups.refresh()

    assert state(world, schedule.schedule_id) is ScheduleState.SUSPENDED
    world.notifier.step()
    for who in (SAM, MAYA):
        assert world.slack.texts(who.person_id) == [
            "#1 is suspended: the owner may no longer schedule the job."
        ]
    with world.database.transaction() as tx:
        row = tx.audit.entries(TEAM, limit=1)[0]
    assert (row.person_id, row.action, row.before["owner"]) == (
        "runbell",
        "schedule.suspended",
        "U0SAM",
    )
    mirror.step()


@pytest.mark.usefixtures("mirror")
def test_who_may_by_another_way_as_well_keeps_them(world: World):
    schedule = world.schedule("every day at 9:00", SAM)
    with world.database.transaction() as tx:
        tx.projects.add_member(world.projects["Finance"], TEAM, Role.RUNNER, person_id=SAM.person_id)
    world.slack.known_groups = []

    world.services().groups.refresh()

    assert state(world, schedule.schedule_id) is ScheduleState.ACTIVE


def test_who_is_deactivated_loses_them_and_only_the_managers_hear_it(world: World):
    schedule = world.schedule("every day at 9:00", TOM)
    world.slack.known_people[TOM.person_id] = person("tom", is_deactivated=True)

    world.people.changed(TEAM, told_of(TOM, deleted=True))

    assert state(world, schedule.schedule_id) is ScheduleState.SUSPENDED
    world.notifier.step()
    assert len(world.slack.texts(MAYA.person_id)) == 1
    assert world.slack.texts(TOM.person_id) == []


def test_an_event_is_believed_when_slack_does_not_answer_but_only_if_it_takes_away(world: World):
    schedule = world.schedule("every day at 9:00", TOM)
    world.slack.fail_next(Unavailable("Slack", "away"))
    world.people.changed(TEAM, told_of(TOM, tz="Europe/Rome"))
    assert state(world, schedule.schedule_id) is ScheduleState.ACTIVE

    world.slack.fail_next(Unavailable("Slack", "away"))
    world.people.changed(TEAM, told_of(TOM, deleted=True))

    assert state(world, schedule.schedule_id) is ScheduleState.SUSPENDED
    with world.database.transaction() as tx:
        found = tx.directory.person(TEAM, TOM.person_id)
        assert found is not None
        assert Access(tx, found).roles == {}


@pytest.mark.usefixtures("mirror")
def test_who_becomes_a_guest_counts_in_no_group(world: World):
    schedule = world.schedule("every day at 9:00", SAM)
    world.slack.known_people[SAM.person_id] = person("sam", is_guest=True)
    DirectoryMirror(world.database, world.clock, world.slack, "here").step()

    assert state(world, schedule.schedule_id) is ScheduleState.SUSPENDED


def test_a_list_of_people_that_slack_keeps_waiting_lets_no_group_grow_old(
    world: World, mirror: GroupMirror, monkeypatch: pytest.MonkeyPatch
):
    """Refused page by page, it may take longer than the five minutes for which a group counts."""
    asked, answered = Semaphore(0), Semaphore(0)

    def slow() -> list[Person]:
        asked.release()
        answered.acquire()
        return []

    monkeypatch.setattr(world.slack, "people", slow)
    people = DirectoryMirror(world.database, world.clock, world.slack, "here")
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(people.step)
        asked.acquire()
        world.clock.advance(6 * A_MINUTE)
        mirror.step()
        offered = len(world.offers(asks(world), Action.RUN))
        answered.release()
        reading.result()

    assert offered == 4


def test_channels_that_cannot_be_read_do_not_have_the_people_read_again(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    calls: list[str] = []
    people = world.slack.people

    def counted() -> list[Person]:
        calls.append("people")
        return people()

    def refused() -> list[ChannelFacts]:
        raise Unavailable("Slack", "ratelimited")

    monkeypatch.setattr(world.slack, "people", counted)
    monkeypatch.setattr(world.slack, "channels", refused)
    directory = DirectoryMirror(world.database, world.clock, world.slack, "here")
    for _ in range(5):
        with pytest.raises(Unavailable):
            directory.step()

    assert calls == ["people"]


def test_many_events_at_once_make_few_requests_and_hold_up_nobody(world: World):
    asked, answers = Semaphore(0), Semaphore(0)

    def slow() -> None:
        asked.release()
        answers.acquire()

    world.slack.workspace_id()  # Slack is asked for it once, long before
    world.slack._before_call = slow
    groups = world.services().groups
    with ThreadPoolExecutor(6) as pool:
        first = pool.submit(groups.refresh)
        asked.acquire()
        others = [pool.submit(groups.refresh) for _ in range(5)]
        done = finished(others, 4)
        answers.release(10)
        for each in (first, *others):
            each.result()

    assert len(done) == 4, "one waits, for all of them"
    assert asked.acquire(blocking=False), "once for the five that came meanwhile"
    assert not asked.acquire(blocking=False)


@pytest.mark.slow
def test_a_new_status_is_nothing_to_ask_slack_about(world: World):
    """At ten o'clock a thousand people's calendars set theirs: with 429 for the rest, and no thread free."""
    calls: list[None] = []
    world.slack._before_call = lambda: calls.append(None)

    for _ in range(200):
        world.people.changed(TEAM, told_of(TOM, status_text="In a meeting"))

    assert calls == []


def test_who_changed_is_asked_for_but_a_burst_of_events_leaves_room_for_people(world: World):
    answers = Semaphore(0)

    def wait() -> None:
        answers.acquire()

    world.slack._before_call = wait
    leaver = world.schedule("every day at 9:00", TOM)

    with ThreadPoolExecutor(30) as pool:
        slow = [pool.submit(world.people.changed, TEAM, told_of(MAYA, tz="Europe/Rome")) for _ in range(30)]
        done = finished(slow, 26)
        world.people.changed(TEAM, told_of(TOM, deleted=True))
        left = state(world, leaver.schedule_id)
        answers.release(40)

    assert len(done) == 26
    assert left is ScheduleState.SUSPENDED
