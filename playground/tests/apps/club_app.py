"""A Bolt app that administers: a list with a menu in each row, forms three deep, every menu, a file."""

from __future__ import annotations

import csv
import io
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from playground.tests.apps.lunch_app import button, field, option, section, text

Json = dict[str, Any]

MANIFEST: Json = {
    "display_information": {"name": "Club", "description": "Who is in the club"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "Club", "always_online": True},
        "slash_commands": [{"command": "/club", "description": "Look after the club"}],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "channels:read",
                "chat:write",
                "commands",
                "files:write",
                "groups:read",
                "im:history",
                "im:write",
                "usergroups:read",
                "users:read",
            ]
        }
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                "channel_archive",
                "channel_rename",
                "channel_unarchive",
                "member_joined_channel",
                "subteam_created",
                "subteam_members_changed",
                "subteam_updated",
            ]
        },
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}
BOOKS = ("Persuasion", "Emma", "Middlemarch", "Ulysses", "Utopia")
SURE: Json = {
    "title": text("Take them out?"),
    "text": text("They can come back any time."),
    "confirm": text("Take out"),
    "deny": text("Keep"),
    "style": "danger",
}


class ClubApp:
    """`members` maps a person's id to their role; `heard` keeps the events, newest last."""

    def __init__(self, api_url: str, bot_token: str, app_token: str) -> None:
        self.members: dict[str, str] = {"U0BEN": "reader"}
        self.answers: list[Json] = []
        self.heard: list[Json] = []
        self.client = WebClient(bot_token, base_url=api_url)
        self.app = App(client=self.client, token=bot_token)
        self.handler = SocketModeHandler(self.app, app_token)
        self._register(self.app)

    def connect(self) -> None:
        self.handler.connect()

    def close(self) -> None:
        self.handler.close()

    def _register(self, app: App) -> None:
        app.command("/club")(self.open_list)
        app.action("member")(self.change_member)
        app.action("add")(self.push_add)
        app.action("export")(self.export)
        app.action("rules")(self.push_rules)
        app.action("role")(self.role_chosen)
        app.options("books")(self.find_books)
        app.view("add")(self.added)
        app.view("rules")(self.agreed)
        for each in MANIFEST["settings"]["event_subscriptions"]["bot_events"]:
            app.event(each)(self.hear)

    # The list

    def open_list(self, ack: Any, body: Json, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=self.list_view())

    def list_view(self) -> Json:
        return {
            "type": "modal",
            "callback_id": "list",
            "title": text("Club"),
            "close": text("Close"),
            "blocks": [
                *(self._row(*each) for each in self.members.items()),
                {
                    "type": "actions",
                    "block_id": "tools",
                    "elements": [button("Add people", "add", style="primary"), button("Export", "export")],
                },
            ],
        }

    def _row(self, person: str, role: str) -> Json:
        menu = {
            "type": "overflow",
            "action_id": "member",
            "options": [option("Make organiser", "organiser"), option("Take out", "out")],
            "confirm": SURE,
        }
        return section(f"<@{person}> · {role}", block_id=f"row-{person}", accessory=menu)

    def change_member(self, ack: Any, body: Json, action: Json, client: WebClient) -> None:
        ack()
        person = action["block_id"].removeprefix("row-")
        if action["selected_option"]["value"] == "out":
            del self.members[person]
        else:
            self.members[person] = "organiser"
        client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=self.list_view())

    def export(self, ack: Any, body: Json, client: WebClient) -> None:
        ack()
        told = io.StringIO()
        csv.writer(told).writerows([("person", "role"), *self.members.items()])
        channel = str(client.conversations_open(users=body["user"]["id"])["channel"]["id"])
        client.files_upload_v2(
            channel=channel,
            content=told.getvalue(),
            filename="Club members, été.csv",
            title="Club members",
            initial_comment="Everybody in the club",
        )

    # Two forms on top of it

    def push_add(self, ack: Any, body: Json, client: WebClient) -> None:
        ack()
        client.views_push(trigger_id=body["trigger_id"], view=self.add_view("reader"))

    def add_view(self, role: str, note: str = "Who may join?") -> Json:
        roles = [option("Reader", "reader"), option("Organiser", "organiser")]
        blocks = [
            section(note, block_id="note"),
            field("People", {"type": "multi_users_select", "max_selected_items": 3}),
            field(
                "Role",
                {
                    "type": "radio_buttons",
                    "options": roles,
                    "initial_option": next(each for each in roles if each["value"] == role),
                },
                dispatch_action=True,
            ),
            field(
                "Meets in",
                {
                    "type": "conversations_select",
                    "default_to_current_conversation": True,
                    "filter": {"include": ["public", "private"], "exclude_external_shared_channels": True},
                },
            ),
            field("Vouched for by", {"type": "users_select"}, optional=True),
            field("Books", {"type": "multi_external_select", "min_query_length": 1}, optional=True),
            field(
                "Days",
                {"type": "multi_static_select", "options": [option("Monday"), option("Friday")]},
                optional=True,
            ),
            field(
                "Wants",
                {"type": "checkboxes", "options": [option("Tea"), option("Coffee")]},
                optional=True,
            ),
        ]
        if role == "organiser":
            blocks.append(field("Phone", {"type": "plain_text_input"}))
        blocks.append({"type": "actions", "block_id": "more", "elements": [button("Rules", "rules")]})
        return {
            "type": "modal",
            "callback_id": "add",
            "title": text("Add people"),
            "submit": text("Add"),
            "blocks": blocks,
        }

    def role_chosen(self, ack: Any, body: Json, action: Json, client: WebClient) -> None:
        ack()
        chosen, view = action["selected_option"]["value"], body["view"]
        client.views_update(view_id=view["id"], hash=view["hash"], view=self.add_view(chosen))

    def find_books(self, ack: Any, payload: Json) -> None:
        wanted = payload["value"].lower()
        ack(options=[option(each) for each in BOOKS if wanted in each.lower()])

    def push_rules(self, ack: Any, body: Json, client: WebClient) -> None:
        ack()
        view = {
            "type": "modal",
            "callback_id": "rules",
            "title": text("Rules"),
            "submit": text("Agree"),
            "private_metadata": body["view"]["id"],
            "blocks": [section("Read the book first.")],
        }
        client.views_push(trigger_id=body["trigger_id"], view=view)

    def agreed(self, ack: Any, view: Json, client: WebClient) -> None:
        ack()
        client.views_update(view_id=view["private_metadata"], view=self.add_view("reader", "Rules: agreed."))

    def added(self, ack: Any, view: Json, client: WebClient) -> None:
        values = {block: next(iter(held.values())) for block, held in view["state"]["values"].items()}
        self.answers.append(values)
        if self.members.keys() & set(values["people"]["selected_users"]):
            ack(response_action="errors", errors={"people": "Somebody is in the club already."})
            return
        ack()
        role = values["role"]["selected_option"]["value"]
        self.members |= dict.fromkeys(values["people"]["selected_users"], role)
        client.views_update(view_id=view["root_view_id"], view=self.list_view())

    def hear(self, event: Json) -> None:
        self.heard.append(event)
