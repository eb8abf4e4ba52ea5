"""rich_text and markdown blocks, read into the same runs as mrkdwn."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playground.slack.emoji import one_emoji

if TYPE_CHECKING:
    from collections.abc import Callable

    from playground.slack.mrkdwn import Reader
    from playground.slack.records import Json

STYLES = {"bold": "b", "italic": "i", "strike": "x", "code": "c"}
HEADING = re.compile(r"^#{1,6}\s+(.*)$", re.MULTILINE)
BULLET = re.compile(r"^(\s*)[-*]\s+", re.MULTILINE)
LINK = re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+)\)")
BOLD = re.compile(r"\*\*(.+?)\*\*|__(.+?)__")
ITALIC = re.compile(r"(?<![*\w])\*(?!\*)([^*\n]+)\*(?!\*)")
STRIKE = re.compile(r"~~(.+?)~~")


def rich_parts(reader: Reader, block: Json) -> list[Json]:
    """[{"kind": section | list | quote | preformatted, "runs" or "items", "ordered", "indent"}]."""
    return [_part(reader, each) for each in block["elements"]]


def _part(reader: Reader, part: Json) -> Json:
    kind = part["type"].removeprefix("rich_text_")
    if kind == "list":
        items = [[_run(reader, each) for each in item.get("elements", [])] for item in part["elements"]]
        return {
            "kind": kind,
            "items": items,
            "ordered": part.get("style") == "ordered",
            "indent": part.get("indent", 0),
        }
    return {"kind": kind, "runs": [_run(reader, each) for each in part.get("elements", [])]}


def _run(reader: Reader, element: Json) -> Json:
    flags = {STYLES[name]: 1 for name, on in (element.get("style") or {}).items() if on and name in STYLES}
    return {**bare_run(reader, element), **flags}


def bare_run(reader: Reader, element: Json) -> Json:
    readers: dict[str, Callable[[], Json]] = {
        "text": lambda: {"s": element["text"]},
        "link": lambda: {"s": element.get("text") or element["url"], "href": element["url"]},
        "emoji": lambda: {"s": one_emoji(element["name"]) or f":{element['name']}:"},
        "user": lambda: reader.user(element["user_id"]),
        "channel": lambda: reader.channel(element["channel_id"]),
        "usergroup": lambda: reader.group(element["usergroup_id"]),
        "date": lambda: reader.date(element["timestamp"], element["format"], element.get("url")),
        "broadcast": lambda: {"s": f"@{element['range']}", "group": element["range"]},
    }
    found = readers.get(element["type"])
    return found() if found else {"s": element.get("fallback", "")}


def markdown_to_mrkdwn(text: str) -> str:
    """Enough of Markdown for messages: headings, lists, bold, italic, struck, links."""
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    text = ITALIC.sub(r"_\1_", text)
    text = HEADING.sub(r"**\1**", text)
    text = BOLD.sub(lambda found: f"*{found[1] or found[2]}*", text)
    text = STRIKE.sub(r"~\1~", text)
    text = LINK.sub(r"<\2|\1>", text)
    return BULLET.sub(r"\1• ", text)
