"""A file of YAML that people write: its nodes, and all that is wrong in it, each with its line and column."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

import yaml

from bot.domain.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from yaml.nodes import Node


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A mistake in the file. `line` and `column` count from 1, as in editors."""

    line: int
    column: int
    words: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.words}"


class WrongFile(UserError):
    """Every problem of the file at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(each) for each in self.problems))


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the file, with its place."""

    text: str
    line: int
    column: int

    def wrong(self, words: str) -> Problem:
        """Return the problem with this word, at the place where it stands."""
        return Problem(self.line, self.column, words)


def compose(text: str) -> Node | None:
    """Return the node of a whole file; None for an empty one. Raises WrongFile for what is no YAML."""
    try:
        node: Node | None = yaml.compose(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        raise WrongFile([_not_yaml(error, text)]) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - text.rfind("\n", 0, error.position)
        raise WrongFile([Problem(line, column, "this character cannot stand in YAML")]) from None
    except RecursionError:
        raise WrongFile([Problem(1, 1, "it is nested deeper than any such file")]) from None
    return node


def suggest(wrong: str, known: Collection[str]) -> str:
    """Return "; did you mean Finance?", or "" if nothing is similar."""
    close = get_close_matches(wrong, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""


class Nodes:
    """Reads the nodes of one file, and keeps the problems that it meets."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def keys(
        self, node: Node, what: str, known: Collection[str], *, needed: Iterable[str], at: Word | None = None
    ) -> dict[str, Node]:
        """Return what stands under each key; keys that nobody knows are problems."""
        found = {}
        for key, value in self.entries(node, what):
            if key.text in known:
                found[key.text] = value
                continue
            more = suggest(key.text, known) or f"; there are {', '.join(known)}"
            self.problems.append(key.wrong(f"{what} has no key {key.text}{more}"))
        for each in needed:
            if each not in found and isinstance(node, yaml.MappingNode):
                words = f"{what} needs `{each}`"
                if at is None:
                    self.wrong(node, words)
                else:
                    self.problems.append(at.wrong(words))
        return found

    def entries(self, node: Node | None, what: str) -> Iterator[tuple[Word, Node]]:
        """Yield the pairs of a mapping; a key that stands twice is a problem, and left out."""
        if node is None:
            return
        if not isinstance(node, yaml.MappingNode):
            self.wrong(node, f"{what} must be `key: value` lines")
            return
        seen = set()
        for key, value in node.value:
            word = self.word(key, what)
            if word is None:
                continue
            if word.text in seen:
                self.problems.append(word.wrong(f"{word.text} stands here twice"))
                continue
            seen.add(word.text)
            yield word, value

    def items(self, node: Node | None, what: str) -> list[Node]:
        """Return the parts of a list; anything else is a problem."""
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(node, f"`{what}` must be a list")
            return []
        return list(node.value)

    def words(self, node: Node | None, what: str) -> tuple[Word, ...]:
        """Return a list of words; one that stands twice is a problem."""
        found: dict[str, Word] = {}
        for each in self.items(node, what):
            word = self.word(each, what)
            if word is not None and found.setdefault(word.text, word) is not word:
                self.problems.append(word.wrong(f"{word.text} stands in `{what}` twice"))
        return tuple(found.values())

    def word(self, node: Node, what: str) -> Word | None:
        """Return a word as it is written, 007 and yes too; None, with a problem, for what is no word."""
        if not isinstance(node, yaml.ScalarNode):
            self.wrong(node, f"`{what}` takes one word here")
            return None
        if node.tag == "tag:yaml.org,2002:null" or not node.value:
            self.wrong(node, f"nothing stands in `{what}` here; what begins with # needs quotes")
            return None
        return Word(str(node.value), node.start_mark.line + 1, node.start_mark.column + 1)

    def wrong(self, node: Node, words: str) -> None:
        """Note a problem at the node."""
        mark = node.start_mark
        self.problems.append(Problem(mark.line + 1, mark.column + 1, words))


def _not_yaml(error: yaml.MarkedYAMLError, text: str) -> Problem:
    """Return the problem: what is left open is reported where it was opened."""
    opened = {"while parsing a flow": "bracket", "while scanning a quoted": "quote"}
    what = next((each for start, each in opened.items() if (error.context or "").startswith(start)), "")
    mark = error.context_mark if what else error.problem_mark or error.context_mark
    assert mark is not None
    here = "".join(text.splitlines()[mark.line : mark.line + 1])[mark.column : mark.column + 1]
    if here in {"@", "`", "%"}:
        words = f"what begins with {here} needs quotes"
    elif what:
        words = f"this {what} is not closed; what begins with # needs quotes"
    else:
        words = f"this is not YAML: {error.problem or error.context}"
    return Problem(mark.line + 1, mark.column + 1, words)
