"""An unmodified Bolt app and the playground: the whole of a conversation, over the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.slack.driver import Person
    from playground.tests.apps.lunch_app import LunchApp


def test_a_command_is_answered_to_the_person_alone(ada: Person, ben: Person) -> None:
    ada.type("#finance", "/lunch pizza")

    seen = ada.see("#finance", "pizza for @Ada?")

    assert seen.ephemeral
    assert seen.buttons == ["Order it", "Silent", "Form"]
    ben.see_no("#finance", "pizza")


def test_a_button_edits_its_message_and_tells_the_channel(ada: Person, ben: Person) -> None:
    ada.type("#finance", "/lunch")
    asked = ada.see("#finance", "Soup for @Ada?")

    ada.press("Order it", in_=asked)

    assert ada.again(asked, "Ordered").buttons == []
    assert ben.see("#finance", "@Ada ordered soup").author == "Lunch"


def test_a_form_is_filled_in_and_sent(ada: Person) -> None:
    ada.type("#finance", "/lunch form")
    form = ada.open_modal("Order lunch")

    form.choose("Dish", "Salad", query="sal")
    form.fill("Plates", "2")
    form.submit()

    form.see_closed()
    assert ada.see("@Lunch", "Salad it is")


def test_a_wrong_field_is_told_at_the_field(ada: Person) -> None:
    ada.type("#finance", "/lunch form")
    form = ada.open_modal()
    form.choose("Dish", "Pizza")
    form.fill("Plates", "2")
    form.fill("Note", "poison")

    form.submit()

    assert form.error("Note") == "We do not serve that."
    assert form.value("Dish") == "Pizza"


def test_home_greets_whoever_visits(ada: Person, app: LunchApp) -> None:
    home = ada.home("Your lunches")

    home.touch.press("Form")

    assert ada.open_modal().title == "Order lunch"
    assert app.last("app_home_opened")["tab"] == "home"


def test_a_mention_is_answered_in_a_thread(ada: Person) -> None:
    ada.type("#finance", "@Lunch what is there?")
    asked = ada.see("#finance", "what is there")

    answer = ada.see("#finance", "You called?", thread=asked)

    assert answer.thread_ts == asked.ts
    assert ada.again(asked).replies == 1


def test_an_app_that_does_not_answer_is_told_to_the_person(ada: Person) -> None:
    ada.type("#finance", "/silent")

    ada.see("#finance", "`/silent` failed because the app did not respond".replace("`", ""))
    ada.type("#finance", "/lunch")
    asked = ada.see("#finance", "Soup for")
    ada.press("Silent", in_=asked)
    assert ada.again(asked).troubles == ["Silent"]
