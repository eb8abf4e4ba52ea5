"""Whole messages and views: counts, ids that must differ, what only a form may carry."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from playground.slack.block_kit.blocks import BLOCKS, HOME, MESSAGE, MODAL, SURFACES
from playground.slack.block_kit.elements import check_choices
from playground.slack.block_kit.objects import plain
from playground.slack.block_kit.pictures import MOST_IN_TABLES, characters_in
from playground.slack.block_kit.rules import Problem, Shape, anything, boolean, by_type, listed, string

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

MOST_BLOCKS = {MESSAGE: 50, MODAL: 100, HOME: 100}
MOST_MARKDOWN = 12_000
MOST_CHARTS = 2
LARGEST_VIEW = 250_000
VIEW_ALWAYS = {
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
}
VIEWS = {
    MODAL: Shape(
        {"title": plain(24), "blocks": anything},
        {
            **VIEW_ALWAYS,
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
    ),
    HOME: Shape({"blocks": anything}, VIEW_ALWAYS),
}


def check_message(blocks: Any, without: Collection[str] = ()) -> list[Problem]:
    """What Slack would refuse in a message's blocks; empty when it takes them.

    `without`: types of blocks that this Slack does not know.
    """
    return list(_check_blocks(blocks, MESSAGE, "/blocks", without))


def check_view(view: Any, kind: str) -> list[Problem]:
    """`kind`: modal or home."""
    if not isinstance(view, dict):
        return [Problem("/view", "must be an object")]
    if view.get("type") != kind:
        return [Problem("/type", f"must be {kind}")]
    found = [*VIEWS[kind](view, ""), *_check_blocks(view.get("blocks"), kind, "/blocks")]
    blocks = view.get("blocks")
    if kind == MODAL and isinstance(blocks, list) and not found and not view.get("submit"):
        found += [
            Problem("/submit", "submit is required when there is an input block")
            for each in blocks
            if each["type"] == "input"
        ][:1]
    return found


def too_large(view: Any) -> bool:
    """Assumed: the 250 kB are those of its JSON in UTF-8."""
    return len(json.dumps(view, ensure_ascii=False).encode()) > LARGEST_VIEW


def _check_blocks(blocks: Any, surface: str, at: str, without: Collection[str] = ()) -> Iterator[Problem]:
    least = 1 if surface == MODAL else 0
    rule = by_type(BLOCKS, SURFACES[surface].difference(without))
    found = list(listed(rule, least, MOST_BLOCKS[surface])(blocks, at))
    yield from found
    if found:
        return
    yield from _unique([each.get("block_id") for each, _ in _placed(blocks, at)], at, "block_id")
    yield from _totals(blocks, at)
    focused = 0
    for block, where in _placed(blocks, at):
        inside = list(_elements(block, where))
        yield from _unique([each.get("action_id") for each, _ in inside], where, "action_id")
        for element, place in inside:
            yield from check_choices(element, place)
            focused += bool(element.get("focus_on_load"))
            if element.get("response_url_enabled") and (surface != MODAL or block["type"] != "input"):
                yield Problem(f"{place}/response_url_enabled", "only in an input block of a modal")
    if focused > 1:
        yield Problem(at, "only one element may have focus_on_load")


def _placed(blocks: list[Any], at: str) -> Iterator[tuple[Any, str]]:
    """The blocks and where they stand, each followed by those that it contains."""
    for index, each in enumerate(blocks):
        yield each, f"{at}/{index}"
        yield from _placed(each.get("child_blocks", []), f"{at}/{index}/child_blocks")


def _totals(blocks: list[Any], at: str) -> Iterator[Problem]:
    markdown = sum(len(each["text"]) for each in blocks if each["type"] == "markdown")
    if markdown > MOST_MARKDOWN:
        yield Problem(at, f"markdown blocks must be less than {MOST_MARKDOWN + 1} characters together")
    if sum(each["type"] == "table" for each in blocks) > 1:
        yield Problem(at, "only one table allowed")
    if sum(each["type"] == "data_visualization" for each in blocks) > MOST_CHARTS:
        yield Problem(at, f"no more than {MOST_CHARTS} data_visualization blocks allowed")
    if sum(characters_in(each["rows"]) for each in blocks if each["type"] == "data_table") > MOST_IN_TABLES:
        yield Problem(at, f"cells of data tables must be less than {MOST_IN_TABLES + 1} characters together")


def _elements(block: Any, at: str) -> Iterator[tuple[Any, str]]:
    for place in ("element", "accessory"):
        if place in block:
            yield block[place], f"{at}/{place}"
    if block["type"] == "actions":
        for index, element in enumerate(block["elements"]):
            yield element, f"{at}/elements/{index}"


def _unique(ids: list[Any], at: str, name: str) -> Iterator[Problem]:
    for each, times in Counter(value for value in ids if value).items():
        if times > 1:
            yield Problem(at, f"{name} must be unique: {each} appears {times} times")
