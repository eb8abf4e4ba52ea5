"""Views that Slack refuses, each for one reason, and one that it takes."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from playground.tests.apps.lunch_app import button, field, form, option, section, text

Json = dict[str, Any]


def good() -> Json:
    """Everything in it is at home in a modal."""
    view = form()
    view["blocks"] += [
        {"type": "header", "text": text("Header")},
        {"type": "divider"},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "Context"}]},
        {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A picture"},
        section("Menu", accessory={"type": "overflow", "action_id": "more", "options": [option("One")]}),
        field(
            "Colour", {"type": "static_select", "options": [option("Red")], "initial_option": option("Red")}
        ),
        field("When", {"type": "timepicker", "initial_time": "09:00", "timezone": "Europe/Rome"}),
    ]
    return view


def view(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": text("Title"), "submit": text("Go"), "blocks": list(blocks), **more}


def select(**more: Any) -> Json:
    return field("Choice", {"type": "static_select", "options": [option("One")], **more})


def pressed(**more: Any) -> Json:
    return {"type": "actions", "elements": [{**button("Press", "press"), **more}]}


def confirm(**more: Any) -> Json:
    question = {"title": text("Sure?"), "text": text("Really"), "confirm": text("Yes"), "deny": text("No")}
    return pressed(confirm={**question, **more})


def without(view: Json, key: str) -> Json:
    return {name: value for name, value in deepcopy(view).items() if name != key}


MANY = [option(str(each)) for each in range(101)]
SAY = section("Words")
INPUT = field("Name", {"type": "plain_text_input"})
MRKDWN = {"type": "mrkdwn", "text": "x"}

BAD: dict[str, Json] = {
    "title too long": view(SAY, title=text("x" * 25)),
    "title missing": without(view(SAY), "title"),
    "title in mrkdwn": view(SAY, title=MRKDWN),
    "submit too long": view(SAY, submit=text("x" * 25)),
    "close too long": view(SAY, close=text("x" * 25)),
    "submit missing with an input": without(view(INPUT), "submit"),
    "no blocks": view(),
    "blocks missing": without(view(SAY), "blocks"),
    "101 blocks": view(*[SAY] * 101),
    "private_metadata too long": view(SAY, private_metadata="x" * 3001),
    "callback_id too long": view(SAY, callback_id="x" * 256),
    "external_id too long": view(SAY, external_id="x" * 256),
    "unknown property of the view": view(SAY, colour="red"),
    "unknown type of view": {**view(SAY), "type": "dialog"},
    "unknown block": view({"type": "paragraph", "text": text("x")}),
    "unknown property of a block": view({**SAY, "style": "loud"}),
    "markdown in a modal": view({"type": "markdown", "text": "x"}),
    "table in a modal": view({"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}),
    "block_id too long": view({**SAY, "block_id": "x" * 256}),
    "block_id twice": view({**SAY, "block_id": "a"}, {**SAY, "block_id": "a"}),
    "action_id twice": view({"type": "actions", "elements": [button("A", "a"), button("B", "a")]}),
    "action_id too long": view(pressed(action_id="x" * 256)),
    "two focus_on_load": view(
        field("A", {"type": "plain_text_input", "focus_on_load": True}),
        field("B", {"type": "plain_text_input", "focus_on_load": True}),
    ),
    "section without words": view({"type": "section"}),
    "section with empty text": view(section("")),
    "section text too long": view(section("x" * 3001)),
    "11 fields": view({"type": "section", "fields": [text("x")] * 11}),
    "field too long": view({"type": "section", "fields": [text("x" * 2001)]}),
    "text object of unknown type": view({"type": "section", "text": {"type": "html", "text": "x"}}),
    "text object without text": view({"type": "section", "text": {"type": "mrkdwn"}}),
    "mrkdwn with emoji": view({"type": "section", "text": {**MRKDWN, "emoji": True}}),
    "header in mrkdwn": view({"type": "header", "text": MRKDWN}),
    "header too long": view({"type": "header", "text": text("x" * 151)}),
    "context of nothing": view({"type": "context", "elements": []}),
    "context of 11": view({"type": "context", "elements": [MRKDWN] * 11}),
    "context with a button": view({"type": "context", "elements": [button("A", "a")]}),
    "actions of nothing": view({"type": "actions", "elements": []}),
    "26 actions": view({"type": "actions", "elements": [button("A", str(each)) for each in range(26)]}),
    "text input in actions": view(
        {"type": "actions", "elements": [{"type": "plain_text_input", "action_id": "a"}]}
    ),
    "multi select in actions": view(
        {
            "type": "actions",
            "elements": [{"type": "multi_static_select", "action_id": "a", "options": [option("x")]}],
        }
    ),
    "image without alt_text": view({"type": "image", "image_url": "https://example.com/a.png"}),
    "image without address": view({"type": "image", "alt_text": "x"}),
    "image address too long": view(
        {"type": "image", "image_url": "https://e.org/" + "x" * 3000, "alt_text": "x"}
    ),
    "image title in mrkdwn": view(
        {"type": "image", "image_url": "https://e.org/a.png", "alt_text": "x", "title": MRKDWN}
    ),
    "input without label": view(without(INPUT, "label")),
    "input without element": view(without(INPUT, "element")),
    "label in mrkdwn": view({**INPUT, "label": MRKDWN}),
    "label too long": view({**INPUT, "label": text("x" * 2001)}),
    "hint too long": view({**INPUT, "hint": text("x" * 2001)}),
    "optional is no boolean": view({**INPUT, "optional": "yes"}),
    "button as input": view({**INPUT, "element": button("A", "a")}),
    "button text too long": view(pressed(text=text("x" * 76))),
    "button text in mrkdwn": view(pressed(text=MRKDWN)),
    "button without text": view({"type": "actions", "elements": [{"type": "button", "action_id": "a"}]}),
    "button value too long": view(pressed(value="x" * 2001)),
    "button address too long": view(pressed(url="https://e.org/" + "x" * 3000)),
    "button of unknown style": view(pressed(style="loud")),
    "accessibility_label too long": view(pressed(accessibility_label="x" * 76)),
    "confirm title too long": view(confirm(title=text("x" * 101))),
    "confirm text too long": view(confirm(text=text("x" * 301))),
    "confirm button too long": view(confirm(confirm=text("x" * 31))),
    "deny button too long": view(confirm(deny=text("x" * 31))),
    "confirm without text": view(pressed(confirm={"title": text("Sure?")})),
    "101 options": view(select(options=MANY)),
    "no options": view(select(options=[])),
    "neither options nor groups": view(field("Choice", {"type": "static_select"})),
    "options and groups": view(select(option_groups=[{"label": text("G"), "options": [option("One")]}])),
    "group without label": view(
        field("Choice", {"type": "static_select", "option_groups": [{"options": MANY[:1]}]})
    ),
    "option text too long": view(select(options=[option("x" * 76, "v")])),
    "option value too long": view(select(options=[option("x", "v" * 151)])),
    "option without value": view(select(options=[{"text": text("x")}])),
    "option text in mrkdwn": view(select(options=[{"text": MRKDWN, "value": "x"}])),
    "option url outside an overflow": view(select(options=[{**option("x"), "url": "https://example.com"}])),
    "option description too long": view(select(options=[{**option("x"), "description": text("x" * 76)}])),
    "initial_option not among the options": view(select(initial_option=option("Two"))),
    "placeholder too long": view(select(placeholder=text("x" * 151))),
    "placeholder in mrkdwn": view(select(placeholder=MRKDWN)),
    "overflow of 6": view(
        section("x", accessory={"type": "overflow", "action_id": "a", "options": MANY[:6]})
    ),
    "11 radio buttons": view(field("Choice", {"type": "radio_buttons", "options": MANY[:11]})),
    "11 checkboxes": view(field("Choice", {"type": "checkboxes", "options": MANY[:11]})),
    "date in words": view(field("Day", {"type": "datepicker", "initial_date": "tomorrow"})),
    "time with 25 hours": view(field("Hour", {"type": "timepicker", "initial_time": "25:00"})),
    "moment of 9 digits": view(field("Moment", {"type": "datetimepicker", "initial_date_time": 123456789})),
    "number without is_decimal_allowed": view(field("Number", {"type": "number_input"})),
    "number bound as a number": view(
        field("Number", {"type": "number_input", "is_decimal_allowed": False, "min_value": 1})
    ),
    "max_length too large": view(field("Text", {"type": "plain_text_input", "max_length": 3001})),
    "min_length negative": view(field("Text", {"type": "plain_text_input", "min_length": -1})),
    "initial_value too long": view(field("Text", {"type": "plain_text_input", "initial_value": "x" * 3001})),
    "dispatch on a whim": view(
        field(
            "Text",
            {"type": "plain_text_input", "dispatch_action_config": {"trigger_actions_on": ["on_hover"]}},
        )
    ),
    "response_url_enabled outside an input": view(
        {
            "type": "actions",
            "elements": [{"type": "channels_select", "action_id": "a", "response_url_enabled": True}],
        }
    ),
    "empty filter": view(field("Where", {"type": "conversations_select", "filter": {}})),
    "rich text of unknown parts": view({"type": "rich_text", "elements": [{"type": "rich_text_song"}]}),
}
