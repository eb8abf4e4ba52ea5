"""Everything Runbell can draw: the public builders of `bot.blocks`, and a sample for each."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

import bot.blocks
from bot.domain.notice import Message

Builder = Callable[..., Any]
Sample = Callable[[Builder, str], Iterable[Any]]

PIECES = {"bot.blocks.admin.frame", "bot.blocks.ids", "bot.blocks.parts", "bot.blocks.pictures"}
"""What messages and views are made of: judged inside them."""

DRAWINGS = {"Message", "Message | None", "dict[str, Any]", "list[dict[str, Any]]"}
NAMES = ["Sales report", "x" * 250, "<!channel> & <@U1> ```", "📈" * 20, "تقرير المبيعات اليومي", "a"]
"""Titles, zones, values: an ordinary one, the longest, a hostile one, emoji, right to left, the shortest."""

_samples: dict[str, Sample] = {}


def of(builder: Builder) -> Callable[[Sample], Sample]:
    """Register what shows `builder` in all its states. A sample gets the builder and a name to use."""

    def register(sample: Sample) -> Sample:
        _samples[name_of(builder)] = sample
        return sample

    return register


def name_of(builder: Builder) -> str:
    return f"{builder.__module__}.{builder.__qualname__}"


@cache
def builders() -> dict[str, Builder]:
    """Every public function of `bot.blocks` that answers a message, a view or a menu's options."""
    found: dict[str, Builder] = {}
    for each in pkgutil.walk_packages(bot.blocks.__path__, "bot.blocks."):
        if each.name in PIECES:
            continue
        module = importlib.import_module(each.name)
        for name, function in vars(module).items():
            if not inspect.isfunction(function) or name.startswith("_") or function.__module__ != each.name:
                continue
            if str(function.__annotations__.get("return")) in DRAWINGS:
                found[name_of(function)] = function
    return found


def sampled() -> set[str]:
    return set(_samples)


@cache
def draw(builder: str, name: str) -> list[Any]:
    """What it draws, in all states; an empty list would be a sample that shows nothing."""
    function, called = builders()[builder], []

    def build(*arguments: Any, **more: Any) -> Any:
        called.append(builder)
        return function(*arguments, **more)

    drawn = [each for each in _samples[builder](build, name) if each is not None]
    assert called, f"the sample of {builder} never calls it"
    return drawn


def surfaces(builder: str, name: str) -> Iterator[Any]:
    """Blocks of messages, and views; a message of words alone has no blocks to judge."""
    for drawn in draw(builder, name):
        if isinstance(drawn, Message):
            if drawn.blocks:
                yield list(drawn.blocks)
            if drawn.newer:
                yield list(drawn.newer)
        elif isinstance(drawn, dict):
            yield drawn
