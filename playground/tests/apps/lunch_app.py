"""A small Bolt app as anybody would write it: a command, a form, an external menu, buttons, Home."""

from __future__ import annotations

from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Lunch", "description": "Orders lunch"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "Lunch", "always_online": True},
        "slash_commands": [
            {"command": "/lunch", "description": "Order lunch", "usage_hint": "[dish]"},
            {"command": "/echo", "description": "Say it back", "should_escape": True},
            {"command": "/silent", "description": "Never answers"},
        ],
        "shortcuts": [
            {"name": "Order lunch", "type": "global", "callback_id": "order", "description": "Order"},
            {"name": "Order this", "type": "message", "callback_id": "order_this", "description": "Order"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "app_mentions:read",
                "channels:history",
                "channels:join",
                "channels:read",
                "chat:write",
                "commands",
                "files:read",
                "files:write",
                "groups:history",
                "groups:read",
                "im:history",
                "im:read",
                "im:write",
                "reactions:write",
                "usergroups:read",
                "users:read",
            ]
        }
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                "app_home_opened",
                "app_mention",
                "member_joined_channel",
                "message.channels",
                "message.im",
                "user_change",
            ]
        },
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}

DISHES = ("Soup of the day", "Soup, cold", "Salad", "Pizza")


def text(words: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": words}


def option(words: str, value: str | None = None) -> dict[str, Any]:
    return {"text": text(words), "value": value or words}


def button(label: str, action: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": text(label), "action_id": action, **more}


def section(words: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": words}, **more}


def field(label: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    name = label.lower().replace(" ", "_")
    return {
        "type": "input",
        "block_id": name,
        "label": text(label),
        "element": {"action_id": name, **element},
        **more,
    }


def form(note: str = "What would you like?") -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "order_form",
        "title": text("Order lunch"),
        "submit": text("Order"),
        "close": text("Never mind"),
        "notify_on_close": True,
        "blocks": [
            section(note),
            field(
                "Dish", {"type": "external_select", "min_query_length": 1, "placeholder": text("Find a dish")}
            ),
            field(
                "Plates",
                {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "9"},
            ),
            field("Note", {"type": "plain_text_input", "multiline": True, "max_length": 60}, optional=True),
            field("Day", {"type": "datepicker"}, optional=True),
            field(
                "Extras", {"type": "checkboxes", "options": [option("Bread"), option("Water")]}, optional=True
            ),
            {
                "type": "actions",
                "block_id": "tools",
                "elements": [button("Another page", "push"), button("Refresh", "refresh")],
            },
        ],
    }


class LunchApp:
    """`seen` holds the payloads it got, for tests to look at."""

    def __init__(self, api_url: str, bot_token: str, app_token: str) -> None:
        self.seen: list[dict[str, Any]] = []
        self.client = WebClient(bot_token, base_url=api_url)
        self.app = App(client=self.client, token=bot_token)
        self.handler = SocketModeHandler(self.app, app_token)
        self._register(self.app)

    def connect(self) -> None:
        self.handler.connect()

    def close(self) -> None:
        self.handler.close()

    def last(self, kind: str) -> dict[str, Any]:
        """The newest payload of a type (or the newest command)."""
        return next(each for each in reversed(self.seen) if kind in {each.get("type"), each.get("command")})

    def _register(self, app: App) -> None:
        app.command("/lunch")(self.lunch)
        app.command("/echo")(self.echo)
        app.action("order_now")(self.order_now)
        app.action("open_form")(self.open_form)
        app.action("push")(self.push)
        app.action("refresh")(self.refresh)
        app.action("pick")(self.note_action)
        app.action("menu")(self.note_action)
        app.options("dish")(self.dishes)
        app.view("order_form")(self.ordered)
        app.view_closed("order_form")(self.closed)
        app.view("second")(self.second)
        app.event("app_home_opened")(self.home)
        app.event("message")(self.note_event)
        app.event("app_mention")(self.mentioned)
        app.event("member_joined_channel")(self.note_event)
        app.event("user_change")(self.note_event)
        app.shortcut("order")(self.open_form)
        app.shortcut("order_this")(self.open_form)

    def lunch(self, ack: Any, body: Any, client: Any, respond: Any) -> None:
        self.seen.append(body)
        words = body["text"].strip()
        if words == "form":
            ack()
            client.views_open(trigger_id=body["trigger_id"], view=form())
        elif words == "public":
            ack(response_type="in_channel", text="Lunch is at noon")
        elif words == "later":
            ack()
            respond("Thought about it")
        else:
            ack(
                text="Lunch?",
                blocks=[
                    section(f"*{words or 'Soup'}* for <@{body['user_id']}>?"),
                    {
                        "type": "actions",
                        "block_id": "choices",
                        "elements": [
                            button("Order it", "order_now", style="primary", value="soup"),
                            button("Silent", "never_acked"),
                            button("Form", "open_form"),
                            {
                                "type": "static_select",
                                "action_id": "pick",
                                "placeholder": text("Size"),
                                "options": [option("Small"), option("Large")],
                            },
                            {"type": "overflow", "action_id": "menu", "options": [option("Forget it")]},
                        ],
                    },
                ],
            )

    def echo(self, ack: Any, body: Any) -> None:
        self.seen.append(body)
        ack(body["text"] or "nothing")

    def order_now(self, ack: Any, body: Any, client: Any, respond: Any) -> None:
        ack()
        self.seen.append(body)
        respond(text="Ordered", replace_original=True)
        client.chat_postMessage(channel=body["channel"]["id"], text=f"<@{body['user']['id']}> ordered soup")

    def open_form(self, ack: Any, body: Any, client: Any) -> None:
        ack()
        self.seen.append(body)
        client.views_open(trigger_id=body["trigger_id"], view=form())

    def push(self, ack: Any, body: Any, client: Any) -> None:
        ack()
        self.seen.append(body)
        client.views_push(
            trigger_id=body["trigger_id"],
            view={
                "type": "modal",
                "callback_id": "second",
                "title": text("Another page"),
                "submit": text("Done"),
                "blocks": [field("Why", {"type": "plain_text_input"})],
            },
        )

    def refresh(self, ack: Any, body: Any, client: Any) -> None:
        ack()
        self.seen.append(body)
        view = body["view"]
        client.views_update(view_id=view["id"], hash=view["hash"], view=form("Fresh from the kitchen"))

    def note_action(self, ack: Any, body: Any) -> None:
        ack()
        self.seen.append(body)

    def note_event(self, body: Any) -> None:
        self.seen.append(body["event"] | {"event_id": body["event_id"]})

    def mentioned(self, event: Any, say: Any) -> None:
        self.seen.append(event)
        say(text="You called?", thread_ts=event["ts"])

    def dishes(self, ack: Any, payload: Any) -> None:
        self.seen.append(payload)
        wanted = payload["value"].lower()
        ack(options=[option(each) for each in DISHES if wanted in each.lower()])

    def ordered(self, ack: Any, body: Any, view: Any, client: Any) -> None:
        self.seen.append(body)
        values = view["state"]["values"]
        note = values["note"]["note"]["value"] or ""
        if note == "poison":
            ack(response_action="errors", errors={"note": "We do not serve that."})
            return
        if note == "wrong key":
            ack(response_action="errors", errors={"tools": "Not an input."})
            return
        if note == "nothing":
            return
        ack()
        dish = values["dish"]["dish"]["selected_option"]["value"]
        client.chat_postMessage(channel=body["user"]["id"], text=f"{dish} it is")

    def closed(self, ack: Any, body: Any) -> None:
        ack()
        self.seen.append(body)

    def second(self, ack: Any, body: Any) -> None:
        self.seen.append(body)
        ack()

    def home(self, event: Any, client: Any) -> None:
        self.seen.append(event)
        client.views_publish(
            user_id=event["user"],
            view={
                "type": "home",
                "blocks": [
                    {"type": "header", "text": text("Your lunches")},
                    {"type": "actions", "elements": [button("Form", "open_form")]},
                ],
            },
        )
