"""The file of patterns that maintainers keep: an error, what it usually means, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import regex
import structlog

from bot.domain.one_line import one_line
from bot.language.yaml_nodes import Nodes, WrongFile, compose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yaml.nodes import Node

    from bot.domain.run import Failure

MOST_PATTERNS = 500
LONGEST_WORDS = 300
SECONDS_FOR_ONE, MOST_SLOW = 0.1, 5
"""Seconds that a pattern may take on one failure, and how many patterns may take longer.

The watcher waits for them.
"""
_KEYS = ("match", "regex", "means", "do", "job")
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern. `job` is a DAG id, "" for all jobs; `line` is its line in the file."""

    found: regex.Pattern[str]
    means: str
    to_do: str
    job: str
    line: int


@dataclass(frozen=True, slots=True)
class Patterns:
    """The patterns of one file, in their order: the first that fits counts."""

    patterns: Sequence[Pattern] = ()

    def explained(self, failure: Failure, dag_id: str) -> Failure:
        """Return the failure with what the first fitting pattern says: on its line, else on its log's end."""
        slow: set[int] = set()
        for text in (failure.error, failure.log_tail):
            for each in self.patterns:
                if each.job not in {"", dag_id} or each.line in slow or len(slow) >= MOST_SLOW:
                    continue
                try:
                    if each.found.search(text, timeout=SECONDS_FOR_ONE, concurrent=True):
                        return replace(failure, means=each.means, to_do=each.to_do)
                except TimeoutError:
                    slow.add(each.line)
                    log.warning("failure_pattern.slow", line=each.line, seconds=SECONDS_FOR_ONE)
        return failure


NONE = Patterns()


def read_patterns(text: str) -> Patterns:
    """Return the patterns of a file. Raises WrongFile with every problem at once."""
    reader = _Reader()
    found = reader.patterns(compose(text))
    if reader.problems:
        raise WrongFile(reader.problems)
    return Patterns(found)


class _Reader(Nodes):
    def patterns(self, node: Node | None) -> tuple[Pattern, ...]:
        """Read the list that the file is."""
        items = self.items(node, "the file")
        if len(items) > MOST_PATTERNS:
            self.wrong(items[MOST_PATTERNS], f"a file has at most {MOST_PATTERNS} patterns")
        found = (self._pattern(each) for each in items)
        return tuple(each for each in found if each is not None)

    def _pattern(self, node: Node) -> Pattern | None:
        parts = self.keys(node, "a pattern", _KEYS, needed=("means",))
        said = {key: self._said(value, key) for key, value in parts.items()}
        if ("match" in parts) == ("regex" in parts):
            self.wrong(node, "a pattern has either `match`, a plain text, or `regex`")
            return None
        kind = "regex" if "regex" in parts else "match"
        compiled = self._compiled(parts[kind], said[kind], is_plain=kind == "match")
        if compiled is None or not said.get("means"):
            return None
        return Pattern(
            compiled, said["means"], said.get("do", ""), said.get("job", ""), node.start_mark.line + 1
        )

    def _compiled(self, node: Node, text: str, *, is_plain: bool) -> regex.Pattern[str] | None:
        if not text:
            return None
        try:
            compiled = regex.compile(regex.escape(text) if is_plain else text, regex.IGNORECASE)
        except regex.error as error:
            self.wrong(node, f"this is no regular expression: {error.msg}")
            return None
        if compiled.search("") is not None:
            self.wrong(node, "this fits every error; say more of the one that is meant")
            return None
        return compiled

    def _said(self, node: Node, what: str) -> str:
        """Return a text on one line; "" where there is none, which is a problem."""
        word = self.word(node, what)
        text = "" if word is None else one_line(word.text).strip()
        if len(text) > LONGEST_WORDS:
            self.wrong(node, f"`{what}` has at most {LONGEST_WORDS} characters")
        return text
