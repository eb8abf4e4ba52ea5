"""Interactive elements: what each must and may carry, and where it may stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.slack.block_kit.objects import (
    CONFIRM,
    DISPATCH,
    EMPTY,
    FILTER,
    GROUP,
    LINKED_OPTION,
    OPTION,
    RICH_OPTION,
    plain,
)
from playground.slack.block_kit.rules import (
    Problem,
    Rule,
    Shape,
    anything,
    boolean,
    listed,
    one_of,
    pattern,
    string,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

ACTION: dict[str, Rule] = {"action_id": string(255)}
FOCUS: dict[str, Rule] = {"focus_on_load": boolean}
HINTED: dict[str, Rule] = {**ACTION, **FOCUS, "placeholder": plain(150)}
MENU: dict[str, Rule] = {**HINTED, "confirm": CONFIRM}
MANY: dict[str, Rule] = {**MENU, "max_selected_items": whole(1, 1000)}
DAY = pattern(r"\d{4}-\d{2}-\d{2}", "must be a date, YYYY-MM-DD")
TIME = pattern(r"([01]\d|2[0-3]):[0-5]\d", "must be a time, HH:mm")
MOMENT = whole(1_000_000_000, 9_999_999_999)
NUMBER = pattern(r"[+-]?(\d+\.?\d*|\.\d+)", "must be a number in a string")
OPTIONS = listed(OPTION, 1, 100)
GROUPS = listed(GROUP, 1, 100)
IDS = listed(string(255), 1, 1000)
CONVERSATION: dict[str, Rule] = {"filter": FILTER, "default_to_current_conversation": boolean}
URL_ENABLED: dict[str, Rule] = {"response_url_enabled": boolean}
STATIC: dict[str, Rule] = {"options": OPTIONS, "option_groups": GROUPS}

ELEMENTS: dict[str, Shape] = {
    "button": Shape(
        {"text": plain(75)},
        {
            **ACTION,
            "url": string(3000),
            "value": string(2000),
            "style": one_of("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
        },
    ),
    "overflow": Shape({"options": listed(LINKED_OPTION, 1, 5)}, {**ACTION, "confirm": CONFIRM}),
    "static_select": Shape(EMPTY, {**MENU, **STATIC, "initial_option": OPTION}, ("options", "option_groups")),
    "multi_static_select": Shape(
        EMPTY, {**MANY, **STATIC, "initial_options": OPTIONS}, ("options", "option_groups")
    ),
    "external_select": Shape(EMPTY, {**MENU, "min_query_length": whole(0, 150), "initial_option": OPTION}),
    "multi_external_select": Shape(
        EMPTY, {**MANY, "min_query_length": whole(0, 150), "initial_options": OPTIONS}
    ),
    "users_select": Shape(EMPTY, {**MENU, "initial_user": string(255)}),
    "multi_users_select": Shape(EMPTY, {**MANY, "initial_users": IDS}),
    "conversations_select": Shape(
        EMPTY, {**MENU, **CONVERSATION, **URL_ENABLED, "initial_conversation": string(255)}
    ),
    "multi_conversations_select": Shape(EMPTY, {**MANY, **CONVERSATION, "initial_conversations": IDS}),
    "channels_select": Shape(EMPTY, {**MENU, **URL_ENABLED, "initial_channel": string(255)}),
    "multi_channels_select": Shape(EMPTY, {**MANY, "initial_channels": IDS}),
    "radio_buttons": Shape(
        {"options": listed(RICH_OPTION, 1, 10)},
        {**ACTION, **FOCUS, "confirm": CONFIRM, "initial_option": RICH_OPTION},
    ),
    "checkboxes": Shape(
        {"options": listed(RICH_OPTION, 1, 10)},
        {**ACTION, **FOCUS, "confirm": CONFIRM, "initial_options": listed(RICH_OPTION, 1, 10)},
    ),
    "datepicker": Shape(EMPTY, {**MENU, "initial_date": DAY}),
    "timepicker": Shape(EMPTY, {**MENU, "initial_time": TIME, "timezone": string(255)}),
    "datetimepicker": Shape(EMPTY, {**ACTION, **FOCUS, "confirm": CONFIRM, "initial_date_time": MOMENT}),
    "plain_text_input": Shape(
        EMPTY,
        {
            **HINTED,
            "initial_value": string(3000, 0),
            "multiline": boolean,
            "min_length": whole(0, 3000),
            "max_length": whole(1, 3000),
            "dispatch_action_config": DISPATCH,
        },
    ),
    "number_input": Shape(
        {"is_decimal_allowed": boolean},
        {
            **HINTED,
            "initial_value": NUMBER,
            "min_value": NUMBER,
            "max_value": NUMBER,
            "dispatch_action_config": DISPATCH,
        },
    ),
    "email_text_input": Shape(
        EMPTY, {**HINTED, "initial_value": string(3000, 0), "dispatch_action_config": DISPATCH}
    ),
    "url_text_input": Shape(
        EMPTY, {**HINTED, "initial_value": string(3000, 0), "dispatch_action_config": DISPATCH}
    ),
    "rich_text_input": Shape(
        EMPTY, {**HINTED, "initial_value": anything, "dispatch_action_config": DISPATCH}
    ),
    "file_input": Shape(
        EMPTY, {**ACTION, "filetypes": listed(string(20), 1, 100), "max_files": whole(1, 10)}
    ),
    "image": Shape(
        {"alt_text": string(2000)},
        {"image_url": string(3000), "slack_file": anything},
        ("image_url", "slack_file"),
    ),
}

SELECTS = {name for name in ELEMENTS if name.endswith("_select")}
PICKERS = {"datepicker", "timepicker", "datetimepicker"}
CHOICES = {"radio_buttons", "checkboxes"}
TEXT_INPUTS = {name for name in ELEMENTS if name.endswith("_input")}
IN_SECTION = SELECTS | CHOICES | {"datepicker", "timepicker", "button", "overflow", "image"}
IN_ACTIONS = (
    {name for name in SELECTS if not name.startswith("multi_")}
    | CHOICES
    | PICKERS
    | {
        "button",
        "overflow",
    }
)
IN_INPUT = SELECTS | PICKERS | CHOICES | TEXT_INPUTS


def check_choices(element: Any, at: str) -> Iterator[Problem]:
    """What no shape says: options or groups, not both; what is chosen at first is among them."""
    if element.get("options") and element.get("option_groups"):
        yield Problem(at, "options and option_groups exclude each other")
    written = list(element.get("options") or ())
    for group in element.get("option_groups") or ():
        written.extend(group.get("options") or ())
    if not written:
        return
    for key, chosen in (
        ("initial_option", [element.get("initial_option")]),
        ("initial_options", element.get("initial_options") or []),
    ):
        for each in chosen:
            if each is not None and each not in written:
                yield Problem(f"{at}/{key}", "must exactly match one of the options")


def check_options_answer(answer: Any) -> list[Problem]:
    """An app's answer to block_suggestion: at most 100 options, or 100 groups of at most 100."""
    if not isinstance(answer, dict) or not ({"options", "option_groups"} & set(answer)):
        return [Problem("", "must carry options or option_groups")]
    if "option_groups" in answer:
        return list(
            listed(Shape({"label": plain(75), "options": listed(OPTION, 0, 100)}, EMPTY), 0, 100)(
                answer["option_groups"], "/option_groups"
            )
        )
    return list(listed(OPTION, 0, 100)(answer["options"], "/options"))
