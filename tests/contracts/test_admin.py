"""Administration as people do it: pages and forms in the playground's Slack, by what they read there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.contracts.test_conversations import talking
from tests.world import GENERAL, TEAM, person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.playground.slack.driver import Modal
    from bot.playground.slack.server import RunningWorkspace
    from tests.world import World

ALEX = person("alex")


@pytest.fixture
def slack(world: World) -> Iterator[RunningWorkspace]:
    with world.database.transaction() as tx:
        tx.directory.keep_people([ALEX], at=world.clock.now())
        tx.directory.give_workspace_role(TEAM, ALEX.person_id, "admin")
    with talking(world) as running:
        yield running


def opened(slack: RunningWorkspace, name: str, *path: str) -> Modal:
    """The administration, and from there page by page, by what stands beside each "Open"."""
    person = slack.driver.as_person(name)
    person.type("#general", "/schedule admin")
    modal = person.open_modal("Administration")
    for each in path:
        modal.press("Open", beside=each)
        modal.see("← Back")
    return modal


def back(page: Modal) -> None:
    page.press("← Back")
    page.see("Asked for access")


def test_an_admin_makes_a_project_and_gives_it_what_it_needs(world: World, slack: RunningWorkspace):
    alex = slack.driver.as_person("Alex Novak")
    opened(slack, "Alex Novak").press("New project…")
    form = alex.open_modal("New project")
    form.fill("Name", "Operations")
    form.choose("Time zone", "Europe/London", query="london")
    form.submit()
    page = alex.open_modal("Administration")
    page.see("Operations is made")

    page.press("Open", beside="Operations")
    page.see("nobody yet")
    page.press("Open", beside="Channels")
    page.see("No channel yet")
    page.press("Map a channel…")
    form = alex.open_modal("Map a channel")
    form.choose("Channel", "#general")
    form.submit()
    page = alex.open_modal("Operations")
    page.see("is mapped")
    back(page)

    page.press("Open", beside="People")
    page.see("Nobody yet")
    page.press("Add people…")
    form = alex.open_modal("Add people")
    form.choose("People", "Sam Rivera")
    form.choose("What they can do", "Can run and schedule")
    form.submit()
    page = alex.open_modal("Operations")
    page.see("Sam Rivera can run and schedule")
    back(page)

    page.press("Open", beside="Jobs")
    page.see("Nothing is shared yet")
    page.press("Share a job…")
    form = alex.open_modal("Share a job")
    form.choose("Job or tag", "Payroll", query="pay")
    form.submit()
    page = alex.open_modal("Operations")
    page.see("see, run, schedule · everyone in the project")

    world.notifier.step()
    assert "This channel belongs to the project Operations now." in world.slack.texts(GENERAL)
    sam = slack.driver.as_person("Sam Rivera")
    sam.type("#general", "/schedule jobs")
    sam.see("#general", "Payroll")
