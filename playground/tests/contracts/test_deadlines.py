"""Behaviours 1 to 6: deadlines, what the person sees, trigger ids, response_url."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from playground.tests.apps.lunch_app import form, option, section, text
from playground.tests.apps.raw_app import SILENCE
from playground.tests.apps.refusals import refused

if TYPE_CHECKING:
    from slack_sdk import WebClient

    from playground.slack.clock import ManualClock
    from playground.slack.driver import Person
    from playground.tests.apps.lunch_app import LunchApp
    from playground.tests.apps.raw_app import RawApp


def post(url: str, **body: Any) -> tuple[int, str]:
    """Status and text of a JSON POST."""
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read().decode()


# 1


def test_a_command_not_acknowledged_is_told_to_the_person_alone(ada: Person, ben: Person) -> None:
    ada.type("#finance", "/silent")

    said = ada.see("#finance", "/silent failed because the app did not respond")

    assert said.ephemeral
    assert said.author == "Slackbot"
    ben.see_no("#finance", "/silent failed")


def test_a_button_not_acknowledged_wears_a_warning_until_it_works(ada: Person) -> None:
    ada.type("#finance", "/lunch stew")
    asked = ada.see("#finance", "stew for")

    ada.press("Silent", in_=asked)

    assert ada.again(asked).troubles == ["Silent"]


def test_a_form_not_acknowledged_stays_open_and_says_so(ada: Person) -> None:
    ada.type("#finance", "/lunch form")
    filled = ada.open_modal()
    filled.choose("Dish", "Salad")
    filled.fill("Plates", "1")
    filled.fill("Note", "nothing")

    filled.submit()

    assert filled.trouble == "We had some trouble connecting. Try again?"
    assert filled.value("Note") == "nothing"


def test_without_any_connection_a_command_is_dispatch_failed(zoe: Person) -> None:
    zoe.type("#finance", "/lunch")

    zoe.see("#finance", 'failed with the error "dispatch_failed"')


# 2


def test_a_command_that_nobody_acknowledged_is_not_sent_again(raw: RawApp, zoe: Person) -> None:
    raw.answer = lambda _: SILENCE

    zoe.type("#finance", "/lunch")
    time.sleep(0.2)

    assert len(raw.of("/lunch")) == 1


# 3


@pytest.mark.parametrize("answer", [{"text": "thanks"}, {"response_action": "explode"}, "ok"])
def test_a_form_answered_with_anything_else_is_trouble(
    raw: RawApp, zoe: Person, client: WebClient, answer: Any
) -> None:
    raw.answer = lambda frame: answer if frame["payload"].get("type") == "view_submission" else None
    zoe.type("#finance", "/lunch")
    trigger = raw.last("/lunch")["payload"]["trigger_id"]
    view = {"type": "modal", "title": text("Empty"), "submit": text("Go"), "blocks": [section("Nothing")]}
    client.views_open(trigger_id=trigger, view=view)
    shown = zoe.open_modal()

    shown.submit()

    assert shown.trouble


# 4


def test_a_menu_asks_the_app_from_the_shortest_query_on(ada: Person, app: LunchApp) -> None:
    ada.type("#finance", "/lunch form")
    shown = ada.open_modal()

    assert shown.offers("Dish", "") == ["Type at least 1 character to see options."]
    assert shown.offers("Dish", "soup") == ["Soup of the day", "Soup, cold"]
    asked = app.last("block_suggestion")
    assert asked["value"] == "soup"
    assert (asked["block_id"], asked["action_id"]) == ("dish", "dish")
    assert asked["view"]["callback_id"] == "order_form"
    assert asked["container"]["type"] == "view"


@pytest.mark.parametrize(
    "answer",
    [SILENCE, None, {"options": [option(str(each)) for each in range(101)]}, {"options": [{"text": "bare"}]}],
    ids=["silence", "empty", "101 options", "not options"],
)
def test_a_menu_that_the_app_fills_badly_says_so(
    raw: RawApp, zoe: Person, client: WebClient, answer: Any
) -> None:
    raw.answer = lambda frame: answer if frame["payload"].get("type") == "block_suggestion" else None
    zoe.type("#finance", "/lunch")
    client.views_open(trigger_id=raw.last("/lunch")["payload"]["trigger_id"], view=form())

    assert zoe.open_modal().offers("Dish", "s") == ["Something went wrong while loading these options."]


# 5


def test_a_trigger_works_once_and_for_three_seconds(
    raw: RawApp, zoe: Person, client: WebClient, clock: ManualClock
) -> None:
    zoe.type("#finance", "/lunch")
    trigger = raw.last("/lunch")["payload"]["trigger_id"]

    clock.forward(2.9)
    client.views_open(trigger_id=trigger, view=form())

    assert refused(client.views_open, trigger_id=trigger, view=form()) == "exchanged_trigger_id"
    assert refused(client.views_open, trigger_id="1.2.3", view=form()) == "invalid_trigger_id"
    zoe.type("#finance", "/lunch")
    late = raw.last("/lunch")["payload"]["trigger_id"]
    clock.forward(3.1)
    assert refused(client.views_open, trigger_id=late, view=form()) == "expired_trigger_id"


# 6


def test_a_response_url_works_five_times(raw: RawApp, zoe: Person) -> None:
    zoe.type("#finance", "/lunch")
    url = raw.last("/lunch")["payload"]["response_url"]

    answers = [post(url, text=f"answer {each}") for each in range(6)]

    assert answers == [(200, "ok")] * 5 + [(404, "used_url")]
    assert zoe.see("#finance", "answer 4").ephemeral


def test_a_response_url_works_for_half_an_hour(raw: RawApp, zoe: Person, clock: ManualClock) -> None:
    zoe.type("#finance", "/lunch")
    url = raw.last("/lunch")["payload"]["response_url"]

    clock.forward(1799)
    assert post(url, text="just in time") == (200, "ok")
    clock.forward(2)
    assert post(url, text="too late") == (404, "expired_url")


def test_a_response_url_reaches_channels_the_app_is_not_in(
    raw: RawApp, zoe: Person, client: WebClient
) -> None:
    zoe.type("#random", "/lunch")
    url = raw.last("/lunch")["payload"]["response_url"]

    assert refused(client.chat_postMessage, channel="C0RANDOM", text="hello") == "not_in_channel"
    post(url, text="hello all", response_type="in_channel")

    assert not zoe.see("#random", "hello all").ephemeral


def test_an_ephemeral_message_is_replaced_or_deleted_but_never_made_public(raw: RawApp, zoe: Person) -> None:
    raw.answer = lambda frame: (
        {"blocks": [section("Sure?", accessory={"type": "button", "text": text("Yes"), "action_id": "yes"})]}
        if frame["type"] == "slash_commands"
        else None
    )
    zoe.type("#finance", "/lunch")
    asked = zoe.see("#finance", "Sure?")
    zoe.press("Yes", in_=asked)
    url = raw.last("block_actions")["payload"]["response_url"]

    post(url, replace_original=True, response_type="in_channel", text="Done")
    assert zoe.again(asked, "Done").ephemeral
    post(url, delete_original=True)
    zoe.see_gone(asked)


def test_a_commands_response_url_has_no_original_to_delete(raw: RawApp, zoe: Person) -> None:
    zoe.type("#finance", "/lunch")

    assert post(raw.last("/lunch")["payload"]["response_url"], delete_original=True)[0] == 400
