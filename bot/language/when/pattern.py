"""Reads a row of tokens by a table of patterns, left to right, the first row that fits winning.

Each token's kind is one character, so a pattern over kinds is a regular expression over a short string.
There is no recursion and nothing read twice: a long text costs its length.

In a pattern: KIND a token, name a pattern defined before, [x] perhaps, (x | y) either, x* and x+ many.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

Outcome = TypeVar("Outcome")

_SYNTAX = re.compile(r"\w+|[\[\]()|*+]")
_FIRST_CODE = 0xE000
"""The private use area: no kind is written like a character with a meaning."""


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    value: Any
    start: int
    end: int
    """Where it stands in the text."""


@dataclass(frozen=True, slots=True)
class Found:
    """The tokens that one row of a table has taken."""

    tokens: Sequence[Token]

    def has(self, *kinds: str) -> bool:
        return any(each.kind in kinds for each in self.tokens)

    def all(self, *kinds: str) -> list[Any]:
        """The values of the tokens of these kinds."""
        return [each.value for each in self.tokens if each.kind in kinds]

    def one(self, *kinds: str) -> Any:
        """The first such value, or None."""
        return next((each.value for each in self.tokens if each.kind in kinds), None)

    @property
    def start(self) -> int:
        return self.tokens[0].start

    @property
    def end(self) -> int:
        return self.tokens[-1].end


class Table(Generic[Outcome]):
    def __init__(
        self, names: Mapping[str, str], rows: Sequence[tuple[str, Callable[[Found], Outcome]]]
    ) -> None:
        self._codes: dict[str, str] = {}
        self._names: dict[str, str] = {}
        for name, pattern in names.items():
            self._names[name] = f"(?:{self._compiled(pattern)})"
        self._meanings = [meaning for _, meaning in rows]
        self._rows = re.compile("|".join(f"({self._compiled(pattern)})" for pattern, _ in rows))

    def read(self, tokens: Sequence[Token]) -> Iterator[tuple[Found, Outcome | None]]:
        """What each row makes of its tokens; a token that no row takes comes alone, with None."""
        codes = "".join(self._codes.get(each.kind, "?") for each in tokens)
        place = 0
        while place < len(tokens):
            match = self._rows.match(codes, place)
            if match is None or match.lastindex is None:
                yield Found(tokens[place : place + 1]), None
                place += 1
                continue
            found = Found(tokens[place : match.end()])
            yield found, self._meanings[match.lastindex - 1](found)
            place = match.end()

    def _compiled(self, pattern: str) -> str:
        return "".join(self._part(part) for part in _SYNTAX.findall(pattern))

    def _part(self, part: str) -> str:
        if part in "[(":
            return "(?:"
        if part == "]":
            return ")?"
        if part in ")|*+":
            return part
        if part in self._names:
            return self._names[part]
        if part not in self._codes:
            self._codes[part] = chr(_FIRST_CODE + len(self._codes))
        return self._codes[part]
