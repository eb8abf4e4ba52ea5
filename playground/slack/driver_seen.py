"""What a driver sees: messages, forms and their parts, found by the words on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.slack.mrkdwn import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.slack.records import Json


BELOW = {"actions", "context"}
PICTURED = {"caption", "title", "text", "label", "name", "status", "shown"}
"""Where tables, charts and plans have plain words."""


class NotSeenError(AssertionError):
    """What was looked for is not there; the text says what is."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as one person saw it, at the moment they looked."""

    drawn: Json

    @property
    def ts(self) -> str:
        return str(self.drawn["ts"])

    @property
    def channel(self) -> str:
        return str(self.drawn["channel"])

    @property
    def author(self) -> str:
        return str(self.drawn["author"]["name"])

    @property
    def ephemeral(self) -> bool:
        return bool(self.drawn["ephemeral"])

    @property
    def edited(self) -> bool:
        return bool(self.drawn["edited"])

    @property
    def thread_ts(self) -> str | None:
        root: str | None = self.drawn["thread_ts"]
        return root

    @property
    def replies(self) -> int:
        return int(self.drawn["thread"]["count"]) if self.drawn["thread"] else 0

    @property
    def text(self) -> str:
        """Everything there is to read in it: its blocks, or its text when it has none."""
        blocks = self.drawn["blocks"]
        return text_of(blocks) if blocks else words(self.drawn["text"])

    @property
    def fallback(self) -> str:
        """What a notification says of it."""
        return str(self.drawn["fallback"] or words(self.drawn["text"]))

    @property
    def buttons(self) -> list[str]:
        return [label for _, element, label in parts(self.drawn["blocks"]) if element["type"] == "button"]

    @property
    def files(self) -> list[str]:
        """Their titles."""
        return [str(each["title"]) for each in self.drawn["files"]]

    @property
    def troubles(self) -> list[str]:
        """Labels of the elements that wear a warning sign."""
        return [label for _, element, label in parts(self.drawn["blocks"]) if element.get("trouble")]


def text_of(drawn: Any) -> str:
    """All words in a drawing, top to bottom."""
    return "\n".join(piece for piece in _pieces(drawn) if piece.strip())


def _pieces(drawn: Any) -> Iterator[str]:
    if isinstance(drawn, list):
        if drawn and all(isinstance(each, dict) and ({"s", "pre", "quote"} & set(each)) for each in drawn):
            yield words(drawn)
            return
        for each in drawn:
            yield from _pieces(each)
    elif isinstance(drawn, dict):
        for key, value in drawn.items():
            if key in {"chosen", "options", "option_groups", "confirm"}:
                continue
            if isinstance(value, str) and (key == "alt_text" or (key in PICTURED and "runs" not in drawn)):
                yield value
            elif isinstance(value, dict | list):
                yield from _pieces(value)


def parts(blocks: list[Json]) -> Iterator[tuple[Json, Json, str]]:
    """Every (block, element, label): the words a person would call the element by."""
    for block in blocks:
        if block["type"] == "input":
            yield block, block["element"], label_of(block["label"])
        if "accessory" in block and "action_id" in block["accessory"]:
            yield block, block["accessory"], _own_label(block["accessory"]) or label_of(block.get("text"))
        if block["type"] == "actions":
            for element in block["elements"]:
                yield block, element, _own_label(element)
        yield from parts(block.get("child_blocks", []))


def _rows(blocks: list[Json], words_there: str) -> list[Json]:
    """The blocks with these words, and the buttons that stand right under them."""
    found, under = [], False
    for block in blocks:
        under = words_there in text_of([block]) or (under and block["type"] in BELOW)
        if under:
            found.append(block)
    return found


def label_of(text: Json | None) -> str:
    return words(text["runs"]) if text else ""


def _own_label(element: Json) -> str:
    if element["type"] == "overflow":
        return str(element.get("accessibility_label") or "More actions")
    own = label_of(element.get("text")) or label_of(element.get("placeholder"))
    if own:
        return own
    chosen = element.get("chosen") or [{"text": ""}]
    return str(element.get("accessibility_label") or chosen[0]["text"])


def find_part(
    blocks: list[Json], label: str, kinds: set[str] | None = None, beside: str = ""
) -> tuple[Json, Json]:
    """The one element called `label`; NotSeen lists what is there. `beside`: words in the same row."""
    seen = []
    for block, element, name in parts(_rows(blocks, beside)):
        if kinds is not None and element["type"] not in kinds:
            continue
        if name == label:
            return block, element
        seen.append(name)
    raise NotSeenError(f"nothing is labelled {label!r}; there is {seen}")
