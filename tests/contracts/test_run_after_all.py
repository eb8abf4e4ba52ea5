"""What was missed is run after all with one press: once, whoever presses; asked first if much has changed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from slack_sdk import WebClient

from bot.gateways.slack import SlackGateway
from bot.rules.access import Asker
from bot.workers.notifier import Notifier
from tests.world import FINANCE, MAYA, NINE, TOM

if TYPE_CHECKING:
    from playground.slack.driver import Person
    from playground.slack.driver_seen import Seen
    from playground.slack.server import RunningWorkspace
    from tests.world import World

pytestmark = pytest.mark.both_databases
MINUTE = timedelta(minutes=1)
MISSED = "could not start within 10 minutes"
HAS_RUN = "did not run then. @Tom Okafor has run it since"


@pytest.fixture
def late(world: World, slack: RunningWorkspace) -> World:
    """Nine o'clock was missed: Airflow was away until ten at night."""
    gateway = SlackGateway(WebClient(token=slack.bot_token, base_url=slack.api_url))
    airflows = {world.airflow.deployment: world.airflow}
    world.notifier = Notifier(world.database, world.clock, gateway, airflows)
    world.schedule("every day at 9am", TOM, rows=7)
    world.clock.set(NINE + timedelta(hours=13))
    world.go_on(MINUTE)
    return world


def missed(who: Person, where: str = "#finance") -> Seen:
    return who.see(where, MISSED)


def test_one_press_runs_it_and_the_message_says_who_did(late: World, tom: Person):
    told = missed(tom)
    assert told.buttons == ["Run now", "Why do I get this?"]

    tom.press("Run now", in_=told)

    assert tom.again(told, HAS_RUN).buttons == []
    late.go_on(MINUTE)
    assert len(late.starts()) == 1
    assert "Run Sales report now?" not in " ".join(each.text for each in tom.messages("#finance"))


def test_where_it_stands_once_more_a_second_press_starts_nothing_and_puts_that_right_too(
    late: World, tom: Person, slack: RunningWorkspace
):
    maya = slack.driver.as_person("Maya Chen")
    tom.press("Run now", in_=missed(tom, "Runbell"))
    tom.see("Runbell", HAS_RUN)
    late.go_on(MINUTE)

    told = missed(maya)
    maya.press("Run now", in_=told)

    assert maya.again(told, HAS_RUN).buttons == []
    late.go_on(MINUTE)
    assert len(late.starts()) == 1


def test_once_its_next_time_has_come_the_press_asks_first(late: World, tom: Person):
    told = missed(tom)
    late.go_to(NINE + timedelta(days=1, minutes=2))
    assert len(late.starts()) == 1

    tom.press("Run now", in_=told)

    asked = tom.see("#finance", "Run Sales report now?")
    assert "something has happened since it was missed" in asked.text
    late.go_on(MINUTE)
    assert len(late.starts()) == 1
    tom.press("Run now", in_=asked)
    late.go_on(MINUTE)
    assert len(late.starts()) == 2


def test_of_a_schedule_that_was_deleted_since_it_asks_first_and_then_runs_once(late: World, tom: Person):
    told = missed(tom)
    with late.database.reading() as tx:
        (schedule,) = tx.schedules.owned_by(TOM.workspace_id, TOM.person_id)
    late.scheduling.delete(Asker(TOM), schedule.schedule_id)

    tom.press("Run now", in_=told)

    asked = tom.see("#finance", "Run Sales report now?")
    assert "its schedule was deleted" in asked.text
    tom.press("Run now", in_=asked)
    late.go_on(MINUTE)
    (start,) = late.airflow.calls_of("start")
    assert start.arguments[3]["rows"] == 7


def test_it_asks_first_while_the_job_runs_and_while_its_project_rests(late: World, tom: Person):
    told = missed(tom)
    late.run_now(MAYA)
    late.step()
    assert tom_runs(late) is None

    late.go_on(MINUTE)
    end = late.clock.now() + timedelta(hours=1)
    late.services().pausing_projects.pause(Asker(MAYA, FINANCE), late.projects["Finance"], end)
    assert tom_runs(late) is None

    tom.press("Run now", in_=told)
    assert "Finance is paused by @Maya Chen until" in tom.see("#finance", "Run Sales report now?").text
    assert len(late.starts()) == 1


def tom_runs(world: World) -> object:
    """What comes of his press at the only moment that was missed."""
    with world.database.transaction() as tx:
        (schedule,) = tx.schedules.owned_by(TOM.workspace_id, TOM.person_id)
        firing = tx.firings.at_moment(schedule.schedule_id, NINE)
    assert firing is not None
    return world.services().catching_up.run(Asker(TOM), firing.firing_id)


def test_who_may_only_look_can_ask_for_access(late: World, slack: RunningWorkspace):
    lena = slack.driver.as_person("Lena Fischer")

    lena.press("Run now", in_=missed(lena))

    refused = lena.see("#finance", "can allow it")
    assert refused.buttons == ["Ask for access"]
    late.go_on(MINUTE)
    assert late.starts() == []


def test_it_runs_with_the_inputs_of_the_time_that_was_missed(late: World, tom: Person):
    told = missed(tom)
    with late.database.transaction() as tx:
        (schedule,) = tx.schedules.owned_by(TOM.workspace_id, TOM.person_id)
    offer = next(each for each in late.offers(Asker(TOM, FINANCE)) if each.job.key == schedule.key)
    draft = late.drafting.propose(
        Asker(TOM, FINANCE), offer, when=schedule.when, inputs={"rows": 9}, changes=schedule.schedule_id
    ).draft
    late.previews.confirm(Asker(TOM), draft.draft_id)

    tom.press("Run now", in_=told)
    tom.again(told, HAS_RUN)
    late.go_on(MINUTE)

    (start,) = late.airflow.calls_of("start")
    assert start.arguments[3]["rows"] == 7
