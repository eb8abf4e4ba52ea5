"""What Slack's sample apps do, as anybody writes it in Bolt: only the API's address is the playground's."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk import WebClient
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack.server import start_workspace
from playground.tests.apps.lunch_app import button, field, option, section, text
from playground.tests.apps.lunch_workspace import DESCRIPTION
from playground.tests.apps.running import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.slack.driver import Person
    from playground.slack.server import RunningWorkspace

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Garden"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "Garden"},
        "slash_commands": [{"command": "/garden", "description": "Look after the garden"}],
        "shortcuts": [
            {"name": "Plant", "type": "global", "callback_id": "plant", "description": "Plant something"},
            {"name": "Note it", "type": "message", "callback_id": "note", "description": "Keep it"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "app_mentions:read",
                "channels:history",
                "chat:write",
                "commands",
                "im:history",
                "reactions:read",
                "users:read",
            ]
        }
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                "app_home_opened",
                "app_mention",
                "message.channels",
                "message.im",
                "reaction_added",
                "reaction_removed",
            ]
        },
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}


SPOILT = ("message", "/garden")
"""Bolt leaves an event unacknowledged that nobody listens to, and a command whose listener raises at once."""


@pytest.fixture
def workspace() -> Iterator[RunningWorkspace]:
    running = start_workspace(DESCRIPTION, MANIFEST)
    yield running
    spoilt = tuple(f"{each}: not acknowledged" for each in SPOILT)
    assert [each for each in running.driver.broken_rules() if not each.startswith(spoilt)] == []
    running.stop()


@pytest.fixture
def app(workspace: RunningWorkspace) -> Iterator[App]:
    """A test adds its listeners; Bolt looks them up when something happens."""
    app = App(client=WebClient(workspace.bot_token, base_url=workspace.api_url))
    handler = SocketModeHandler(app, workspace.app_token)
    handler.connect()
    wait_until(workspace.driver.connections)
    yield app
    wait_until(lambda: not unanswered(workspace))
    handler.close()


def unanswered(workspace: RunningWorkspace) -> list[str]:
    """What was brought to the app and is still with it: to hang up on that would break a rule."""
    brought = [each for each in workspace.driver.journal() if each["way"] == "Slack → app"]
    return [each["name"] for each in brought if each["seconds"] is None and each["name"] not in SPOILT]


@pytest.fixture
def ada(workspace: RunningWorkspace) -> Person:
    return workspace.driver.as_person("Ada")


def modal(title: str, *blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": text(title), "blocks": list(blocks), **more}


def test_a_command_is_acknowledged_in_words_and_answered_lazily(app: App, ada: Person) -> None:
    def acknowledge(ack: Any) -> None:
        ack("Just a moment")

    def answer(respond: Any, body: Any) -> None:
        respond(blocks=[section(f"Hello <@{body['user_id']}>", accessory=button("Water", "water"))])

    def later(respond: Any) -> None:
        respond("Watered!")

    app.command("/garden")(ack=acknowledge, lazy=[answer])
    app.action("water")(ack=lambda ack, respond: (ack(), respond("Watering …")), lazy=[later])

    ada.type("#finance", "/garden")
    assert ada.see("#finance", "Just a moment").ephemeral
    ada.press("Water", in_=ada.see("#finance", "Hello @Ada"))

    ada.see("#finance", "Watering …")
    ada.see("#finance", "Watered!")


def test_a_global_shortcut_opens_a_form_whose_menus_come_from_outside(app: App, ada: Person) -> None:
    sent: list[Any] = []

    def open_form(body: Any, client: WebClient) -> None:
        unnamed = {"type": "input", "label": text("Why"), "element": {"type": "plain_text_input"}}
        client.views_open(
            trigger_id=body["trigger_id"],
            view=modal(
                "Plant",
                unnamed,
                field("Tree", {"type": "external_select", "min_query_length": 0}),
                field("Beds", {"type": "multi_external_select", "min_query_length": 0}),
                callback_id="planted",
                submit=text("Plant"),
            ),
        )

    app.shortcut("plant")(ack=lambda ack: ack(), lazy=[open_form])
    app.options("tree")(lambda ack: ack({"options": [option(":apple: Apple", "apple")]}))

    @app.options("beds")
    def beds(ack: Any) -> None:
        groups = {"North": ["1", "2"], "South": ["3"]}
        ack(
            option_groups=[
                {"label": text(side), "options": [option(f"Bed {each}", each) for each in places]}
                for side, places in groups.items()
            ]
        )

    @app.view("planted")
    def planted(ack: Any, view: Any) -> None:
        ack()
        sent.append(view["state"]["values"])

    ada.shortcut("Plant")
    form = ada.open_modal("Plant")
    form.fill("Why", "Shade")
    form.choose("Tree", "🍎 Apple", query="")
    form.choose("Beds", "Bed 1", "Bed 3", query="")
    form.submit()
    form.see_closed()

    assert sent[0]["tree"]["tree"]["selected_option"]["value"] == "apple"
    assert [each["value"] for each in sent[0]["beds"]["beds"]["selected_options"]] == ["1", "3"]
    assert "Shade" in str(sent[0])


def test_a_form_is_updated_pushed_upon_and_answers_its_sending(app: App, ada: Person) -> None:
    tools = {"type": "actions", "elements": [button("Count", "count"), button("More", "more")]}
    name = field("Name", {"type": "plain_text_input"})

    def counted(number: int) -> dict[str, Any]:
        more = {"callback_id": "named", "submit": text("Send"), "private_metadata": str(number)}
        return modal("Form", section(f"Pressed {number} times"), name, tools, **more)

    @app.command("/garden")
    def open_form(ack: Any, body: Any, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=counted(0))

    @app.action("count")
    def count(ack: Any, body: Any, client: WebClient) -> None:
        ack()
        view = body["view"]
        number = int(view["private_metadata"]) + 1
        client.views_update(view_id=view["id"], hash=view["hash"], view=counted(number))

    @app.action("more")
    def more(ack: Any, body: Any, client: WebClient) -> None:
        ack()
        client.views_push(trigger_id=body["trigger_id"], view=modal("On top", section("Up here")))

    @app.view("named")
    def named(ack: Any, view: Any) -> None:
        value = view["state"]["values"]["name"]["name"]["value"]
        if len(value) < 3:
            ack(response_action="errors", errors={"name": "Too short"})
        elif value == "push":
            ack(response_action="push", view=modal("Pushed", section("Another")))
        else:
            ack(response_action="update", view=modal("Thanks", section(f"Bye {value}")))

    ada.type("#finance", "/garden")
    form = ada.open_modal("Form")
    form.fill("Name", "A")
    form.press("Count")
    form.see("Pressed 1 times")
    form.press("More")
    form.see("Up here")
    form.close()
    form.submit()
    assert form.error("Name") == "Too short"
    form.fill("Name", "push")
    form.submit()
    assert form.title == "Pushed"
    form.close()
    form.fill("Name", "Ada")
    form.submit()

    assert form.text == "Bye Ada"


def test_home_is_published_at_a_visit_and_again_at_a_press(app: App, ada: Person) -> None:
    def home(words: str) -> dict[str, Any]:
        return {
            "type": "home",
            "blocks": [section(words), {"type": "actions", "elements": [button("Rake", "rake")]}],
        }

    @app.event("app_home_opened")
    def opened(event: Any, client: WebClient, logger: Any) -> None:
        del logger
        client.views_publish(user_id=event["user"], view=home("Leaves everywhere"))

    @app.action("rake")
    def rake(ack: Any, body: Any, client: WebClient) -> None:
        ack()
        client.views_publish(user_id=body["user"]["id"], hash=body["view"]["hash"], view=home("All tidy"))

    shown = ada.home("Leaves everywhere")
    ada.press("Rake", in_=shown)

    shown.see("All tidy")


def test_a_message_shortcut_knows_its_message_and_answers_by_its_url(app: App, ada: Person) -> None:
    @app.shortcut("note")
    def note(ack: Any, shortcut: Any, respond: Any, say: Any) -> None:
        ack()
        respond(f"Noted: {shortcut['message']['text']}")
        say(text="Somebody took a note", thread_ts=shortcut["message_ts"])

    ada.type("#finance", "the roses need water")
    written = ada.see("#finance", "roses")
    ada.shortcut("Note it", on=written)

    assert ada.see("#finance", "Noted: the roses need water").ephemeral
    ada.see("#finance", "Somebody took a note", thread=written)


def test_messages_mentions_and_reactions_are_listened_to(app: App, ada: Person) -> None:
    @app.message("good morning")
    def greet(message: Any, say: Any) -> None:
        hello = f"Morning, <@{message['user']}>"
        say(blocks=[section(hello, accessory=button("And you", "you"))], text=hello)

    @app.action("you")
    def you(body: Any, ack: Any, say: Any) -> None:
        ack()
        say(f"<@{body['user']['id']}> is well")

    @app.event("app_mention")
    def mentioned(event: Any, say: Any) -> None:
        say(f"Yes, <@{event['user']}>?", thread_ts=event["ts"])

    @app.event("reaction_added")
    def reacted(event: Any, say: Any) -> None:
        say(f"Thanks for the {event['reaction']}", channel=event["item"]["channel"])

    ada.type("#finance", "good morning all")
    greeting = ada.see("#finance", "Morning, @Ada")
    ada.press("And you", in_=greeting)
    ada.see("#finance", "@Ada is well")
    ada.type("#finance", "@Garden are you there")
    ada.see("#finance", "Yes, @Ada?", thread=ada.see("#finance", "are you there"))
    ada.react("sunflower", to=greeting)
    ada.see("#finance", "Thanks for the sunflower")


def test_what_a_person_edits_deletes_and_takes_back_is_heard(app: App, ada: Person) -> None:
    @app.event({"type": "message", "subtype": "message_changed"})
    def changed(event: Any, say: Any) -> None:
        say(f"{event['previous_message']['text']} became {event['message']['text']}")

    @app.event({"type": "message", "subtype": "message_deleted"})
    def deleted(event: Any, say: Any) -> None:
        say(f"Gone: {event['previous_message']['text']}")

    @app.event("reaction_added")
    def added() -> None:
        pass

    @app.event("reaction_removed")
    def removed(event: Any, say: Any) -> None:
        say(f"No more {event['reaction']}", channel=event["item"]["channel"])

    ada.type("#finance", "plant roses")
    written = ada.see("#finance", "plant roses")
    ada.edit(written, "plant tulips")
    ada.see("#finance", "plant roses became plant tulips")
    assert ada.again(written, "plant tulips").edited
    ada.react("tulip", to=written)
    ada.react("tulip", to=written)
    ada.see("#finance", "No more tulip")
    ada.delete(written)
    ada.see("#finance", "Gone: plant tulips")
    ada.see_gone(written)


def test_middleware_goes_before_and_what_is_raised_comes_to_the_error_handler(app: App, ada: Person) -> None:
    @app.middleware
    def who(body: Any, context: Any, next_: Any) -> None:
        context["who"] = body.get("user_name")
        next_()

    @app.command("/garden")
    def fail(ack: Any, context: Any) -> None:
        ack(f"Sorry, {context['who']}")
        raise ValueError("no spade")

    caught: list[str] = []

    @app.error
    def told(error: Exception) -> None:
        caught.append(str(error))

    ada.type("#finance", "/garden")

    wait_until(lambda: caught == ["no spade"])


def test_an_async_app_does_the_same(workspace: RunningWorkspace, ada: Person) -> None:
    ended = threading.Event()

    async def live() -> None:
        app = AsyncApp(client=AsyncWebClient(workspace.bot_token, base_url=workspace.api_url))
        handler = AsyncSocketModeHandler(app, workspace.app_token)

        @app.command("/garden")
        async def garden(ack: Any, body: Any, client: AsyncWebClient) -> None:
            await ack("At once")
            await client.chat_postMessage(channel=body["channel_id"], text="And to everybody")

        await handler.connect_async()
        await asyncio.to_thread(ended.wait, 20)
        await handler.close_async()

    thread = threading.Thread(target=lambda: asyncio.run(live()))
    thread.start()
    wait_until(workspace.driver.connections)

    ada.type("#finance", "/garden")

    assert ada.see("#finance", "At once").ephemeral
    ada.see("#finance", "And to everybody")
    ended.set()
    thread.join()
