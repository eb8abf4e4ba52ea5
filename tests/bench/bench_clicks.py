"""How many clicks and keys everyday tasks take, counted while they are done in the playground's Slack.

A press of a button, a field that is gone into, a choice that stands there and the sending of a form are one
click each; a menu takes two, to open it and to choose. Every letter that is typed is a key, and Enter is one.

Run: .venv/bin/python tests/bench/bench_clicks.py
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click
import pytest
from slack_sdk import WebClient

from bot.gateways.slack import SlackGateway
from bot.workers.notifier import Notifier
from playground.slack.driver_form import Modal
from playground.slack.driver_person import Person
from playground.slack.driver_seen import find_part, text_of
from playground.slack.driver_touch import Touch
from tests.databases import databases_of
from tests.fakes.talking import talking
from tests.forms import unfolded
from tests.unit.workers.test_incidents import add_failing
from tests.world import NINE, TEAM, World, person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.slack.server import RunningWorkspace

ALEX = person("alex")
AT_A_GLANCE = {"radio_buttons", "checkboxes"}


@dataclass(slots=True)
class Counted:
    clicks: int = 0
    keys: int = 0
    rows: list[str] = field(default_factory=list)

    @contextmanager
    def task(self, name: str) -> Iterator[None]:
        self.clicks = self.keys = 0
        yield
        self.rows.append(f"{name:<66}{self.clicks:>7}{self.keys:>7}")


@contextmanager
def counting() -> Iterator[Counted]:
    """Count what every person does in the block."""
    counted = Counted()
    typed, pressed, chosen, filled, sent = Person.type, Touch.press, Touch.choose, Touch.fill, Modal.submit

    def type_(who: Person, channel: str, text: str) -> None:
        counted.keys += len(text) + 1
        typed(who, channel, text)

    def press(place: Touch, label: str, **more: Any) -> None:
        counted.clicks += 1
        pressed(place, label, **more)

    def choose(place: Touch, label: str, *options: str, query: str | None = None, **more: Any) -> None:
        _, element = find_part(place.blocks(), label, None, more.get("beside", ""))
        counted.clicks += len(options) + (element["type"] not in AT_A_GLANCE)
        counted.keys += len(query or "")
        chosen(place, label, *options, query=query, **more)

    def fill(place: Touch, label: str, value: str, **more: Any) -> None:
        counted.clicks += 1
        counted.keys += len(value)
        filled(place, label, value, **more)

    def submit(form: Modal) -> None:
        counted.clicks += 1
        sent(form)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Person, "type", type_)
        patch.setattr(Touch, "press", press)
        patch.setattr(Touch, "choose", choose)
        patch.setattr(Touch, "fill", fill)
        patch.setattr(Modal, "submit", submit)
        yield counted


def scheduling(counted: Counted, tom: Person) -> None:
    with counted.task("1 schedule with one input, typed"):
        tom.type("#finance", "/schedule sales report every weekday at 9am with region=us")
        tom.press("Schedule it", in_=tom.see("#finance", "will run"))
    tom.see("#finance", "Scheduled")
    with counted.task("  by picking only: /schedule sales, then the form"):
        tom.type("#finance", "/schedule sales report")
        form = tom.open_modal("Schedule a job")
        form.press("Pick a time")
        form.see("Every weekday at 09:00")
        unfolded(form).choose("Region", "United States")
        form.submit()
        tom.open_modal("Is this right?").submit()
    tom.open_modal("Scheduled").close()


def running(counted: Counted, tom: Person) -> None:
    with counted.task("2 run now with one input, typed"):
        tom.type("#finance", "/schedule run sales report with region=us")
        tom.press("Run now", in_=tom.see("#finance", "Run Sales report now?"))
    tom.see("#finance", "is starting")
    with counted.task("  by picking only"):
        tom.type("#finance", "/schedule sales report")
        form = tom.open_modal("Schedule a job")
        form.choose("What to do", "Run it once, now")
        form.see_no_field("When")
        unfolded(form).choose("Region", "United States")
        form.submit()
        tom.open_modal("Is this right?").submit()
    tom.open_modal("On its way").close()
    with counted.task("  from Home, with another input than last time"):
        home = tom.home("Run a job now")
        tom.press("Sales report…", in_=home)
        form = tom.open_modal("Schedule a job")
        form.choose("Region", "Asia and Pacific")
        form.submit()
        tom.open_modal("Is this right?").submit()
    tom.open_modal("On its way").close()
    with counted.task("  from Home, as last time"):
        home = tom.home("Run a job now")
        tom.press("Sales report…", in_=home)
        tom.open_modal("Schedule a job").submit()
        tom.open_modal("Is this right?").submit()
    tom.open_modal("On its way").close()


def pausing(counted: Counted, tom: Person) -> None:
    with counted.task("4 pause until Monday, from Home"):
        home = tom.home("#2")
        tom.choose("More actions", "Pause until Monday", in_=home, beside="#2")
    window = tom.open_modal("Runbell")
    window.see("it goes on by itself")
    window.press("Resume now")
    window.see("Resumed")
    window.close()
    with counted.task("  from the list"):
        tom.type("#finance", "/schedule list")
        listed = tom.see("#finance", "2 schedules")
        tom.choose("More actions", "Pause until Monday", in_=listed, beside="#2")
    paused = tom.again(listed, "it goes on by itself")
    with counted.task("  typed, one fits"):
        tom.type("#finance", "/schedule pause 1 until monday")
    paused = tom.see("#finance", "Paused", after=paused)
    with counted.task("  skip next, typed"):
        tom.type("#finance", "/schedule skip 2")
    tom.see("#finance", "Skipped", after=paused)
    with counted.task("  typed, several fit"):
        tom.type("#finance", "/schedule pause sales report until monday")
        which = tom.see("#finance", "Which", after=paused)
        tom.press(next(each for each in which.buttons if "Pause" in each), in_=which)


def looking(counted: Counted, tom: Person) -> None:
    with counted.task("5 what is scheduled, by whom"):
        tom.type("#finance", "/schedule list all")
    tom.see("#finance", "Sales report")
    with counted.task("  at Home, which shows the week ahead, too"):
        tom.home("The week ahead")


def after_a_failure(counted: Counted, world: World, slack: RunningWorkspace) -> None:
    """A scheduled run has failed: why stands in its messages, which the bot posts by itself."""
    gateway = SlackGateway(WebClient(token=slack.bot_token, base_url=slack.api_url))
    world.notifier = Notifier(world.database, world.clock, gateway, {world.airflow.deployment: world.airflow})
    add_failing(world)
    world.schedule("every day at 9am", dag_id="sync")
    world.go_to(NINE + timedelta(minutes=1))
    tom = slack.driver.as_person("Tom Okafor")
    with counted.task("3 why did it fail; retry, from the owner's direct message"):
        tom.press("Retry", in_=tom.see("Runbell", "TimeoutError: 30 s"))
    world.go_on(timedelta(minutes=1))
    with counted.task("  from its message in the channel"):
        tom.press("Retry", in_=tom.see("#finance", "TimeoutError: 30 s"))
    world.go_on(timedelta(minutes=1))
    with counted.task("  from the runs, a night later"):
        tom.type("#finance", "/schedule runs failed")
        runs = tom.see("#finance", "Act on a run")
        began = text_of(runs.drawn["blocks"][1]["rows"][1][0])
        tom.choose("Act on a run", f"Retry: {began} Sync", in_=runs)
    world.run_now(region="us")
    world.go_on(timedelta(minutes=1))
    with counted.task("2 run once more with the same inputs, from its card"):
        tom.press("Run again", in_=tom.see("#finance", "Sales report is done"))
        tom.press("Run now", in_=tom.see("#finance", "Run Sales report now?"))


def managers(counted: Counted, alex: Person) -> None:
    with counted.task("6 a new project with a channel, a person and a job"):
        alex.type("#general", "/schedule admin")
        alex.open_modal("Administration").press("New project…")
        form = alex.open_modal("New project")
        form.fill("Name", "Operations")
        form.submit()
        page = alex.open_modal("Operations")
        page.press("Map a channel…")
        form = alex.open_modal("Map a channel")
        form.choose("Channel", "#general")
        form.submit()
        page = alex.open_modal("Operations")
        page.see("is mapped")
        page.press("Add people…")
        form = alex.open_modal("Add people")
        form.choose("People", "Sam Rivera")
        form.submit()
        page = alex.open_modal("Operations")
        page.see("Sam Rivera can run and schedule now")
        page.press("Share a job…")
        form = alex.open_modal("Share a job")
        form.choose("Job or tag", "Payroll", query="pay")
        form.submit()
        alex.open_modal("Operations").see("1 job shared")


@click.command(help=__doc__)
def main() -> None:
    logging.disable(logging.CRITICAL)
    with databases_of("sqlite") as databases, databases.fresh() as database:
        world = World(database)
        with world.database.transaction() as tx:
            tx.directory.keep_people([ALEX], at=world.clock.now())
            tx.directory.give_workspace_role(TEAM, ALEX.person_id, "admin")
        with talking(world) as slack, counting() as counted:
            for part in (scheduling, running, pausing, looking):
                part(counted, slack.driver.as_person("Tom Okafor"))
            after_a_failure(counted, world, slack)
            managers(counted, slack.driver.as_person("Alex Novak"))
    click.echo(f"{'':<66}{'clicks':>7}{'keys':>7}")
    for row in counted.rows:
        click.echo(row)


if __name__ == "__main__":
    main()
