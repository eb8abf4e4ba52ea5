"""Quotes and lists: commas or lines separate items, quotes keep what holds a comma together.

A quote within quotes is written twice, as in a spreadsheet's file; backslashes are letters like others.
"""

from __future__ import annotations

from dataclasses import dataclass

QUOTES = "\"'"


def unquoted(text: str) -> str | None:
    """Return what stands in quotes if the whole text is in quotes. None otherwise."""
    plain = text.strip()
    if not plain or plain[0] not in QUOTES:
        return None
    found, end = _span(plain, 0)
    return found if end == len(plain) else None


def quoted(text: str) -> str:
    """Return the text in quotes, which `unquoted` reads back."""
    mark = "'" if '"' in text and "'" not in text else '"'
    return f"{mark}{text.replace(mark, mark * 2)}{mark}"


@dataclass(frozen=True, slots=True)
class Item:
    text: str
    is_quoted: bool = False


def split_items(text: str, *, by_lines: bool) -> list[Item]:
    """Return the items of a list as typed. `by_lines` makes each of several lines an item, commas and all."""
    lines = _split(text, "\n") if by_lines else []
    if len(lines) > 1:
        return [each if each.is_quoted else Item(each.text.removesuffix(",").rstrip()) for each in lines]
    return _split(text, ",\n")


def _split(text: str, separators: str) -> list[Item]:
    """Return the parts between separators, without spaces around them and without empty ones."""
    found: list[Item] = []
    place = 0
    while place < len(text):
        if text[place].isspace() or text[place] in separators:
            place += 1
            continue
        inner, end = _span(text, place) if text[place] in QUOTES else ("", 0)
        after = _spaces(text, end)
        if end and (after == len(text) or text[after] in ",\n"):
            found.append(Item(inner, is_quoted=True))
            place = after + 1
            continue
        ends = [at for each in separators if (at := text.find(each, place)) >= 0]
        end = min(ends, default=len(text))
        found.append(Item(text[place:end].rstrip()))
        place = end
    return found


def _spaces(text: str, place: int) -> int:
    """Return where the spaces end that begin at a place."""
    while place < len(text) and text[place] in " \t\r":
        place += 1
    return place


def _span(text: str, start: int) -> tuple[str, int]:
    """Return what stands in the quotes that open at `start`, and where they end; 0 if they do not."""
    mark, place = text[start], start + 1
    parts: list[str] = []
    while (end := text.find(mark, place)) >= 0:
        if text[end + 1 : end + 2] != mark:
            return "".join([*parts, text[place:end]]), end + 1
        parts.append(text[place : end + 1])
        place = end + 2
    return "", 0
