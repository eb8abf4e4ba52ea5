"""Identifiers as Slack writes them: random, in capitals, with a letter that says of what."""

from __future__ import annotations

import secrets
import string

ALPHABET = string.ascii_uppercase + string.digits
BLOCK_ALPHABET = string.ascii_letters + string.digits + "+/"


def new_id(letter: str) -> str:
    return letter + "0" + "".join(secrets.choice(ALPHABET) for _ in range(9))


def new_block_id() -> str:
    return "".join(secrets.choice(BLOCK_ALPHABET) for _ in range(5))


def new_hash(now: float) -> str:
    """A view's hash: when it changed, and something nobody can guess."""
    return f"{int(now)}.{secrets.token_hex(4)}"


def with_ids(blocks: list[dict[str, object]]) -> list[dict[str, object]]:
    """Give the blocks and elements that came without an id a fresh one, as Slack does at every post."""
    return [_block_with_ids(each) for each in blocks]


def _block_with_ids(block: dict[str, object]) -> dict[str, object]:
    named = dict(block)
    named.setdefault("block_id", new_block_id())
    for place in ("element", "accessory"):
        element = named.get(place)
        if isinstance(element, dict):
            named[place] = _element_with_id(element)
    elements = named.get("elements")
    if named["type"] == "actions" and isinstance(elements, list):
        named["elements"] = [_element_with_id(each) for each in elements]
    children = named.get("child_blocks")
    if isinstance(children, list):
        named["child_blocks"] = with_ids(children)
    return named


def _element_with_id(element: dict[str, object]) -> dict[str, object]:
    if element.get("type") == "image":
        return element
    return {**element, "action_id": element.get("action_id") or new_block_id()}
