"""Conversations among colleagues, as people have them: access allowed, schedules taken over, stand-ins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from slack_sdk import WebClient

from bot.domain.project_setup import Who
from bot.domain.rights import Role
from bot.gateways.slack import SlackGateway
from bot.rules.access import Asker
from bot.rules.project_edits import remove_member
from bot.workers.notifier import Notifier
from tests.fakes.talking import talking
from tests.world import LENA, MAYA, PRIYA, TEAM, TOM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.slack.driver import Person
    from playground.slack.server import RunningWorkspace
    from tests.world import World


@dataclass(frozen=True, slots=True)
class Office:
    world: World
    slack: RunningWorkspace
    notifier: Notifier

    def person(self, name: str) -> Person:
        return self.slack.driver.as_person(name)

    def tell(self) -> None:
        """What waits in the outbox, a message a second."""
        for _ in range(3):
            self.world.clock.advance(timedelta(seconds=2))
            self.notifier.step()


@pytest.fixture
def office(world: World) -> Iterator[Office]:
    with talking(world) as slack:
        client = WebClient(token=slack.bot_token, base_url=slack.api_url)
        airflows = {world.airflow.deployment: world.airflow}
        yield Office(world, slack, Notifier(world.database, world.clock, SlackGateway(client), airflows))


def test_who_may_only_look_asks_for_more_and_gets_it(office: Office):
    lena, maya, priya = (office.person(each) for each in ("Lena Fischer", "Maya Chen", "Priya Nair"))
    with office.world.database.transaction() as tx:
        finance = office.world.projects["Finance"]
        tx.projects.add_member(finance, TEAM, Role.MANAGER, person_id=PRIYA.person_id)
    lena.type("#finance", "/schedule run sales report")
    lena.press("Ask for access", in_=lena.see("#finance", "can allow it"))
    asked = lena.see("#finance", "have been told")
    office.tell()

    request = maya.see("Runbell", "asks to run and schedule Sales report")
    also_asked = priya.see("Runbell", "asks to run and schedule Sales report")
    maya.press("Allow: run and schedule", in_=request)

    settled = maya.see("Runbell", "allowed @Lena Fischer to run and schedule")
    assert "Decline" not in settled.text
    office.tell()
    assert "Decline" not in priya.again(also_asked, "allowed @Lena Fischer to run and schedule").text
    lena.see("Runbell", "allowed it: in Finance you can run and schedule its jobs")
    lena.type("#finance", "/schedule run sales report")
    lena.see("#finance", "Run Sales report now?", after=asked)


def test_who_asks_where_there_is_no_project_is_let_into_one(office: Office):
    lena, sam = office.person("Lena Fischer"), office.person("Sam Rivera")
    with office.world.database.transaction() as tx:
        tx.directory.give_workspace_role(TEAM, LENA.person_id, "admin")
    sam.type("#general", "/schedule jobs")
    sam.press("Ask for access", in_=sam.see("#general", "Ask for access"))
    sam.see("#general", "The people who can allow it have been told")
    office.tell()
    request = lena.see("Runbell", "@Sam Rivera asks for access")

    lena.press("Allow…", in_=request)
    form = lena.open_modal("Allow access")
    assert form.offers("Project", "fin") == ["Finance"]
    form.choose("Project", "Finance")
    form.choose("What they can do", "May run and schedule its jobs")
    form.submit()

    form.see("allowed @Sam Rivera to run and schedule its jobs in Finance")
    office.tell()
    assert "Decline" not in lena.again(request, "allowed @Sam Rivera").text
    sam.see("Runbell", "in Finance you can run and schedule its jobs")


def test_who_asks_says_why_and_reads_why_not(office: Office):
    lena, maya = office.person("Lena Fischer"), office.person("Maya Chen")
    lena.type("#finance", "/schedule run sales report")
    lena.press("Ask for access", in_=lena.see("#finance", "can allow it"))
    lena.press("Say why…", in_=lena.see("#finance", "have been told"))
    form = lena.open_modal("Why you ask")
    form.fill("Why", "I close the month")
    form.submit()
    form.see("read your reason now")
    office.tell()

    maya.press("Decline", in_=maya.see("Runbell", "Why: I close the month"))
    form = maya.open_modal("Decline the request")
    form.fill("Why", "Priya does it")
    form.submit()
    form.see("declined the request of @Lena Fischer")
    office.tell()

    lena.see("Runbell", "declined by @Maya Chen. Why: Priya does it")


def test_a_schedule_is_taken_over_by_a_word_and_its_owner_hears_it(office: Office):
    maya, tom = office.person("Maya Chen"), office.person("Tom Okafor")
    office.world.schedule("every weekday at 9:00", TOM)

    maya.type("#finance", "/schedule take over #1")

    maya.see("#finance", "is yours now")
    office.tell()
    tom.see("Runbell", "@Maya Chen took over Sales report (#1)")


def test_a_manager_takes_over_where_the_suspension_is_told(office: Office):
    maya, tom = office.person("Maya Chen"), office.person("Tom Okafor")
    office.world.schedule("every weekday at 9:00", TOM)
    finance = office.world.projects["Finance"]
    office.world.managing.edit(Asker(MAYA), finance, remove_member(Who(TOM.person_id)))
    office.tell()
    tom.see("Runbell", "is suspended")
    told = maya.see("Runbell", "is suspended")

    maya.press("Take over", in_=told)

    taken = maya.see("Runbell", "is yours now")
    assert "Next:" in taken.text
    maya.press("Take over", in_=told)
    maya.see("Runbell", "is yours already", after=taken)


def test_somebody_is_away_and_back(office: Office):
    tom, maya, lena = (office.person(each) for each in ("Tom Okafor", "Maya Chen", "Lena Fischer"))
    office.world.schedule("every weekday at 9:00", TOM)
    tom.type("#finance", "/schedule away until tomorrow @Lena Fischer")
    away = tom.see("#finance", "@Lena Fischer also gets the alerts of your schedule")
    office.tell()
    lena.see("Runbell", "@Tom Okafor is away until")
    maya.type("#finance", "/schedule list all")
    maya.see("#finance", "@Lena Fischer stands in")

    tom.type("#finance", "/schedule away")
    assert tom.see("#finance", "also gets your alerts").buttons == ["I am back", "Change…"]
    tom.press("I am back", in_=away)

    tom.see("#finance", "Welcome back")
    office.tell()
    lena.see("Runbell", "you no longer stand in")


def test_away_by_the_form_tells_at_its_fields_what_is_wrong(office: Office):
    tom = office.person("Tom Okafor")
    office.world.schedule("every weekday at 9:00", TOM)
    tom.type("#finance", "/schedule away")
    form = tom.open_modal("Away until…")
    form.fill("Until", "every monday")
    form.choose("Who stands in", "Priya Nair")
    form.submit()
    assert form.error("Until")

    form.fill("Until", "monday")
    form.submit()
    assert "can see none" in form.error("Who stands in")
    form.choose("Who stands in", "Maya Chen")
    form.submit()
    assert "@Maya Chen also gets the alerts" in tom.open_modal("Away").text
