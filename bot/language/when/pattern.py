"""Reads a row of tokens by a table of patterns, left to right, the first row that fits winning.

Each token's kind is one character, so a pattern over kinds is a regular expression over a short string.
There is no recursion and nothing read twice: a long text costs its length.

In a pattern: KIND a token, name a pattern defined before, [x] perhaps, (x | y) either, x* and x+ many.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

Outcome = TypeVar("Outcome")

_SYNTAX = re.compile(r"\w+|[\[\]()|*+]")
_FIRST_CODE = 0xE000
"""The private use area, so that no kind is written like a character with a meaning."""


class Token(NamedTuple):
    kind: str
    value: Any
    start: int
    end: int
    """`start` and `end` are the token's position in the text."""


class Found(NamedTuple):
    """The tokens that one row of a table has taken."""

    tokens: Sequence[Token]

    def has(self, *kinds: str) -> bool:
        """Return whether a token of one of these kinds was taken."""
        return any(each.kind in kinds for each in self.tokens)

    def all(self, *kinds: str) -> list[Any]:
        """Return the values of the tokens of these kinds, in order."""
        return [each.value for each in self.tokens if each.kind in kinds]

    def one(self, *kinds: str) -> Any:
        """Return the first value of a token of these kinds. None if there is none."""
        return next((each.value for each in self.tokens if each.kind in kinds), None)

    @property
    def start(self) -> int:
        """Where the tokens begin in the text."""
        return self.tokens[0].start

    @property
    def end(self) -> int:
        """Where the tokens end in the text."""
        return self.tokens[-1].end


def made(kind: str, value: Any, found: Found) -> Token:
    """Return a token that replaces those that were taken."""
    return Token(kind, value, found.start, found.end)


class Table(Generic[Outcome]):
    def __init__(
        self, names: Mapping[str, str], rows: Sequence[tuple[str, Callable[[Found], Outcome]]]
    ) -> None:
        self._names = {name: _SYNTAX.findall(pattern) for name, pattern in names.items()}
        self._rows = [(_SYNTAX.findall(pattern), meaning) for pattern, meaning in rows]
        self._codes: dict[str, str] = {}
        self._starting_with: dict[str, tuple[re.Pattern[str], list[Callable[[Found], Outcome]]]] = {}

    def read(self, tokens: Sequence[Token]) -> Iterator[tuple[Found, Outcome | None]]:
        """Yield what each row makes of its tokens. A token that no row takes comes alone, with None."""
        known = self._codes
        codes = "".join([known.get(each.kind) or self._code(each.kind) for each in tokens])
        place = 0
        while place < len(tokens):
            kind = tokens[place].kind
            pattern, meanings = self._starting_with.get(kind) or self._rows_for(kind)
            match = pattern.match(codes, place)
            if match is None or match.lastindex is None:
                yield Found(tokens[place : place + 1]), None
                place += 1
                continue
            found = Found(tokens[place : match.end()])
            yield found, meanings[match.lastindex - 1](found)
            place = match.end()

    def _rows_for(self, kind: str) -> tuple[re.Pattern[str], list[Callable[[Found], Outcome]]]:
        """Return the rows that can begin with a token of this kind, compiled when they are first needed."""
        if kind not in self._starting_with:
            rows = [(words, meaning) for words, meaning in self._rows if kind in self._beginnings(words)[0]]
            pattern = re.compile("|".join(f"({self._compiled(words)})" for words, _ in rows) or "(?!)")
            self._starting_with[kind] = pattern, [meaning for _, meaning in rows]
        return self._starting_with[kind]

    def _beginnings(self, words: Sequence[str]) -> tuple[set[str], bool]:
        """Return the kinds that a pattern can begin with, and whether it can be empty."""
        alternatives = _split(words)
        if len(alternatives) > 1:
            each = [self._beginnings(alternative) for alternative in alternatives]
            return set().union(*(kinds for kinds, _ in each)), any(is_empty for _, is_empty in each)
        kinds: set[str] = set()
        place = 0
        while place < len(words):
            end = _closing(words, place) + 1
            if words[place] in "[(":
                inner, is_empty = self._beginnings(words[place + 1 : end - 1])
                is_empty = is_empty or words[place] == "["
            elif words[place] in self._names:
                inner, is_empty = self._beginnings(self._names[words[place]])
            else:
                inner, is_empty = {words[place]}, False
            if words[end : end + 1] == ["*"]:
                is_empty = True
            kinds |= inner
            if not is_empty:
                return kinds, False
            place = end + (words[end : end + 1] in (["*"], ["+"]))
        return kinds, True

    def _compiled(self, words: Sequence[str]) -> str:
        return "".join(self._part(word) for word in words)

    def _part(self, word: str) -> str:
        if word in "[(":
            return "(?:"
        if word == "]":
            return ")?"
        if word in ")|*+":
            return word
        if word in self._names:
            return f"(?:{self._compiled(self._names[word])})"
        return self._code(word)

    def _code(self, kind: str) -> str:
        if kind not in self._codes:
            self._codes[kind] = chr(_FIRST_CODE + len(self._codes))
        return self._codes[kind]


def _closing(words: Sequence[str], place: int) -> int:
    """Return where the bracket that opens at `place` closes; `place` itself for a word."""
    depth = 0
    for end in range(place, len(words)):
        depth += (words[end] in "[(") - (words[end] in "])")
        if depth == 0:
            return end
    raise ValueError(f"a bracket is not closed: {' '.join(words)}")


def _split(words: Sequence[str]) -> list[Sequence[str]]:
    """Return the alternatives of a pattern, split at the bars outside of brackets."""
    found: list[Sequence[str]] = []
    depth, begin = 0, 0
    for place, word in enumerate(words):
        depth += (word in "[(") - (word in "])")
        if word == "|" and depth == 0:
            found.append(words[begin:place])
            begin = place + 1
    return [*found, words[begin:]]
