"""How what a person types becomes what an app reads: mentions, channels, links, entities."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from playground.slack.description import PersonDescription
    from playground.slack.records import Conversation

LINK = re.compile(r"https?://[^\s<>|]+", re.IGNORECASE)
SPECIAL = {"here": "<!here>", "channel": "<!channel>", "everyone": "<!everyone>"}


def entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escaped(
    text: str,
    people: Iterable[PersonDescription],
    channels: Iterable[Conversation],
    *,
    groups: dict[str, str],
) -> str:
    """Mentions, channels and addresses in their angle-bracket forms; the rest as entities."""
    text = LINK.sub(lambda link: f"\0{link[0]}\1", entities(text))
    text = _named(
        text, "@", _people(people) | {handle: f"<!subteam^{id_}>" for handle, id_ in groups.items()}
    )
    text = _named(text, "#", _channels(channels))
    return text.replace("\0", "<").replace("\1", ">")


def _people(people: Iterable[PersonDescription]) -> dict[str, str]:
    names: dict[str, str] = dict(SPECIAL)
    for each in people:
        for name in (each.name, each.display_name or "", each.name.lower().replace(" ", ".")):
            if name:
                names[name.lower()] = f"<@{each.id}>"
    return names


def _channels(channels: Iterable[Conversation]) -> dict[str, str]:
    """A private channel's name is not told: `<#C…|>`."""
    return {
        each.name.lower(): f"<#{each.id}|{each.name if each.kind == 'channel' else ''}>"
        for each in channels
        if each.name
    }


def _named(text: str, sign: str, names: dict[str, str]) -> str:
    if not names or sign not in text:
        return text
    longest_first = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w/\0]){sign}({longest_first})(?![\w])", re.IGNORECASE)
    replace: Callable[[re.Match[str]], str] = lambda found: names[found[1].lower()]  # noqa: E731  one line, one use
    return pattern.sub(replace, text)
