"""What people write as they would to a colleague, in a direct message, a mention or behind the command."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.schedule import ScheduleState
from bot.rules.access import Asker
from tests.world import TOM

if TYPE_CHECKING:
    from playground.slack.driver import Person
    from playground.slack.server import RunningWorkspace
    from tests.world import World

LOOKS = ["My schedules", "Jobs", "Recent runs"]


@pytest.fixture
def lena(slack: RunningWorkspace) -> Person:
    return slack.driver.as_person("Lena Fischer")


@pytest.mark.parametrize(
    "written",
    [
        "schedule sales report every weekday at 9am",
        "please can you schedule the sales report every weekday at 9am",
        "Could you run my sales report every weekday at 9am, thanks!",
    ],
)
@pytest.mark.usefixtures("world")
def test_polite_words_around_a_job_and_a_time_say_nothing(tom: Person, written: str):
    tom.type("Runbell", written)

    tom.press("Schedule it", in_=tom.see("Runbell", "Sales report will run every weekday at 09:00"))
    tom.see("Runbell", "Scheduled: Sales report")


def test_a_job_is_run_by_a_question_and_a_yes(world: World, tom: Person):
    tom.type("Runbell", "could you run import orders now?")
    preview = tom.see("Runbell", "Run Import orders now?")

    tom.type("Runbell", "yes please")

    tom.see("Runbell", "Import orders is starting", after=preview)
    world.go_on(timedelta(seconds=10))
    assert len(world.starts("import_orders")) == 1


def test_a_no_discards_the_preview_that_a_later_yes_would_have_done(world: World, tom: Person):
    tom.type("Runbell", "could you run import orders now?")
    preview = tom.see("Runbell", "Run Import orders now?")
    tom.type("Runbell", "no, thank you")
    discarded = tom.see("Runbell", "Discarded the open preview", after=preview)

    tom.type("Runbell", "yes")

    tom.see("Runbell", "Nothing waits for your word", after=discarded)
    world.go_on(timedelta(seconds=10))
    assert world.starts("import_orders") == []


def test_a_schedule_that_is_moved_to_another_time_of_day_keeps_its_days(world: World, tom: Person):
    world.schedule("every weekday at 9am")

    tom.type("Runbell", "can you move the sales report to 10am?")

    shown = tom.see("Runbell", "Sales report (#1) will run every weekday at 10:00 (Berlin time)")
    assert "Instead of: every weekday at 09:00 (Berlin time)" in shown.text


@pytest.mark.usefixtures("world")
def test_a_question_that_no_verb_answers_says_what_can_be_asked(tom: Person):
    tom.type("Runbell", "why is nothing running?")

    shown = tom.see("Runbell", "I can't answer that. Ask me what is scheduled, when a job runs next")
    assert shown.buttons == ["what failed since yesterday", "Open the form", "What can I do?"]


@pytest.mark.usefixtures("world")
def test_a_greeting_is_answered_with_what_one_can_do(tom: Person):
    tom.type("Runbell", "hi")

    hello = tom.see("Runbell", "Hello! I schedule and run your team's jobs")
    assert hello.buttons == ["Open the form", *LOOKS]
    tom.press("Jobs", in_=hello)
    tom.see("Runbell", "Jobs you can use here")


@pytest.mark.usefixtures("world")
def test_thanks_are_taken(tom: Person):
    tom.type("Runbell", "thanks!")

    tom.see("Runbell", "You are welcome.")


def test_what_failed_last_night_is_answered_with_the_runs(world: World, tom: Person):
    world.run_now(dag_id="import_orders", fail="always")
    world.go_on(timedelta(seconds=30))

    tom.type("Runbell", "what failed last night?")

    assert "Import orders: failed" in tom.see("Runbell", "Runs: failed, since").text


def test_what_is_scheduled_is_answered_with_the_list(world: World, tom: Person):
    world.schedule("every weekday at 9am")

    tom.type("Runbell", "what's scheduled?")

    assert "every weekday at 09:00" in tom.see("Runbell", "1 schedule").text


@pytest.mark.usefixtures("world")
def test_a_mention_that_greets_is_answered_in_its_thread(tom: Person):
    tom.type("#finance", "@Runbell hello")
    asked = tom.see("#finance", "@Runbell hello")

    assert tom.see("#finance", "Hello!", thread=asked, ephemeral=True).buttons[0] == "Open the form"


@pytest.mark.parametrize("verb", ["pause", "skip", "edit", "delete", "show", "resume"])
def test_a_bare_verb_offers_ones_own(world: World, tom: Person, verb: str):
    mine = world.schedule("every weekday at 9am")
    if verb == "resume":
        world.scheduling.pause(Asker(TOM), mine.schedule_id)

    tom.type("Runbell", verb)

    assert "#1" in tom.see("Runbell", "Sales report").text


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("edit 1 every day at 5am", "will run every day at 05:00"),
        ("run #2", "Run Sales report now?"),
        ("pause 1 2", "Pause: all 2"),
        ("pause all", "Pause: all 2"),
        ("rename 1 to orders", "you may type its name from now on"),
        ("copy 1 every day at 6am", "will run every day at 06:00"),
    ],
)
def test_a_schedule_is_meant_by_its_number(world: World, tom: Person, written: str, said: str):
    world.schedule("every weekday at 9am")
    world.schedule("every weekday at 10am")

    tom.type("Runbell", written)

    tom.see("Runbell", said)


@pytest.mark.usefixtures("world")
def test_each_job_has_a_menu_and_says_when_airflow_runs_it_by_itself(tom: Person):
    tom.type("#finance", "/schedule jobs")

    listed = tom.see("#finance", "Jobs you can use here")
    assert "By itself in Airflow: At 02:30" in listed.text
    tom.choose("More actions", "Run it once", in_=listed, beside="Sales report")
    tom.see("#finance", "Run Sales report now?")


@pytest.mark.usefixtures("world")
def test_help_has_buttons_for_what_is_done_most(tom: Person):
    tom.type("#finance", "/schedule help")

    shown = tom.see("#finance", "What you can do here")
    assert shown.buttons == ["Open the form", *LOOKS]


@pytest.mark.usefixtures("world")
def test_who_may_only_look_is_shown_the_jobs_in_place_of_a_form_that_offers_none(lena: Person):
    lena.type("#finance", "/schedule")

    shown = lena.see("#finance", "You may look at jobs here, but not run or schedule them")
    lena.choose("More actions", "Ask to run it", in_=shown, beside="Sales report")
    refused = lena.see("#finance", "can allow it")
    lena.press("Ask for access", in_=refused)
    lena.see("#finance", "The people who can allow it have been told")


@pytest.mark.usefixtures("world")
def test_who_may_only_look_reads_no_advice_to_schedule(lena: Person):
    lena.type("#finance", "/schedule list")
    listed = lena.see("#finance", "You have no schedules here yet")
    assert "every weekday" not in listed.text

    lena.type("#finance", "/schedule help")
    shown = lena.see("#finance", "What you can do here")
    assert shown.buttons == LOOKS
    assert "name=value" not in shown.text


@pytest.mark.usefixtures("world")
def test_the_shortcut_shows_who_may_only_look_the_jobs_too(lena: Person):
    lena.shortcut("Run or schedule a job")

    assert "You may look at jobs here" in lena.open_modal("Jobs").text


def test_a_list_that_was_pressed_in_is_redrawn_in_its_place(world: World, tom: Person):
    kept = world.schedule("every weekday at 9am")
    tom.type("#finance", "/schedule list")
    listed = tom.see("#finance", "Next: Mon 2 Mar 2026, 09:00")

    tom.choose("More actions", "Skip next", in_=listed, beside="Sales report")

    assert "Next: Tue 3 Mar 2026, 09:00" in tom.again(listed, "Skipped").text
    assert world.scheduling.show(Asker(TOM), kept.schedule_id).schedule.state is ScheduleState.ACTIVE
