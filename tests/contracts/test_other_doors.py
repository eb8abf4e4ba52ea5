"""The form by a shortcut, and the bot by its name: the same conversations, through other doors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.rules.access import Asker
from tests.world import TOM

if TYPE_CHECKING:
    from playground.slack.driver import Person
    from playground.slack.server import RunningWorkspace
    from tests.world import World


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
