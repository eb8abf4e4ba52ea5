"""The form by a shortcut, and the bot by its name: the same conversations, through other doors."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.rules.access import Asker
from tests import company
from tests.forms import unfolded
from tests.world import TOM

if TYPE_CHECKING:
    from playground.slack.driver import Person
    from playground.slack.server import RunningWorkspace
    from tests.world import World


def take_up_to(world: World, characters: int) -> None:
    """Let the note be so long."""
    note = replace(company.NOTE, schema={**company.NOTE.schema, "maxLength": characters})
    others = tuple(each for each in company.INPUTS if each.name != note.name)
    world.airflow.change(company.SHARED_JOB, inputs=(*others, note))
    world.catalogue.step()


@pytest.fixture
def tom(world: World, slack: RunningWorkspace) -> Person:
    company.move_in(world)
    take_up_to(world, 500)
    return slack.driver.as_person("Tom Okafor")


@pytest.mark.usefixtures("world")
def test_a_shortcut_opens_the_form_from_anywhere(tom: Person):
    tom.shortcut("Run or schedule a job")

    form = tom.open_modal("Schedule a job")
    form.choose("Job", "Sales report", query="sal")
    form.see("Region")
    form.choose("What to do", "Run it once, now")
    form.see_no_field("When")
    form.submit()
    assert "Run Sales report now?" in tom.open_modal("Is this right?").text


def test_a_mention_is_answered_in_its_thread_to_whoever_wrote_it(world: World, slack: RunningWorkspace):
    tom, maya = slack.driver.as_person("Tom Okafor"), slack.driver.as_person("Maya Chen")
    tom.type("#finance", "@Runbell sales report every weekday at 9am")
    asked = tom.see("#finance", "sales report every weekday at 9am")

    preview = tom.see("#finance", "will run every weekday", thread=asked, ephemeral=True)
    tom.press("Schedule it", in_=preview)
    tom.see("#finance", "Scheduled: Sales report", thread=asked)

    assert len(world.scheduling.listed(Asker(TOM))) == 1
    seen_by_maya = [each.text for each in maya.thread(maya.see("#finance", "sales report every weekday"))]
    assert not [each for each in seen_by_maya if "Scheduled" in each]


@pytest.mark.usefixtures("world")
def test_a_mention_without_words_offers_the_form(tom: Person):
    tom.type("#finance", "@Runbell")
    asked = tom.see("#finance", "@Runbell")

    tom.press("Open the form", in_=tom.see("#finance", "form", thread=asked, ephemeral=True))

    tom.open_modal("Schedule a job").close()


def test_a_message_gives_its_text_and_link_to_the_inputs_that_are_chosen_for_them(world: World, tom: Person):
    tom.type("#finance", "Please check https://example.com/a?b=1 & tell everybody")
    tom.shortcut("Run a job about this", on=tom.see("#finance", "Please check"))

    form = tom.open_modal("Run a job about this")
    assert "Please check" in form.text
    form.choose("Job", company.FINANCES_TITLE, query=company.FINANCES_TITLE[:4])
    form.see("Which inputs take something of the message?")
    form.choose("Note", "The message's text")
    form.submit()

    whole = tom.open_modal("Schedule a job")
    assert whole.value("Note") == "Please check https://example.com/a?b=1 & tell everybody"
    whole.submit()
    tom.open_modal("Is this right?").submit()
    tom.open_modal("On its way")
    world.go_on(timedelta(seconds=10))
    assert "Please check https://example.com/a?b=1" in str(world.airflow.calls_of("start")[-1])


def test_nothing_of_a_message_is_taken_without_a_choice_and_a_secret_takes_nothing(tom: Person):
    tom.type("#finance", "Look at this")
    tom.shortcut("Run a job about this", on=tom.see("#finance", "Look at this"))

    form = tom.open_modal("Run a job about this")
    form.choose("Job", company.FINANCES_TITLE, query=company.FINANCES_TITLE[:4])
    form.see("Which inputs take something of the message?")
    assert company.TOKEN.title not in form.labels
    form.submit()

    assert not unfolded(tom.open_modal("Schedule a job")).value("Note")


def test_the_link_of_a_message_leads_to_it(tom: Person):
    tom.type("#finance", "Look at this")
    message = tom.see("#finance", "Look at this")
    tom.shortcut("Run a job about this", on=message)

    form = tom.open_modal("Run a job about this")
    form.choose("Job", company.FINANCES_TITLE, query=company.FINANCES_TITLE[:4])
    form.see("Which inputs take something of the message?")
    form.choose("Note", "Its link")
    form.submit()

    link = tom.open_modal("Schedule a job").value("Note")
    assert link == f"https://northwind.slack.com/archives/C0FINANCE/p{message.ts.replace('.', '')}"


def test_a_message_too_long_for_a_form_offers_its_link_alone(tom: Person):
    tom.type("#finance", "word " * 700)
    tom.shortcut("Run a job about this", on=tom.see("#finance", "word word"))

    assert "only its link can be given" in tom.open_modal("Run a job about this").text


def test_a_text_that_the_input_does_not_take_is_said_at_its_field(world: World, tom: Person):
    take_up_to(world, 10)
    tom.type("#finance", "Look at all of this")
    tom.shortcut("Run a job about this", on=tom.see("#finance", "Look at all"))

    form = tom.open_modal("Run a job about this")
    form.choose("Job", company.FINANCES_TITLE, query=company.FINANCES_TITLE[:4])
    form.see("Which inputs take something of the message?")
    form.choose("Note", "The message's text")
    form.submit()

    assert "10" in form.error("Note")
