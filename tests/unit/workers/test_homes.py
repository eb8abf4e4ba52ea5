"""Homes that people have open are drawn anew after every change, once, and no more often than Slack takes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.errors import RateLimited, Rejected, Unavailable
from bot.domain.home import HOME_ROWS
from bot.rules.access import Asker
from bot.workers.homes import ANYWAY, AT_MOST_EVERY, LATELY
from tests.world import FINANCE, LENA, MAYA, PRIYA, SAM, TEAM, TOM, World

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.project import Person

pytestmark = pytest.mark.both_databases


def opened(world: World, *who: Person) -> None:
    for each in who:
        world.homes.opened(each)
    world.home_keeper.step()
    world.clock.advance(AT_MOST_EVERY)


def shown(world: World, who: Person) -> list[Any]:
    return world.slack.homes.get(who.person_id, [])


def claim(world: World) -> None:
    (failing,) = world.homes.read(MAYA).failing
    world.incidents.claim(Asker(MAYA), failing.incident.incident_id)


def ran(world: World, **wanted: Any) -> None:
    world.run_now(**wanted)
    world.go_on(timedelta(seconds=30))


CHANGES: dict[str, Callable[[World], object]] = {
    "a schedule is made": lambda world: world.schedule("every day at 10am"),
    "a schedule is paused": lambda world: world.scheduling.pause(
        Asker(MAYA), world.homes.read(TOM).mine.shown[0].schedule.schedule_id
    ),
    "a schedule is deleted": lambda world: world.scheduling.delete(
        Asker(MAYA), world.homes.read(TOM).mine.shown[0].schedule.schedule_id
    ),
    "a run is started": ran,
    "a run fails": lambda world: ran(world, dag_id="import_orders", fail="always"),
}


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_in_somebodys_project_is_in_their_home_at_the_next_look(world: World, change: str):
    world.schedule("every day at 9am")
    opened(world, TOM, PRIYA)
    before = len(shown(world, TOM))

    CHANGES[change](world)
    world.home_keeper.step()

    assert len(shown(world, TOM)) == before + 1
    assert len(shown(world, PRIYA)) == 1, "it is about another project"


@pytest.mark.slow
def test_a_claim_leaves_the_homes_of_others(world: World):
    world.run_now(dag_id="import_orders", fail="always")
    world.go_on(timedelta(seconds=30))
    opened(world, TOM)
    assert "Import orders* failed" in str(shown(world, TOM)[-1])

    claim(world)
    world.home_keeper.step()

    assert "Nothing needs you" in str(shown(world, TOM)[-1])


def test_a_request_for_access_is_in_its_managers_home(world: World):
    opened(world, MAYA)

    world.services().requesting_access.ask(Asker(SAM, FINANCE))
    world.home_keeper.step()

    assert "asks for access" in str(shown(world, MAYA)[-1])


@pytest.mark.slow
def test_a_home_at_rest_is_published_once(world: World):
    world.schedule("every day at 9pm")
    opened(world, TOM, MAYA, LENA)

    for _ in range(20):
        world.clock.advance(ANYWAY)
        world.home_keeper.step()

    assert [len(shown(world, each)) for each in (TOM, MAYA, LENA)] == [1, 1, 1]


@pytest.mark.slow
def test_changes_that_follow_each_other_closely_are_drawn_together(world: World):
    opened(world, TOM)

    for hour in range(10, 20):
        world.schedule(f"every day at {hour}:00")
        world.clock.advance(timedelta(seconds=1))
        world.home_keeper.step()
    world.clock.advance(AT_MOST_EVERY)
    world.home_keeper.step()

    assert len(shown(world, TOM)) <= 1 + 10 // 3 + 1
    assert "Later (4 more)" in str(shown(world, TOM)[-1])


def test_what_is_not_heard_of_is_drawn_within_a_minute(world: World):
    """The moment of a schedule passes; nobody writes that down."""
    world.schedule("every day at 9:05am")
    opened(world, TOM)
    assert "Next: Mon 2 Mar" in str(shown(world, TOM)[-1])

    world.clock.advance(timedelta(minutes=20))
    world.home_keeper.step()

    assert "Next: Tue 3 Mar" in str(shown(world, TOM)[-1])


@pytest.mark.slow
def test_slack_is_left_alone_for_as_long_as_it_asks_and_nothing_is_lost(world: World):
    opened(world, TOM, MAYA)
    world.schedule("every day at 10am")
    world.slack.fail_next(RateLimited("Slack", "ratelimited", 30))

    for _ in range(10):
        world.home_keeper.step()
        world.clock.advance(timedelta(seconds=2))
    assert [len(shown(world, each)) for each in (TOM, MAYA)] == [1, 1]

    world.clock.advance(timedelta(seconds=30))
    world.home_keeper.step()
    assert "Sales report" in str(shown(world, TOM)[-1])


def test_a_home_that_slack_could_not_take_at_its_opening_is_published_later(world: World):
    world.homes.opened(TOM)
    world.slack.fail_next(Unavailable("Slack", "it answered 500"))
    with pytest.raises(Unavailable):
        world.home_keeper.step()

    world.home_keeper.step()

    assert len(shown(world, TOM)) == 1


def test_a_home_that_slack_refuses_keeps_no_other_from_its_turn(world: World):
    world.homes.opened(TOM)
    world.homes.opened(MAYA)
    world.slack.fail_next(Rejected("Slack", "not_enabled", "not_enabled"))

    world.home_keeper.step()
    world.home_keeper.step()

    assert sum(len(shown(world, each)) for each in (TOM, MAYA)) == 1
    with world.database.transaction() as tx:
        assert len(tx.homes.since(world.clock.now() - LATELY)) == 1, "until it is opened again"


def test_a_home_that_was_opened_long_ago_is_left_alone(world: World):
    opened(world, TOM)

    world.clock.advance(LATELY)
    world.schedule("every day at 10am")
    world.home_keeper.step()

    assert len(shown(world, TOM)) == 1


def test_whoever_loses_their_role_reads_nothing_of_the_project_any_more(world: World):
    world.schedule("every day at 9pm")
    opened(world, TOM)
    assert "Sales report" in str(shown(world, TOM)[-1])

    with world.database.transaction() as tx:
        tx.projects.remove_member(world.projects["Finance"], TEAM, TOM.person_id)
    world.clock.advance(ANYWAY)
    world.home_keeper.step()

    assert "Sales report" not in str(shown(world, TOM)[-1])
    assert "Ask for access" in str(shown(world, TOM)[-1])


def test_of_two_processes_one_publishes(world: World):
    other = world.another_home_keeper("there")
    opened(world, TOM)

    world.schedule("every day at 10am")
    other.step()
    assert len(shown(world, TOM)) == 1
    world.home_keeper.step()
    other.step()
    assert len(shown(world, TOM)) == 2


def test_when_a_process_ends_the_other_goes_on(world: World):
    other = world.another_home_keeper("there")
    opened(world, TOM)

    world.schedule("every day at 10am")
    with world.database.transaction() as tx:
        tx.leases.release_all("here")
    other.step()

    assert len(shown(world, TOM)) == 2


@pytest.mark.slow
def test_who_turns_on_before_the_last_page_was_noted_sees_the_page_they_turned_to(world: World):
    """The first press's page is in Slack, and not yet noted, when the second press comes."""
    for hour in range(8):
        world.schedule(f"every day at {hour + 10}:00")
    opened(world, TOM)

    world.homes.turn(TOM, HOME_ROWS)
    world.homes.publish(TOM, Turned(world, to=0))  # type: ignore[arg-type]  # all of Slack that is used

    assert [each["blocks"] for each in shown(world, TOM)][-1] == shown(world, TOM)[0]["blocks"]


@pytest.mark.slow
def test_a_home_that_two_have_published_at_once_is_published_again(world: World):
    """Which of both Slack has taken last is not known: the older one may stand there."""
    opened(world, TOM)
    world.schedule("every day at 9am")

    world.homes.publish(TOM, Overtaken(world))  # type: ignore[arg-type]  # the same
    assert len(shown(world, TOM)) == 3
    world.home_keeper.step()

    assert len(shown(world, TOM)) == 4
    assert "09:00" in str(shown(world, TOM)[-1])
    assert "10:00" in str(shown(world, TOM)[-1])


class Turned:
    """A Slack in which the person turns the page as soon as Slack has the Home."""

    def __init__(self, world: World, *, to: int) -> None:
        self._world, self._to = world, to

    def publish_home(self, person_id: str, view: Any) -> None:
        self._world.slack.publish_home(person_id, view)
        self._world.homes.turn(TOM, self._to)
        self._world.homes.publish(TOM, self._world.slack)


class Overtaken:
    """A Slack that takes the Home only after another change has been published."""

    def __init__(self, world: World) -> None:
        self._world = world

    def publish_home(self, person_id: str, view: Any) -> None:
        self._world.schedule("every day at 10am")
        self._world.homes.publish(TOM, self._world.slack)
        self._world.slack.publish_home(person_id, view)
