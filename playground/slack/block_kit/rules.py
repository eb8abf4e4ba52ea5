"""The small language the limits are written in: a rule looks at a value and names its problems."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """`pointer`: a JSON pointer, as in Slack's own messages."""

    pointer: str
    message: str

    def __str__(self) -> str:
        return f"[ERROR] {self.message} [json-pointer:{self.pointer}]"


Rule = Callable[[Any, str], Iterator[Problem]]


def string(most: int, least: int = 1) -> Rule:
    def check(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield Problem(at, "should be a string")
        elif len(value) > most:
            yield Problem(at, f"must be less than {most + 1} characters")
        elif len(value) < least:
            yield Problem(at, f"must be more than {least - 1} characters")

    return check


def boolean(value: Any, at: str) -> Iterator[Problem]:
    if not isinstance(value, bool):
        yield Problem(at, "must be a boolean")


def whole(least: int, most: int) -> Rule:
    def check(value: Any, at: str) -> Iterator[Problem]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield Problem(at, "must be an integer")
        elif not least <= value <= most:
            yield Problem(at, f"must be between {least} and {most}")

    return check


def number(value: Any, at: str) -> Iterator[Problem]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield Problem(at, "must be a number")


def one_of(*words: str) -> Rule:
    def check(value: Any, at: str) -> Iterator[Problem]:
        if value not in words:
            yield Problem(at, f"must be one of {', '.join(words)}")

    return check


def pattern(regex: str, said: str) -> Rule:
    compiled = re.compile(regex)

    def check(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            yield Problem(at, said)

    return check


def listed(rule: Rule, least: int, most: int) -> Rule:
    def check(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield Problem(at, "must be an array")
            return
        if len(value) > most:
            yield Problem(at, f"no more than {most} items allowed [limit:{most}]")
        if len(value) < least:
            yield Problem(at, f"no fewer than {least} items allowed [limit:{least}]")
        for index, each in enumerate(value):
            yield from rule(each, f"{at}/{index}")

    return check


def anything(value: Any, at: str) -> Iterator[Problem]:
    del value, at
    yield from ()


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: which keys it must and may have. Any other key is refused, as Slack's schema does."""

    required: dict[str, Rule]
    allowed: dict[str, Rule]
    needs_one_of: tuple[str, ...] = ()

    def __call__(self, value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem(at, "must be an object")
            return
        for key in self.required:
            if value.get(key) is None:
                yield Problem(at, f"missing required field: {key}")
        if self.needs_one_of and not any(value.get(key) for key in self.needs_one_of):
            yield Problem(at, f"must provide one of: {', '.join(self.needs_one_of)}")
        known = self.required | self.allowed
        for key, held in value.items():
            if key == "type" or held is None:
                continue
            if key not in known:
                yield Problem(at, f"no more properties allowed: {key}")
            else:
                yield from known[key](held, f"{at}/{key}")


def by_type(shapes: Mapping[str, Rule], only: set[str] | None = None) -> Rule:
    """The shape its `type` names, if it may stand here."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in shapes or (only is not None and kind not in only):
            yield Problem(f"{at}/type", f"unsupported type: {kind}")
        else:
            yield from shapes[kind](value, at)

    return check
