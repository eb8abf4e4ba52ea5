"""Names, copies, gifts, the week ahead, runs that are stopped or retried by words, and when a pause ends."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import Conflict, NotAllowed
from bot.domain.run import RunState
from bot.domain.schedule import ScheduleState
from bot.rules.access import Asker
from tests.world import FINANCE, LENA, MAYA, NINE, PRIYA, TOM

if TYPE_CHECKING:
    from bot.domain.schedule import Schedule
    from playground.slack.driver import Person
    from playground.slack.server import RunningWorkspace
    from tests.world import World

DAY = timedelta(days=1)
pytestmark = pytest.mark.both_databases


def mine(world: World) -> list[Schedule]:
    return [each.schedule for each in world.scheduling.listed(Asker(TOM))]


@pytest.mark.parametrize(
    ("button", "ends_at"),
    [
        ("Until tonight, 20:00", NINE + timedelta(hours=11)),
        ("Until tomorrow", NINE + DAY - timedelta(hours=9)),
        ("Until Monday", NINE + 7 * DAY - timedelta(hours=9)),
    ],
)
def test_a_pause_without_an_end_gets_one_by_a_button(world: World, tom: Person, button: str, ends_at: object):
    world.schedule("every day at 9am")
    tom.type("#finance", "/schedule list")
    tom.choose("More actions", "Pause", in_=tom.see("#finance", "1 schedule"))

    tom.press(button, in_=tom.see("#finance", "it will not run until it is resumed"))

    tom.see("#finance", "it goes on by itself")
    assert [each.resumes_at for each in mine(world)] == [ends_at]


def test_a_pause_gets_any_end_by_a_form(world: World, tom: Person):
    world.schedule("every day at 9am")
    tom.type("#finance", "/schedule pause 1")
    tom.press("Until…", in_=tom.see("#finance", "it will not run until it is resumed"))
    form = tom.open_modal("Pause until…")
    form.fill("Until", "2026-03-05T12:00")
    form.submit()

    tom.open_modal("Paused").see("it goes on by itself Thu 5 Mar 2026")
    assert mine(world)[0].resumes_at is not None


def test_a_moment_that_has_passed_is_told_at_its_field(world: World, tom: Person):
    world.schedule("every day at 9am")
    tom.type("#finance", "/schedule pause 1")
    tom.press("Until…", in_=tom.see("#finance", "it will not run until it is resumed"))
    form = tom.open_modal("Pause until…")
    form.fill("Until", "2026-03-01T12:00")
    form.submit()

    assert "has passed already" in form.error("Until")


def test_a_schedule_is_named_by_words(world: World, tom: Person):
    world.schedule("every day at 9am")

    tom.type("#finance", "/schedule name 1 month end")
    tom.see("#finance", "#1 month end (Sales report): you may type its name from now on")
    tom.type("#finance", "/schedule rename month end to pause")

    tom.see("#finance", "“pause” is a command. Choose another nickname.")
    assert mine(world)[0].nickname == "month end"


def test_a_copy_is_previewed_with_its_inputs_and_another_time(world: World, tom: Person):
    world.schedule("every day at 9am Tokyo time", rows=7)

    tom.type("#finance", "/schedule copy 1 every friday at 5pm with region=us")
    shown = tom.see("#finance", "Sales report will run every Friday at 17:00")
    assert "Rows: 7" in shown.text
    tom.press("Add another", in_=shown)

    tom.see("#finance", "It is #2")
    second = max(mine(world), key=lambda each: each.number)
    assert dict(second.inputs) == {"rows": 7, "region": "us"}


def test_a_schedule_is_given_to_a_colleague_who_may_schedule_its_job(world: World):
    key = world.schedule("every day at 9am").schedule_id

    with pytest.raises(NotAllowed):
        world.taking_over.transfer(Asker(LENA), key, MAYA.person_id)
    for who in (LENA, PRIYA):
        with pytest.raises(Conflict, match="may not schedule this job"):
            world.taking_over.transfer(Asker(TOM), key, who.person_id)
    given = world.taking_over.transfer(Asker(TOM), key, MAYA.person_id)

    assert given.schedule.owner_id == MAYA.person_id
    world.notifier.step()
    (told,) = world.slack.texts(MAYA.person_id)
    assert told.startswith("<@U0TOM> gave Sales report (#1), every day at 09:00")
    world.go_to(NINE + timedelta(minutes=1))
    assert len(world.starts()) == 1


def test_a_manager_gives_away_a_runners_and_both_are_told(world: World, tom: Person):
    del tom
    key = world.schedule("every day at 9am", MAYA).schedule_id
    world.taking_over.transfer(Asker(MAYA), key, TOM.person_id)
    world.taking_over.transfer(Asker(MAYA), key, MAYA.person_id)

    for _ in range(4):
        world.clock.advance(timedelta(seconds=2))
        world.notifier.step()
    assert len(world.slack.texts(TOM.person_id)) == 2
    assert world.slack.texts(MAYA.person_id) == []


def test_the_week_ahead_stands_by_day_without_what_is_skipped_or_paused(world: World, tom: Person):
    daily = world.schedule("every day at 9am")
    world.schedule("every friday at 16:30")
    often = world.schedule("every 10 minutes", MAYA)
    world.adjusting.skip_next(Asker(TOM), daily.schedule_id)
    world.scheduling.pause(Asker(TOM), daily.schedule_id, until=NINE + 2 * DAY)
    world.scheduling.pause(Asker(MAYA), often.schedule_id, until=NINE + 6 * DAY)

    tom.type("#finance", "/schedule week")
    told = tom.see("#finance", "The next seven days").text
    assert "Mon 2 Mar" not in told
    assert "Wed 4 Mar 2026\n09:00 Sales report (#1)" in told
    assert "Fri 6 Mar 2026\n09:00 Sales report (#1)\n16:30 Sales report (#2)" in told
    tom.type("#finance", "/schedule week all")

    assert "times until 23:" in tom.see("#finance", "Sales report (#3)").text


def test_a_run_under_way_is_stopped_by_words(world: World, tom: Person):
    world.run_now(dag_id="build_warehouse", seconds=600)
    world.go_on(timedelta(seconds=20))

    tom.type("#finance", "/schedule stop the build warehouse run")
    tom.press("Stop", in_=tom.see("#finance", "Stop this run?"))

    tom.see("#finance", "Stopping Build warehouse")
    world.go_on(timedelta(seconds=20))
    run = world.airflow.run("build_warehouse", world.starts("build_warehouse")[0])
    assert run is not None
    assert run.state is RunState.FAILED
    tom.type("#finance", "/schedule stop build warehouse")
    tom.see("#finance", "There is no run of Build warehouse here to stop")


def test_the_last_failed_run_is_retried_by_words(world: World, tom: Person):
    world.run_now(dag_id="import_orders", fail="once")
    world.go_on(timedelta(minutes=1))

    tom.type("#finance", "/schedule retry import orders")
    tom.press("Retry", in_=tom.see("#finance", "Retry this run?"))

    tom.see("#finance", "Retrying Import orders")
    world.go_on(timedelta(seconds=10))
    assert len(world.airflow.calls_of("retry")) == 1


@pytest.mark.parametrize(
    ("typed", "button", "answer"),
    [
        (
            "sales reprot every friday at 9am",
            "sales report every friday at 9am",
            "will run every Friday at 09:00",
        ),
        ("paus 1", "pause 1", "Paused #1 Sales report"),
        ("run sales reprot", "run sales report", "Run Sales report now?"),
        ("edit 1 every friday at 5", "edit 1 every friday at 5pm", "will run every Friday at 17:00"),
    ],
)
def test_a_suggestion_is_a_button_that_keeps_what_was_typed(
    world: World, tom: Person, typed: str, button: str, answer: str
):
    world.schedule("every day at 9am")
    tom.type("#finance", f"/schedule {typed}")

    tom.press(button, in_=tom.see("#finance", f"Try: /schedule {button}"))

    tom.see("#finance", answer)


def test_who_may_resume_a_job_that_was_paused_meanwhile_gets_a_button_for_that(
    world: World, slack: RunningWorkspace, tom: Person
):
    maya = slack.driver.as_person("Maya Chen")
    for who in (tom, maya):
        who.type("#finance", "/schedule run sales report")
    asked = [(who, who.see("#finance", "Run Sales report now?")) for who in (tom, maya)]
    world.airflow.change("sales_report", is_paused=True)
    world.catalogue.step()

    for who, preview in asked:
        who.press("Run now", in_=preview)

    assert tom.see("#finance", "A manager can resume it").buttons == []
    maya.press("resume job sales report", in_=maya.see("#finance", "You can resume it for everyone first"))

    maya.see("#finance", "Resume Sales report for everyone?")


def test_what_is_deleted_by_words_comes_back_by_its_button(world: World, tom: Person):
    world.schedule("every day at 9am")

    tom.type("#finance", "/schedule delete 1")
    tom.press("Undo", in_=tom.see("#finance", "Deleted #1: Sales report no longer runs"))

    tom.see("#finance", "#1 Sales report is back")
    assert mine(world)[0].state is ScheduleState.ACTIVE
    assert mine(world)[0].place.channel_id == FINANCE
