"""Emoji by their short names: those of the emoji library, and the few that Slack has beside them."""

from __future__ import annotations

import functools
import re

import emoji

SLACKS_OWN = {
    "large_green_circle": "🟢",
    "large_orange_circle": "🟠",
    "large_purple_circle": "🟣",
    "large_yellow_circle": "🟡",
    "pencil": "📝",
    "simple_smile": "🙂",
}
DRAWN = 2
"""The library's word for emoji that are drawn as such; above are rarer spellings of the same."""
NAME = re.compile(r":([a-z0-9_+\-']+):")


def with_emoji(text: str) -> str:
    return NAME.sub(lambda found: one_emoji(found[1]) or found[0], text) if ":" in text else text


def one_emoji(name: str) -> str | None:
    """The character, or None for a name that there is not."""
    return _names().get(name)


def known_names() -> list[str]:
    return sorted(_names())


@functools.cache
def _names() -> dict[str, str]:
    names = {}
    for character, found in emoji.EMOJI_DATA.items():
        if found["status"] <= DRAWN:
            for each in (found["en"], *found.get("alias", ())):
                names[each.strip(":").lower()] = character
    return names | SLACKS_OWN
