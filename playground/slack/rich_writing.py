"""What a person writes with marks (*bold*, - lists, > quotes), as the rich_text an app gets; and back."""

from __future__ import annotations

import html
import re
from itertools import groupby
from typing import TYPE_CHECKING

from playground.slack.mrkdwn import INLINE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playground.slack.records import Json

FENCE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
BULLET, NUMBER, QUOTE = re.compile(r"[-•*]\s+"), re.compile(r"\d+[.)]\s+"), re.compile(r"(?:&gt;|>)\s?")
STYLES = {"*": "bold", "_": "italic", "~": "strike"}
MARKS = {"bold": "*", "italic": "_", "strike": "~", "code": "`"}
EMOJI = re.compile(r":([a-z0-9_+\-']+):")


def rich_text(wire: str) -> Json:
    """`wire`: text with its names and links already in angle brackets."""
    parts: list[Json] = []
    at = 0
    for found in FENCE.finditer(wire):
        parts += _parts(wire[at : found.start()].strip("\n"))
        text = {"type": "text", "text": html.unescape(found[1])}
        parts.append({"type": "rich_text_preformatted", "elements": [text]})
        at = found.end()
    return {"type": "rich_text", "elements": parts + _parts(wire[at:].strip("\n"))}


def marked(block: Json, name: Callable[[Json], str]) -> str:
    """The text one would write to get this block. `name`: how a person, channel or group is written."""
    return "\n".join(_marked_part(part, name) for part in block.get("elements", ()))


def _parts(wire: str) -> list[Json]:
    parts: list[Json] = []
    for kind, lines in groupby(wire.split("\n"), _kind):
        held = list(lines)
        if kind in {"bullet", "ordered"}:
            mark = BULLET if kind == "bullet" else NUMBER
            items = [_section(mark.sub("", each, count=1)) for each in held]
            parts.append({"type": "rich_text_list", "style": kind, "indent": 0, "elements": items})
        elif kind == "quote":
            said = "\n".join(QUOTE.sub("", each, count=1) for each in held)
            parts.append({**_section(said), "type": "rich_text_quote"})
        elif any(held):
            parts.append(_section("\n".join(held)))
    return parts


def _kind(line: str) -> str:
    for kind, mark in (("bullet", BULLET), ("ordered", NUMBER), ("quote", QUOTE)):
        if mark.match(line):
            return kind
    return "plain"


def _section(text: str) -> Json:
    return {"type": "rich_text_section", "elements": list(_inline(text, {}))}


def _inline(text: str, style: Json) -> Iterator[Json]:
    at = 0
    for found in INLINE.finditer(text):
        yield from _plain(text[at : found.start()], style)
        if found["angle"]:
            yield _styled(_angle(found["angle"]), style)
        elif found["code"]:
            yield _styled({"type": "text", "text": html.unescape(found["code"])}, {**style, "code": True})
        else:
            yield from _inline(found["marked"], {**style, STYLES[found["mark"]]: True})
        at = found.end()
    yield from _plain(text[at:], style)


def _plain(text: str, style: Json) -> Iterator[Json]:
    at = 0
    for found in EMOJI.finditer(text):
        if text[at : found.start()]:
            yield _styled({"type": "text", "text": html.unescape(text[at : found.start()])}, style)
        yield _styled({"type": "emoji", "name": found[1]}, style)
        at = found.end()
    if text[at:]:
        yield _styled({"type": "text", "text": html.unescape(text[at:])}, style)


def _styled(element: Json, style: Json) -> Json:
    return {**element, "style": dict(style)} if style else element


def _angle(inside: str) -> Json:
    target, _, label = inside.partition("|")
    if target.startswith("@"):
        return {"type": "user", "user_id": target[1:]}
    if target.startswith("#"):
        return {"type": "channel", "channel_id": target[1:]}
    if target.startswith("!subteam^"):
        return {"type": "usergroup", "usergroup_id": target.removeprefix("!subteam^")}
    if target.startswith("!"):
        return {"type": "broadcast", "range": target[1:]}
    link = {"type": "link", "url": html.unescape(target)}
    return {**link, "text": html.unescape(label)} if label else link


def _marked_part(part: Json, name: Callable[[Json], str]) -> str:
    if part["type"] == "rich_text_list":
        ordered = part.get("style") == "ordered"
        items = [_marked_part(each, name) for each in part["elements"]]
        return "\n".join(f"{f'{at}.' if ordered else '-'} {item}" for at, item in enumerate(items, 1))
    text = "".join(_marked(each, name) for each in part.get("elements", ()))
    if part["type"] == "rich_text_preformatted":
        return f"```\n{text}\n```"
    return "\n".join(f"> {each}" for each in text.split("\n")) if part["type"] == "rich_text_quote" else text


def _marked(element: Json, name: Callable[[Json], str]) -> str:
    match element["type"]:
        case "text":
            text = str(element["text"])
        case "emoji":
            text = f":{element['name']}:"
        case "link":
            text = str(element["url"])
        case "broadcast":
            text = f"@{element['range']}"
        case _:
            text = name(element)
    for style, on in (element.get("style") or {}).items():
        mark = MARKS.get(style) if on else None
        text = f"{mark}{text}{mark}" if mark else text
    return text
