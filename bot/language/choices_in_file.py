"""The choices of inputs in projects.yaml: listed there, or published by a job; and written back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from bot.domain.choices import MOST_CHOICES
from bot.domain.one_line import one_line
from bot.language.inputs.schema import as_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yaml.nodes import Node

    from bot.domain.choices import ChoiceList
    from bot.language.yaml_nodes import Nodes, Word

_KEYS = ("list", "from_job", "depends_on")


@dataclass(frozen=True, slots=True)
class ChoiceInFile:
    """`under`: the value of the other input for which it is offered; None if it depends on none."""

    code: Word
    words: str
    under: Word | None = None


@dataclass(frozen=True, slots=True)
class ListInFile:
    """The choices of an input: those listed, or those that `from_job` publishes."""

    name: Word
    offered: tuple[ChoiceInFile, ...]
    from_job: Word | None
    follows: Word | None


def read_choices(nodes: Nodes, node: Node | None) -> Iterator[ListInFile]:
    """Yield the lists under `choices`; what is wrong becomes a problem of the file."""
    for name, each in nodes.entries(node, "choices"):
        parts = nodes.keys(each, f"the choices of {name.text}", _KEYS, needed=(), at=name)
        if ("list" in parts) == ("from_job" in parts):
            nodes.problems.append(name.wrong(f"the choices of {name.text} need either `list` or `from_job`"))
            continue
        follows = nodes.word(parts["depends_on"], "depends_on") if "depends_on" in parts else None
        from_job = nodes.word(parts["from_job"], "from_job") if "from_job" in parts else None
        offered: tuple[ChoiceInFile, ...] = ()
        if "list" in parts:
            offered = tuple(_offered(nodes, parts["list"], name, is_nested=follows is not None))
            if not offered and not nodes.problems:
                nodes.wrong(parts["list"], f"the `list` of {name.text} is empty")
            if len(offered) > MOST_CHOICES:
                nodes.wrong(parts["list"], f"a `list` has at most {MOST_CHOICES} choices; this has more")
        yield ListInFile(name, offered, from_job, follows)


def _offered(nodes: Nodes, node: Node, name: Word, *, is_nested: bool) -> Iterator[ChoiceInFile]:
    if not is_nested:
        yield from _codes(nodes, node, None)
        return
    for under, each in nodes.entries(node, f"the `list` of {name.text}, by the value that it depends on,"):
        yield from _codes(nodes, each, under)


def _codes(nodes: Nodes, node: Node, under: Word | None) -> Iterator[ChoiceInFile]:
    """Yield codes alone, as a list, or codes with their words."""
    if isinstance(node, yaml.SequenceNode):
        for word in nodes.words(node, "list"):
            yield ChoiceInFile(word, "", under)
        return
    for code, each in nodes.entries(node, "list"):
        words = nodes.word(each, code.text)
        if words is not None:
            yield ChoiceInFile(code, one_line(words.text), under)


def listed(found: ChoiceList) -> dict[str, Any]:
    """Return where choices come from as it is written in the file: `from_job`, or their `list`."""
    if found.job:
        return {"from_job": found.job}
    if not found.follows:
        return {"list": {_code(each.value): each.words for each in found.offered}}
    nested: dict[str, dict[str, str]] = {}
    for each in found.offered:
        nested.setdefault(_code(each.under), {})[_code(each.value)] = each.words
    return {"list": nested}


def _code(value: Any) -> str:
    return value if isinstance(value, str) else as_json(value)
