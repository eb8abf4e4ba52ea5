"""What was typed is kept: a form that has to be filled in opens with it, and "yes" finds its preview."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.draft import Typed
from bot.domain.errors import Conflict
from bot.domain.job import Input, InputKind, JobSettings
from bot.language.command import SmallTalk
from bot.language.command.wording import small_talk
from bot.rules import project_edits
from bot.rules.access import Asker
from tests.fakes import sample_jobs
from tests.world import MAYA, TOM

if TYPE_CHECKING:
    from playground.slack.driver import Person
    from playground.slack.server import RunningWorkspace
    from tests.world import World

pytestmark = pytest.mark.both_databases
MONTH = Input("month", InputKind.TEXT, "Month", {"type": "string"}, required=True)


@pytest.fixture
def needy(world: World) -> World:
    """The sales report cannot run without a month."""
    world.airflow.change("sales_report", inputs=(MONTH, sample_jobs.ROWS, sample_jobs.DAY))
    world.catalogue.step()
    return world


@pytest.mark.usefixtures("needy")
def test_a_direct_message_that_lacks_an_input_keeps_its_words_for_the_form(tom: Person):
    tom.type("Runbell", "sales report every friday at 17:00 with rows=7")
    asked = tom.see("Runbell", "Sales report needs “Month”")
    tom.press("Fill in the form", in_=asked)

    form = tom.open_modal("Schedule a job")
    assert form.value("When") == "every friday at 17:00"
    assert form.value("Rows") == "7"
    form.fill("Month", "2026-05")
    form.submit()
    preview = tom.open_modal("Is this right?")
    assert "every Friday at 17:00" in preview.text
    assert "Rows: 7" in preview.text
    preview.submit()
    tom.open_modal("Scheduled").close()


@pytest.mark.parametrize(
    ("typed", "when"),
    [
        ("sales report every friday at 17:00 with rows=lots, day=2026-12-24", "every friday at 17:00"),
        ("run sales report with rows=lots, day=2026-12-24", ""),
    ],
)
def test_a_wrong_input_opens_the_form_with_all_that_was_typed(
    world: World, tom: Person, typed: str, when: str
):
    tom.type("#finance", f"/schedule {typed}")

    form = tom.open_modal("Schedule a job")
    assert form.value("What to do") == ("Schedule it" if when else "Run it once, now")
    assert not when or form.value("When") == when
    assert form.value("Rows") == "lots"
    assert "takes a whole number" in form.text
    form.fill("Rows", "7")
    form.submit()
    assert "Rows: 7" in tom.open_modal("Is this right?").text
    assert world.scheduling.listed(Asker(TOM)) == []


@pytest.mark.usefixtures("world")
def test_a_wrong_input_in_a_direct_message_says_why_and_is_put_right_in_the_form(tom: Person):
    tom.type("Runbell", "sales report every friday at 17:00 with rows=lots")
    told = tom.see("Runbell", "“Rows” takes a whole number, like 20")

    tom.press("Fix it in the form", in_=told)

    form = tom.open_modal("Schedule a job")
    assert (form.value("When"), form.value("Rows")) == ("every friday at 17:00", "lots")
    form.close()


@pytest.mark.parametrize("where", ["#finance", "Runbell"])
def test_a_wrong_input_of_a_change_opens_the_form_with_all_of_the_change(
    world: World, tom: Person, where: str
):
    world.schedule("every day at 9am", region="us")
    tom.type(where, f"{'/schedule ' if where == '#finance' else ''}edit 1 every day at 5am with rows=lots")
    if where == "Runbell":
        tom.press("Fix it in the form", in_=tom.see("Runbell", "“Rows” takes a whole number"))

    form = tom.open_modal("Change schedule #1")
    assert (form.value("When"), form.value("Rows")) == ("every day at 5am", "lots")
    form.fill("Rows", "7")
    form.submit()
    preview = tom.open_modal("Is this right?")
    assert "every day at 05:00" in preview.text
    preview.submit()
    tom.open_modal("Changed").close()
    (changed,) = world.scheduling.listed(Asker(TOM))
    assert dict(changed.schedule.inputs) == {"region": "us", "rows": 7}


@pytest.mark.usefixtures("world")
def test_a_name_that_is_no_inputs_gives_the_whole_command_with_the_one_that_was_meant(tom: Person):
    tom.type("#finance", "/schedule sales report every friday at 17:00 with rosw=7")

    answer = tom.see("#finance", "Did you mean rows?")
    assert "Try: /schedule sales report every friday at 17:00 with rows=7" in answer.text


def test_a_change_with_such_a_name_gives_the_whole_change(world: World, tom: Person):
    world.schedule("every day at 9am")

    tom.type("#finance", "/schedule edit 1 every day at 5am with rosw=7")

    assert (
        "Try: /schedule edit 1 every day at 5am with rows=7" in tom.see("#finance", "Did you mean rows?").text
    )


def test_what_waits_in_a_form_is_no_preview_that_could_be_confirmed(world: World, tom: Person):
    tom.type("Runbell", "sales report with rows=7")
    tom.see("Runbell", "Fill in the form")
    offer = next(each for each in world.offers(Asker(TOM)) if each.job.key.dag_id == "sales_report")
    kept = world.drafting.keep(Asker(TOM), offer, {"rows": 7}, Typed())

    with pytest.raises(Conflict):
        world.previews.confirm(Asker(TOM), kept.draft_id)
    tom.type("Runbell", "yes")
    tom.see("Runbell", "Nothing waits for your word")


@pytest.mark.parametrize("word", ["yes", "OK", "do it", "Schedule it!", "yes please", "go ahead"])
@pytest.mark.usefixtures("world")
def test_yes_after_a_preview_does_what_it_says(tom: Person, word: str):
    tom.type("Runbell", "sales report every friday at 17:00")
    preview = tom.see("Runbell", "Sales report will run every Friday at 17:00")

    tom.type("Runbell", word)

    tom.see("Runbell", "Scheduled: Sales report", after=preview)


def test_yes_asks_which_if_several_previews_are_open(world: World, tom: Person):
    tom.type("Runbell", "sales report every friday at 17:00")
    tom.see("Runbell", "every Friday at 17:00")
    world.clock.advance(timedelta(seconds=1))
    tom.type("Runbell", "run import orders")
    tom.see("Runbell", "Run Import orders now?")

    tom.type("Runbell", "yes")

    asked = tom.see("Runbell", "Several previews are open")
    assert asked.buttons == ["Import orders, now", "Sales report, every Friday at 17:00 (Berlin time)"]
    assert not world.scheduling.listed(Asker(TOM))
    tom.press(asked.buttons[1], in_=asked)
    tom.press("Schedule it", in_=tom.again(asked, "will run every Friday"))
    tom.see("Runbell", "Scheduled: Sales report")


def test_yes_long_after_a_preview_shows_it_again(world: World, tom: Person):
    tom.type("Runbell", "sales report every friday at 17:00")
    preview = tom.see("Runbell", "every Friday at 17:00")
    world.clock.advance(timedelta(minutes=20))

    tom.type("Runbell", "yes")

    again = tom.see("Runbell", "Look at it once more, then press Schedule it", after=preview)
    tom.press("Schedule it", in_=again)
    tom.see("Runbell", "Scheduled: Sales report")


def test_yes_beside_a_like_schedule_shows_the_preview_again(world: World, tom: Person):
    world.schedule("every friday at 17:00")
    tom.type("#finance", "/schedule sales report every friday at 17:00")
    preview = tom.see("#finance", "every Friday at 17:00")

    tom.type("#finance", "/schedule yes")

    assert "Add another" in tom.see("#finance", "Look at it once more", after=preview).text


def test_yes_does_the_preview_that_is_still_open(world: World, tom: Person):
    tom.type("#finance", "/schedule sales report every friday at 17:00")
    tom.press("Discard", in_=tom.see("#finance", "every Friday at 17:00"))
    world.clock.advance(timedelta(seconds=1))
    tom.type("#finance", "/schedule run import orders")
    tom.see("#finance", "Run Import orders now?")

    tom.type("#finance", "/schedule yes")

    tom.see("#finance", "Import orders is starting")
    world.clock.advance(timedelta(minutes=61))
    tom.type("#finance", "/schedule yes")
    tom.see("#finance", "Nothing waits for your word")


def test_another_persons_preview_is_not_found_by_yes(world: World, slack: RunningWorkspace):
    world.draft(TOM, when="every friday at 17:00")
    maya = slack.driver.as_person("Maya Chen")

    maya.type("#finance", "/schedule yes")

    maya.see("#finance", "Nothing waits for your word")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *[
            (each, SmallTalk.YES)
            for each in ("yes", "Yes!", "ok", "do it", "schedule it", "run it", "confirm")
        ],
        *[(each, SmallTalk.NO) for each in ("no", "never mind", "nope", "discard", "no thanks")],
        ("thanks", SmallTalk.THANKS),
    ],
)
def test_a_word_of_agreement_is_one(text: str, kind: SmallTalk):
    assert small_talk(text) is kind


@pytest.mark.usefixtures("world")
def test_what_is_not_understood_in_a_direct_message_has_two_ways_on(tom: Person):
    tom.type("Runbell", "such a day")
    told = tom.see("Runbell", "I can't find a job called “such a day”")
    assert told.buttons[-2:] == ["Open the form", "What can I do?"]

    tom.press("What can I do?", in_=told)

    tom.see("Runbell", "What you can do here", after=told)


def test_help_for_a_verb_is_about_that_verb(world: World, tom: Person):
    del world
    tom.type("#finance", "/schedule help pause")
    shown = tom.see("#finance", "What you can do here with pause")
    assert "/schedule pause #12 until Friday" in shown.text
    assert "/schedule skip" not in shown.text
    assert "Inputs follow" not in shown.text
    assert "Open the form" not in shown.text

    tom.type("#finance", "/schedule help run")
    assert "Inputs follow" in tom.see("#finance", "What you can do here with run", after=shown).text

    tom.type("#finance", "/schedule help zebra")
    tom.see("#finance", "There is no zebra", after=shown)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("sales report every friday at 16:00 with day=2026-01-02", "Day stays Fri 2 Jan 2026"),
        ("sales report every friday at 16:00 with day=2026-03-05", "that moves with each run: day=yesterday"),
    ],
)
def test_a_repeating_schedule_with_one_fixed_day_is_warned_of(
    world: World, tom: Person, typed: str, said: str
):
    del world
    tom.type("#finance", f"/schedule {typed}")

    assert said in tom.see("#finance", "will run every Friday").text


@pytest.mark.parametrize(
    "typed",
    ["sales report tomorrow at 9am with day=2026-01-02", "sales report every friday at 9am with rows=7"],
)
def test_what_runs_once_or_has_no_day_is_not_warned_of(world: World, tom: Person, typed: str):
    del world
    tom.type("#finance", f"/schedule {typed}")

    assert "in every run" not in tom.see("#finance", "Sales report will run").text


def test_what_a_project_has_fixed_is_said_with_its_name(world: World, tom: Person):
    job = world.sharing.job(Asker(MAYA), world.projects["Finance"], "sales_report")
    fixed = project_edits.set_job(job, JobSettings(fixed={"rows": 500}))
    world.managing.edit(Asker(MAYA), world.projects["Finance"], fixed)

    tom.type("#finance", "/schedule run sales report with rows=20")

    tom.see("#finance", "“Rows” is fixed at 500 by Finance")


@pytest.mark.parametrize("when", ["every 0 minutes", "in 0 days", "on 31 february", "every other blue moon"])
def test_a_time_that_no_example_can_mend_is_refused_with_a_way_on(tom: Person, when: str):
    tom.type("#finance", f"/schedule sales report {when}")

    assert "/schedule help" in tom.see("#finance", "shows what").text
