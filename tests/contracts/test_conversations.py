"""Conversations: a real Bolt app on the playground's Slack; behind it SQLite and a fake Airflow.

What needs a real Airflow is in tests/integration; here are the presses that go wrong.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from slack_sdk import WebClient

from bot.domain.job import Input, InputKind
from bot.domain.project import Place
from bot.domain.rights import Action, Role
from bot.rules.access import Asker
from playground.slack.events import emit_message
from playground.slack.records import Message as SlackMessage
from tests.fakes import sample_jobs
from tests.fakes.talking import talking
from tests.world import FINANCE, TEAM, TOM

if TYPE_CHECKING:
    from playground.slack.driver import Person
    from playground.slack.server import RunningWorkspace
    from tests.world import World


def test_a_preview_that_was_left_for_an_hour_makes_nothing(world: World, tom: Person):
    tom.type("#finance", "/schedule sales report every weekday at 9am")
    preview = tom.see("#finance", "will run")
    world.clock.advance(timedelta(minutes=61))

    tom.press("Schedule it", in_=preview)

    tom.see("#finance", "over an hour old")
    assert world.scheduling.listed(Asker(TOM)) == []


def test_a_right_lost_between_preview_and_press_is_asked_again(world: World, tom: Person):
    tom.type("#finance", "/schedule sales report every weekday at 9am")
    preview = tom.see("#finance", "will run")
    with world.database.transaction() as tx:
        tx.projects.remove_member(world.projects["Finance"], TEAM, TOM.person_id)

    tom.press("Schedule it", in_=preview)

    tom.see("#finance", "I can't find that")


def test_in_a_direct_message_several_projects_are_asked_about(world: World, tom: Person):
    now = world.clock.now()
    with world.database.transaction() as tx:
        tx.projects.add_member(world.projects["HR"], TEAM, Role.RUNNER, person_id=TOM.person_id)
        tx.shares.add(world.projects["HR"], world.airflow.deployment, Action, at=now, dag_id="sales_report")
    tom.type("Runbell", "/schedule sales report every weekday at 9am")
    question = tom.see("Runbell", "Which one do you mean?")

    tom.press("Sales report (HR)", in_=question)

    preview = tom.see("Runbell", "will run every weekday")
    assert "Project HR" in preview.text
    assert "a direct message to you" in preview.text


def test_in_a_mapped_channel_only_its_project_counts(world: World, tom: Person):
    with world.database.transaction() as tx:
        tx.projects.add_member(world.projects["HR"], TEAM, Role.RUNNER, person_id=TOM.person_id)

    tom.type("#finance", "/schedule run payroll")

    tom.see("#finance", "I can't find a job called “payroll”")


def test_a_time_that_is_not_understood_comes_back_with_a_command_that_works(tom: Person):
    tom.type("#finance", "/schedule sales report every blue moon")
    answer = tom.see("#finance", "Try: /schedule sales report")
    example = answer.text.partition("Try: ")[2].splitlines()[0]

    tom.type("#finance", example)

    tom.see("#finance", "Sales report will run", after=answer)


def test_a_typed_command_that_lacks_a_required_input_opens_the_form_with_what_was_typed(
    world: World, tom: Person
):
    needed = Input("month", InputKind.TEXT, "Month", {"type": "string"}, required=True)
    world.airflow.change("sales_report", inputs=(needed, sample_jobs.ROWS))
    world.catalogue.step()

    tom.type("#finance", "/schedule sales report every friday at 17:00 with rows=7")

    form = tom.open_modal("Schedule a job")
    assert "friday at 17:00" in form.value("When").lower()
    assert form.value("Rows") == "7"
    form.fill("Month", "2026-05")
    form.submit()
    preview = tom.open_modal("Is this right?")
    assert "2026-05" in preview.text
    assert "Friday" in preview.text
    preview.submit()
    tom.open_modal("Scheduled").close()


def test_a_job_alone_opens_its_form_and_change_opens_it_again(tom: Person):
    tom.type("#finance", "/schedule sales report")
    form = tom.open_modal("Schedule a job")
    form.fill("When", "every weekday at 9am")
    form.press("More")
    form.see("Nickname")
    form.choose("Reports to", "A direct message to you")
    form.submit()
    preview = tom.open_modal("Is this right?")
    assert "a direct message to you" in preview.text
    preview.close()
    form = tom.open_modal("Schedule a job")
    assert form.value("When") == "every weekday at 9am"
    form.close()

    tom.type("#finance", "/schedule sales report every friday at 17:00 with rows=7")
    tom.press("Change", in_=tom.see("#finance", "will run every"))
    form = tom.open_modal("Schedule a job")
    assert "7" in form.value("Rows")
    form.submit()
    preview = tom.open_modal("Is this right?")
    assert "Friday" in preview.text
    preview.submit()
    tom.open_modal("Scheduled").close()


def test_of_more_choices_than_a_menu_holds_one_is_found_by_typing(world: World, tom: Person):
    numbers = tuple((f"store-{number}", f"Store {number}") for number in range(300))
    schema = {"type": "string", "enum": [value for value, _ in numbers]}
    region = replace(sample_jobs.REGION, choices=numbers, schema=schema, default="store-217")
    world.airflow.change("sales_report", inputs=(region,))
    world.catalogue.step()
    tom.type("#finance", "/schedule sales report")
    form = tom.open_modal("Schedule a job")
    assert "Store 217" in form.value("Region")
    assert len(form.offers("Region")) == 100
    assert form.offers("Region", "29 store") == [
        "Store 29",
        "Store 129",
        "Store 229",
        *map("Store {}".format, range(290, 300)),
    ]

    form.choose("Region", "Store 299", query="299")
    form.choose("What to do", "Run it once, now")
    form.see_no_field("When")
    form.submit()

    assert "Region: Store 299" in tom.open_modal("Is this right?").text


def test_what_goes_wrong_on_our_side_is_told_with_a_reference(world: World, tom: Person):
    def broken() -> None:
        raise ZeroDivisionError

    world.previews._wake = broken
    tom.type("#finance", "/schedule run sales report")
    tom.press("Run now", in_=tom.see("#finance", "Run Sales report now?"))

    tom.see("#finance", "reference ")


def test_the_command_has_the_name_that_a_setting_gives_it(world: World):
    with talking(world, "/jobs-at-work") as slack:
        tom = slack.driver.as_person("Tom Okafor")
        tom.type("#finance", "/jobs-at-work help")

        answer = tom.see("#finance", "What you can do here")
        assert "/jobs-at-work run" in answer.text
        assert "/schedule" not in answer.text


def test_what_is_written_to_the_bot_is_read_as_a_command_and_answered_once(
    tom: Person, slack: RunningWorkspace
):
    tom.type("Runbell", "sales report every weekday at 9am")
    tom.press("Schedule it", in_=tom.see("Runbell", "Sales report will run every weekday"))
    tom.see("Runbell", "Scheduled: Sales report")

    tom.type("Runbell", "sales report")
    tom.press("Open the form", in_=tom.see("Runbell", "This needs a form"))
    tom.open_modal("Schedule a job").close()

    tom.type("Runbell", "such a day")
    tom.see("Runbell", "I can't find a job called “such a day”")
    assert slack.driver.broken_rules() == []


def test_what_is_written_beside_a_file_or_from_a_thread_for_all_is_answered_too(
    tom: Person, slack: RunningWorkspace
):
    tom.type("Runbell", "help")
    answer = tom.see("Runbell", "What you can do here")

    tom.reply(answer, "news from the thread", broadcast=True)
    tom.see("Runbell", "I can't find a job called “news from the thread”")

    slack.run(tom_sends_a_file(slack, answer.channel, "news beside a file"))
    tom.see("Runbell", "I can't find a job called “news beside a file”")


def test_a_long_list_comes_to_a_direct_message_in_parts(world: World, tom: Person, slack: RunningWorkspace):
    for hour in range(9, 20):
        world.schedule(f"every weekday at {hour}:00")

    tom.type("Runbell", "list")

    tom.see("Runbell", "11 schedules")
    tom.see("Runbell", "Later (1 more)")
    assert slack.driver.broken_rules() == []


async def tom_sends_a_file(slack: RunningWorkspace, channel: str, text: str) -> None:
    state = slack.workspace.state
    said = SlackMessage(state.new_ts(), channel, TOM.person_id, text, files=[{"id": "F0"}])
    state.post(said)
    emit_message(slack.workspace, said)


def test_a_card_that_nobody_keeps_up_to_date_is_kept_from_the_press_on(
    world: World, tom: Person, slack: RunningWorkspace
):
    """Posted by a bot that was killed before it could write down where."""
    world.run_now(dag_id="build_warehouse", seconds=10)
    world.go_on(timedelta(seconds=4))
    card = world.slack.posted[0].message
    posted = WebClient(slack.bot_token, base_url=slack.api_url).chat_postMessage(
        channel=FINANCE, text=card.text, blocks=list(card.blocks)
    )
    world.go_on(timedelta(seconds=30))

    tom.press("Stop", in_=tom.see("#finance", "Build warehouse"))

    tom.see("#finance", "This run is done already.")
    run_key = card.blocks[-1]["elements"][0]["value"]
    with world.database.transaction() as tx:
        assert tx.outbox.card(run_key, Place(TEAM, FINANCE)) == (FINANCE, posted["ts"])
        assert tx.outbox.waiting() == 1
