"""What a stateful element holds, in the shapes of Slack's `state.values`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.slack.records import Json

TEXTS = {"plain_text_input", "number_input", "email_text_input", "url_text_input"}
SINGLE_OPTION = {"static_select", "external_select", "radio_buttons"}
MANY_OPTIONS = {"multi_static_select", "multi_external_select", "checkboxes"}

# element type -> (key in the state, key of its initial value, whether it holds many)
PLACES: dict[str, tuple[str, str, bool]] = {
    **dict.fromkeys(TEXTS, ("value", "initial_value", False)),
    **dict.fromkeys(SINGLE_OPTION, ("selected_option", "initial_option", False)),
    **dict.fromkeys(MANY_OPTIONS, ("selected_options", "initial_options", True)),
    "users_select": ("selected_user", "initial_user", False),
    "multi_users_select": ("selected_users", "initial_users", True),
    "conversations_select": ("selected_conversation", "initial_conversation", False),
    "multi_conversations_select": ("selected_conversations", "initial_conversations", True),
    "channels_select": ("selected_channel", "initial_channel", False),
    "multi_channels_select": ("selected_channels", "initial_channels", True),
    "datepicker": ("selected_date", "initial_date", False),
    "timepicker": ("selected_time", "initial_time", False),
    "datetimepicker": ("selected_date_time", "initial_date_time", False),
    "rich_text_input": ("rich_text_value", "initial_value", False),
    "file_input": ("files", "", True),
}


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every (block, interactive element) in the order they are read."""
    for block in blocks:
        for place in ("element", "accessory"):
            if isinstance(block.get(place), dict):
                yield block, block[place]
        if block["type"] == "actions":
            for element in block["elements"]:
                yield block, element
        yield from elements(block.get("child_blocks", []))


def find_element(blocks: list[Json], block_id: str, action_id: str) -> tuple[Json, Json] | None:
    for block, element in elements(blocks):
        if block.get("block_id") == block_id and element.get("action_id") == action_id:
            return block, element
    return None


def initial(element: Json) -> Any:
    """The element's value before anybody touched it: its initial value, else None or nothing chosen."""
    key, initial_key, many = PLACES[element["type"]]
    del key
    value = element.get(initial_key)
    return list(value or ()) if many else value


def state_values(blocks: list[Json], held: dict[tuple[str, str], Any]) -> Json:
    """`state.values`: block id -> action id -> typed value, for every stateful element."""
    values: Json = {}
    for block, element in elements(blocks):
        if element["type"] not in PLACES:
            continue
        name = (block["block_id"], element["action_id"])
        key, _, _ = PLACES[element["type"]]
        value = held.get(name, initial(element))
        if element["type"] in TEXTS and value == "":
            value = None
        values.setdefault(name[0], {})[name[1]] = _typed(element, key, value)
    return values


def _typed(element: Json, key: str, value: Any) -> Json:
    typed: Json = {"type": element["type"], key: value}
    if element["type"] == "timepicker" and value is not None and "timezone" in element:
        typed["timezone"] = element["timezone"]
    return typed


def still_offered(element: Json, value: Any) -> bool:
    """Whether what is chosen stands among the options that the element now has, where it has its own."""
    written = options(element)
    chosen = value if isinstance(value, list) else [value]
    return not written or all(each is None or each in written for each in chosen)


def options(element: Json) -> list[Json]:
    """The options written in the element itself, groups flattened."""
    found = list(element.get("options") or ())
    for group in element.get("option_groups") or ():
        found.extend(group["options"])
    return found
