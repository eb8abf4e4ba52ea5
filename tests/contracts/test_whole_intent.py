"""Whatever was asked for survives a choice; and words that say nothing change nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import Conflict, NotFound
from bot.domain.schedule import ScheduleState
from bot.rules.access import Asker
from tests.world import MAYA, NINE, TOM

if TYPE_CHECKING:
    from bot.domain.schedule import Schedule
    from playground.slack.driver import Person
    from playground.slack.server import RunningWorkspace
    from tests.world import World

DAY = timedelta(days=1)


def _mine(world: World) -> list[Schedule]:
    listed = world.scheduling.listed(Asker(TOM))
    return sorted((each.schedule for each in listed), key=lambda each: each.number)


def test_pause_until_keeps_its_end_when_several_fit(world: World, tom: Person):
    world.schedule("every day at 9am")
    world.schedule("every day at 10am")

    tom.type("#finance", "/schedule pause sales report until Friday")
    asked = tom.see("#finance", "Which one do you want to pause until Fri 6 Mar 2026?")
    assert asked.buttons == ["Pause until Fri 6 Mar 2026"] * 2 + ["Pause until Fri 6 Mar 2026: all 2"]

    tom.press("Pause until Fri 6 Mar 2026", in_=asked)
    tom.see("#finance", "it goes on by itself Fri 6 Mar 2026, 00:00")
    first, second = _mine(world)
    states = {first.state: first.resumes_at, second.state: second.resumes_at}
    assert states[ScheduleState.ACTIVE] is None
    assert states[ScheduleState.PAUSED] == NINE + 4 * DAY - timedelta(hours=9)


def test_all_of_several_are_paused_at_once_until_their_end(world: World, tom: Person):
    world.schedule("every day at 9am")
    world.schedule("every day at 10am")

    tom.type("#finance", "/schedule pause 1 and 2 until Friday")
    tom.press(
        "Pause until Fri 6 Mar 2026: all 2",
        in_=tom.see("#finance", "Which one do you want to pause until Fri 6 Mar"),
    )

    told = tom.see("#finance", "Done for 2 schedules")
    assert told.text.count("Paused by @Tom Okafor until Fri 6 Mar 2026, 00:00") == 2
    assert [each.state for each in _mine(world)] == [ScheduleState.PAUSED] * 2


@pytest.mark.parametrize("words", ["sales report", "all", "1 2 3"])
def test_only_what_is_paused_is_offered_to_be_resumed(world: World, tom: Person, words: str):
    for hour in (9, 10, 11):
        world.schedule(f"every day at {hour}am")
    first, second, _ = _mine(world)
    world.scheduling.pause(Asker(TOM), second.schedule_id)

    tom.type("#finance", f"/schedule resume {words}")
    asked = tom.see("#finance", "Which one do you want to resume?")
    assert asked.buttons == ["Resume"]
    assert "#2" in asked.text
    tom.type("#finance", f"/schedule skip {words}")
    asked = tom.see("#finance", "Which one's next run do you want to skip?")
    assert asked.buttons == ["Skip next"] * 2

    world.scheduling.pause(Asker(TOM), first.schedule_id)
    world.scheduling.resume(Asker(TOM), second.schedule_id)
    world.scheduling.resume(Asker(TOM), first.schedule_id)
    tom.type("#finance", f"/schedule resume {words}")
    tom.see("#finance", "None of these is paused.")


def test_somebody_elses_choice_is_not_found(world: World):
    first = world.schedule("every day at 9am")
    (choice,) = world.services().choosing.offer(
        Asker(TOM), ScheduleState.PAUSED, [(first.schedule_id,)], until=None
    )
    with pytest.raises(NotFound):
        world.services().choosing.chosen(Asker(MAYA), choice.choice_id)


def test_a_choice_that_is_too_old_changes_nothing(world: World):
    first = world.schedule("every day at 9am")
    choosing = world.services().choosing
    (choice,) = choosing.offer(Asker(TOM), ScheduleState.PAUSED, [(first.schedule_id,)], until=NINE + DAY)
    assert choosing.chosen(Asker(TOM), choice.choice_id) == choice
    world.clock.advance(timedelta(hours=2))

    with pytest.raises(Conflict, match="over an hour old"):
        choosing.chosen(Asker(TOM), choice.choice_id)


@pytest.mark.parametrize(
    ("verb", "question", "button"),
    [
        ("pause", "Which one do you want to pause?", "Pause"),
        ("skip", "Which one's next run do you want to skip?", "Skip next"),
        ("edit", "Which one do you want to change?", "Edit"),
        ("delete", "Which one do you want to delete?", "Delete"),
        ("cancel", "Which one do you want to delete?", "Delete"),
    ],
)
def test_a_verb_alone_offers_ones_own_schedules(
    world: World, tom: Person, verb: str, question: str, button: str
):
    world.schedule("every day at 9am")

    tom.type("#finance", f"/schedule {verb}")

    assert button in tom.see("#finance", question).buttons


def test_resume_alone_offers_only_what_is_paused(world: World, tom: Person):
    schedule = world.schedule("every day at 9am")
    tom.type("#finance", "/schedule resume")
    tom.see("#finance", "You have no schedule here that could be resumed")
    world.scheduling.pause(Asker(TOM), schedule.schedule_id)

    tom.type("#finance", "/schedule unpause")
    tom.press("Resume", in_=tom.see("#finance", "Which one do you want to resume?"))

    tom.see("#finance", "Resumed #1 Sales report")
    assert _mine(world)[0].state is ScheduleState.ACTIVE


def test_a_pause_can_be_given_another_end_and_says_the_one_it_has(world: World, tom: Person):
    world.schedule("every day at 9am")
    tom.type("#finance", "/schedule pause 1 until friday")
    tom.see("#finance", "goes on by itself Fri 6 Mar 2026")

    tom.type("#finance", "/schedule pause 1 until 10 dec")
    tom.see("#finance", "goes on by itself Thu 10 Dec 2026, 00:00")
    tom.type("#finance", "/schedule pause 1")

    tom.see("#finance", "It is paused already, by @Tom Okafor until Thu 10 Dec 2026, 00:00")
    assert _mine(world)[0].state is ScheduleState.PAUSED


def test_a_pause_that_leaves_nothing_out_says_so(world: World, tom: Person):
    world.schedule("every friday at 9am")

    tom.type("#finance", "/schedule pause 1 until wednesday")
    told = tom.see("#finance", "goes on by itself Wed 4 Mar 2026")
    assert (
        "Its next time is Fri 6 Mar 2026, 09:00 (Berlin time) all the same: nothing is left out." in told.text
    )

    tom.type("#finance", "/schedule pause 1 until saturday")
    assert "nothing is left out" not in tom.see("#finance", "goes on by itself Sat 7 Mar 2026").text


def test_a_change_that_is_typed_whole_is_shown_and_done(world: World, tom: Person):
    world.schedule("every day at 9am", rows=7)

    tom.type("#finance", "/schedule edit 1 every day at 5am with region=us")
    shown = tom.see("#finance", "Sales report (#1) will run every day at 05:00")
    assert "Rows: 7" in shown.text
    tom.press("Change it", in_=shown)

    tom.see("#finance", "Changed: Sales report (#1)")
    assert dict(_mine(world)[0].inputs) == {"rows": 7, "region": "us"}


def test_a_change_that_is_not_understood_says_so_as_a_change(world: World, tom: Person):
    world.schedule("every day at 9am")

    tom.type("#finance", "/schedule edit 1 every friday at 5")

    assert "edit 1 every friday at 5pm" in tom.see("#finance", "in the morning or in the afternoon").text


def test_run_with_a_number_runs_what_that_schedule_runs(world: World, tom: Person):
    world.schedule("every day at 9am", rows=7)

    tom.type("#finance", "/schedule run #1 please")

    assert "Rows: 7" in tom.see("#finance", "Run Sales report now?").text


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("list tomorrow", "1 schedule: due on Tue 3 Mar 2026"),
        ("list paused", "No schedules here: paused"),
        ("list import orders", "No schedules here: Import orders"),
        ("list zebra", "I can't list by “zebra”"),
    ],
)
def test_a_list_is_limited_to_its_words_or_refused(world: World, tom: Person, words: str, shown: str):
    world.schedule("every day at 9am")

    tom.type("#finance", f"/schedule {words}")

    tom.see("#finance", shown)


@pytest.mark.usefixtures("world")
def test_a_viewer_is_shown_the_jobs_to_look_at(slack: RunningWorkspace):
    lena = slack.driver.as_person("Lena Fischer")
    lena.type("#finance", "/schedule jobs")

    assert "Sales report" in lena.see("#finance", "Jobs you may look at, but not run").text


def test_a_number_that_is_none_is_not_found(world: World, tom: Person):
    world.schedule("every day at 9am")

    tom.type("#finance", "/schedule show ²")

    tom.see("#finance", "can't find a schedule “²”")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("hi", "Hello!"),
        ("thanks!", "You are welcome"),
        ("yes", "Nothing waits for your word"),
        ("no", "No preview is open"),
    ],
)
@pytest.mark.usefixtures("world")
def test_small_talk_gets_a_short_friendly_answer(tom: Person, said: str, answer: str):
    tom.type("#finance", f"/schedule {said}")

    tom.see("#finance", answer)
