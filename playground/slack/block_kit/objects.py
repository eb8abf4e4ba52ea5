"""Composition objects: texts, options, confirm dialogs, filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.slack.block_kit.rules import Problem, Rule, Shape, boolean, listed, one_of, string

if TYPE_CHECKING:
    from collections.abc import Iterator

EMPTY: dict[str, Rule] = {}


def text(most: int, *, plain: bool) -> Rule:
    kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")

    def check(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, dict) or value.get("type") not in kinds:
            yield Problem(f"{at}/type", f"must be one of {', '.join(kinds)}")
            return
        shape = Shape({"text": string(most)}, {"emoji": boolean, "verbatim": boolean})
        found = list(shape(value, at))
        if found:
            yield Problem(at, "failed to match all allowed schemas")
        yield from found
        if value["type"] == "mrkdwn" and "emoji" in value:
            yield Problem(f"{at}/emoji", "emoji is for plain_text only")
        if value["type"] == "plain_text" and "verbatim" in value:
            yield Problem(f"{at}/verbatim", "verbatim is for mrkdwn only")

    return check


def plain(most: int) -> Rule:
    return text(most, plain=True)


def rich(most: int) -> Rule:
    return text(most, plain=False)


OPTION = Shape({"text": plain(75), "value": string(150)}, {"description": plain(75)})
LINKED_OPTION = Shape(OPTION.required, {**OPTION.allowed, "url": string(3000)})
RICH_OPTION = Shape({"text": rich(75), "value": string(150)}, {"description": rich(75)})
GROUP = Shape({"label": plain(75), "options": listed(OPTION, 1, 100)}, EMPTY)
CONFIRM = Shape(
    {"title": plain(100), "text": rich(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
DISPATCH = Shape(
    EMPTY,
    {"trigger_actions_on": listed(one_of("on_enter_pressed", "on_character_entered"), 1, 2)},
)
FILTER = Shape(
    EMPTY,
    {
        "include": listed(one_of("im", "mpim", "private", "public"), 1, 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
    needs_one_of=("include", "exclude_external_shared_channels", "exclude_bot_users"),
)
